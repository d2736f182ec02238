public import Cluster
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The exact distribution of each column, and what the places of each row's numbers add.
  ///
  /// A collective call; weights do not count. Each worker sorts its own numbers of a few columns at a time by radix, sends the distinct ones
  /// to all others and merges theirs. Scores have the bits that `SortedColumns.sums` gives. Cost:
  /// about 30 ns a number, and between workers 12 bytes for each distinct number of each worker.
  /// - Returns: the columns, and the scores of this worker's rows; none where no rule is given.
  public func sortedColumns(
    scoringBy rule: TailRule?, in session: Session
  ) throws -> (columns: SortedColumns, scores: [Double]) {
    let reservation = try session.communicator.agree("planning the order of columns") {
      guard rowCount < Int32.max else {
        throw Failure(.data, "\(rowCount) rows are more than a column is ordered of")
      }
      return try session.memory.reserve(
        sortedColumnsByteCount(in: session),
        for: "the sorted values of \(columnCount) columns of \(rowCount) rows")
    }
    defer { withExtendedLifetime(reservation) {} }
    var columns: [SortedColumn] = []
    let scores = Buffer<Double>(count: rule == nil ? 0 : rows.count)
    let step = columnStep(in: session)
    // Fresh memory has to be cleared by the system: it is taken once for all columns.
    let keys = (0..<step).map { _ in Buffer<UInt64>(count: rows.count) }
    let terms = (0..<(rule == nil ? 0 : step)).map { _ in Buffer<Double>(count: rows.count) }
    for first in stride(from: 0, to: columnCount, by: step) {
      let some = first..<min(columnCount, first + step)
      let orders = try ordered(some, by: keys, in: session)
      let merged = try merged(orders, in: session)
      if let rule {
        _ = try mapConcurrently(some.count, threads: session.threads) {
          orders[$0].write(to: terms[$0], in: merged[$0], by: rule)
        }
        try add(Array(terms.prefix(some.count)), to: scores, in: session)
      }
      columns += merged
      session.reporter.progress("ordering columns", done: some.upperBound, of: columnCount)
    }
    return (SortedColumns(columns), scores.array)
  }

  /// The memory that ordering the columns takes on this worker, and what is kept of it.
  public func sortedColumnsByteCount(in session: Session) -> Int {
    let (own, all) = (rows.count, rowCount)
    let step = columnStep(in: session)
    // Keys, rows, distinct numbers with counts, terms; and while sorting once more keys and rows.
    let local = step * own * (8 + 4 + 12 + 8) + session.threads * own * 12
    // What others send, and two merges at a time.
    let sent = session.communicator.size > 1 ? step * all * 3 * 12 : 0
    return columnCount * SortedColumn.byteCount(distinct: all) + local + sent
      + (own + all) * 8 + session.threads * (6 << 14)
  }

  /// How many columns are ordered at a time.
  private func columnStep(in session: Session) -> Int {
    min(columnCount, max(4, (session.threads + 3) / 4 * 4))
  }

  /// This worker's numbers of some columns, in order.
  private func ordered(
    _ columns: Range<Int>, by keys: [Buffer<UInt64>], in session: Session
  ) throws -> [ColumnOrder] {
    try forEachBlock("taking columns apart", in: session, scratch: {}) { block, _ in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      ColumnKeys.write(rows, columns, to: keys, from: block.localRow)
    }
    return try mapConcurrently(columns.count, threads: session.threads) { index in
      Element.precision32
        ? ColumnOrder(words: keys[index].array) : ColumnOrder(keys: keys[index].array)
    }
  }

  /// The columns of all workers' numbers, from those of each.
  private func merged(_ orders: [ColumnOrder], in session: Session) throws -> [SortedColumn] {
    let communicator = session.communicator
    guard communicator.size > 1 else {
      return try mapConcurrently(orders.count, threads: session.threads) { index in
        let order = orders[index]
        return SortedColumn(
          trusting: Buffer(order.values), ends: Buffer(order.ends), skewSign: order.skewSign)
      }
    }
    let lists = try gathered(orders, in: communicator)
    let merged = try mapConcurrently(orders.count, threads: session.threads) { index in
      CountedValues(merging: lists[index])
    }
    // Each worker looks at some of the columns, for the others take as long.
    let mine = merged.indices.map { $0 % communicator.size == communicator.rank }
    let signs = try communicator.allReduce(
      try mapConcurrently(merged.count, threads: session.threads) {
        mine[$0] ? Int64(merged[$0].skewSign) : 0
      }, by: .sum)
    return try mapConcurrently(merged.count, threads: session.threads) { index in
      SortedColumn(
        trusting: Buffer(merged[index].values), ends: Buffer(merged[index].ends),
        skewSign: Int(signs[index]))
    }
  }

  /// What each worker has of each column, by column and worker.
  private func gathered(
    _ orders: [ColumnOrder], in communicator: Communicator
  ) throws -> [[CountedValues]] {
    let lengths = try communicator.allGather(orders.map { $0.values.count })
    let ends = try communicator.allGather(orders.flatMap(\.ends))
    let values: [[Double]]
    if Element.precision32 {
      values = try communicator.allGather(orders.flatMap { $0.values.map { Float($0) } }).map {
        $0.map { Double($0) }
      }
    } else {
      values = try communicator.allGather(orders.flatMap(\.values))
    }
    var firsts = [Int](repeating: 0, count: communicator.size)
    return orders.indices.map { index in
      firsts.indices.map { worker in
        let range = firsts[worker]..<firsts[worker] + lengths[worker][index]
        firsts[worker] = range.upperBound
        return CountedValues(
          values: Array(values[worker][range]), ends: Array(ends[worker][range]))
      }
    }
  }

  /// Adds the terms of some columns to the scores, a column after the other.
  private func add(
    _ terms: [Buffer<Double>], to scores: Buffer<Double>, in session: Session
  ) throws {
    let count = rows.count
    let parts = max(1, min(session.threads, count / 4096))
    try concurrently(parts) { part in
      for first in stride(from: count * part / parts, to: count * (part + 1) / parts, by: 4096) {
        let last = min(count * (part + 1) / parts, first + 4096)
        for terms in terms {
          let (terms, scores) = unsafe (terms.pointer, scores.pointer)
          for row in first..<last { unsafe scores[row] += terms[row] }
        }
      }
    }
  }
}

