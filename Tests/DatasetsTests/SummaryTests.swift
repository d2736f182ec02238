import Cluster
import Datasets
import Foundation
import Frames
import LinearAlgebra
import Platform
import Testing

/// Summaries against DuckDB's figures, a textbook version, and themselves on other crews.
@Suite struct SummaryTests {
  /// Figures of DuckDB 2.0.0.
  ///
  /// They are for `datasets/iris/iris.csv`, one query a column: `select
  /// count(distinct x), min(x), max(x), quantile_cont(x, [0.05, 0.25, 0.5, 0.75, 0.95])` and `select
  /// x, count(*) ... order by 2 desc, 1 limit 3`. Means and deviations are Python's, from fractions
  /// rounded once: those of DuckDB are off in their last digits.
  @Test func `iris is what DuckDB says`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Dataset.reading([root.appending(path: "datasets/iris/iris.csv").path])
    let summary = try data.summary(in: aloneSession())
    #expect(summary.rowCount == 150)
    #expect(summary.columns.map(\.distinctCount) == [35, 23, 43, 22, 3])
    #expect(summary.columns.allSatisfy { $0.missingCount == 0 && $0.notNumberCount == 0 })
    let expected: [(Double, Double, Double, Double, [Double], [(Double, Int)])] = [
      (
        4.3, 7.9, 5.843333333333334, 0.828066127977863, [4.6, 5.1, 5.8, 6.4, 7.254999999999998],
        [(5, 10), (5.1, 9), (6.3, 9)]
      ),
      (
        2, 4.4, 3.0573333333333332, 0.4358662849366982, [2.3449999999999998, 2.8, 3, 3.3, 3.8],
        [(3, 26), (2.8, 14), (3.2, 13)]
      ),
      (
        1, 6.9, 3.758, 1.7652982332594664, [1.3, 1.6, 4.35, 5.1, 6.1],
        [(1.4, 13), (1.5, 13), (4.5, 8)]
      ),
      (
        0.1, 2.5, 1.1993333333333334, 0.7622376689603466, [0.2, 0.3, 1.3, 1.8, 2.3],
        [(0.2, 29), (1.3, 13), (1.5, 12)]
      ),
    ]
    for (column, figures) in zip(summary.columns, expected) {
      #expect(column.minimum == .number(figures.0))
      #expect(column.maximum == .number(figures.1))
      #expect(column.mean == figures.2)
      #expect(((column.standardDeviation ?? 0) - figures.3).magnitude <= figures.3.ulp)
      #expect(column.quantiles == figures.4.map { .number($0) })
      #expect(column.frequent.prefix(3).map(\.value) == figures.5.map { .number($0.0) })
      #expect(column.frequent.prefix(3).map(\.count) == figures.5.map(\.1))
      #expect(column.histogram.reduce(0, +) == 150)
    }
    let species = summary.columns[4]
    #expect(species.minimum == .text("setosa"))
    #expect(species.maximum == .text("virginica"))
    #expect(species.frequent.map(\.count) == [50, 50, 50])
    expectLengths(species, 6, 10, 1250.0 / 150)
  }

  /// The same queries on these six rows, by DuckDB 2.0.0; the mean of `count` by hand, since
  /// DuckDB's own loses a unit of 9007199254740993.
  @Test func `missing values, large integers and texts are what DuckDB says`() throws {
    let folder = try TemporaryFolder()
    let text = """
      city,temp,count,open,note
      Lviv,12.5,3,true,"a, b"
      Kyiv,,7,false,y
      Lviv,-3.25,-2,true,été
      Odesa,12.5,9007199254740993,,z
      ,0.1,7,false,été
      Kyiv,1e-3,,true,x

      """
    let path = try folder.write(Array(text.utf8), to: "small.csv")
    let columns = try Dataset.reading([path]).summary(in: aloneSession()).columns
    #expect(columns.map(\.missingCount) == [1, 1, 1, 1, 0])
    #expect(columns.map(\.distinctCount) == [3, 4, 4, 2, 5])
    #expect(columns[1].mean == 4.3702)
    #expect(columns[1].standardDeviation == 7.542865185060648)
    #expect(columns[1].quantiles == [-2.5998, 0.001, 0.1, 12.5, 12.5].map { .number($0) })
    #expect(columns[2].maximum == .integer(9_007_199_254_740_993))
    #expect(columns[2].mean == 1801439850948201.6)
    #expect(columns[2].standardDeviation == 4028141964097259)
    #expect(columns[2].quantiles == [-1, 3, 7, 7, 7205759403792793].map { .number($0) })
    #expect(columns[0].frequent.map(\.value) == [.text("Kyiv"), .text("Lviv")])
    expectLengths(columns[0], 4, 5, 4.2)
    #expect(columns[3].minimum == .bool(false))
    #expect(columns[3].mean == 0.6)
    #expect(columns[3].histogram == [2, 3])
    expectLengths(columns[4], 1, 4, 13.0 / 6)
    #expect(columns[4].frequent.map(\.value) == [.text("été")])
  }

  private func expectLengths(
    _ column: ColumnSummary, _ minimum: Int, _ maximum: Int, _ mean: Double,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(column.lengths?.minimum == minimum, sourceLocation: location)
    #expect(column.lengths?.maximum == maximum, sourceLocation: location)
    #expect(column.lengths?.mean == mean, sourceLocation: location)
  }

  /// Rows of every type, with ties, missing values and, in `wild`, NaN.
  private func manyTypes(_ count: Int) -> Frame {
    var draw = Philox(seed: 5, stage: 0, row: UInt64(count))
    func some<T>(_ make: (Int) -> T) -> [T?] {
      (0..<count).map { _ in draw.integer(below: 6) == 0 ? nil : make(draw.integer(below: 40)) }
    }
    return Frame([
      ("bool", Column(some { $0 % 3 == 0 })), ("int32", Column(some { Int32($0) - 9 })),
      ("int64", Column(some { Int64($0) << 57 })), ("float32", Column(some { Float($0) / 8 })),
      ("wild", Column(some { $0 == 7 ? Double.nan : 1 / Double($0 + 1) })),
      ("date", Column(dates: some { Int32($0) * 100 })),
      ("datetime", Column(datetimes: some { Int64($0) })),
      ("timestamp", Column(timestamps: some { -Int64($0) })),
      ("text", Column(some { ["", "a", "é", "zz", "A"][$0 % 5] })),
      ("texts", Column(some { [String](repeating: "w", count: $0 % 4) })),
      ("dense", Column(vectors: some { .dense([Double($0 % 2), 1, 0]) }, width: 3)),
      (
        "sparse",
        Column(
          vectors: some { .sparse(width: 9, indices: [Int32($0 % 9)], values: [1.5]) }, width: 9)
      ),
    ])
  }

  @Test(arguments: [0, 1, 2, 7, 90], [1, 4, 1000])
  func `every crew and every cut gives the same summary, that of the textbook`(
    count: Int, rowsPerSplit: Int
  ) throws {
    let frame = manyTypes(count)
    let expected = try Dataset(frame).summary(in: aloneSession())
    #expect(expected.rowCount == count)
    for crew in crews {
      let answers = try asCrew(crew) { session in
        try Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit)).summary(in: session)
      }
      for answer in answers { #expect(answer == expected, "\(crew)") }
    }
    for (column, summary) in zip(frame.columns, expected.columns) {
      let values = (0..<count).map { column[$0] }.filter { $0 != .missing }
      #expect(summary.missingCount == count - values.count)
      // NaN is equal to nothing, itself included.
      let present = values.filter { $0 == $0 }
      #expect(summary.notNumberCount == values.count - present.count)
      if summary.type == .vector { continue }
      let texts = present.map(\.description)
      #expect(summary.distinctCount == Set(texts).count, "\(summary.name)")
      for entry in summary.frequent {
        #expect(texts.count { $0 == entry.value.description } == entry.count)
      }
      let repeated = Set(texts.filter { text in texts.count { $0 == text } > 1 })
      #expect(summary.frequent.count == min(10, repeated.count))
      if let numbers = column.doubles?.compactMap({ $0 }).filter({ !$0.isNaN }),
        !numbers.isEmpty
      {
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let scale = numbers.map(\.magnitude).max() ?? 0
        // Plain sums of at most 90 numbers: each addition is off by half a unit at most.
        let tolerance = 90 * scale.ulp
        #expect(((summary.mean ?? .nan) - mean).magnitude <= tolerance, "\(summary.name)")
        #expect(summary.histogram.reduce(0, +) == numbers.count)
        if numbers.count > 1 {
          let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
          let deviation = (squares / Double(numbers.count - 1)).squareRoot()
          #expect(((summary.standardDeviation ?? .nan) - deviation).magnitude <= tolerance)
        }
      }
    }
    let vectors = expected.columns[11].vectors
    let present = frame.columns[11].count - frame.columns[11].missingCount
    if present > 0 {
      #expect(vectors?.width == 9)
      #expect(vectors?.nonZeroCount == present)
      #expect(vectors?.density == 1.0 / 9)
    } else {
      #expect(vectors == nil)
    }
  }

  @Test func `values far from zero and close together keep their deviation`() throws {
    let base = 1e15
    let frame = Frame([
      ("x", Column([base, base + 0.5, base + 1].map { Optional($0) })),
      ("huge", Column([Double?]([1.7e308, 1.7e308, 1.6e308]))),
      ("apart", Column([Double?]([-1.7e308, 1.7e308, 0]))),
      ("tiny", Column([1, 2, 3].map { Optional($0 * Double.leastNonzeroMagnitude) })),
    ])
    let columns = try Dataset(frame).summary(in: aloneSession()).columns
    #expect(columns[0].mean == base + 0.5)
    #expect(columns[0].standardDeviation == 0.5)
    #expect(columns[1].mean == 1.6666666666666666e308)
    #expect(((columns[1].standardDeviation ?? 0) / 5.773502691896258e306 - 1).magnitude < 1e-12)
    #expect(columns[2].mean == 0)
    #expect(columns[2].standardDeviation == 1.7e308)
    #expect(columns[2].histogram.reduce(0, +) == 3)
    #expect(columns[3].mean == 2 * .leastNonzeroMagnitude)
    #expect(columns[3].standardDeviation == .leastNonzeroMagnitude)
  }

  @Test func `infinite numbers have an order and no mean`() throws {
    let frame = Frame([("x", Column([Double?]([.infinity, 1, 3, -.infinity, .nan])))])
    let column = try Dataset(frame).summary(in: aloneSession()).columns[0]
    #expect(column.minimum == .number(-.infinity))
    #expect(column.maximum == .number(.infinity))
    #expect(column.mean == nil)
    #expect(column.standardDeviation == nil)
    #expect(column.notNumberCount == 1)
    #expect(column.quantiles[2] == .number(2))
    #expect(column.histogram.reduce(0, +) == 2)
  }

  @Test func `columns that do not fit together are read in groups, and nothing else changes`()
    throws
  {
    let frame = manyTypes(90)
    let folder = try TemporaryFolder()
    let path = folder.place("many.csv")
    let types = ["bool", "int32", "int64", "float32", "wild", "date", "datetime", "text"]
    try Dataset(frame).select(types).write(to: Destination(path), in: aloneSession())
    for source in [Dataset(FrameSource(frame, rowsPerSplit: 7)), try Dataset.reading([path])] {
      let expected = try source.summary(in: aloneSession())
      #expect(expected.readingCount == 1)
      var counts: Set<Int> = []
      for budget in [1 << 20, 20_000, 13_000, 8_000, 5_500] {
        for crew in crews {
          let found = try Communicator.withThreads(crew.ranks) { communicator in
            try source.summary(
              in: Session(
                communicator: communicator, threads: crew.threads, memoryByteCount: budget))
          }
          for summary in found {
            #expect(summary.columns == expected.columns, "\(budget) bytes, \(crew)")
            #expect(summary.rowCount == 90)
            #expect(summary.readingCount == found[0].readingCount)
          }
          counts.insert(found[0].readingCount)
        }
      }
      #expect(counts.contains(1) && counts.contains(3) && counts.count > 3, "\(counts)")
    }
  }

  @Test func `what does not fit into the budget is refused before the work`() throws {
    let session = Session(threads: 1, memoryByteCount: 1000)
    let refusal = failure { _ = try Dataset(numbersFrame(1000)).summary(in: session) }
    #expect(refusal.kind == .memory)
    #expect(refusal.message.contains("describing 1000 rows"))
  }
}
