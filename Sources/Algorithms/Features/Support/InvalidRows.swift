internal import Datasets
public import Learning
internal import Platform

/// What to do with a row whose value a stage cannot use.
public enum InvalidRows: String, CaseIterable, SettingValue {
  /// Stop and name the row.
  case error
  /// Leave the row out.
  case skip
  /// Keep it, as each stage says.
  case keep
}

extension RowBatch {
  /// Stops at the first row with an invalid value, or takes such rows out.
  /// - Parameter invalid: the column whose value cannot be used, or nil.
  func handleInvalid(_ handling: InvalidRows, _ invalid: (Int) -> String?) throws {
    var kept: [Int]?
    for row in 0..<rowCount {
      guard let column = invalid(row) else {
        kept?.append(row)
        continue
      }
      if handling == .error {
        throw fault(
          row: row, column: column, found: nil, "the value is missing or not a number",
          hint: "handleInvalid skip leaves such rows out")
      }
      if kept == nil { kept = Array(0..<row) }
    }
    if let kept { keep(kept) }
  }
}
