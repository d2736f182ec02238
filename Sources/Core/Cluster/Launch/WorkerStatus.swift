internal import FoundationEssentials
internal import Glibc
public import Platform

/// How a job of workers ended, as they agreed on it.
///
/// Rank 0 records it when all have finished; only what is recorded counts. An engine's exit code
/// is never trusted: it was seen to be 0 after a host was lost, and is not 0 after many a success.
public struct WorkerStatus: Sendable, Equatable, Codable {
  /// The exit code of the program.
  public var exitCode: Int32
  /// The failure that all workers agreed on, if it was one.
  public var failure: Failure?

  public init(exitCode: Int32 = 0, failure: Failure? = nil) {
    self.exitCode = failure?.kind.exitCode ?? exitCode
    self.failure = failure
  }

  /// Hands the status to the launcher, durably; without one there is nobody to tell.
  ///
  /// To be called on rank 0 after the last collective call. On a host that cannot see the
  /// launcher's folder it goes through the engine, as a line on standard error.
  public func record(in context: WorkerContext) throws {
    guard context.rank == 0, let path = context.attemptPath else { return }
    if let attempt = context.attempt {
      let file = try OutputFile(attempt.statusPath, replacing: true)
      try file.write([UInt8](JSONEncoder().encode(self)))
      try file.commit()
    } else {
      WorkerMessage.status(self).send(token: lastComponent(path))
    }
  }

  /// The status in an attempt's folder, or nil where none was recorded.
  static func read(in attempt: AttemptFolder) -> WorkerStatus? {
    guard let bytes = try? InputFile(attempt.statusPath).contents() else { return nil }
    return try? JSONDecoder().decode(WorkerStatus.self, from: Data(bytes))
  }
}
