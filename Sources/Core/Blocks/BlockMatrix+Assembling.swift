internal import Cluster
internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Numbers the rows of all workers' chunks, decides who owns which, and brings them there.
  /// - Parameters:
  ///   - form: how all chunks of all workers hold their rows.
  ///   - label: the column of labels, and its type.
  init(
    assembling parts: [RowChunk<Element>], features: FeatureNames, form: RowForm,
    label: (column: LabelColumn, type: ColumnType)?, isWeighted: Bool, in session: Session
  ) throws {
    let communicator = session.communicator
    let width = features.count
    let entries = parts.map(\.entryCount).reduce(0, +)
    let counts = try communicator.allGather([
      Int64(parts.reduce(0) { $0 + $1.rowCount }), Int64(entries),
    ])
    let rowCount = counts.reduce(0) { $0 + Int($1[0]) }
    let entryCount = counts.reduce(0) { $0 + Int($1[1]) }
    let byteCount =
      switch form {
      case .dense: rowCount * width * MemoryLayout<Element>.stride
      case .sparse: SparseRows<Element>.byteCount(rows: rowCount, entries: entryCount)
      case .coded(let layout): layout.byteCount(rows: rowCount, of: Element.self)
      }
    let placement = Placement(
      leafCount: session.leaves.leafCount(rows: rowCount, bytes: byteCount),
      rankCount: communicator.size)
    let move = RowMove(
      first: counts[..<communicator.rank].reduce(0) { $0 + Int($1[0]) },
      ranges: placement.ranges.map {
        Self.rows(of: $0, leafCount: placement.leafCount, rowCount: rowCount)
      })
    let beside = (isWeighted ? 8 : 0) + (label != nil ? 8 : 0)
    let classes = try label.flatMap { try Self.classes(of: parts, $0.column, $0.type, in: session) }
    let (storage, reservation) =
      switch form {
      case .dense:
        try Self.dense(parts, move, width: width, beside: beside, in: session)
      case .sparse:
        try Self.sparse(
          parts, move, width: width,
          firstEntry: counts[..<communicator.rank].reduce(0) { $0 + Int($1[1]) },
          entryCount: entryCount, beside: beside, in: session)
      case .coded(let layout):
        try Self.coded(parts, move, layout, beside: beside, in: session)
      }
    let weights =
      try isWeighted
      ? Self.placed(
        parts.map { part in ({ part.weights ?? Buffer(count: 0) }, part.rowCount) },
        from: move.first, ranges: move.ranges, in: session) : nil
    let labels = try label.map { label in
      RowLabels(
        name: label.column.name, classes: classes,
        values: try Self.placed(
          parts.map { part in ({ part.labels?.values ?? Buffer(count: 0) }, part.rowCount) },
          from: move.first, ranges: move.ranges, in: session))
    }
    self.init(
      featureNames: features, rowCount: rowCount, placement: placement, rank: communicator.rank,
      storage: storage, labels: labels, weights: weights, reservation: reservation)
  }

  /// The classes of all workers' rows, by which their labels are numbered from here on; nil where
  /// labels are numbers.
  private static func classes(
    of parts: [RowChunk<Element>], _ column: LabelColumn, _ type: ColumnType, in session: Session
  ) throws -> Classes? {
    guard case .classes(let name) = column else { return nil }
    var own = TextCounts()
    for part in parts { if let labels = part.labels { own.add(labels.used(part.rowCount)) } }
    var all = TextCounts()
    for other in try session.communicator.allGather(own.encoded()) { all.add(encoded: other) }
    let classes = try session.communicator.agree("numbering the classes") {
      guard all.distinctCount <= LabelColumn.classLimit else { throw ChunkLabels.tooMany(name) }
      return try Classes(all, type: type)
    }
    for part in parts { part.labels?.place(among: classes, part.rowCount) }
    return classes
  }

  /// Where a worker's chunks begin, and which rows each worker is to have.
  private struct RowMove {
    let first: Int
    let ranges: [Range<Int>]
  }

  private static func dense(
    _ parts: [RowChunk<Element>], _ move: RowMove, width: Int, beside: Int,
    in session: Session
  ) throws -> (Storage, MemoryReservation) {
    let communicator = session.communicator
    let reservation = try communicator.agree("reading the rows") {
      try session.memory.reserve(
        move.ranges[communicator.rank].count * (width * MemoryLayout<Element>.stride + beside),
        for: "the design matrix (\(move.ranges.last?.upperBound ?? 0) rows of \(width) "
          + "\(Element.precisionName) features)", remedies: Self.remedies)
    }
    let values = try placed(
      parts.map { part in ({ part.takeNumbers() }, part.rowCount * width) },
      from: move.first * width,
      ranges: move.ranges.map { $0.lowerBound * width..<$0.upperBound * width }, in: session)
    return (.dense(values), reservation)
  }

  private static func coded(
    _ parts: [RowChunk<Element>], _ move: RowMove, _ layout: CodeLayout, beside: Int,
    in session: Session
  ) throws -> (Storage, MemoryReservation) {
    let communicator = session.communicator
    let rowCount = move.ranges[communicator.rank].count
    let reservation = try communicator.agree("reading the rows") {
      try session.memory.reserve(
        layout.byteCount(rows: rowCount, of: Element.self) + rowCount * beside,
        for: "the design matrix (\(move.ranges.last?.upperBound ?? 0) rows of "
          + "\(layout.denseColumns.count) numbers and \(layout.codes.count) codes)",
        remedies: Self.remedies)
    }
    func bring<T: BitwiseCopyable>(
      _ width: Int, _ take: @escaping @Sendable (RowChunk<Element>) -> Buffer<T>
    ) throws -> Buffer<T> {
      try placed(
        parts.map { part in ({ take(part) }, part.rowCount * width) }, from: move.first * width,
        ranges: move.ranges.map { $0.lowerBound * width..<$0.upperBound * width }, in: session)
    }
    let codes = try bring(layout.codes.count) { $0.takeCodes() }
    let numbers = try bring(layout.denseColumns.count) { $0.takeNumbers() }
    return (
      .coded(CodedRows(layout: layout, rowCount: rowCount, numbers: numbers, codes: codes)),
      reservation
    )
  }

  private static func sparse(
    _ parts: [RowChunk<Element>], _ move: RowMove, width: Int, firstEntry: Int, entryCount: Int,
    beside: Int, in session: Session
  ) throws -> (Storage, MemoryReservation) {
    let communicator = session.communicator
    // Whoever has the row at which a worker begins says where its entries begin.
    let known = move.ranges.map { range in
      Int64(entry(ofRow: range.lowerBound, parts, move.first, firstEntry) ?? 0)
    }
    var starts = try communicator.allReduce(known, by: .maximum).map { Int($0) }
    for (rank, range) in move.ranges.enumerated()
    where range.lowerBound >= move.ranges.last?.upperBound ?? 0 {
      starts[rank] = entryCount
    }
    let ranges = starts.indices.map { rank in
      starts[rank]..<(rank + 1 < starts.count ? starts[rank + 1] : entryCount)
    }
    let (rowCount, own) = (move.ranges[communicator.rank].count, ranges[communicator.rank].count)
    let reservation = try communicator.agree("reading the rows") {
      try session.memory.reserve(
        SparseRows<Element>.byteCount(rows: rowCount, entries: own)
          + rowCount * beside,
        for: "the design matrix (\(entryCount) \(Element.precisionName) entries of "
          + "\(move.ranges.last?.upperBound ?? 0) sparse rows)", remedies: Self.remedies)
    }
    let lengths = try placed(
      parts.map { part in ({ part.takeLengths() }, part.rowCount) }, from: move.first,
      ranges: move.ranges, in: session)
    let offsets = Buffer<Int>(count: rowCount + 1)
    for row in 0..<rowCount { offsets[row + 1] = offsets[row] + Int(lengths[row]) }
    let indices = try placed(
      parts.map { part in ({ part.takeIndices() }, part.entryCount) }, from: firstEntry,
      ranges: ranges, in: session)
    let values = try placed(
      parts.map { part in ({ part.takeEntryValues() }, part.entryCount) }, from: firstEntry,
      ranges: ranges, in: session)
    return (
      .sparse(
        SparseRows(columnCount: width, offsets: offsets, indices: indices, values: values)),
      reservation
    )
  }

  /// The number over all workers of the first entry of a row, where this worker's chunks have it.
  private static func entry(
    ofRow row: Int, _ parts: [RowChunk<Element>], _ firstRow: Int, _ firstEntry: Int
  ) -> Int? {
    var (begin, entry) = (firstRow, firstEntry)
    if row < begin { return nil }
    for part in parts {
      if row < begin + part.rowCount { return entry + part.entryCount(before: row - begin) }
      begin += part.rowCount
      entry += part.entryCount
    }
    return nil
  }
}
