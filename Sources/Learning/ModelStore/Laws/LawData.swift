internal import Blocks
internal import Cluster
internal import Datasets
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// The rows on which laws are checked: three clumps, an offset, ties, equal rows, rows of weight 0.
///
/// Every rank can make every row: row `i` is a function of its number alone.
struct LawData: Sendable {
  let rowCount: Int
  let columnCount: Int
  let isWeighted: Bool
  /// What the labels are that come with the rows.
  let target: Target

  init<E: Estimator>(
    for type: E.Type, rowCount: Int = 211, columnCount: Int = 3, isWeighted: Bool = false
  ) {
    target = E.target
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.isWeighted = isWeighted && E.takesWeights
  }

  var featureNames: [String] { (0..<columnCount).map { "x\($0)" } }
  static let weightName = "w"

  /// How rows reach the workers; the bits must not show it.
  enum Delivery: CaseIterable, Sendable {
    /// Every worker gives as many, from memory.
    case even
    /// All come from the last worker; the others have none.
    case lastHasAll
    /// The first worker gives one row.
    case firstHasOne
    /// A source of one split.
    case oneSplit
    /// A source of many small splits.
    case manySplits
  }

  /// The features of a row.
  func row(_ number: Int) -> [Double] {
    // Every seventh row repeats the one before.
    let own = number % 7 == 6 ? number - 1 : number
    var draw = RandomSource(seed: 7, purpose: "laws.rows").stream(row: own)
    let clump = draw.integer(below: 3)
    return (0..<columnCount).map { column in
      switch column % 3 {
      case 0: Double(clump) * 9 + draw.normal()
      case 1: 1000 + Double(clump == 1 ? 5 : 0) + draw.normal()
      default: Double(draw.integer(below: 4))
      }
    }
  }

  /// The weight of a row: 0 for each fifth.
  func weight(_ number: Int) -> Double {
    var draw = RandomSource(seed: 7, purpose: "laws.weights").stream(row: number)
    return number % 5 == 4 ? 0 : 0.25 + draw.uniform()
  }

  static let labelName = "label"
  var label: LabelColumn? {
    switch target {
    case .none: nil
    case .number: .numbers(Self.labelName)
    case .classes: .classes(Self.labelName)
    }
  }

  /// The labels of some rows, of which the features tell most; nil where there are none.
  func labels(_ rows: Range<Int>) -> LabelValues? {
    guard let label else { return nil }
    func noise(_ number: Int) -> Double {
      var draw = RandomSource(seed: 7, purpose: "laws.labels").stream(row: number)
      return draw.uniform()
    }
    return LabelValues(
      label,
      target == .number
        ? Column(rows.map { Optional(row($0).prefix(2).reduce(noise($0), +)) })
        : Column(rows.map { (row($0)[0] > 5) != (noise($0) < 0.15) ? "yes" : "no" }))
  }

  /// Some rows as a matrix.
  func matrix<Element: Scalar>(_ rows: Range<Int>, of type: Element.Type) -> Matrix<Element> {
    Matrix(
      rowCount: rows.count, columnCount: columnCount,
      elements: rows.flatMap { row($0) }.map { Element($0) })
  }

  /// All rows as a source of splits.
  func source<Element: Scalar>(of type: Element.Type, rowsPerSplit: Int) -> FrameSource {
    let rows = (0..<rowCount).map { row($0) }
    var columns: [(name: String, column: Column)] = featureNames.enumerated().map { place, name in
      let values = rows.map { Element($0[place]) }
      let column =
        switch Element.precision {
        case .float: Column(values.map { Optional(Float($0)) })
        case .double: Column(values.map { Optional(Double($0)) })
        }
      return (name, column)
    }
    if isWeighted {
      columns.append((Self.weightName, Column((0..<rowCount).map { Optional(weight($0)) })))
    }
    if let labels = labels(0..<rowCount) { columns.append((Self.labelName, labels.values)) }
    return FrameSource(Frame(columns), name: "the rows of the laws", rowsPerSplit: rowsPerSplit)
  }

  /// The design matrix, from rows that come in some way.
  func blocks<Element: Scalar>(
    of type: Element.Type, _ delivery: Delivery, in session: Session
  ) throws -> BlockMatrix<Element> {
    let (rank, size) = (session.communicator.rank, session.communicator.size)
    switch delivery {
    case .oneSplit: return try blocks(of: type, rowsPerSplit: rowCount, in: session)
    case .manySplits: return try blocks(of: type, rowsPerSplit: 10, in: session)
    case .even:
      let mine = rank * rowCount / size..<(rank + 1) * rowCount / size
      return try blocks(of: type, rows: mine, in: session)
    case .lastHasAll:
      return try blocks(of: type, rows: rank == size - 1 ? 0..<rowCount : 0..<0, in: session)
    case .firstHasOne:
      let others = max(1, size - 1)
      let first = { (worker: Int) in
        worker == 0 ? 0 : size == 1 ? rowCount : 1 + (worker - 1) * (rowCount - 1) / others
      }
      return try blocks(of: type, rows: first(rank)..<first(rank + 1), in: session)
    }
  }

  private func blocks<Element: Scalar>(
    of type: Element.Type, rows: Range<Int>, in session: Session
  ) throws -> BlockMatrix<Element> {
    try BlockMatrix(
      matrix(rows, of: type), featureNames: FeatureNames(featureNames), labels: labels(rows),
      weights: isWeighted ? rows.map { weight($0) } : nil, in: session)
  }

  private func blocks<Element: Scalar>(
    of type: Element.Type, rowsPerSplit: Int, in session: Session
  ) throws -> BlockMatrix<Element> {
    try blocks(of: type, from: source(of: type, rowsPerSplit: rowsPerSplit), in: session)
  }

  /// The design matrix of a source with these columns.
  func blocks<Element: Scalar>(
    of type: Element.Type, from source: any Source, in session: Session
  ) throws -> BlockMatrix<Element> {
    try Dataset(source).blocks(
      features: featureNames, label: label, weight: isWeighted ? Self.weightName : nil,
      in: session
    ).0
  }
}
