internal import Platform

extension PanelScorer {
  /// All scores of some rows of a matrix, a row each.
  public func scores(
    ofRows rows: Range<Int>, in matrix: Matrix<Element>, scratch: PanelScratch<Element>
  ) -> Matrix<Element> {
    require(
      rows.lowerBound >= 0 && rows.upperBound <= matrix.rowCount,
      "rows \(rows) of \(matrix.rowCount)")
    let scores = Matrix<Element>(rowCount: rows.count, columnCount: columnCount)
    if rows.isEmpty { return scores }
    let start = unsafe matrix.pointer + rows.lowerBound * matrix.columnCount
    unsafe score(
      RowBlock(start, rowCount: rows.count, columnCount: matrix.columnCount),
      into: scores.buffer.pointer, scratch: scratch)
    withExtendedLifetime((matrix, scores)) {}
    return scores
  }
}
