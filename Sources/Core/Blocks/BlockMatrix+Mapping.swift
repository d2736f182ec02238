public import Cluster
public import LinearAlgebra

extension BlockMatrix {
  /// A number for each row that this worker holds, in order, from dense rows a block at a time.
  ///
  /// Nothing crosses workers, so nothing waits.
  /// - Parameter body: gives a number for each row of a block.
  public func map(
    _ activity: String, in session: Session,
    _ body: @escaping @Sendable (RowBlock<Element>) throws -> [Double]
  ) throws -> [Double] {
    let results = Buffer<Double>(count: rows.count)
    try forEachBlock(activity, in: session, scratch: {}) { block, _ in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      let numbers = try body(rows)
      for (place, number) in numbers.enumerated() { results[block.localRow + place] = number }
    }
    return results.array
  }
}
