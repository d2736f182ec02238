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
  /// What a user should look at before trusting the rows.
  var warnings: [String] { get }
  /// The source in words that change when its rows would: the files with their sizes and times, and
  /// how they are read; nil where it cannot say, and then no job over it can be resumed.
  func identity() throws -> String?
  /// The bytes of text that a reading parses and keeps before the first split is asked for, on all
  /// workers together; 0 where it keeps none.
  var keptByteCount: Int { get }
  /// The types of some columns as far as they are known before reading: right for binary formats,
  /// a guess from the first rows for text.
  func expectedSchema(_ columns: [String]) throws -> Schema
  /// Finds out what must be known of all rows (the types of a text format); a collective call.
  /// - Parameters:
  ///   - columns: the columns wanted, in that order.
  ///   - splits: the splits that this worker will ask for.
  ///   - keepsFrames: whether what was parsed on the way shall be kept for `frame(ofSplit:)`.
  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading
}

extension Source {
  public var warnings: [String] { [] }
  public func identity() throws -> String? { nil }
  public var keptByteCount: Int { 0 }
}

/// A source whose columns are known: their final types, and the rows of each split.
public protocol Reading: Sendable {
  /// The columns asked for, with the types that all rows have.
  var schema: Schema { get }
  /// The rows of one split; called from several threads. A kept frame is handed over once.
  func frame(ofSplit split: Int) throws -> Frame
  /// Where a row of a split stands in its file: `data.csv:18`.
  func place(ofRow row: Int, inSplit split: Int) -> String
  /// The letters of a value as they stand in a file of text; nil where that cannot be told.
  func writtenText(ofRow row: Int, column: String, inSplit split: Int) -> String?
  /// Rows of all splits that were left out because they could not be read.
  var skippedRowCount: Int { get }
  /// Why a column is text, where one value made it so: `'abc' at data.csv:18`.
  func reasonForText(_ column: String) -> String?
}

extension Reading {
  public func writtenText(ofRow row: Int, column: String, inSplit split: Int) -> String? { nil }
  public var skippedRowCount: Int { 0 }
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
