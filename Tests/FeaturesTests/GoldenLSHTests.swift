import Martlet
import Testing

/// The formulas of locality-sensitive hashing with Spark's own coefficients: Golden/spark.json.
///
/// Spark draws them from Java's random numbers, which we do not; so they are taken from the file.
struct GoldenLSHTests {
  private static let cases = GoldenFile.cases.filter { golden in
    golden.stage.hasSuffix("-lsh") && !golden.isError && golden.name != "NaN"
  }

  private func vector(_ json: JSONValue) throws -> VectorValue {
    if case .list = json { return .dense(try numbers(json)) }
    return .sparse(
      width: try json.integer("width", in: 0...1000),
      indices: try numbers(try json.member("indices")).map { Int32($0) },
      values: try numbers(try json.member("values")))
  }

  private func numbers(_ json: JSONValue) throws -> [Double] {
    try #require([Double](settingJSON: json))
  }

  private func rows(_ json: JSONValue) throws -> Frame {
    guard case .list(let rows) = json else { throw Failure(.data, "no rows") }
    let vectors = try rows.map { row -> VectorValue in
      guard case .list(let values) = row else { throw Failure(.data, "no row") }
      return try vector(values[0])
    }
    let width = vectors[0].width
    return Frame(
      Schema([Schema.Field("x", .vector, metadata: ColumnMetadata(width: width, isSparse: true))]),
      [Column(vectors: vectors, width: width)])
  }

  private func step(_ golden: GoldenCase, width: Int) throws -> any LSHStep {
    let document = golden.document
    guard case .object(var settings) = try document.list("stages")[0] else {
      throw Failure(.data, "no settings")
    }
    settings["stage"] = nil
    let model = try document.member("model")
    if golden.stage == MinHashLSH.name {
      return try MinHashLSHStep(
        MinHashLSH(json: .object(settings)), width: width,
        coefficients: try model.list("coefficients").map {
          let pair = try numbers($0)
          return (a: Int(pair[0]), b: Int(pair[1]))
        })
    }
    let units = try model.list("directions").map { try numbers($0) }
    return try BucketedRandomProjectionLSHStep(
      BucketedRandomProjectionLSH(json: .object(settings)),
      units: Matrix(rowCount: units.count, columnCount: width, elements: units.flatMap { $0 }))
  }

  @Test func `hashes, neighbours and joins are Spark's where the coefficients are`() throws {
    #expect(Self.cases.count >= 8)
    for golden in Self.cases {
      let document = golden.document
      let learned = try rows(try document.member("rows"))
      let applied = try rows((try? document.member("apply")) ?? document.member("rows"))
      let width = applied.columns[0].numbersPerRow
      let step = try step(golden, width: width)
      let model = PipelineModel(
        input: applied.schema, steps: [step], document: .object(JSONObject()))
      let hashes = vectors(try model.scorer(for: applied.schema).score(applied))
      // Spark writes a list of vectors of one number.
      let wanted = try document.list("expected").map { row -> VectorValue in
        guard case .list(let columns) = row, case .list(let tables) = columns[0] else {
          throw Failure(.data, "no hashes")
        }
        return .dense(try tables.map { try numbers($0)[0] })
      }
      #expect(hashes == wanted, "\(golden.stage), \(golden.name)")
      guard let near = try? document.member("near") else { continue }
      let neighbours = try step.approxNearestNeighbors(
        of: vector(try near.member("key")), count: near.integer("count", in: 1...9),
        in: Dataset(learned), session: Session())
      let nearest = try document.list("nearest").map { try numbers($0) }
      #expect(
        neighbours == nearest.map { Neighbor(row: Int($0[0]), distance: $0[1]) }, "\(golden.name)")
      let pairs = try step.approxSimilarityJoin(
        Dataset(learned), Dataset(learned), threshold: document.number("within"),
        session: Session())
      let joined = try document.list("pairs").map { try numbers($0) }
      #expect(
        pairs
          == joined.map { SimilarPair(first: Int($0[0]), second: Int($0[1]), distance: $0[2]) },
        "\(golden.name)")
    }
  }
}
