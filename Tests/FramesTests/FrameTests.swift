import Frames
import Platform
import Testing

@Suite struct FrameTests {
  /// A frame with a column of each type, and its model.
  private func sample(
    _ count: Int, hasMissing: Bool = true, from random: inout SplitMix
  ) -> (frame: Frame, models: [ModelColumn]) {
    let models = ColumnType.allCases.map {
      ModelColumn($0, count: count, hasMissing: hasMissing, from: &random)
    }
    return (Frame(models.map { ($0.type.rawValue, $0.column) }), models)
  }

  private func expectEqual(
    _ frame: Frame, _ models: [ModelColumn], _ comment: String = "",
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(frame.columns.count == models.count, sourceLocation: location)
    for (column, model) in zip(frame.columns, models) {
      FramesTests.expectEqual(column, model, comment, at: location)
    }
    #expect(
      frame.rowCount == models.first?.values.count ?? frame.rowCount, sourceLocation: location)
  }

  @Test func `columns are selected by name in the order asked for`() throws {
    var random = SplitMix(state: 21)
    let (frame, models) = sample(9, from: &random)
    let part = try frame.selecting(["text", "bool"])
    #expect(part.schema.names == ["text", "bool"])
    let (text, integer) = (
      try #require(models.first { $0.type == .text }),
      try #require(models.first { $0.type == .int64 })
    )
    expectEqual(part, [text, models[0]])
    #expect(try frame.selecting([]).rowCount == 9)
    FramesTests.expectEqual(try frame.column("int64"), integer)
  }

  @Test func `rows are selected and sliced in all columns alike`() throws {
    var random = SplitMix(state: 22)
    let (frame, models) = sample(40, from: &random)
    let rows = (0..<60).map { _ in random.below(40) }
    expectEqual(frame.selecting(rows: rows), models.map { $0.selecting(rows) })
    expectEqual(frame.slice(3..<17), models.map { $0.slice(3..<17) })
    #expect(try frame.selecting([]).selecting(rows: [1, 2, 2]).rowCount == 3)
  }

  @Test func `appended columns stand behind the others`() {
    let frame = Frame([("a", Column([1, 2] as [Int64?]))])
    let both = frame.appending(Frame([("b", Column(["x", nil] as [String?]))]))
    #expect(both.schema == Schema([.init("a", .int64), .init("b", .text)]))
    #expect(both.columns[1][1] == .missing)
    #expect(both.rowCount == 2)
  }

  @Test func `frames one below the other hold all rows, empty ones none`() {
    var random = SplitMix(state: 23)
    let parts = [0, 3, 0, 20, 1].map { sample($0, hasMissing: $0 != 3, from: &random) }
    var models = parts[0].models
    for index in models.indices { models[index].values = parts.flatMap { $0.models[index].values } }
    expectEqual(
      Frame.concatenated(parts.map(\.frame), schema: parts[0].frame.schema), models, "seed 23")
    let none = Frame.concatenated([], schema: parts[0].frame.schema)
    #expect(none.rowCount == 0)
    #expect(none.columns.map(\.type) == ColumnType.allCases)
  }

  @Test func `a frame comes back from its bytes as it went`() throws {
    var random = SplitMix(state: 24)
    for count in [0, 1, 8, 9, 50] {
      for hasMissing in [false, true] {
        let (whole, models) = sample(count, hasMissing: hasMissing, from: &random)
        let range = random.range(in: count)
        let frame = whole.slice(range)
        let back = try Frame(decoding: frame.encoded(), schema: frame.schema)
        expectEqual(back, models.map { $0.slice(range) }, "seed 24, \(count) rows, \(range)")
        #expect(back.encoded() == frame.encoded())
      }
    }
    let bare = Frame(Schema([]), [], rowCount: 12)
    #expect(try Frame(decoding: bare.encoded(), schema: bare.schema).rowCount == 12)
  }

  @Test func `bytes cut at any length are refused`() throws {
    var random = SplitMix(state: 25)
    let frame = sample(5, from: &random).frame
    let bytes = frame.encoded()
    for length in bytes.indices {
      let refused = failure {
        _ = try Frame(decoding: Array(bytes[..<length]), schema: frame.schema)
      }
      #expect(refused.message == "a frame arrived cut short", "\(length) bytes")
    }
  }

  @Test func `bytes that state absurd sizes are refused`() {
    let schema = Schema([.init("a", .float64)])
    for count in [Int64.max, .max - 1, .min, -1, 1 << 61] {
      let bytes = unsafe withUnsafeBytes(of: count.littleEndian) { unsafe Array($0) } + [0, 0, 0]
      let refused = failure { _ = try Frame(decoding: bytes, schema: schema) }
      #expect(refused.message == "a frame arrived cut short", "\(count) rows")
    }
  }
}

@Suite struct SchemaTests {
  private let schema = Schema([
    .init("petal_length", .float64), .init("petal_width", .float32), .init("species", .text),
  ])

  @Test func `a column that is not there is named with the nearest one`() {
    let frame = Frame([("petal_length", Column([1] as [Double?]))])
    let one = failure { _ = try schema.selecting(["species", "petal_lenght"]) }
    #expect(one.kind == .data)
    #expect(one.message == "there is no column 'petal_lenght'")
    #expect(one.hint == "did you mean 'petal_length'?")
    #expect(failure { _ = try schema.place(of: "petal_lenght") } == one)
    #expect(failure { _ = try frame.column("petal_lenght") } == one)
    #expect(failure { _ = try frame.selecting(["petal_lenght"]) } == one)
    #expect(
      failure { _ = try schema.place(of: "price") }.hint
        == "there are: petal_length, petal_width, species")
  }

  @Test func `names are the same when their bytes are`() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let schema = Schema([.init(composed, .bool), .init(decomposed, .text)])
    #expect(try schema.place(of: composed) == 0)
    #expect(try schema.place(of: decomposed) == 1)
    #expect(Schema([.init(composed, .bool)]).index(of: decomposed) == nil)
    #expect(try schema.selecting([decomposed]).fields[0].type == .text)
  }
}

@Suite struct NumberTextTests {
  /// The shortest digits that read back, as ECMAScript's and Python's printers give them too.
  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
    (1e15, "1000000000000000"), (1e22, "1e+22"), (.leastNonzeroMagnitude, "5e-324"),
    (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.nan, "NaN"),
    (.infinity, "Infinity"), (-.infinity, "-Infinity"),
  ])
  func `doubles read in their shortest form`(value: Double, text: String) {
    #expect(numberText(value) == text)
  }

  @Test(arguments: [
    (Float(0.1), "0.1"), (16_777_216, "16777216"), (1.0 / 3, "0.33333334"), (.nan, "NaN"),
    (-.infinity, "-Infinity"),
  ])
  func `floats read in their own shortest form`(value: Float, text: String) {
    #expect(numberText(value) == text)
  }

  @Test func `every text reads back as the same number`() {
    var random = SplitMix(state: 31)
    for _ in 0..<2000 {
      let value = Double(bitPattern: random.next())
      if value.isFinite { #expect(Double(numberText(value)) == value, "seed 31") }
      let single = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if single.isFinite { #expect(Float(numberText(single)) == single, "seed 31") }
    }
  }

  @Test func `values read as they are written`() {
    let values: [Value] = [.missing, .bool(false), .integer(-4), .number(2.5), .text("a")]
    #expect(values.map(\.description) == ["", "false", "-4", "2.5", "a"])
  }
}
