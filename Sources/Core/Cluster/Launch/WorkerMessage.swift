internal import FoundationEssentials
internal import Platform

/// What a worker tells its launcher through the engine: a line on standard error that the launcher
/// takes out of the stream.
enum WorkerMessage: Sendable, Equatable, Codable {
  case status(WorkerStatus)
  case silence(SilenceReport)

  /// The line's beginning; the token is the unguessable name of the attempt.
  private static func head(_ token: String) -> String { "\u{1E}\(token) " }

  /// The line with its end.
  func line(token: String) -> String? {
    guard let data = try? JSONEncoder().encode(self) else { return nil }
    return WorkerMessage.head(token) + String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Writes the line in one piece.
  func send(token: String) {
    if let line = line(token: token) { writeToStandardError(line) }
  }

  /// Reads a line; nil where it is none of this attempt's messages.
  init?(line: String, token: String) {
    let head = WorkerMessage.head(token)
    guard line.hasPrefix(head),
      let message = try? JSONDecoder().decode(
        WorkerMessage.self, from: Data(line.utf8.dropFirst(head.utf8.count)))
    else { return nil }
    self = message
  }
}

/// A worker gave up because another one fell silent.
struct SilenceReport: Sendable, Equatable, Codable {
  /// Who waited.
  var rank: Int
  /// The collective call in which it waited, and for how long.
  var operation: String
  var seconds: Int
  /// Who is silent, where that could be seen.
  var silentRank: Int?
  var silentHost: String?
  var silentProcess: Int?
  /// What the silent one was doing when last seen.
  var doing: String?
}

extension SilenceReport: CustomStringConvertible {
  var description: String {
    var text = "worker \(rank) waited \(seconds) s in \(operation)"
    if let silentRank {
      text += " for worker \(silentRank)"
      if let silentProcess, let silentHost {
        text += " (process \(silentProcess) on \(silentHost))"
      }
      text += ", which is silent"
    } else {
      text += " for a worker on another host"
    }
    if let doing { text += "; it was last seen \(doing)" }
    return text
  }
}
