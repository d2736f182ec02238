internal import Platform

extension GramAccumulator {
  /// Adds rows of a table in which they begin `stride` apart, in order.
  public func add(rows: Range<Int>, of table: Buffer<Element>, stride: Int) {
    require(
      stride >= dimension && rows.lowerBound >= 0 && rows.upperBound * stride <= table.count,
      "rows \(rows), \(stride) apart, of \(table.count) numbers")
    unsafe add(
      RowBlock(
        table.pointer + rows.lowerBound * stride, rowCount: rows.count, columnCount: dimension,
        stride: stride))
    withExtendedLifetime(table) {}
  }
}
