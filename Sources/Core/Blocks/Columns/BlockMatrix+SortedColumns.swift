public import Cluster
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// The exact distribution of each column, and what the places of each row's numbers add.
  ///
  /// A collective call; weights do not count. Some columns at a time come whole to the workers that
  /// own them, an even share each, and are sorted by radix; what the rows' places add goes back to
  /// the rows, and the distributions to all. Scores have the bits that `SortedColumns.sums` gives.
  /// Cost: about 30 ns a number, and between workers 12 bytes for each number and 8 for each
  /// distinct one on every worker (of doubles 16 and 12).
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
    let turns = columnTurns(in: session)
    let exchange = ColumnExchange<Element>(
      rowsOfRanks: placement.ranges.map {
        Self.rows(of: $0, leafCount: placement.leafCount, rowCount: rowCount)
      }, rank: rank, columnLimit: turns.map(\.count).max() ?? 0, takesTerms: rule != nil)
    let sorters = (0..<session.threads).map { _ in
      ColumnSorter<Element>(rowCount: rowCount, scoringBy: rule)
    }
    let scores = Buffer<Double>(count: rule == nil ? 0 : rows.count)
    var columns: [SortedColumn] = []
    for turn in turns {
      let owners = ColumnOwners(turn, workerCount: session.communicator.size)
      let own = try wholeColumns(owners, by: exchange, in: session)
      let sorted = try mapConcurrently(sorters.count, threads: sorters.count) { thread in
        stride(from: thread, to: own.count, by: sorters.count).map { index in
          sorters[thread].sorted(own[index], scoringBy: rule, to: exchange.terms[index])
        }
      }
      columns += try exchange.gathered(
        own.indices.map { sorted[$0 % sorters.count][$0 / sorters.count] }, owners, in: session)
      if rule != nil { try add(exchange.returned(owners, in: session), to: scores, in: session) }
      session.reporter.progress("ordering columns", done: turn.upperBound, of: columnCount)
    }
    return (SortedColumns(columns), scores.array)
  }

  /// The memory that ordering the columns takes on this worker, and what is kept of it.
  public func sortedColumnsByteCount(in session: Session) -> Int {
    let limit = columnTurns(in: session).map(\.count).max() ?? 0
    return columnCount * SortedColumn.byteCount(of: Element.self, distinct: rowCount)
      + ColumnExchange<Element>.byteCount(
        rowCount: rowCount, own: rows.count, columnLimit: limit,
        workerCount: session.communicator.size)
      + session.threads * (ColumnSorter<Element>.byteCount(rowCount: rowCount) + 6 << 14)
      + rows.count * 8
  }

  /// Which columns are ordered at a time: a few for each worker, as evenly as can be.
  private func columnTurns(in session: Session) -> [Range<Int>] {
    let limit = max(4, (session.threads + 3) / 4 * 4) * session.communicator.size
    let count = (columnCount + limit - 1) / limit
    let slices = Slices(count: columnCount, over: count, block: 1)
    return (0..<count).map { slices.range(of: $0) }
  }

  /// The columns of a turn that this worker owns, with the numbers of all rows; a collective call.
  private func wholeColumns(
    _ owners: ColumnOwners, by exchange: ColumnExchange<Element>, in session: Session
  ) throws -> [Buffer<Element>] {
    let targets = exchange.targets(owners)
    try forEachBlock("taking columns apart", in: session, scratch: {}) { block, _ in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      for (column, target) in zip(owners.columns, targets) {
        let numbers = unsafe target.buffer.pointer + target.places.lowerBound + block.localRow
        for row in 0..<rows.count { unsafe numbers[row] = rows.start(ofRow: row)[column] }
      }
    }
    return try exchange.whole(targets, owners, in: session)
  }

  /// Adds the terms of some columns to the scores, a column after the other.
  private func add(
    _ terms: [BufferPart<Double>], to scores: Buffer<Double>, in session: Session
  ) throws {
    let count = rows.count
    let parts = max(1, min(session.threads, count / 4096))
    try concurrently(parts) { part in
      for first in stride(from: count * part / parts, to: count * (part + 1) / parts, by: 4096) {
        let last = min(count * (part + 1) / parts, first + 4096)
        for terms in terms {
          let scores = unsafe scores.pointer
          let terms = unsafe terms.buffer.pointer + terms.places.lowerBound
          for row in first..<last { unsafe scores[row] += terms[row] }
        }
      }
    }
  }
}
