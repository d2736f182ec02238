internal import Datasets
internal import LinearAlgebra

extension Identifiers {
  /// The place of what a register has in a row; nil where it is missing or not among these.
  func place(of cells: TextCells, _ row: Int) -> Int? {
    if cells.isMissing(row) { return nil }
    return unsafe cells.withBytes(row) { unsafe place(ofBytes: $0) }.map { Int($0) }
  }
}
