public import LinearAlgebra
internal import Platform

/// What the log-loss of all rows comes to at some coefficients, before it is divided by their weight.
public struct ClassLossSums: Sendable {
  /// The sum of weight times log-loss.
  public let loss: Double
  /// For each output the sum of the residuals: the gradient of its intercept.
  public let residuals: [Double]
  /// One row an output: the gradient of its coefficients.
  public let gradient: Matrix<Double>
}

/// The diagonal of the Hessian of the log-loss, in parts, so that columns can be centred.
public struct ClassCurvatureSums: Sendable {
  /// For each output the sum of weight times p (1 - p).
  public let weights: [Double]
  /// One row an output: the same times each column; nil for sparse rows, which are not centred.
  public let sums: Matrix<Double>?
  /// The same times each column's square.
  public let squares: Matrix<Double>
}

/// How rows count: their labels are places of classes.
public struct ClassWeighting: Sendable {
  /// How many margins a row has: 1 for two classes, else one a class.
  public let outputs: Int
  let classWeights: Buffer<Double>?

  /// - Parameter classWeights: one a class; nil: all 1.
  public init(outputs: Int, classWeights: [Double]? = nil) {
    self.outputs = outputs
    self.classWeights = classWeights.map { Buffer($0) }
  }
}

/// The margins of a worker's rows at the last two points, 16 bytes a row.
///
/// A margin is linear in the step, so the loss anywhere between the two needs no pass over the data.
public final class StoredMargins: Sendable {
  let accepted: Buffer<Double>
  let trial: Buffer<Double>

  /// What a worker needs for so many rows.
  public static func byteCount(rows: Int) -> Int { 16 * rows }

  /// - Parameter rowCount: the rows of this worker.
  public init(rowCount: Int) {
    accepted = Buffer(count: rowCount)
    trial = Buffer(count: rowCount)
  }

  init(accepted: Buffer<Double>, trial: Buffer<Double>) {
    self.accepted = accepted
    self.trial = trial
  }

  /// The same with the trial point accepted.
  public var swapped: StoredMargins { StoredMargins(accepted: trial, trial: accepted) }
}

/// What a thread needs for itself while it goes through rows.
struct LinearScratch<Element: Scalar> {
  let margins: Buffer<Double>
  let residuals: Buffer<Double>
  let curvatures: Buffer<Double>
  let lanes: Buffer<Double>
  let sparse: Buffer<Double>
  var coded = CodedEntries<Element>()

  init(outputs: Int, sparseCount: Int) {
    let limit = Block<Element>.rowLimit
    margins = Buffer(count: outputs * limit)
    residuals = Buffer(count: outputs * limit)
    curvatures = Buffer(count: outputs * limit)
    lanes = Buffer(count: LogLoss.laneCount(outputs: outputs))
    sparse = Buffer(count: max(1, sparseCount))
  }
}

extension LinearScorer {
  /// The margins of a part of a block, a block's rows apart for each output.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @unsafe func margins<Element: Scalar>(
    of part: Block<Element>.Rows, into target: UnsafeMutablePointer<Double>,
    scratch: LinearScratch<Element>
  ) {
    let limit = Block<Element>.rowLimit
    switch part {
    case .dense(let rows): unsafe scores(rows, into: target, stride: limit)
    case .sparse(let rows):
      unsafe scores(rows, into: target, stride: limit, scratch: scratch.sparse.pointer)
    case .coded: bug("coded rows were not taken apart")
    }
  }
}
