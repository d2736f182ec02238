internal import Frames
public import Learning
internal import Platform

/// Multiplies each vector by a given one, number by number.
///
/// Sparse vectors stay sparse: what they leave out is 0 whatever it is multiplied by.
public struct ElementwiseProduct: ColumnwiseStage, Transformer {
  @Setting("columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("what to multiply by, a number for each of a vector's", spark: "scalingVec")
  public var scalingVec: [Double] = []

  public init() {}

  public static let name = "elementwise-product"
  public static let summary = "multiplies each vector by a given one, number by number"
  public static let suffix = "_product"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.scalingVec = [1, -2, 0.5]
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    guard !scalingVec.isEmpty else {
      throw SettingError(name: "scalingVec", requirement: "at least one number", value: "")
    }
  }

  public func bind(to binder: inout Binder) throws {
    let factors = scalingVec
    for (input, output) in pairs {
      let from = try binder.vectors(input)
      guard binder.isOutline || from.width == factors.count else {
        throw Failure(
          .usage,
          "the vectors of '\(input)' have \(from.width) numbers, and scalingVec has "
            + "\(factors.count)")
      }
      let to = try binder.addVectors(
        output, width: from.width, isSparse: from.isSparse,
        slots: binder.field(input).metadata.slots)
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount {
          if to.isSparse {
            source.forEachEntry(row) { index, value in
              let product = value * factors[index]
              if product != 0 { target.append(index, product) }
            }
            target.endRow()
          } else {
            source.forEachEntry(row) { unsafe target.row(row)[$0] = $1 * factors[$0] }
          }
        }
      }
    }
  }
}
