public import LinearAlgebra

extension Matrix {
  /// Columns of numbers and vectors side by side as row-major rows; what is missing becomes NaN.
  public init(columns: [Column], rowCount: Int) {
    let width = columns.reduce(0) { $0 + $1.numbersPerRow }
    self.init(rowCount: rowCount, columnCount: width)
    var place = 0
    for column in columns where rowCount > 0 {
      unsafe column.copyNumbers(0..<rowCount, to: mutablePointer + place, stride: width)
      place += column.numbersPerRow
    }
  }
}
