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
          + "\(Element.precisionName) features)")
    }
    let values = try placed(
      parts.map { ($0.takeNumbers, $0.rowCount * width) }, from: move.first * width,
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
          + "\(layout.denseColumns.count) numbers and \(layout.codes.count) codes)")
    }
    func bring<T: BitwiseCopyable>(
      _ width: Int, _ take: @escaping (RowChunk<Element>) -> Buffer<T>
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
          + "\(move.ranges.last?.upperBound ?? 0) sparse rows)")
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

  /// Copies this worker's elements, which begin at global place `first`, to the workers that own
  /// those places, and returns the ones that this worker owns.
  private static func placed<T: BitwiseCopyable>(
    _ parts: [(take: () -> Buffer<T>, count: Int)], from first: Int, ranges: [Range<Int>],
    in session: Session
  ) throws -> Buffer<T> {
    let communicator = session.communicator
    let mine = ranges[communicator.rank]
    if communicator.size == 1, parts.count == 1 { return parts[0].take() }
    let target = Buffer<T>(count: mine.count)
    let here = first..<first + parts.reduce(0) { $0 + $1.count }
    var outgoing = ranges.enumerated().map { rank, range in
      rank == communicator.rank ? [] : [T](reservingOverlapOf: here, range)
    }
    var place = first
    // A chunk's memory goes back as soon as its elements are copied.
    for (take, count) in parts {
      let source = take()
      let span = place..<place + count
      for (rank, range) in ranges.enumerated() {
        let common = span.clamped(to: range)
        if common.isEmpty { continue }
        let from = unsafe source.pointer + (common.lowerBound - place)
        if rank == communicator.rank {
          unsafe (target.pointer + (common.lowerBound - mine.lowerBound)).update(
            from: from, count: common.count)
        } else {
          unsafe outgoing[rank].append(
            contentsOf: UnsafeBufferPointer(start: from, count: common.count))
        }
      }
      place += count
    }
    if communicator.size > 1 {
      var arrival = mine.lowerBound
      for (rank, elements) in try communicator.allToAll(outgoing).enumerated() {
        if rank == communicator.rank { arrival = here.clamped(to: mine).upperBound }
        if elements.isEmpty { continue }
        unsafe elements.withUnsafeBufferPointer { source in
          guard let start = source.baseAddress else { return }
          unsafe (target.pointer + (arrival - mine.lowerBound)).update(
            from: start, count: elements.count)
        }
        arrival += elements.count
      }
    }
    return target
  }
}

extension Array {
  fileprivate init(reservingOverlapOf a: Range<Int>, _ b: Range<Int>) {
    self.init()
    reserveCapacity(a.clamped(to: b).count)
  }
}
