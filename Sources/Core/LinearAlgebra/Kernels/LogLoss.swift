internal import CKernels
internal import Platform

/// The log-loss of rows by their margins: its sum, and what its derivatives are made of.
///
/// Two classes have one margin, that of the second class; more have one each. Exponential and
/// logarithm are those of `Portable`, eight rows at a time, so that no machine shows in the bits.
@safe
public struct LogLoss {
  /// The class of each row, 0, 1 and so on.
  public let places: UnsafePointer<Double>
  /// One a row; nil: all 1.
  public let weights: UnsafePointer<Double>?
  /// One a class, or nil; a row counts its own weight times that of its class.
  public let classWeights: Buffer<Double>?
  /// How many margins a row has.
  public let outputs: Int

  public init(
    places: UnsafePointer<Double>, weights: UnsafePointer<Double>?,
    classWeights: Buffer<Double>?, outputs: Int
  ) {
    require(outputs >= 1, "\(outputs) margins a row")
    unsafe self.places = unsafe places
    unsafe self.weights = unsafe weights
    self.classWeights = classWeights
    self.outputs = outputs
  }

  /// How many lanes the sums of a block take: eight for the loss, eight for each output's residuals.
  public static func laneCount(outputs: Int) -> Int { 8 * (outputs + 1) }

  /// Residuals (the probability, less 1 for the row's own class) and curvatures, p (1 - p), of some
  /// rows, each times the row's weight; that of output c and row r at `[c * stride + r]`.
  /// - Parameters:
  ///   - first: the first of the rows, a multiple of eight; it says which labels are taken.
  ///   - lanes: row r is added to lane r mod 8: first the loss, then the residuals of each output.
  public func terms(
    rows first: Int, count: Int, margins: UnsafePointer<Double>, stride: Int,
    residuals: UnsafeMutablePointer<Double>, curvatures: UnsafeMutablePointer<Double>?,
    lanes: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    require(first % 8 == 0 && count <= stride, "\(count) rows from \(first)")
    var labels = unsafe martlet_labels(
      places: places + first, weights: weights.map { unsafe $0 + first },
      class_weights: classWeights.map { unsafe UnsafePointer($0.pointer) })
    var terms = unsafe martlet_class_terms(
      residuals: residuals, curvatures: curvatures, stride: stride, lanes: lanes)
    unsafe martlet_terms(level.rawValue, &labels, outputs, count, margins, stride, &terms)
    withExtendedLifetime(classWeights) {}
  }

  /// The sum of eight lanes: 4, 2 and 1 apart.
  public static func folded(_ lanes: UnsafePointer<Double>) -> Double {
    unsafe ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6]))
      + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
  }

  /// The probability of each class, that of class c and row r at `[c * stride + r]`; one margin
  /// gives those of two classes.
  public static func probabilities(
    outputs: Int, count: Int, margins: UnsafePointer<Double>, stride: Int,
    into probabilities: UnsafeMutablePointer<Double>, level: KernelLevel
  ) {
    require(count <= stride && outputs >= 1, "\(count) rows, \(stride) apart")
    unsafe martlet_probabilities(
      level.rawValue, outputs, count, margins, stride, probabilities, stride)
  }
}
