/// How a fit went: what a person asks first, and everything odd that was met, counted.
///
/// It lies beside the model and outside its digest, for it tells of clocks and machines.
public struct FitReport: Sendable, Equatable {
  /// Rounds of the method.
  public var iterations = 0
  /// Whether the method settled; nil where it has a fixed number of rounds.
  public var converged: Bool?
  /// Whether ending before it settled is a failure: the program exits with 3.
  public var mustSettle = false
  /// Why it stopped, in words.
  public var stopReason = ""
  /// What the method makes small, at the end.
  public var objective: Double?
  /// The objective after each iteration.
  public var objectives: [Double] = []
  /// How steep the objective is there, in the measure that the method stops by; empty where it has
  /// none.
  public var gradientNorms: [Double] = []
  /// What was met and counted: clusters emptied, rows skipped.
  public var counts: [Count] = []
  /// Facts for the reader that are no counts: which way was taken, and why.
  public var facts: [String] = []
  /// What the reader should look at.
  public var warnings: [String] = []

  /// Something counted.
  public struct Count: Sendable, Equatable {
    public let name: String
    public let value: Int
    public init(_ name: String, _ value: Int) {
      self.name = name
      self.value = value
    }
  }

  public init() {}

  /// The report as a document.
  public var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init("iterations", .integer(iterations)),
      .init("converged", converged.map { .flag($0) } ?? .null),
      .init("stopReason", .text(stopReason)),
      .init("objective", objective.map { .number($0) } ?? .null),
      .init("objectives", .list(objectives.map { .number($0) })),
    ]
    if !gradientNorms.isEmpty {
      members.append(.init("gradientNorms", .list(gradientNorms.map { .number($0) })))
    }
    members += [
      .init("counts", .object(JSONObject(counts.map { .init($0.name, .integer($0.value)) }))),
      .init("facts", .list(facts.map { .text($0) })),
      .init("warnings", .list(warnings.map { .text($0) })),
    ]
    return .object(JSONObject(members))
  }
}
