internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Divides each vector by its p-norm, so that it has length 1.
///
/// A vector of zeros stays as it is, as in Spark. Sparse vectors stay sparse. A NaN in a vector
/// makes all of its numbers NaN unless p is inf, as in Spark; but squares that are beyond the doubles do
/// no harm: (1e200, 1e200) has length 1 afterwards, where Spark gives zeros.
public struct Normalizer: ColumnwiseStage, Transformer {
  @Setting("columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("which norm: 1, 2, another number above 1, or inf", spark: "p", sklearn: "norm")
  public var p: NormOrder = 2

  public init() {}

  public static let name = "normalizer"
  public static let summary = "divides each vector by its p-norm"
  public static let suffix = "_normed"
  public static var example: Self { Self { $0.inputs = ["point", "counts"] } }

  public func bind(to binder: inout Binder) throws {
    let order = p.value
    for (input, output) in pairs {
      let from = try binder.vectors(input)
      let to = try binder.addVectors(
        output, width: from.width, isSparse: from.isSparse,
        slots: binder.field(input).metadata.slots)
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount {
          let norm = source.norm(row, order)
          let divisor = norm == 0 ? 1 : norm
          if to.isSparse {
            source.forEachEntry(row) { if $1 != 0 { target.append($0, $1 / divisor) } }
            target.endRow()
          } else {
            source.forEachEntry(row) { unsafe target.row(row)[$0] = $1 / divisor }
          }
        }
      }
    }
  }
}

/// Which norm: a number from 1 on, or infinity.
public struct NormOrder: SettingValue, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public let value: Double

  public init(_ value: Double) { self.value = value }
  public init(floatLiteral value: Double) { self.value = value }
  public init(integerLiteral value: Int) { self.value = Double(value) }

  public init?(settingText: String) {
    guard let value = settingText.asEnd ?? Double(settingText: settingText) else { return nil }
    self.value = value
  }
  public init?(settingJSON: JSONValue) {
    guard let value = settingJSON.asEnd else { return nil }
    self.value = value
  }
  public var settingText: String { value.isInfinite ? "inf" : value.settingText }
  public var settingJSON: JSONValue { value.endJSON }
  public var isUsable: Bool { value >= 1 }
  public static var requirement: String { "a number from 1 on, or inf" }
  public static var placeholder: String { "X" }
}

extension VectorCells {
  /// The norm of a row: a sum in the order of the entries.
  fileprivate func norm(_ row: Int, _ order: Double) -> Double {
    var (sum, most) = (0.0, 0.0)
    forEachEntry(row) { _, value in
      let size = value.magnitude
      sum += order == 1 ? size : size * size
      if size > most { most = size }
    }
    if order == 1, sum.isFinite { return sum }
    // Squares in the range where none of them underflows or overflows.
    if order == 2, sum < 0x1p1000, sum > 0x1p-900 { return sum.squareRoot() }
    if order.isInfinite || most == 0 || !most.isFinite { return most }
    sum = 0
    forEachEntry(row) { sum += Self.power($1.magnitude / most, order) }
    return most * Self.power(sum, 1 / order)
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 1 || base == 0 || base.isNaN { return base }
    if exponent == 2 { return base * base }
    if exponent == 0.5 { return base.squareRoot() }
    return Portable.exp(exponent * Portable.log(base))
  }
}