extension Scalar {
  /// Whether keys of it have 32 bits.
  fileprivate static var precision32: Bool { Self.self == Float.self }
}

private enum ColumnKeys {
  /// Writes the keys of some columns, each into memory of its own.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  static func write<Element: Scalar>(
    _ rows: RowBlock<Element>, _ columns: Range<Int>, to keys: [Buffer<UInt64>], from first: Int
  ) {
    for (index, column) in columns.enumerated() {
      let target = unsafe keys[index].pointer + first
      for row in 0..<rows.count {
        let number = unsafe rows.start(ofRow: row)[column]
        unsafe target[row] =
          Element.self == Float.self
          ? ColumnOrder.word(Float(number), row: first + row) : ColumnOrder.key(Double(number))
      }
    }
  }
}

extension ColumnOrder {
  /// The sign of the third central moment of these numbers.
  fileprivate var skewSign: Int {
    CountedValues(values: values, ends: ends).skewSign
  }

  /// Writes what the number of each of the worker's rows adds, by row; 0 for one that is missing.
  fileprivate func write(to terms: Buffer<Double>, in column: SortedColumn, by rule: TailRule) {
    if rows.count < terms.count {
      for row in 0..<terms.count { unsafe terms.pointer[row] = 0 }
    }
    let all = Int32(truncatingIfNeeded: column.rowCount)
    let (known, counts) = unsafe (column.values.pointer, column.ends.pointer)
    var place = 0
    var next = 0
    for (index, value) in values.enumerated() {
      while unsafe known[place] < value { place &+= 1 }
      let below = unsafe counts[place]
      let above = all &- (place > 0 ? unsafe counts[place &- 1] : 0)
      let term = rule.term(below: below, above: above, of: all, skewSign: column.skewSign)
      let end = Int(ends[index])
      while next < end {
        unsafe terms.pointer[Int(rows[next])] = term
        next &+= 1
      }
      place &+= 1
    }
  }
}

extension CountedValues {
  /// All of some lists as one, in a tree.
  fileprivate init(merging lists: [CountedValues]) {
    var lists = lists
    while lists.count > 1 {
      lists = stride(from: 0, to: lists.count, by: 2).map { first in
        first + 1 < lists.count ? lists[first].merged(with: lists[first + 1]) : lists[first]
      }
    }
    self = lists.first ?? CountedValues(values: [], ends: [])
  }

  fileprivate var skewSign: Int {
    unsafe values.withUnsafeBufferPointer { values in
      unsafe ends.withUnsafeBufferPointer { ends in
        guard let ends = ends.baseAddress else { return 0 }
        return unsafe SortedColumn.skewSign(values, ends: ends)
      }
    }
  }
}
