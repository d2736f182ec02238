internal import Datasets
public import Frames
internal import LinearAlgebra
internal import Platform

/// The column that a trainer is to predict, and what its values are to it.
public enum LabelColumn: Sendable, Equatable {
  /// Numbers.
  case numbers(String)
  /// Classes: numbers, texts, true and false.
  case classes(String)

  public var name: String {
    switch self {
    case .numbers(let name), .classes(let name): name
    }
  }

  /// The most classes that labels may have; a column of more is hardly one of classes.
  public static let classLimit = 10_000
}

/// The labels of rows in memory.
public struct LabelValues: Sendable {
  public let column: LabelColumn
  public let values: Column

  public init(_ column: LabelColumn, _ values: Column) {
    self.column = column
    self.values = values
  }
}

/// The labels of a worker's rows, and what they are.
public struct RowLabels: Sendable {
  public let name: String
  /// The classes, where labels are; labels are places among them then.
  public let classes: Classes?
  /// One a row of this worker.
  let values: Buffer<Double>
}

/// The labels of a run of rows, while the classes of all rows are not known.
struct ChunkLabels {
  /// The number of each row, or of its class among `found`; NaN where there is none.
  let values: Buffer<Double>
  /// The classes of these rows in the order in which they came.
  private(set) var found = TextCounts()

  init(_ labels: LabelValues, rowCount: Int) throws {
    values = Buffer(count: rowCount)
    switch labels.column {
    case .numbers:
      if labels.values.type.isNumeric {
        unsafe labels.values.copyNumbers(0..<rowCount, to: values.pointer, stride: 1)
      }
    case .classes(let name): try number(labels.values, name)
    }
  }

  private mutating func number(_ column: Column, _ name: String) throws {
    // Few labels, many rows: numbers are looked up by their bits, texts by their bytes.
    var known: [UInt64: Int] = [:]
    for row in 0..<values.count {
      if column.isMissing(row) {
        values[row] = .nan
        continue
      }
      if column.type == .text {
        values[row] = Double(found.add(column, row))
      } else {
        let bits: UInt64
        switch column[row] {
        case .bool(let value): bits = value ? 1 : 0
        case .integer(let value): bits = UInt64(bitPattern: value)
        // Both zeros are one label, and what is not finite is none.
        case .number(let value) where value.isFinite: bits = (value + 0).bitPattern
        default:
          values[row] = .nan
          continue
        }
        let place = known[bits] ?? found.add(Self.text(column, row))
        known[bits] = place
        values[row] = Double(place)
      }
      guard found.distinctCount <= LabelColumn.classLimit else { throw Self.tooMany(name) }
    }
  }

  /// A label that is no text, as `Classes` has it: single precision by its shortest text, as a double.
  private static func text(_ column: Column, _ row: Int) -> String {
    let text = column.fieldText(at: row)
    guard case .number = column[row], let number = Double(text) else { return text }
    return numberText(number + 0)
  }

  static func tooMany(_ name: String) -> Failure {
    Failure(
      .data, "the label '\(name)' has more than \(LabelColumn.classLimit) different values",
      hint: "if it is a number to predict, take a method for numbers, such as linear-regression")
  }

  /// Which of the classes some rows have.
  func used(_ rowCount: Int) -> TextCounts {
    var isUsed = [Bool](repeating: false, count: found.distinctCount)
    for row in 0..<rowCount { isUsed[Int(values[row])] = true }
    var used = TextCounts()
    for place in isUsed.indices where isUsed[place] { used.add(found.text(place)) }
    return used
  }

  /// Gives the rows the places of their classes among those of all rows.
  func place(among classes: Classes, _ rowCount: Int) {
    var places = [[UInt8]: Double]()
    for (place, text) in classes.texts.enumerated() { places[Array(text.utf8)] = Double(place) }
    let mine = (0..<found.distinctCount).map { places[Array(found.text($0).utf8)] ?? .nan }
    for row in 0..<rowCount { values[row] = mine[Int(values[row])] }
  }
}

extension Classes {
  /// The classes among some labels, in order.
  init(_ labels: TextCounts, type: ColumnType) throws {
    let texts = (0..<labels.distinctCount).map { labels.text($0) }
    let sorted: [String] =
      switch type {
      case .float32, .float64: texts.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
      case .int32, .int64: texts.sorted { (Int64($0) ?? 0) < (Int64($1) ?? 0) }
      default: texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      }
    let kept: ColumnType =
      switch type {
      case .int32: .int64
      case .float32: .float64
      default: type
      }
    try self.init(type: kept, texts: sorted)
  }
}
