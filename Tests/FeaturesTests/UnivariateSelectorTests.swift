import Martlet
import Testing

/// Univariate selection: the three tests, the five modes, and what MLlib makes NaN of.
///
/// Golden statistics: PySpark 4.3's ChiSquareTest, ANOVATest and FValueTest, and scipy 1.17 with
/// scikit-learn 1.9, over `table`, which agree to 12 digits.
struct UnivariateSelectorTests {
  typealias Selector = UnivariateFeatureSelector

  /// Six features of 24 rows; the fourth is constant.
  private static let table = (0..<24).map { row -> [Double] in
    let (a, b) = (Double(row * 7 % 11) / 2, Double(row % 3) * 1.5 + Double(row * 5 % 7) / 4)
    return [a, b, Double(row % 4), 2.5, Double(row * row % 13) - 3, Double(row / 3 % 2)]
  }
  private static let classes = (0..<24).map { Double($0 % 3) }
  private static let amounts = (0..<24).map { Double($0 * 3 % 10) / 3 + table[$0][1] }

  private func fit(
    _ rows: [[Double]], _ label: [Double], in session: Session = Session(),
    isSparse: Bool = false, rowsPerSplit: Int = 7, _ configure: (inout Selector) -> Void
  ) throws -> (step: SelectedFeatures, fit: PipelineFit) {
    var stage = Selector { $0.inputs = ["x"] }
    configure(&stage)
    let vectors = rows.map { row -> VectorValue in
      let entries = VectorValue.dense(row).entries
      return isSparse
        ? .sparse(
          width: row.count, indices: entries.map { $0.index }, values: entries.map { $0.value })
        : .dense(row)
    }
    let frame = Frame([
      (name: "x", column: Column(vectors: vectors, width: rows.first?.count ?? 2)),
      (name: "label", column: Column(label.map { $0.isNaN ? nil : $0 })),
    ])
    let fit = try Pipeline([stage]).fit(
      Dataset(FrameSource(frame, name: "rows", rowsPerSplit: rowsPerSplit)), in: session)
    return (try #require(fit.model.steps.first as? SelectedFeatures), fit)
  }

  private func expect(
    _ found: [Double], _ golden: [Double], _ tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      found.count == golden.count
        && zip(found, golden).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-300) },
      "\(found), not \(golden)", sourceLocation: sourceLocation)
  }

  private func kinds(_ features: Selector.Kind, _ label: Selector.Kind) -> (inout Selector) -> Void
  {
    {
      $0.featureType = features
      $0.labelType = label
    }
  }

  // MARK: Statistics

  @Test(arguments: [false, true])
  func `chi-squared is that of PySpark and scipy`(isSparse: Bool) throws {
    let (step, _) = try fit(
      Self.table, Self.classes, isSparse: isSparse, kinds(.categorical, .categorical))
    expect(step.statistics, [9, 42, 0, 0, 6.5, 0])
    expect(
      step.pValues, [0.9829072671006215, 0.22696283284780194, 1, 1, 0.8888132017629107, 1])
  }

  @Test(arguments: [false, true])
  func `the F of an analysis of variance is that of PySpark and scipy`(isSparse: Bool) throws {
    let (step, _) = try fit(
      Self.table, Self.classes, isSparse: isSparse, kinds(.continuous, .categorical))
    expect(
      step.statistics, [1.3191850594227505, 67.55045871559632, 0, 0, 0.15442670537010156, 0])
    expect(
      step.pValues, [0.28861476631752, 7.121070937083884e-10, 1, 1, 0.8578705044968845, 1])
  }

  @Test(arguments: [false, true])
  func `the F of a regression is that of PySpark and scikit-learn`(isSparse: Bool) throws {
    let (step, _) = try fit(
      Self.table, Self.amounts, isSparse: isSparse, kinds(.continuous, .continuous))
    expect(
      step.statistics,
      [
        0.7831507899762731, 35.92656448286802, 0.5292034983692879, 0, 0.11983157643858787,
        0.23402452061523037,
      ])
    expect(
      step.pValues,
      [
        0.3857495059144752, 4.943347878633435e-06, 0.4746131828736215, 1, 0.7325059461146972,
        0.6333359841884623,
      ])
  }

  @Test func `a large offset costs no digits`() throws {
    for (label, kind) in [(Self.classes, Selector.Kind.categorical), (Self.amounts, .continuous)] {
      let (plain, _) = try fit(Self.table, label, kinds(.continuous, kind))
      let far = Self.table.map { $0.map { $0 + 0x1p30 } }
      let (moved, _) = try fit(far, label, kinds(.continuous, kind))
      expect(moved.statistics, plain.statistics, 1e-12)
      expect(moved.pValues, plain.pValues, 1e-11)
    }
  }

  @Test func `a feature that tells the label exactly has p 0, a constant one p 1`() throws {
    // Spark: NaN for both.
    let rows = (0..<9).map { row -> [Double] in
      let place = Double(row % 3)
      return [0.1 * place, 0.7, Double(row), place * 2 + 1]
    }
    let label = (0..<9).map { Double($0 % 3) }
    let (variance, _) = try fit(rows, label, kinds(.continuous, .categorical))
    #expect(variance.pValues[0] == 0 && variance.statistics[0] == .infinity)
    #expect(variance.pValues[1] == 1 && variance.statistics[1] == 0)
    let (regression, _) = try fit(rows, label, kinds(.continuous, .continuous))
    #expect(regression.pValues[3] == 0 && regression.pValues[1] == 1)
    #expect(regression.pValues[0] < 1e-30)
  }

  @Test func `neither order nor workers nor the cut into splits show`() throws {
    let rows = (0..<300).map { row -> [Double] in
      (0..<4).map { column -> Double in
        let whole = (row * (column + 3) + column) % 23
        return Double(whole) / 7 + (column == 2 ? 1e8 : 0)
      }
    }
    let label = (0..<300).map { Double($0 * 5 % 4) }
    let order = (0..<300).map { $0 * 7 % 300 }
    for (features, target) in [
      (Selector.Kind.categorical, Selector.Kind.categorical), (.continuous, .categorical),
      (.continuous, .continuous),
    ] {
      let (alone, _) = try fit(rows, label, in: Session(threads: 1), kinds(features, target))
      let wanted = alone.saved.tensors
      let (shuffled, _) = try fit(
        order.map { rows[$0] }, order.map { label[$0] }, rowsPerSplit: 11,
        kinds(features, target))
      #expect(shuffled.saved.tensors == wanted)
      let all = try Communicator.withThreads(3, patience: 60) { group in
        try fit(
          rows, label, in: Session(communicator: group, threads: 2), kinds(features, target)
        ).step.saved.tensors
      }
      for tensors in all { #expect(tensors == wanted) }
    }
  }

  // MARK: Selection

  private static let modes: [(SelectionMode, Double?, [Int])] = [
    (.numTopFeatures, 2, [1, 3]), (.numTopFeatures, nil, [0, 1, 2, 3, 4]),
    (.numTopFeatures, 9, [0, 1, 2, 3, 4]), (.percentile, 0.5, [1, 3]), (.percentile, nil, []),
    (.percentile, 1, [0, 1, 2, 3, 4]), (.fpr, nil, [1, 3]), (.fpr, 0.04, [1]),
    (.fpr, 0.040_000_1, [1, 3]), (.fwe, nil, []), (.fwe, 0.06, [1]), (.fdr, 0.1, [1, 3]),
    (.fdr, 0.05, []), (.fdr, 0.051, [1]), (.fdr, 0.5, [0, 1, 2, 3]), (.fdr, 0.4, [1, 2, 3]),
  ]

  @Test(arguments: modes)
  func `each mode keeps its features, of equal p the first`(
    mode: SelectionMode, threshold: Double?, wanted: [Int]
  ) {
    // Ranks: 1 (0.0101), 3 (0.04), 2 (0.2), 0 (0.4), 4 (1).
    #expect(mode.chosen([0.4, 0.0101, 0.2, 0.04, 1], threshold: threshold) == wanted)
  }

  @Test func `of equal p-values the first come first`() {
    #expect(
      SelectionMode.numTopFeatures.chosen([0.5, 0.1, 0.1, 0.1], threshold: 2) == [1, 2])
    #expect(SelectionMode.percentile.chosen([1, 1, 1], threshold: 0.7) == [0, 1])
    // 0.05 * 1 is at most 0.05, and 0.05 is not below 0.05.
    #expect(SelectionMode.fdr.chosen([0.05], threshold: 0.05) == [0])
    #expect(SelectionMode.fpr.chosen([0.05], threshold: 0.05) == [])
    #expect(SelectionMode.fwe.chosen([0.05], threshold: 0.05) == [])
  }

  @Test func `names of the chosen travel along, sparse stays sparse, an empty choice is said`()
    throws
  {
    let (_, fit) = try fit(Self.table, Self.classes, isSparse: true) {
      kinds(.continuous, .categorical)(&$0)
      $0.selectionThreshold = 2
    }
    let schema = try fit.model.program(for: fit.model.input).output
    #expect(schema.fields.last?.metadata.slots == ["x[0]", "x[1]"])
    #expect(schema.fields.last?.metadata.isSparse == true)
    #expect(fit.report.stages[0].report.facts.contains { $0.contains("x[1]: statistic 67.55") })
    let (none, empty) = try self.fit(Self.table, Self.classes) {
      kinds(.continuous, .categorical)(&$0)
      $0.selectionMode = .fwe
      $0.selectionThreshold = 0
    }
    #expect(none.indices.isEmpty)
    #expect(empty.report.stages[0].report.warnings.count == 1)
    let frame = Frame([
      (name: "x", column: Column(vectors: [.dense([1, 2, 3, 4, 5, 6])], width: 6)),
      (name: "label", column: Column([1 as Double?])),
    ])
    let scored = try Scorer(empty.model, for: frame.schema, keeping: { $0 == "selected" })
      .score(frame)
    #expect(scored.columns[0][0] == .vector(.dense([])))
  }

  // MARK: Refusals

  @Test func `missing labels and numbers are errors that name the row`() throws {
    var rows = Self.table
    var label = Self.classes
    label[9] = .nan
    #expect {
      _ = try fit(rows, label, kinds(.continuous, .categorical))
    } throws: { Failure($0).description.contains("label") }
    rows[4][2] = .nan
    #expect {
      _ = try fit(rows, Self.classes, kinds(.continuous, .categorical))
    } throws: { Failure($0).description.contains("x[2]") }
    rows[4][2] = 1e300
    #expect {
      _ = try fit(rows, Self.classes, kinds(.continuous, .continuous))
    } throws: { Failure($0).description.contains("too large") }
  }

  @Test func `a category of more than ten thousand values is refused`() throws {
    let rows = (0..<10_002).map { [Double($0), Double($0 % 2)] }
    #expect {
      _ = try fit(
        rows, rows.map { $0[1] }, rowsPerSplit: 5000, kinds(.categorical, .categorical))
    } throws: { Failure($0).description.contains("x[0]") }
    #expect {
      _ = try fit(
        rows, rows.map { $0[0] }, rowsPerSplit: 5000, kinds(.continuous, .categorical))
    } throws: { Failure($0).description.contains("label") }
    let fewer = Array(rows.prefix(9_999))
    let (step, _) = try fit(
      fewer, fewer.map { $0[1] }, rowsPerSplit: 5000, kinds(.categorical, .categorical))
    // All values differ: the statistic is the number of rows times (labels - 1).
    expect([step.statistics[0]], [9_999], 1e-10)
  }

  @Test func `too few rows or classes are refused`() {
    let (rows, label) = (Array(Self.table.prefix(3)), [0.0, 1, 2])
    #expect(throws: (any Error).self) {
      try fit(rows, label, kinds(.continuous, .categorical))
    }
    #expect(throws: (any Error).self) {
      try fit(rows, [1, 1, 1], kinds(.continuous, .categorical))
    }
    #expect(throws: (any Error).self) {
      try fit(Array(rows.prefix(2)), [0, 1], kinds(.continuous, .continuous))
    }
  }

  @Test func `settings that do not fit each other are named`() {
    let cases: [(String, (inout Selector) -> Void)] = [
      ("featureType", { $0.labelType = .categorical }),
      ("labelType", { $0.featureType = .categorical }),
      ("labelType", kinds(.categorical, .continuous)),
      (
        "selectionThreshold",
        {
          kinds(.continuous, .continuous)(&$0)
          $0.selectionThreshold = 2.5
        }
      ),
      (
        "selectionThreshold",
        {
          kinds(.continuous, .continuous)(&$0)
          $0.selectionMode = .fdr
          $0.selectionThreshold = 2
        }
      ),
    ]
    for (name, configure) in cases {
      #expect {
        try Selector {
          $0.inputs = ["x"]
          configure(&$0)
        }.check()
      } throws: { ($0 as? SettingError)?.name == name }
    }
  }
}
