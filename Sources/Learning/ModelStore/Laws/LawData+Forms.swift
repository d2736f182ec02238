internal import Blocks
internal import Cluster
internal import Datasets
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LawData {
  /// The features as entries of a vector wide enough to stay sparse.
  static let vectorName = "v"
  static var spacing: Int { 400 }
  private var vectorWidth: Int { max(Dataset.sparseWidth, columnCount * Self.spacing) }

  private func entries(_ number: Int) -> [(column: Int, value: Double)] {
    row(number).enumerated().filter { $0.element != 0 }.map {
      ($0.offset * Self.spacing, $0.element)
    }
  }

  /// Some rows by their entries.
  func sparseRows<Element: Scalar>(
    _ rows: Range<Int>, of type: Element.Type
  ) -> SparseRows<Element> {
    SparseRows(
      rows.map { row in entries(row).map { ($0.column, Element($0.value)) } },
      columnCount: vectorWidth)
  }

  /// The sparse design matrix, from a source of small splits or from memory.
  func sparseBlocks<Element: Scalar>(
    of type: Element.Type, fromSource: Bool, in session: Session
  ) throws -> BlockMatrix<Element> {
    var names = FeatureNames()
    names.append(vector: Self.vectorName, count: vectorWidth)
    if !fromSource {
      let (rank, size) = (session.communicator.rank, session.communicator.size)
      let mine = rank == size - 1 ? 0..<rowCount : 0..<0
      return try BlockMatrix(
        sparseRows(mine, of: type), featureNames: names, labels: labels(mine),
        weights: isWeighted ? mine.map { weight($0) } : nil, in: session)
    }
    let vectors = (0..<rowCount).map { row in
      let entries = entries(row)
      return Optional(
        VectorValue.sparse(
          width: vectorWidth, indices: entries.map { Int32($0.column) },
          values: entries.map(\.value)))
    }
    var columns = [
      (Self.vectorName, Column(vectors: vectors, width: vectorWidth)),
      (Self.weightName, Column((0..<rowCount).map { Optional(weight($0)) })),
    ]
    if let labels = labels(0..<rowCount) { columns.append((Self.labelName, labels.values)) }
    let source = FrameSource(
      Frame(columns), name: "the sparse rows of the laws", rowsPerSplit: 10)
    return try Dataset(source).blocks(
      features: [Self.vectorName], label: label, weight: isWeighted ? Self.weightName : nil,
      in: session
    ).0
  }
}

// MARK: Coded

extension LawData {
  /// The places of the code in rows of the features and a code: some rows have none.
  private var code: Range<Int> { columnCount..<columnCount + 5 }

  private func codedRow(_ number: Int) -> [Double] {
    var row = row(number) + code.map { _ in 0 }
    if number % 6 < 5 { row[columnCount + number % 6] = 1 }
    return row
  }

  /// The design matrix of rows with a code, from a source of small splits or from memory.
  func codedBlocks<Element: Scalar>(
    of type: Element.Type, fromSource: Bool, in session: Session
  ) throws -> BlockMatrix<Element> {
    let width = code.upperBound
    var names = FeatureNames()
    names.append(vector: Self.vectorName, count: width)
    guard let layout = CodeLayout(columnCount: width, codes: [code]) else {
      throw Failure(.bug, "the codes of the laws do not fit")
    }
    if !fromSource {
      let (rank, size) = (session.communicator.rank, session.communicator.size)
      let mine = rank == size - 1 ? 0..<rowCount : 0..<0
      let rows = CodedRows(
        layout: layout, rowCount: mine.count,
        numbers: Buffer(mine.flatMap { row($0) }.map { Element($0) }),
        codes: Buffer(mine.map { Int32($0 % 6 < 5 ? columnCount + $0 % 6 : -1) }))
      return try BlockMatrix(
        rows, featureNames: names, labels: labels(mine),
        weights: isWeighted ? mine.map { weight($0) } : nil, in: session)
    }
    let vectors = (0..<rowCount).map { number -> VectorValue? in
      let row = codedRow(number)
      let found = row.indices.filter { row[$0] != 0 }
      return .sparse(
        width: width, indices: found.map { Int32($0) }, values: found.map { row[$0] })
    }
    var columns = [Column(vectors: vectors, width: width)]
    var fields = [
      Schema.Field(
        Self.vectorName, .vector,
        metadata: ColumnMetadata(width: width, isSparse: true, codes: [code]))
    ]
    func add(_ name: String, _ column: Column) {
      fields.append(Schema.Field(name, column.type))
      columns.append(column)
    }
    if let labels = labels(0..<rowCount) { add(Self.labelName, labels.values) }
    if isWeighted { add(Self.weightName, Column((0..<rowCount).map { Optional(weight($0)) })) }
    let source = FrameSource(
      Frame(Schema(fields), columns), name: "the coded rows of the laws", rowsPerSplit: 10)
    return try Dataset(source).blocks(
      features: [Self.vectorName], label: label, weight: isWeighted ? Self.weightName : nil,
      forms: [.sparse, .coded], in: session
    ).0
  }
}
