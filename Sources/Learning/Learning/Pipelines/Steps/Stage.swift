public import Blocks
public import Cluster
public import LinearAlgebra
internal import Platform

/// A part of a pipeline before it is fitted: settings, and the columns that they name.
public protocol Stage: Sendable {
  /// What files and the program call it: `standard-scaler`.
  static var name: String { get }
  /// One sentence on what it does.
  static var summary: String { get }
  /// The columns that it looks at, by name.
  var reads: [String] { get }
  /// Whether it looks at every column that there is, as `y ~ .` does.
  var readsAllColumns: Bool { get }
  /// Whether it may take rows out; then stages behind it wait until it is fitted.
  var dropsRows: Bool { get }
  /// Its settings and its name, as a file has them.
  var document: JSONValue { get }

  /// Checks its settings, and names and types of columns, and adds the columns that it will make,
  /// before anything was learned or read.
  func outline(_ binder: inout Binder) throws
  /// What it takes to make a step of it, over columns of which everything is known.
  func prepare(_ binder: inout Binder) throws -> Preparation
}

extension Stage {
  public var readsAllColumns: Bool { false }
  public var dropsRows: Bool { false }
}

/// What it takes to make a step of a stage.
public enum Preparation: Sendable {
  /// Nothing: here it is.
  case ready(any Step)
  /// A pass over the rows, shared with other stages.
  case learn(any Learner)
  /// The rows as a design matrix, for as many passes as it likes.
  case fit(any MatrixLearner)
  /// The rows as ratings of items by users, likewise.
  case rate(any Recommender)
}

/// A stage whose settings say all about it.
public protocol Featurizer: Stage, Configurable {
  /// Settings over the columns of the table of the laws, for the reference and the tests of the laws.
  static var example: Self { get }
}

extension Featurizer {
  public var document: JSONValue {
    guard case .object(let settings) = json else { return json }
    return .object(JSONObject([.init("stage", .text(Self.name))] + settings.members))
  }
}

/// A stage with nothing to learn: it is a step as it stands.
public protocol Transformer: Featurizer, Step {}

extension Transformer {
  public static var kind: String { name }
  public var saved: SavedStep { SavedStep(settings: json) }
  public init(_ saved: SavedStep) throws { try self.init(saved: saved.settings) }

  public func outline(_ binder: inout Binder) throws {
    try check()
    try bind(to: &binder)
  }
  public func prepare(_ binder: inout Binder) throws -> Preparation { .ready(self) }
}

/// Learns from one pass over the rows that other stages share.
///
/// What is kept of the rows must be exact (counts, extremes, exact sums, sets): then neither the
/// order of the rows, nor the cut into batches, nor the number of workers can show in what is
/// learned. Each thread has a tally of its own.
public protocol Learner: Sendable {
  associatedtype Tally: Sendable
  /// What it works on, for messages: `standard-scaler of age`.
  var activity: String { get }
  /// A tally of no rows.
  func start() throws -> Tally
  func add(_ batch: RowBatch, to tally: inout Tally) throws
  /// Adds another tally, of rows before or after.
  func merge(_ other: Tally, into tally: inout Tally) throws
  /// Brings the tallies of all workers together and makes the step; a collective call that gives
  /// the same on each.
  func learn(from tally: Tally, in session: Session) throws -> Learned
}

/// Learns from the rows as a design matrix.
public protocol MatrixLearner: Sendable {
  var activity: String { get }
  /// The columns of numbers and vectors that make the matrix.
  var features: [String] { get }
  /// The column to predict, where there is one.
  var label: LabelColumn? { get }
  var weight: String? { get }
  /// The element type of the matrix; nil for that of the data.
  var precision: Precision? { get }
  /// The forms of rows that it knows beside dense ones; others are spread out before, within the
  /// budget.
  var rowForms: RowForms { get }
  /// Whether a missing feature is NaN, and its row of use.
  var takesMissing: Bool { get }
  func learn<Element: Scalar>(from rows: BlockMatrix<Element>, in session: Session) throws
    -> Learned
}

extension MatrixLearner {
  public var rowForms: RowForms { [] }
  public var takesMissing: Bool { false }
  public var label: LabelColumn? { nil }
  public var weight: String? { nil }
}

/// What fitting a stage gave.
public struct Learned: Sendable {
  public let step: any Step
  /// What was met and counted, and what the reader should look at.
  public var report: FitReport

  public init(_ step: any Step, _ report: FitReport = FitReport()) {
    self.step = step
    self.report = report
  }
}
