internal import Frames
public import Learning
public import LinearAlgebra
internal import Platform

/// Hashes vectors so that those near each other (Euclid) tend to share a hash: random projections
/// cut into buckets (Datar, Immorlica, Indyk, Mirrokni, 2004).
///
/// For each of `numHashTables` tables a random unit vector is drawn, and the hash of `x` is
/// `floor(dot(x, unit) / bucketLength)`, as Spark's. Longer buckets find more near vectors and more
/// far ones with them. The output is a vector of one number a table, where Spark writes as many
/// vectors of one number. A number that is not finite is an error.
///
/// The unit vectors follow from `seed` by our own random numbers, so they are not Spark's; the
/// formulas are. Nothing is learned from the rows, and no pass is made.
public struct BucketedRandomProjectionLSH: ColumnwiseStage {
  @Setting("the column of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("the name of the new column; else the input's and _hashes", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("how many hashes a vector gets", in: 1...100_000, spark: "numHashTables")
  public var numHashTables = 1
  @Setting("how long a bucket is; to be given", in: Above(0), spark: "bucketLength")
  public var bucketLength: Double? = nil
  @Setting("from which the unit vectors follow", spark: "seed")
  public var seed: UInt64 = 42

  public init() {}

  public static let name = "bucketed-random-projection-lsh"
  public static let summary = "hashes vectors so that near ones tend to share a hash"
  public static let suffix = "_hashes"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.numHashTables = 3
      $0.bucketLength = 2
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkOneColumn()
    if bucketLength == nil {
      throw SettingError(
        name: "bucketLength", requirement: "given, a number above 0", value: "none")
    }
  }

  public func outline(_ binder: inout Binder) throws {
    try check()
    _ = try binder.vectors(inputs[0])
    _ = try binder.addVectors(pairs[0].output, width: numHashTables, isSparse: false)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let width = try binder.vectors(inputs[0]).width
    let source = RandomSource(seed: seed, purpose: "bucketed-random-projection-lsh.units")
    var units: [Double] = []
    for table in 0..<numHashTables {
      var draw = source.stream(row: table)
      let numbers = (0..<width).map { _ in draw.normal() }
      let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
      units += numbers.map { length > 0 ? $0 / length : 0 }
    }
    return .ready(
      try BucketedRandomProjectionLSHStep(
        self, units: Matrix(rowCount: numHashTables, columnCount: width, elements: units)))
  }
}

/// Hashes vectors by unit vectors.
public struct BucketedRandomProjectionLSHStep: LSHStep {
  public static let kind = BucketedRandomProjectionLSH.name
  private let settings: BucketedRandomProjectionLSH
  /// For each table a row, of length 1.
  public let units: Matrix<Double>

  /// - Parameter units: for each table a vector, a row each.
  public init(_ settings: BucketedRandomProjectionLSH, units: Matrix<Double>) throws {
    try settings.check()
    guard units.rowCount == settings.numHashTables, units.elements.allSatisfy(\.isFinite) else {
      throw Failure(.data, "the unit vectors do not fit \(settings.numHashTables) tables")
    }
    self.settings = settings
    self.units = units
  }

  public var input: String { settings.inputs[0] }
  public var output: String { settings.pairs[0].output }
  public var width: Int { units.columnCount }
  public var tableCount: Int { units.rowCount }
  public var hasher: any VectorHasher {
    Formula(
      units: units.elements, tableCount: units.rowCount, width: units.columnCount,
      bucketLength: settings.bucketLength ?? 1)
  }

  private struct Formula: VectorHasher {
    /// One unit vector behind the other.
    let units: [Double]
    let tableCount: Int
    let width: Int
    let bucketLength: Double

    func problem(indices: ArraySlice<Int32>, values: ArraySlice<Double>) -> String? {
      values.allSatisfy(\.isFinite) ? nil : "a number of the vector is not finite"
    }

    func hash(
      indices: ArraySlice<Int32>, values: ArraySlice<Double>, into hashes: inout [Double]
    ) {
      for table in 0..<tableCount {
        var product = 0.0
        for place in indices.indices {
          product += units[table * width + Int(indices[place])] * values[place]
        }
        hashes.append((product / bucketLength).rounded(.down))
      }
    }

    /// Euclid's.
    func distance(
      indices: ArraySlice<Int32>, values: ArraySlice<Double>, otherIndices: ArraySlice<Int32>,
      otherValues: ArraySlice<Double>
    ) -> Double {
      var (one, other, sum) = (indices.startIndex, otherIndices.startIndex, 0.0)
      while one < indices.endIndex || other < otherIndices.endIndex {
        let own = one < indices.endIndex ? indices[one] : Int32.max
        let its = other < otherIndices.endIndex ? otherIndices[other] : Int32.max
        let difference = (own <= its ? values[one] : 0) - (its <= own ? otherValues[other] : 0)
        if own <= its { one += 1 }
        if its <= own { other += 1 }
        sum += difference * difference
      }
      return sum.squareRoot()
    }

    func hashDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).map { ($0 - $1) * ($0 - $1) }.min() ?? 0
    }
  }

  public var saved: SavedStep {
    SavedStep(settings: settings.json, tensors: ["units": Tensor(units)])
  }

  public init(_ saved: SavedStep) throws {
    guard let units = saved.tensors["units"]?.matrix(of: Double.self) else {
      throw Failure(.data, "the step lacks its unit vectors")
    }
    try self.init(try BucketedRandomProjectionLSH(saved: saved.settings), units: units)
  }
}
