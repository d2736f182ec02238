public import Cluster
public import Frames
public import Platform

/// Where rows come from: some files, read in splits, each split by whichever worker it falls to.
///
/// A split decides only who reads; every result is a function of the rows and their order.
public protocol Source: Sendable {
  /// The files, as a person would name them.
  var name: String { get }
  /// All columns, in the order of the file.
  var columnNames: [String] { get }
  /// How many pieces there are to read.
  var splitCount: Int { get }
  /// What was decided while opening and is worth saying (a sniffed delimiter, a renamed column).
  var notes: [String] { get }
  /// Begins to read some of the columns.
  func reading(_ columns: [String]) throws -> any Reading
}

/// One run over a source: what is known of its columns so far, and its splits as frames.
///
/// A text format may learn from later rows that a column is wider than its first rows said, or that
/// a split began inside a quoted field. So rows are read under a guess, and after each round all
/// ranks settle together which splits must be read again.
public protocol Reading: Sendable {
  /// The columns asked for, with types that are final once `settle` asked for nothing more.
  var schema: Schema { get }
  /// The rows of one split; called from several threads.
  func read(_ split: Int) throws -> Frame
  /// Compares notes among the ranks and returns the splits, of those read so far by anybody, that
  /// must be read again; the same on every rank.
  func settle(_ communicator: Communicator) throws -> [Int]
  /// Where a row of a split stands in its file: `data.csv:18`.
  func place(ofRow row: Int, inSplit split: Int) -> String
  /// Rows of this rank's splits that were left out because they could not be read.
  var skippedRowCount: Int { get }
  /// What turned up while reading and is worth saying.
  var notes: [String] { get }
  /// Why a column is text, where one value made it so: `'abc' at data.csv:18`.
  func reasonForText(_ column: String) -> String?
}

extension Reading {
  public func settle(_ communicator: Communicator) throws -> [Int] { [] }
  public var skippedRowCount: Int { 0 }
  public var notes: [String] { [] }
  public func reasonForText(_ column: String) -> String? { nil }
}

/// What is wrong with the data, and where.
public struct DataError: FailureConvertible, Equatable {
  /// The file and line, or the file and row.
  public var place: String
  public var column: String?
  /// The text or value that was found.
  public var found: String?
  public var problem: String
  public var hint: String?

  public init(
    place: String, column: String? = nil, found: String? = nil, problem: String,
    hint: String? = nil
  ) {
    self.place = place
    self.column = column
    self.found = found
    self.problem = problem
    self.hint = hint
  }

  public var failure: Failure {
    var text = place
    if let column { text += ", column \(column)" }
    text += ": "
    if let found { text += "'\(found)' " }
    return Failure(.data, text + problem, hint: hint)
  }
}
