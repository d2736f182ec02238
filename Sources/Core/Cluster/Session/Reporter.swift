/// Where a run says what it does: a terminal, a log, or nowhere.
///
/// Called from several threads. Only rank 0 of a run has one that speaks.
public protocol Reporter: Sendable {
  /// Something worth knowing that needs no action.
  func note(_ text: String)
  /// Something that the user should look at; also listed in the report.
  func warn(_ text: String)
  /// How far an activity is.
  func progress(_ activity: String, done: Int, of total: Int?)
}

/// A reporter that keeps silent.
public struct SilentReporter: Reporter {
  public init() {}
  public func note(_ text: String) {}
  public func warn(_ text: String) {}
  public func progress(_ activity: String, done: Int, of total: Int?) {}
}
