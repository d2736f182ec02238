internal import Frames
public import Learning
internal import Platform

/// Finds the positions of vectors that hold few different values, and gives these values codes.
///
/// A position of at most `maxCategories` different values is taken for a category: its values get
/// codes in rising order, but 0 always gets code 0, so that sparse vectors stay sparse. Other
/// positions pass as they are. `keep` gives unseen values the code behind the last.
///
/// Ours: 0 and -0 are one value (Spark stops at -0), and a 0 that a sparse vector leaves out is
/// checked like any other. A NaN is never a category. Cost: one pass; up to `maxCategories` numbers
/// for each position.
public struct VectorIndexer: ColumnwiseStage {
  @Setting("the columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting(
    "names of the new columns; the inputs' names and _indexed where empty", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("the most different values of a category", in: 2...10_000, spark: "maxCategories")
  public var maxCategories = 20
  @Setting("what to do with a value that was not seen", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error

  public init() {}

  public static let name = "vector-indexer"
  public static let summary = "gives codes to the values of vector positions that hold few"
  public static let suffix = "_indexed"
  public static var example: Self {
    Self {
      $0.inputs = ["counts"]
      $0.handleInvalid = .keep
    }
  }

  public var dropsRows: Bool { handleInvalid == .skip }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      let slot = try binder.vectors(input)
      _ = try binder.addVectors(output, width: slot.width, isSparse: slot.isSparse)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    .learn(VectorIndexLearner(stage: self, slots: try inputs.map { try binder.vectors($0) }))
  }
}
