/// An error as a person or a supervisor reads it: what kind, what happened, why, what to do.
///
/// Every error that leaves the library becomes one of these, so that it can cross a process border
/// and arrive on each rank as the same words. More precise types (`DataError`, `SettingError`)
/// say how they read through `FailureConvertible`.
public struct Failure: Error, Sendable, Equatable, Codable {
  /// Whose fault it is, and with that the exit code of the program.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The command or a setting is wrong.
    case usage
    /// The data, or a model folder, is not what it should be.
    case data
    /// An input does not exist.
    case missingInput
    /// A library or service is not there.
    case missingService
    /// A bug of ours.
    case bug
    /// The memory budget would be exceeded.
    case memory
    /// An output cannot be written.
    case cannotWrite
    /// A worker died or fell silent.
    case workerLost
    /// Stopped by the user.
    case interrupted
    /// Stopped by the system.
    case terminated
    /// Anything else that went wrong.
    case failed

    /// The exit code of the program, as its manual promises it.
    public var exitCode: Int32 {
      switch self {
      case .failed: 1
      case .usage: 64
      case .data: 65
      case .missingInput: 66
      case .missingService: 69
      case .bug: 70
      case .memory: 71
      case .cannotWrite: 73
      case .workerLost: 75
      case .interrupted: 130
      case .terminated: 143
      }
    }
  }

  public var kind: Kind
  public var message: String
  /// The chain of activities that led here, nearest first.
  public var causes: [String]
  /// What the reader can do about it.
  public var hint: String?
  /// The worker on which it happened, where there are several.
  public var rank: Int?

  public init(_ kind: Kind, _ message: String, causes: [String] = [], hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.causes = causes
    self.hint = hint
  }

  /// The same failure, seen from the activity that it ended.
  public func whilst(_ activity: String) -> Failure {
    var outer = self
    outer.causes = [message] + causes
    outer.message = activity
    return outer
  }

  /// Any error as a failure; what we did not foresee is our bug.
  public init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let known as any FailureConvertible: self = known.failure
    default: self.init(.bug, "unforeseen error: \(error)")
    }
  }
}

extension Failure: CustomStringConvertible {
  public var description: String {
    var text = message
    for cause in causes { text += ", because \(cause)" }
    if let rank { text += " (worker \(rank))" }
    if let hint { text += "\n  \(hint)" }
    return text
  }
}

/// An error that knows how it reads.
public protocol FailureConvertible: Error {
  var failure: Failure { get }
}
