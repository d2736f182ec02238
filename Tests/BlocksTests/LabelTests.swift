import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

struct `Labels beside the rows` {
  private func dataset(_ labels: Column, rowsPerSplit: Int = 3) -> Dataset {
    let numbers = Column((0..<labels.count).map { Optional(Double($0)) })
    return Dataset(
      FrameSource(Frame([("x", numbers), ("y", labels)]), rowsPerSplit: rowsPerSplit))
  }

  private func blocks(
    _ labels: Column, _ label: LabelColumn = .classes("y"), unusable: UnusableRows = .error,
    in session: Session = Session()
  ) throws -> BlockMatrix<Double> {
    try dataset(labels).blocks(
      features: ["x"], label: label, unusable: unusable, in: session
    ).0
  }

  private func labels(_ rows: BlockMatrix<Double>) -> [Double?] {
    rows.rows.map { rows.label(ofRow: $0) }
  }

  @Test func `classes are numbered in their order whatever comes first`() throws {
    let texts = try blocks(Column(["b", "é", "a", "b", "B"]))
    #expect(texts.classes?.texts == ["B", "a", "b", "é"])
    #expect(texts.classes?.type == .text)
    #expect(labels(texts) == [2, 3, 1, 2, 0])
    #expect(texts.labelName == "y")

    let integers = try blocks(Column([10, -3, 2, 10].map { Optional(Int64($0)) }))
    #expect(integers.classes?.texts == ["-3", "2", "10"])
    #expect(labels(integers) == [2, 0, 1, 2])

    let numbers = try blocks(Column([0.5, -0.0, 0, 1e300].map { Optional($0) }))
    #expect(numbers.classes?.texts == ["0", "0.5", "1e+300"])
    #expect(labels(numbers) == [1, 0, 0, 2])

    let singles = try blocks(Column([1e10, 0.1, -0.0, 1e10].map { Optional(Float($0)) }))
    #expect(singles.classes?.texts == ["0", "0.1", "10000000000"])
    #expect(labels(singles) == [2, 1, 0, 2])

    let flags = try blocks(Column([true, false, true].map { Optional($0) }))
    #expect(flags.classes?.texts == ["false", "true"])
    #expect(labels(flags) == [1, 0, 1])
  }

  @Test func `predictions come back in the type of the labels`() throws {
    for column in [
      Column(["b", "a"]), Column([Int64(7), -7].map { Optional($0) }),
      Column([true, false].map { Optional($0) }), Column([2.5, 1].map { Optional($0) }),
    ] {
      let classes = try #require(try blocks(column).classes)
      let stored = try Classes(type: classes.type, texts: classes.texts)
      #expect(stored == classes)
      let given = classes.column([1, 0, -1])
      #expect(given.type == column.type)
      #expect(given[0] == column[0] && given[1] == column[1] && given[2] == .missing)
    }
  }

  @Test func `numbers are labels as they are`() throws {
    let rows = try blocks(Column([1.5, -2, 3].map { Optional($0) }), .numbers("y"))
    #expect(rows.classes == nil)
    #expect(labels(rows) == [1.5, -2, 3])
  }

  @Test func `a row without a label is refused by its place or left out with its class`() throws {
    let missing = Column(["b", nil, "a", "c"])
    let error = #expect(throws: Failure.self) { try blocks(missing) }
    #expect(error?.message.contains("row 2, column y: the value is missing") == true)
    #expect(labels(try blocks(missing, unusable: .skip)) == [1, 0, 2])
    // Row 2 has a feature that is none: its class is not one of the rows that are left.
    let data = Dataset(
      FrameSource(
        Frame([
          ("x", Column([0, 1, Double.nan, 3].map { Optional($0) })),
          ("y", Column(["b", "a", "z", "a"])),
        ]), rowsPerSplit: 2))
    let (rows, report): (BlockMatrix<Double>, _) = try data.blocks(
      features: ["x"], label: .classes("y"), unusable: .skip, in: Session())
    #expect(rows.classes?.texts == ["a", "b"])
    #expect(report.unusableRowCount == 1)
    #expect(labels(rows) == [1, 0, 0])
  }

  @Test func `text is no number to predict, and too many texts are no classes`() throws {
    #expect(throws: TextColumnError.self) { try blocks(Column(["1", "x"]), .numbers("y")) }
    let many = Column((0...LabelColumn.classLimit).map { Optional("l\($0)") })
    let error = #expect(throws: Failure.self) { try blocks(many) }
    #expect(error?.hint?.contains("linear-regression") == true)
  }

  @Test func `any workers give the same labels`() throws {
    let texts = (0..<100).map { Optional("c\(($0 * 7) % 13)") }
    let alone = try blocks(Column(texts))
    for ranks in [2, 3, 5] {
      let found = try Communicator.withThreads(ranks) { group in
        let session = Session(communicator: group, threads: 1)
        let rows = try dataset(Column(texts), rowsPerSplit: 9).blocks(
          of: Double.self, features: ["x"], label: .classes("y"), in: session
        ).0
        return (rows.rows, labels(rows), rows.classes)
      }
      for (range, own, classes) in found {
        #expect(classes == alone.classes)
        #expect(own == range.map { alone.label(ofRow: $0) })
      }
    }
  }
}
