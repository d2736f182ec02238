import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

/// Rows of a number, a code of five, a number and a code of two, as one-hot encoding makes them.
private struct CodedTable: Sendable {
  static let codes = [1..<6, 7..<9]
  let rows: [[Double]]

  init(_ count: Int, seed: UInt64) {
    var random = SplitMix(state: seed)
    rows = (0..<count).map { _ in
      var row = [Double](repeating: 0, count: 9)
      row[0] = Double(random.below(100)) / 8
      row[6] = Double(random.below(5))
      // One place more than there is: no code.
      let (a, b) = (random.below(6), random.below(3))
      if a < 5 { row[1 + a] = 1 }
      if b < 2 { row[7 + b] = 1 }
      return row
    }
  }

  func column(isSparse: Bool) -> Column {
    Column(
      vectors: rows.map { row in
        if !isSparse { return .dense(row) }
        let entries = row.indices.filter { row[$0] != 0 }
        return .sparse(
          width: 9, indices: entries.map { Int32($0) }, values: entries.map { row[$0] })
      }, width: 9)
  }

  func dataset(
    isSparse: Bool = true, codes: [Range<Int>] = Self.codes, rowsPerSplit: Int = 17
  ) -> Dataset {
    let schema = Schema([
      .init(
        "v", .vector, metadata: ColumnMetadata(width: 9, isSparse: isSparse, codes: codes)),
      .init("n", .float64),
    ])
    let frame = Frame(
      schema, [column(isSparse: isSparse), Column(rows.map { Optional($0[0] * 3) })])
    return Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
  }

  func blocks<E: Scalar>(
    _ type: E.Type = E.self, isSparse: Bool = true, forms: RowForms = [.sparse, .coded],
    in session: Session = Session()
  ) throws -> BlockMatrix<E> {
    try dataset(isSparse: isSparse).blocks(
      of: type, features: ["n", "v"], forms: forms, in: session
    ).0
  }
}

struct `Rows of numbers beside codes` {
  private let table = CodedTable(211, seed: 5)

  @Test(arguments: [true, false])
  func `codes are taken out of vectors, and nothing is lost`(isSparse: Bool) throws {
    let rows = try table.blocks(Float.self, isSparse: isSparse)
    #expect(rows.isCoded && !rows.isSparse)
    #expect(rows.byteCount == 211 * (3 * 4 + 2 * 4))
    for row in 0..<211 {
      #expect(rows.row(row) == ([table.rows[row][0] * 3] + table.rows[row]).map { Float($0) })
    }
    let spread = try rows.spread(in: Session())
    #expect(!spread.isCoded)
    for row in 0..<211 { #expect(spread.row(row) == rows.row(row)) }
    #expect(spread.placement == rows.placement)
  }

  @Test func `one who knows no codes gets dense rows`() throws {
    let rows = try table.blocks(Double.self, forms: .sparse)
    #expect(!rows.isCoded && !rows.isSparse)
    #expect(rows.row(3) == [table.rows[3][0] * 3] + table.rows[3])
  }

  @Test func `column sums are those of dense rows`() throws {
    let session = Session(leaves: LeafPolicy(byteCount: 1, rowCount: 7))
    let coded = try table.blocks(Double.self, in: session)
    let dense = try table.blocks(Double.self, forms: [], in: session)
    let (a, b) = (try coded.columnSums(in: session), try dense.columnSums(in: session))
    #expect(a.last == 211)
    for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-12 * abs(y)) }
  }

  @Test func `any workers hold the same rows`() throws {
    let alone = try table.blocks(Double.self)
    for ranks in [2, 3, 7] {
      _ = try Communicator.withThreads(ranks) { group in
        let rows = try table.blocks(
          Double.self, in: Session(communicator: group, threads: 1))
        #expect(rows.isCoded)
        for row in rows.rows { #expect(rows.row(row) == alone.row(row)) }
      }
    }
  }

  @Test func `what is said of codes and is not so is an error`() throws {
    // Column 0 holds numbers, and runs must not overlap.
    for codes in [[0..<6], [1..<6, 5..<9], [1..<20]] {
      #expect(throws: Failure.self) {
        _ = try table.dataset(codes: codes).blocks(
          of: Double.self, features: ["v"], forms: .coded, in: Session())
      }
    }
  }

  @Test func `a row that is missing is named or left out`() throws {
    let vectors: [VectorValue?] = [
      .sparse(width: 2, indices: [1], values: [1]), nil, .sparse(width: 2, indices: [], values: []),
    ]
    let schema = Schema([
      .init("v", .vector, metadata: ColumnMetadata(width: 2, isSparse: true, codes: [0..<2]))
    ])
    let data = Dataset(FrameSource(Frame(schema, [Column(vectors: vectors, width: 2)])))
    let error = #expect(throws: Failure.self) {
      _ = try data.blocks(of: Double.self, features: ["v"], forms: .coded, in: Session())
    }
    #expect(error?.message.contains("row 2, column v: the value is missing") == true)
    let (rows, report): (BlockMatrix<Double>, _) = try data.blocks(
      features: ["v"], forms: .coded, unusable: .skip, in: Session())
    #expect(report.unusableRowCount == 1)
    #expect(rows.rows.map { rows.row($0) } == [[0, 1], [0, 0]])
  }
}
