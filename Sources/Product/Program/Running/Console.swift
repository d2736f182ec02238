import Cluster
import Learning
import Platform
import Synchronization

/// The program's voice: results on standard output, talk on standard error.
final class Console: Reporter {
  /// How much to say.
  enum Volume { case quiet, normal, verbose }

  private struct State {
    var warnings: [String] = []
    var lastProgress = 0.0
    var lineIsOpen = false
    var logIsWhole = true
  }

  private let volume: Volume
  private let traits: TerminalTraits
  private let progressWanted: Bool
  private let speaks: Bool
  private let log: LogFile?
  private let start = monotonicSeconds()
  private let state = Mutex(State())

  /// - Parameter speaks: whether this process is the one of several that talks.
  init(
    volume: Volume, progress: ProgressWish, traits: TerminalTraits, speaks: Bool, log: LogFile?
  ) {
    self.volume = volume
    self.traits = traits
    self.speaks = speaks
    self.log = log
    progressWanted =
      speaks && volume != .quiet && (progress == .always || (progress == .auto && traits.redraws))
  }

  /// When to show how far an activity is.
  enum ProgressWish: String, CaseIterable { case auto, always, never }

  /// Everything that was warned of, for the result.
  var warnings: [String] { state.withLock { $0.warnings } }

  func note(_ text: String) {
    record("note", text)
    if speaks, volume != .quiet { say(text) }
  }

  /// Something that only the curious want to know.
  func detail(_ text: String) {
    record("detail", text)
    if speaks, volume == .verbose { say(text) }
  }

  func warn(_ text: String) {
    state.withLock { $0.warnings.append(text) }
    record("warning", text)
    if speaks, volume != .quiet { say(colored("warning: ", "33") + text) }
  }

  func progress(_ activity: String, done: Int, of total: Int?) {
    record("progress", activity, done: done, of: total)
    guard progressWanted else { return }
    let now = monotonicSeconds()
    let pause = traits.redraws ? 0.1 : 10
    let isDue = state.withLock { state in
      guard now - max(state.lastProgress, start) >= pause else { return false }
      state.lastProgress = now
      state.lineIsOpen = traits.redraws
      return true
    }
    guard isDue else { return }
    let text = "\(activity): \(done)\(total.map { " of \($0)" } ?? "")"
    let clipped = String(text.prefix(max(10, traits.width - 1)))
    writeToStandardError(traits.redraws ? "\r\u{1B}[K\(clipped)" : clipped + "\n")
  }

  /// An error, as the last thing said.
  func fail(_ failure: Failure) {
    say(colored("error: ", "31") + failure.description)
  }

  /// Writes a result to standard output.
  func print(_ text: String) throws {
    clearLine()
    try writeToStandardOutput(text.hasSuffix("\n") ? text : text + "\n")
  }

  private func say(_ text: String) {
    clearLine()
    writeToStandardError(text + "\n")
  }

  /// Takes an event down in the log; the first that is lost is said.
  private func record(_ kind: String, _ text: String, done: Int? = nil, of total: Int? = nil) {
    guard let problem = log?.event(kind, text, done: done, of: total),
      state.withLock({ state in
        defer { state.logIsWhole = false }
        return state.logIsWhole
      })
    else { return }
    warn("the log is incomplete: \(problem.message), because \(problem.causes.joined())")
  }

  private func clearLine() {
    let wasOpen = state.withLock { state in
      defer { state.lineIsOpen = false }
      return state.lineIsOpen
    }
    if wasOpen { writeToStandardError("\r\u{1B}[K") }
  }

  private func colored(_ text: String, _ code: String) -> String {
    traits.hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Events of a run, one JSON object a line, appended as they happen.
final class LogFile: Sendable {
  private let file: AppendedFile
  private let start: Double

  init(_ path: String, start: Double = monotonicSeconds()) throws {
    file = try AppendedFile(path)
    self.start = start
  }

  /// - Returns: why the event is lost, or nil when it is there.
  @discardableResult
  func event(_ kind: String, _ text: String, done: Int? = nil, of total: Int? = nil) -> Failure? {
    var members: [JSONObject.Member] = [
      .init("seconds", .number(((monotonicSeconds() - start) * 1000).rounded() / 1000)),
      .init("event", .text(kind)), .init("text", .text(text)),
    ]
    if let done { members.append(.init("done", .integer(done))) }
    if let total { members.append(.init("of", .integer(total))) }
    return file.append(JSONValue.object(JSONObject(members)).printed(.line) + "\n")
  }
}
