public import Cluster
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The Hessian of the log-loss of two classes, with a row and column for the intercept behind; one
  /// read of the data, in `Double`.
  /// - Parameter shift: subtracted from each column.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func classHessian(
    coefficients: Matrix<Double>, intercepts: [Double], weighting: ClassWeighting,
    shift: [Double], hasIntercept: Bool, in session: Session
  ) throws -> Matrix<Double> {
    let level = try KernelLevel.current()
    let (width, isDense) = (columnCount, isDense)
    let order = width + (hasIntercept ? 1 : 0)
    let gram = GramSum(dimension: order, level: level)
    let scorer = LinearScorer(
      coefficients: coefficients, intercepts: intercepts, isSparse: !isDense, level: level)
    let none = [Double](repeating: 0, count: order)
    let limit = Block<Element>.rowLimit
    let total = unsafe try sum(
      "measuring the curvature", count: gram.count, in: session,
      scratch: {
        (
          LinearScratch<Element>(outputs: 1, sparseCount: scorer.scratchCount),
          Buffer<Double>(count: 64 * order), GramScratch(dimension: order)
        )
      }
    ) { block, scratch, sums in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      let loss = unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights, outputs: 1)
      let (scaled, memory) = (scratch.1, scratch.2)
      block.eachPart(scratch: &scratch.0) { part, range, scratch in
        let to = unsafe scratch.margins.pointer
        unsafe scorer.margins(of: part, into: to, scratch: scratch)
        unsafe loss.terms(
          rows: range.lowerBound, count: range.count, margins: to, stride: limit,
          residuals: scratch.residuals.pointer, curvatures: scratch.curvatures.pointer,
          lanes: scratch.lanes.pointer, level: level)
        for first in stride(from: 0, to: range.count, by: 64) {
          let count = min(64, range.count - first)
          for row in 0..<count {
            let root = scratch.curvatures[first + row].squareRoot()
            let start = unsafe scaled.pointer + row * order
            switch part {
            case .dense(let rows):
              let from = unsafe rows.start + (first + row) * rows.stride
              for column in 0..<width {
                unsafe start[column] = root * (Double(from[column]) - shift[column])
              }
            case .sparse(let rows):
              for column in 0..<width { unsafe start[column] = -root * shift[column] }
              for entry in unsafe rows.offsets[first + row]..<rows.offsets[first + row + 1] {
                let column = unsafe Int(rows.indices[entry])
                unsafe start[column] += root * Double(rows.values[entry])
              }
            case .coded: bug("coded rows were not taken apart")
            }
            if hasIntercept { unsafe start[width] = root }
          }
          unsafe gram.add(
            RowBlock(scaled.pointer, rowCount: count, columnCount: order), shift: none, to: sums,
            scratch: memory)
        }
      }
    }
    var hessian = Matrix<Double>(rowCount: order, columnCount: order)
    for row in 0..<order {
      for column in row..<order {
        let value = total[gram.place(row, column)]
        (hessian[row, column], hessian[column, row]) = (value, value)
      }
    }
    return hessian
  }
}
