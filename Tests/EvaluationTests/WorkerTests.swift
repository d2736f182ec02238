import Martlet
import Testing

/// Law 1: neither workers nor threads nor the cut into splits show in a figure.
@Suite struct WorkerTests {
  /// The bits of a report.
  private struct Bits: Equatable, Sendable {
    var figures: [String]
    var confusion: ConfusionMatrix?
    var warnings: [String]

    init(_ report: EvaluationReport) {
      figures = (report.metrics + report.labelMetrics).map { figure in
        let ends = figure.interval.map { "\($0.lowerBound.bitPattern) \($0.upperBound.bitPattern)" }
        return "\(figure.name) \(figure.value.bitPattern) \(ends ?? "")"
      }
      confusion = report.confusion
      warnings = report.warnings
    }
  }

  private static let rowCount = 3000

  private static func table(classes: Int) -> Frame {
    var draw = Philox(seed: 77, stage: 0, row: 0)
    let labels = (0..<rowCount).map { _ in draw.integer(below: classes) }
    var columns: [(name: String, column: Column)] = [
      ("y", Column(labels.map { Optional("class \($0)") })),
      ("w", Column(labels.map { _ in Double?(draw.uniform() * 10) })),
      ("value", Column(labels.map { Double?(Double($0) + draw.normal()) })),
      ("guess", Column(labels.map { Double?(Double($0)) })),
    ]
    for place in 0..<classes {
      // Ties on purpose.
      let scores = labels.map { label in
        Double?(((label == place ? 0.3 : 0) + 0.7 * draw.uniform()) * 50).map { $0.rounded() / 50 }
      }
      columns.append(("probability_class \(place)", Column(scores)))
    }
    return Frame(columns)
  }

  /// The report of a dataset cut into splits of one row count each, on some workers and threads.
  private static func bits(
    _ frame: Frame, _ columns: ScoredColumns, workers: Int, threads: Int, splits: Int,
    intervals: Bool
  ) throws -> [Bits] {
    try Communicator.withThreads(workers) { communicator in
      let session = Session(communicator: communicator, threads: threads, seed: 5)
      var options = EvaluationOptions()
      if intervals { options.intervals = .init(level: 0.9, resampleCount: 10) }
      let data = Dataset(FrameSource(frame, rowsPerSplit: frame.rowCount / splits + 1))
      return Bits(try data.evaluate(columns, options: options, in: session))
    }
  }

  @Test(arguments: [2, 3], [false, true])
  func `classifications have the same bits on any number of workers`(
    classes: Int, intervals: Bool
  ) throws {
    let frame = Self.table(classes: classes)
    var columns = ScoredColumns(label: "y")
    columns.weight = "w"
    let alone = try Self.bits(
      frame, columns, workers: 1, threads: 1, splits: 1, intervals: intervals)[0]
    #expect(alone.figures.count > 20)
    for (workers, threads, splits) in [(1, 2, 7), (2, 1, 5), (3, 2, 8), (3, 1, 2)] {
      for bits in try Self.bits(
        frame, columns, workers: workers, threads: threads, splits: splits, intervals: intervals)
      {
        #expect(bits == alone, "\(workers) workers, \(threads) threads, \(splits) splits")
      }
    }
  }

  @Test(arguments: [false, true])
  func `regressions have the same bits on any number of workers`(intervals: Bool) throws {
    let frame = Self.table(classes: 4)
    var columns = ScoredColumns(label: "value")
    columns.prediction = "guess"
    columns.probability = nil
    columns.weight = "w"
    columns.kind = .regression
    let alone = try Self.bits(
      frame, columns, workers: 1, threads: 1, splits: 1, intervals: intervals)[0]
    #expect(alone.figures.count == Metric.ofRegressions.count)
    for (workers, threads, splits) in [(1, 2, 7), (2, 1, 5), (3, 2, 8), (3, 1, 2)] {
      for bits in try Self.bits(
        frame, columns, workers: workers, threads: threads, splits: splits, intervals: intervals)
      {
        #expect(bits == alone, "\(workers) workers, \(threads) threads, \(splits) splits")
      }
    }
  }

  @Test func `what does not fit the budget is refused before it is gathered, everywhere`() throws {
    let frame = Self.table(classes: 2)
    let failure = #expect(throws: Failure.self) {
      try Communicator.withThreads(2) { communicator in
        let session = Session(communicator: communicator, threads: 1, memoryByteCount: 90_000)
        _ = try Dataset(FrameSource(frame, rowsPerSplit: 800)).evaluate(
          ScoredColumns(label: "y"), in: session)
      }
    }
    #expect(failure?.kind == .memory)
    #expect(failure?.message.contains("ranking") == true)
  }
}
