internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// What to do with a code that was not there when the stage was fitted.
public enum UnseenCodes: String, CaseIterable, SettingValue {
  /// Stop and name the row.
  case error
  /// Give it a place of its own, as each stage says.
  case keep
}

/// Whole numbers from 0 on that stand for categories.
enum Codes {
  /// The most categories of a column: what is larger is no code but a number.
  static let limit = 1 << 24

  /// A number as a code below `count`; nil where it is none.
  @inline(__always)
  static func code(_ number: Double, below count: Int) -> Int? {
    // False for a NaN too.
    guard number >= 0, number < Double(count) else { return nil }
    let code = Int(number)
    return Double(code) == number ? code : nil
  }

  /// A number that must be a code while a stage is fitted.
  static func learned(
    _ number: Double, _ row: Int, _ column: String, in batch: RowBatch
  ) throws -> Int {
    if let code = code(number, below: limit) { return code }
    throw batch.fault(
      row: row, column: column, found: text(number),
      "is no code: a whole number from 0 to \(limit - 1)",
      hint: "a string-indexer before it makes codes of any values")
  }

  /// As a message shows it.
  static func text(_ number: Double) -> String? {
    number.isMissing ? nil : numberText(number)
  }
}

extension RowBatch {
  /// The error about a code that was not there when the stage was fitted.
  func unseen(_ number: Double, row: Int, column: String, hint: String) -> DataError {
    fault(
      row: row, column: column, found: Codes.text(number),
      number.isMissing ? "the code is missing" : "is none of the codes that were learned",
      hint: hint)
  }
}
