import Martlet
import Testing

/// Pairs of a user and an item, scored as rows of a table.
@Suite struct PairScoreTests {
  private func predictions(
    _ model: SampleRecommender, _ users: Column, _ items: Column
  ) throws -> [Value] {
    let frame = Frame([("user", users), ("item", items)])
    let pipeline = PipelineModel(input: frame.schema, steps: [model], document: .null)
    let scored = try pipeline.scorer(for: frame.schema).score(frame)
    let column = try scored.column("prediction")
    return (0..<frame.rowCount).map { column[$0] }
  }

  @Test func `whole numbers name users and items whatever the type of their column`() throws {
    let model = try Sample.model(isText: false)
    let pairs: [(user: Int, item: Int)] = [(3, 5), (0, 0), (41, 17)]
    let expected = pairs.map { Value.number(model.factors.score(user: $0.user, item: $0.item)) }
    let users = try pairs.map { try #require(Double(model.users.text($0.user))) }
    let items = try pairs.map { try #require(Double(model.items.text($0.item))) }
    let wholes = (
      Column(users.map { Optional(Int64($0)) }), Column(items.map { Optional(Int32($0)) })
    )
    #expect(try predictions(model, wholes.0, wholes.1) == expected)
    #expect(try predictions(model, Column(users.map { Optional($0) }), wholes.1) == expected)
    let singles = Column(items.map { Optional(Float($0)) })
    #expect(try predictions(model, wholes.0, singles) == expected)
    #expect(try predictions(model, Column(users.map { Optional($0) }), singles) == expected)
  }

  @Test func `numbers find names that are texts as a file of ids has them`() throws {
    var model = try Sample.model()
    let texts = ["7", "2.5", "1152921504606846976"]
    model.parts.users = try Identifiers(
      bytes: texts.flatMap { Array($0.utf8) }, ends: [1, 4, 23])
    model.parts.factors.users = Matrix(
      rowCount: 3, columnCount: 5, elements: (0..<15).map { Float($0) / 4 })
    model.parts.factors.userBias = [0, 1, 2]
    let users: [Double?] = [7, 2.5, 0x1p60, 8, nil, .nan]
    let items = Column([String?](repeating: model.items.text(2), count: users.count))
    let expected =
      (0..<3).map { Value.number(model.factors.score(user: $0, item: 2)) }
      + [.missing, .missing, .missing]
    #expect(try predictions(model, Column(users), items) == expected)
    #expect(
      try predictions(model, Column(users.map { $0.map { Float($0) } }), items) == [
        expected[0], expected[1], expected[2], .missing, .missing, .missing,
      ])
  }
}
