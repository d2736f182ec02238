internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Hashes sets so that those which share much tend to share a hash: MinHash (Broder, 1997).
///
/// A vector stands for the set of its places that are not 0. For each of `numHashTables` tables the
/// hash is the smallest of `((1 + i) a + b) mod 2038074743` over the set, as Spark's; two sets
/// share it about as often as their Jaccard similarity says. The output is a vector of one number a
/// table, where Spark writes as many vectors of one number. A vector of zeros alone is an error.
///
/// The coefficients follow from `seed` by our own random numbers, so they are not Spark's; the
/// formulas are. Nothing is learned from the rows, and no pass is made.
public struct MinHashLSH: ColumnwiseStage {
  @Setting("the column of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("the name of the new column; else the input's and _hashes", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("how many hashes a vector gets", in: 1...100_000, spark: "numHashTables")
  public var numHashTables = 1
  @Setting("from which the coefficients follow", spark: "seed")
  public var seed: UInt64 = 42

  public init() {}

  public static let name = "min-hash-lsh"
  public static let summary = "hashes sets so that similar ones tend to share a hash"
  public static let suffix = "_hashes"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.numHashTables = 3
    }
  }

  public func checkTogether() throws(SettingError) { try checkOneColumn() }

  public func outline(_ binder: inout Binder) throws {
    try check()
    _ = try binder.vectors(inputs[0])
    _ = try binder.addVectors(pairs[0].output, width: numHashTables, isSparse: false)
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let source = RandomSource(seed: seed, purpose: "min-hash-lsh.coefficients")
    let coefficients = (0..<numHashTables).map { table in
      var draw = source.stream(row: table)
      return (
        1 + draw.integer(below: MinHashLSHStep.prime - 1),
        draw.integer(below: MinHashLSHStep.prime - 1)
      )
    }
    return .ready(
      try MinHashLSHStep(
        self, width: try binder.vectors(inputs[0]).width, coefficients: coefficients))
  }
}

/// Hashes sets by coefficients.
public struct MinHashLSHStep: LSHStep {
  public static let kind = MinHashLSH.name
  /// What hashes are taken modulo, as in Spark.
  public static let prime = 2_038_074_743

  private let settings: MinHashLSH
  public let width: Int
  /// For each table the factor and what is added.
  public let coefficients: [(a: Int, b: Int)]

  /// - Parameter coefficients: one pair a table, from 0 up to the prime.
  public init(
    _ settings: MinHashLSH, width: Int, coefficients: [(a: Int, b: Int)]
  ) throws {
    try settings.check()
    guard width <= Self.prime else {
      throw Failure(.data, "MinHash takes vectors of at most \(Self.prime) numbers, not \(width)")
    }
    guard coefficients.count == settings.numHashTables,
      coefficients.allSatisfy({
        (0..<Self.prime).contains($0.a) && (0..<Self.prime).contains($0.b)
      })
    else {
      throw Failure(
        .data, "the coefficients do not fit \(settings.numHashTables) tables of MinHash")
    }
    self.settings = settings
    self.width = width
    self.coefficients = coefficients
  }

  public var input: String { settings.inputs[0] }
  public var output: String { settings.pairs[0].output }
  public var tableCount: Int { coefficients.count }
  public var hasher: any VectorHasher { Formula(coefficients: coefficients) }

  private struct Formula: VectorHasher {
    let coefficients: [(a: Int, b: Int)]

    func problem(indices: ArraySlice<Int32>, values: ArraySlice<Double>) -> String? {
      indices.isEmpty ? "a vector of zeros alone has no MinHash" : nil
    }

    func hash(
      indices: ArraySlice<Int32>, values: ArraySlice<Double>, into hashes: inout [Double]
    ) {
      for (a, b) in coefficients {
        var least = prime
        for index in indices { least = min(least, ((1 + Int(index)) * a + b) % prime) }
        hashes.append(Double(least))
      }
    }

    /// 1 less the Jaccard similarity.
    func distance(
      indices: ArraySlice<Int32>, values: ArraySlice<Double>, otherIndices: ArraySlice<Int32>,
      otherValues: ArraySlice<Double>
    ) -> Double {
      var (one, other, both) = (indices.startIndex, otherIndices.startIndex, 0)
      while one < indices.endIndex, other < otherIndices.endIndex {
        let (own, its) = (indices[one], otherIndices[other])
        if own == its { both += 1 }
        if own <= its { one += 1 }
        if its <= own { other += 1 }
      }
      let all = indices.count + otherIndices.count - both
      return all == 0 ? 0 : 1 - Double(both) / Double(all)
    }

    func hashDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).contains { $0 == $1 } ? 0 : 1
    }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: settings.json,
      values: .object(JSONObject([.init("width", .integer(width))])),
      tensors: ["coefficients": Tensor(coefficients.flatMap { [Int64($0.a), Int64($0.b)] })])
  }

  public init(_ saved: SavedStep) throws {
    let settings = try MinHashLSH(saved: saved.settings)
    guard let numbers = saved.tensors["coefficients"]?.int64s, numbers.count % 2 == 0 else {
      throw Failure(.data, "the step lacks its coefficients")
    }
    try self.init(
      settings, width: try saved.values.integer("width", in: 0...Int(Int32.max)),
      coefficients: stride(from: 0, to: numbers.count, by: 2).map {
        (Int(numbers[$0]), Int(numbers[$0 + 1]))
      })
  }
}

extension ColumnwiseStage {
  /// Checks that there is exactly one input.
  func checkOneColumn() throws(SettingError) {
    try checkColumns()
    guard inputs.count == 1 else {
      throw SettingError(name: "inputs", requirement: "one column", value: inputs.settingText)
    }
  }
}
