internal import Blocks
internal import Cluster
internal import LinearAlgebra

extension FactorSide {
  /// The sum of y yᵀ over all rows of all workers; a collective call.
  func commonPart(level: KernelLevel, in session: Session) throws -> CommonPart {
    let dimension = shape.dimension
    let (table, shape) = (table, shape)
    let upper = try rows.leaves.totals(
      "adding up factors", count: dimension * dimension, in: session,
      scratch: { GramAccumulator<Float>(dimension: dimension, level: level) }
    ) { leaf, gram, total in
      gram.reset()
      gram.add(rows: leaf, of: table, stride: shape.stride)
      gram.finish()
      for row in 0..<dimension {
        for column in row..<dimension {
          total[row * dimension + column] += gram.upper[row, column]
        }
      }
    }
    return CommonPart(dimension: dimension, upper: upper)
  }

  /// The factors of all workers' rows; a collective call.
  func allFactors(in session: Session) throws -> Matrix<Float> {
    let own = rows.rows.flatMap { row in
      (0..<shape.rank).map { table[shape.place(row) + $0] }
    }
    let all = try session.communicator.allGather(own)
    return Matrix(
      rowCount: rows.rowCount, columnCount: shape.rank,
      elements: all.count == 1 ? all[0] : all.flatMap { $0 })
  }

  /// The biases of all workers' rows, where there are any; a collective call.
  func allBiases(in session: Session) throws -> [Float]? {
    guard shape.hasBias else { return nil }
    let own = rows.rows.map { table[shape.place($0) + shape.bias] }
    return try session.communicator.allGather(own).flatMap { $0 }
  }
}
