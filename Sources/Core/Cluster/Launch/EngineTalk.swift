internal import Platform

/// Takes what the engine itself says out of the workers' words.
///
/// When a worker dies the engine prints up to thirteen lines of its own, between rules of dashes
/// or equals signs. They are kept, so that the loss can be explained in one sentence, and all else
/// passes through byte by byte. Open MPI talks on standard error, hydra on standard output.
struct EngineTalk: Sendable {
  /// What the engine said, a line each.
  private(set) var kept: [String] = []
  /// Back traces that the engine's handlers printed in crashed workers.
  private(set) var traces: [String] = []
  /// Messages of workers to the launcher.
  private(set) var messages: [WorkerMessage] = []
  private let token: String
  private var banner: Banner?
  /// An empty line that may belong to a banner below it.
  private var held: [UInt8]?

  private struct Banner {
    let rule: String
    var lines: [[UInt8]] = []
    /// Hydra explains itself below its second rule.
    var tailCount = 0
  }

  /// Open MPI draws 66 or 74 dashes, hydra 83 equals signs.
  private static let ruleLength = 60
  /// A block this long is no banner.
  private static let bannerLimit = 60
  private static let keptLimit = 400

  init(token: String) { self.token = token }

  /// Takes a line with its end; returns the bytes that pass.
  mutating func take(_ line: [UInt8]) -> [UInt8] {
    let text = LineSplitter.text(of: line)
    if banner != nil { return takeInBanner(line, text) }
    if EngineTalk.isRule(text) {
      banner = Banner(rule: text, lines: [line])
      if text.hasPrefix("-") { return release() }
      held = nil
      return []
    }
    if text.isEmpty, !line.isEmpty {
      let before = release()
      held = line
      return before
    }
    let before = release()
    if let message = WorkerMessage(line: text, token: token) {
      messages.append(message)
      return before
    }
    if EngineTalk.isTrace(text) || EngineTalk.isTransportTalk(text) {
      traces.append(text)
      return before
    }
    if text.hasPrefix("mpirun: ") || text.hasPrefix("mpiexec: ") || text.hasPrefix("[mpiexec@")
      || text.hasPrefix("[proxy:")
    {
      keep(text)
      return before
    }
    return before + line
  }

  /// Whether a line whose end has not come may be shown already.
  func mayShow(_ pending: [UInt8]) -> Bool {
    guard banner == nil, let first = pending.first else { return false }
    return first != 45 && first != 61 && first != 91 && first != 0x1E
      && !pending.starts(with: "mpi".utf8)
  }

  /// What was held back and was no banner after all.
  mutating func release() -> [UInt8] {
    defer { held = nil }
    return held ?? []
  }

  /// The end of the stream: an open banner is the engine's, cut short.
  mutating func end() -> [UInt8] {
    if let banner {
      for line in banner.lines { keep(LineSplitter.text(of: line)) }
      self.banner = nil
    }
    return release()
  }

  private mutating func takeInBanner(_ line: [UInt8], _ text: String) -> [UInt8] {
    guard var open = banner else { return line }
    open.lines.append(line)
    banner = open
    if open.tailCount > 0 {
      banner?.tailCount -= 1
      if open.tailCount == 1 { closeBanner() }
      return []
    }
    if text == open.rule {
      if open.rule.hasPrefix("=") {
        banner?.tailCount = 3
      } else {
        closeBanner()
      }
      return []
    }
    guard open.lines.count > EngineTalk.bannerLimit else { return [] }
    banner = nil
    return open.lines.flatMap { $0 }
  }

  private mutating func closeBanner() {
    for line in banner?.lines ?? [] {
      let text = LineSplitter.text(of: line)
      if text != banner?.rule { keep(text) }
    }
    banner = nil
  }

  private mutating func keep(_ text: String) {
    if kept.count < EngineTalk.keptLimit, !text.isEmpty { kept.append(text) }
  }

  private static func isRule(_ text: String) -> Bool {
    guard text.utf8.count >= ruleLength, let first = text.utf8.first else { return false }
    return (first == 45 || first == 61) && text.utf8.allSatisfy { $0 == first }
  }

  /// `[1700000000.123456] [host:123  :0] file.c:1 UCX  WARN` comes from the engine's transport.
  private static func isTransportTalk(_ text: String) -> Bool {
    guard text.hasPrefix("["), let close = text.firstIndex(of: "]") else { return false }
    let time = text[text.index(after: text.startIndex)..<close]
    return time.contains(".") && time.allSatisfy { $0.isNumber || $0 == "." }
      && text[close...].hasPrefix("] [") && text.contains(" UCX ")
  }

  /// `[host:123] ` begins what Open MPI's handlers and components print inside workers.
  private static func isTrace(_ text: String) -> Bool {
    guard text.hasPrefix("["), let close = text.firstIndex(of: "]") else { return false }
    let words = text[text.index(after: text.startIndex)..<close].split(separator: ":")
    return words.count == 2 && Int(words[1]) != nil && Hostfile.isName(String(words[0]))
      && text[close...].hasPrefix("] ")
  }
}
