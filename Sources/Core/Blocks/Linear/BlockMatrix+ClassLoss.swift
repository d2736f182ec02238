public import Cluster
public import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The log-loss of all rows at some coefficients, and its gradient; one read of the data.
  ///
  /// A block's rows go through the cache a few at a time: their margins, what these cost, and the
  /// rows times their residuals, all in `Double`.
  /// - Parameters:
  ///   - coefficients: one row an output.
  ///   - margins: keeps the margins as those of the trial point; only for one output.
  ///   - wide: the entries column by column, for very many columns; only for one output.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func classLoss(
    coefficients: Matrix<Double>, intercepts: [Double], weighting: ClassWeighting,
    margins: StoredMargins? = nil, wide: WideColumns<Element>? = nil, in session: Session
  ) throws -> ClassLossSums {
    let level = try KernelLevel.current()
    let (outputs, width, isDense) = (weighting.outputs, columnCount, isDense)
    let scorer = LinearScorer(
      coefficients: coefficients, intercepts: intercepts, isSparse: !isDense, level: level)
    // Of several outputs, sparse sums lie side by side.
    let isTurned = !isDense && outputs > 1
    let stride = paddedToEight(isTurned ? outputs : width)
    let gradientCount = wide != nil ? 0 : isTurned ? stride * width : stride * outputs
    let total = unsafe try sum(
      "measuring the loss", count: gradientCount + outputs + 1, in: session,
      scratch: {
        LinearScratch<Element>(outputs: outputs, sparseCount: max(scorer.scratchCount, stride))
      }
    ) { block, scratch, sums in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      let loss = unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights,
        outputs: outputs)
      unsafe scratch.lanes.pointer.update(repeating: 0, count: scratch.lanes.count)
      let stored = unsafe margins.map { unsafe $0.trial.pointer + block.localRow }
      let factors = unsafe wide.map { unsafe $0.factors.pointer + block.localRow }
      block.eachPart(scratch: &scratch) { part, range, scratch in
        let to = unsafe stored.map { unsafe $0 + range.lowerBound } ?? scratch.margins.pointer
        unsafe scorer.margins(of: part, into: to, scratch: scratch)
        let residuals =
          unsafe factors.map { unsafe $0 + range.lowerBound } ?? scratch.residuals.pointer
        unsafe loss.terms(
          rows: range.lowerBound, count: range.count, margins: to,
          stride: Block<Element>.rowLimit, residuals: residuals, curvatures: nil,
          lanes: scratch.lanes.pointer, level: level)
        if wide != nil { return }
        switch part {
        case .dense(let rows):
          unsafe rows.addProducts(
            factors: scratch.residuals.pointer, factorsStride: Block<Element>.rowLimit,
            outputs: outputs, to: sums, sumsStride: stride, level: level)
        case .sparse(let rows):
          unsafe rows.addProducts(
            factors: scratch.residuals.pointer, factorsStride: Block<Element>.rowLimit,
            outputs: outputs, to: sums, sumsStride: stride, scratch: scratch.sparse.pointer,
            level: level)
        case .coded: bug("coded rows were not taken apart")
        }
      }
      for output in 0...outputs {
        unsafe sums[gradientCount + output] += LogLoss.folded(scratch.lanes.pointer + 8 * output)
      }
    }
    if let wide {
      let gradient = try sums("measuring the gradient", wide, factors: wide.factors, in: session)
      return ClassLossSums(
        loss: total[0], residuals: [total[1]],
        gradient: Matrix(rowCount: 1, columnCount: width, elements: gradient))
    }
    var gradient = Matrix<Double>(rowCount: outputs, columnCount: width)
    gradient.withMutableSpan { span in
      for output in 0..<outputs {
        for column in 0..<width {
          span[output * width + column] =
            total[isTurned ? column * stride + output : output * stride + column]
        }
      }
    }
    return ClassLossSums(
      loss: total[gradientCount], residuals: Array(total[(gradientCount + 1)...]),
      gradient: gradient)
  }

  /// The loss of two classes between the accepted and the trial point, and its slope along the way
  /// to the trial point; no pass over the features.
  /// - Parameter part: how far to go, in parts of the way.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func probeLoss(
    _ margins: StoredMargins, part: Double, weighting: ClassWeighting, in session: Session
  ) throws -> (loss: Double, slope: Double) {
    let level = try KernelLevel.current()
    let total = unsafe try sum(
      "probing a step", count: 2, in: session,
      scratch: { LinearScratch<Element>(outputs: 1, sparseCount: 0) }
    ) { block, scratch, sums in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      let (from, to) = unsafe (
        margins.accepted.pointer + block.localRow, margins.trial.pointer + block.localRow
      )
      for row in 0..<block.rowCount {
        let way = unsafe to[row] - from[row]
        scratch.curvatures[row] = way
        scratch.margins[row] = unsafe from[row].addingProduct(part, way)
      }
      unsafe scratch.lanes.pointer.update(repeating: 0, count: scratch.lanes.count)
      unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights, outputs: 1
      ).terms(
        rows: 0, count: block.rowCount, margins: scratch.margins.pointer,
        stride: Block<Element>.rowLimit, residuals: scratch.residuals.pointer, curvatures: nil,
        lanes: scratch.lanes.pointer, level: level)
      unsafe sums[0] += LogLoss.folded(scratch.lanes.pointer)
      for row in 0..<block.rowCount {
        unsafe sums[1].addProduct(scratch.residuals[row], scratch.curvatures[row])
      }
    }
    return (total[0], total[1])
  }

  /// How many rows are on the wrong side or on the border, by the margins of the trial point.
  public func wrongCount(_ margins: StoredMargins, in session: Session) throws -> Int {
    let total = unsafe try sum("counting wrong rows", count: 1, in: session) { block, sums in
      guard let labels = unsafe block.labels else { bug("rows without labels") }
      for row in 0..<block.rowCount where unsafe block.weights?[row] ?? 1 > 0 {
        let margin = margins.trial[block.localRow + row]
        let isRight = unsafe labels[row] > 0.5 ? margin > 0 : margin < 0
        if !isRight { unsafe sums[0] += 1 }
      }
    }
    return Int(total[0])
  }
}

extension Block {
  /// Lends the rows a few at a time, so that what is read twice is still in the cache.
  func eachPart(
    scratch: inout LinearScratch<Element>,
    _ body: (Rows, Range<Int>, inout LinearScratch<Element>) throws -> Void
  ) rethrows {
    switch rows {
    case .dense(let rows):
      let byteCount = columnCount * MemoryLayout<Element>.stride
      let step = min(256, max(8, (32 << 10) / byteCount / 8 * 8))
      for first in stride(from: 0, to: rowCount, by: step) {
        let range = first..<min(rowCount, first + step)
        try body(.dense(rows.rows(range)), range, &scratch)
      }
    case .sparse(let rows):
      for first in stride(from: 0, to: rowCount, by: 64) {
        let range = first..<min(rowCount, first + 64)
        try body(.sparse(rows.rows(range)), range, &scratch)
      }
    case .coded(let rows):
      scratch.coded.take(rows)
      try body(.sparse(unsafe scratch.coded.block), 0..<rowCount, &scratch)
    }
  }
}
