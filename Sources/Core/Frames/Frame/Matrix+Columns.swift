public import LinearAlgebra

extension Matrix {
  /// Numeric columns side by side as row-major rows; what is missing becomes NaN.
  public init(columns: [Column], rowCount: Int) {
    self.init(rowCount: rowCount, columnCount: columns.count)
    for (place, column) in columns.enumerated() where rowCount > 0 {
      unsafe column.copyNumbers(
        0..<rowCount, to: mutablePointer + place, stride: columns.count)
    }
  }
}
