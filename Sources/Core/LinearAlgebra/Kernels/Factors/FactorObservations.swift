internal import CKernels
internal import Platform

/// The ratings of some users beside the factors of the items, or the other way round.
///
/// One row of ratings gives the normal equations of one factor: with the other side's factors y, the
/// weights w and the targets t of its ratings, (sum of w y yᵀ + ridge) x = sum of t y.
public struct FactorObservations: Sendable {
  /// The other side's factors: those of column c begin at `c * stride`.
  public let factors: Buffer<Float>
  /// A multiple of 16, so that factors begin with a cache line.
  public let stride: Int
  /// How many unknowns a factor has; the first elements of the other side's rows go with them.
  public let dimension: Int
  /// The column of each rating.
  public let indices: Buffer<Int32>
  public let values: Buffer<Float>
  public let target: FactorTarget

  public init(
    factors: Buffer<Float>, stride: Int, dimension: Int, indices: Buffer<Int32>,
    values: Buffer<Float>, target: FactorTarget
  ) {
    require(
      dimension >= 1 && stride >= Self.width(of: dimension) && stride % 16 == 0
        && factors.count % stride == 0,
      "factors of \(dimension), \(stride) apart, in \(factors.count) numbers")
    require(indices.count == values.count, "\(indices.count) columns of \(values.count) ratings")
    require(factors.count / stride <= Int(Int32.max), "too many columns")
    require(
      unsafe martlet_all_within(indices.pointer, indices.count, factors.count / stride) == 1,
      "a column beyond the \(factors.count / stride) that have factors")
    if case .value(_, let bias?) = target {
      require(bias >= 0 && bias < stride, "a bias at \(bias) of \(stride)")
    }
    self.factors = factors
    self.stride = stride
    self.dimension = dimension
    self.indices = indices
    self.values = values
    self.target = target
  }

  /// The least stride for factors of a dimension.
  public static func width(of dimension: Int) -> Int {
    martlet_gram_width(Float.kernelPrecision, dimension)
  }

  func withBridge<R>(_ body: (UnsafePointer<martlet_observations>) -> R) -> R {
    defer { withExtendedLifetime(self) {} }
    var shape = unsafe martlet_observations()
    unsafe shape.factors = UnsafePointer(factors.pointer)
    unsafe shape.stride = stride
    unsafe shape.dimension = dimension
    unsafe shape.indices = UnsafePointer(indices.pointer)
    unsafe shape.values = UnsafePointer(values.pointer)
    unsafe shape.bias = -1
    switch target {
    case .value(let shift, let bias):
      unsafe shape.shift = shift
      if let bias { unsafe shape.bias = bias }
    case .preference(let alpha):
      unsafe shape.alpha = alpha
      unsafe shape.implicit = 1
    }
    return unsafe body(&shape)
  }

  func check(_ pieces: [Range<Int>], _ dimension: Int) {
    require(dimension == self.dimension, "systems of \(dimension) for factors of \(self.dimension)")
    for piece in pieces {
      require(
        piece.count <= FactorSystems.pieceLimit && piece.lowerBound >= 0
          && piece.upperBound <= indices.count,
        "a piece \(piece) of \(indices.count) ratings")
    }
  }
}
