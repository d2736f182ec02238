public import Cluster
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The diagonal of the Hessian of the log-loss at some coefficients; one read of the data.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func classCurvature(
    coefficients: Matrix<Double>, intercepts: [Double], weighting: ClassWeighting,
    wide: WideColumns<Element>? = nil, in session: Session
  ) throws -> ClassCurvatureSums {
    let level = try KernelLevel.current()
    let (outputs, width, isDense) = (weighting.outputs, columnCount, isDense)
    let padded = paddedToEight(width)
    let scorer = LinearScorer(
      coefficients: coefficients, intercepts: intercepts, isSparse: !isDense, level: level)
    let zeros = Buffer<Double>(count: padded)
    let limit = Block<Element>.rowLimit
    let squaresAt = isDense ? outputs * padded : 0
    let weightsAt = wide != nil ? 0 : squaresAt + outputs * padded
    let total = unsafe try sum(
      "measuring the curvature", count: weightsAt + outputs, in: session,
      scratch: { LinearScratch<Element>(outputs: outputs, sparseCount: scorer.scratchCount) }
    ) { block, scratch, sums in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      let loss = unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights,
        outputs: outputs)
      block.eachPart(scratch: &scratch) { part, range, scratch in
        let to = unsafe scratch.margins.pointer
        unsafe scorer.margins(of: part, into: to, scratch: scratch)
        unsafe loss.terms(
          rows: range.lowerBound, count: range.count, margins: to, stride: limit,
          residuals: scratch.residuals.pointer, curvatures: scratch.curvatures.pointer,
          lanes: scratch.lanes.pointer, level: level)
        for output in 0..<outputs {
          let weights = unsafe scratch.curvatures.pointer + output * limit
          for row in 0..<range.count { unsafe sums[weightsAt + output] += weights[row] }
          if let wide {
            unsafe (wide.factors.pointer + block.localRow + range.lowerBound)
              .update(from: weights, count: range.count)
            continue
          }
          let squares = unsafe sums + squaresAt + output * padded
          switch part {
          case .dense(let rows):
            unsafe rows.addMoments(
              shift: zeros, weights: weights, sums: sums + output * padded, squares: squares,
              level: level)
          case .sparse(let rows):
            unsafe rows.addMoments(weights: weights, sums: nil, squares: squares, level: level)
          case .coded: bug("coded rows were not taken apart")
          }
        }
      }
    }
    if let wide {
      let squares = try self.sums(
        "measuring the curvature", wide, factors: wide.factors, squared: true, in: session)
      return ClassCurvatureSums(
        weights: [total[0]], sums: nil,
        squares: Matrix(rowCount: 1, columnCount: width, elements: squares))
    }
    func matrix(from start: Int) -> Matrix<Double> {
      Matrix(
        rowCount: outputs, columnCount: width,
        elements: (0..<outputs).flatMap { output in
          total[(start + output * padded)..<(start + output * padded + width)]
        })
    }
    return ClassCurvatureSums(
      weights: Array(total[weightsAt...]), sums: isDense ? matrix(from: 0) : nil,
      squares: matrix(from: squaresAt))
  }
}
