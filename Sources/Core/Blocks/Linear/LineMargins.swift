public import Cluster
public import LinearAlgebra
internal import Platform

/// The margins of a worker's rows at a point and what they change by along a direction, with the
/// residuals where the loss was told last; 24 bytes a row.
///
/// A margin is linear in the step: how far to go costs no pass over the features.
public final class LineMargins: Sendable {
  let accepted: Buffer<Double>
  let way: Buffer<Double>
  /// One a row: the factors of its numbers in the gradient.
  public let residuals: Buffer<Double>

  /// What a worker needs for so many rows.
  public static func byteCount(rows: Int) -> Int { 24 * rows }

  public init(rowCount: Int) {
    accepted = Buffer(count: rowCount)
    way = Buffer(count: rowCount)
    residuals = Buffer(count: rowCount)
  }

  /// The margins at the point, as those of a trial that was accepted.
  public var stored: StoredMargins { StoredMargins(accepted: accepted, trial: accepted) }
}

/// What the loss of two classes comes to on a line, before it is divided by the weight of the rows.
public struct LineLoss: Sendable {
  public let loss: Double
  /// How it changes with the step.
  public let slope: Double
  /// The sum of the residuals: the gradient of the intercept.
  public let residual: Double
}

extension BlockMatrix {
  /// Measures the margins of a point, or what they change by along a direction; sparse rows only.
  /// - Parameter coefficients: one a column.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func measure(
    _ margins: LineMargins, along coefficients: Buffer<Double>, intercept: Double,
    isPoint: Bool, in session: Session
  ) throws {
    let scorer = LinearScorer(
      sparse: coefficients, intercept: intercept, level: try KernelLevel.current())
    let target = isPoint ? margins.accepted : margins.way
    try session.communicator.agree("measuring margins") {
      try forEachBlock("measuring margins", in: session, scratch: {}) { block, _ in
        guard case .sparse(let rows) = block.rows else { throw Failure(.bug, "dense rows") }
        let to = unsafe target.pointer + block.localRow
        unsafe scorer.scores(rows, into: to, stride: Block<Element>.rowLimit, scratch: to)
      }
    }
  }

  /// The loss so far along the direction, its slope and the residuals there.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func lineLoss(
    _ margins: LineMargins, step: Double, weighting: ClassWeighting, in session: Session
  ) throws -> LineLoss {
    let level = try KernelLevel.current()
    let arithmetic = LongVector(level: level)
    let total = unsafe try sum(
      "measuring the loss", count: 3, in: session,
      scratch: { LinearScratch<Element>(outputs: 1, sparseCount: 0) }
    ) { block, scratch, sums in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      let to = unsafe scratch.margins.pointer
      let residuals = unsafe margins.residuals.pointer + block.localRow
      unsafe to.update(from: margins.accepted.pointer + block.localRow, count: block.rowCount)
      let way = unsafe margins.way.pointer + block.localRow
      unsafe arithmetic.add(step, way, to: to, count: block.rowCount)
      unsafe scratch.lanes.pointer.update(repeating: 0, count: scratch.lanes.count)
      unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights, outputs: 1
      ).terms(
        rows: 0, count: block.rowCount, margins: to, stride: Block<Element>.rowLimit,
        residuals: residuals, curvatures: nil, lanes: scratch.lanes.pointer, level: level)
      unsafe sums[0] += LogLoss.folded(scratch.lanes.pointer)
      unsafe sums[1] += arithmetic.dot(residuals, way, count: block.rowCount)
      unsafe sums[2] += LogLoss.folded(scratch.lanes.pointer + 8)
    }
    return LineLoss(loss: total[0], slope: total[1], residual: total[2])
  }

  /// Goes so far along the direction.
  public func accept(_ margins: LineMargins, step: Double, in session: Session) throws {
    let arithmetic = LongVector(level: try KernelLevel.current())
    try forEachBlock("accepting a step", in: session, scratch: {}) { block, _ in
      unsafe arithmetic.add(
        step, margins.way.pointer + block.localRow,
        to: margins.accepted.pointer + block.localRow, count: block.rowCount)
    }
  }

  /// The curvature of each row's loss at the point, p (1 - p) times its weight, one a row of this
  /// worker.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func lineCurvatures(
    _ margins: LineMargins, weighting: ClassWeighting, into curvatures: Buffer<Double>,
    in session: Session
  ) throws {
    let level = try KernelLevel.current()
    try forEachBlock(
      "measuring the curvature", in: session,
      scratch: { LinearScratch<Element>(outputs: 1, sparseCount: 0) }
    ) { block, scratch in
      guard let labels = unsafe block.labels else { bug("a loss without labels") }
      unsafe LogLoss(
        places: labels, weights: block.weights, classWeights: weighting.classWeights, outputs: 1
      ).terms(
        rows: 0, count: block.rowCount, margins: margins.accepted.pointer + block.localRow,
        stride: Block<Element>.rowLimit, residuals: scratch.residuals.pointer,
        curvatures: curvatures.pointer + block.localRow, lanes: scratch.lanes.pointer,
        level: level)
    }
  }
}
