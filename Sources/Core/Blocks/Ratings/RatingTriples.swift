internal import Cluster
internal import LinearAlgebra
internal import Platform

/// Ratings as they came: the places of row and column, and the value, each in the order of the data.
struct RatingTriples: Sendable {
  /// A run of them.
  struct Piece: Sendable {
    let rows: Buffer<Int32>
    let columns: Buffer<Int32>
    let values: Buffer<Float>

    var count: Int { values.count }
    fileprivate var turned: Piece { Piece(rows: columns, columns: rows, values: values) }
  }

  let pieces: [Piece]

  static let byteCountOfOne = 12

  var count: Int { pieces.reduce(0) { $0 + $1.count } }

  /// With rows and columns exchanged.
  var turned: RatingTriples { RatingTriples(pieces: pieces.map(\.turned)) }

  /// Brings each rating to the worker that owns its row; they stay in order.
  func dealt(_ leaves: RatingLeaves, in session: Session) throws -> RatingTriples {
    let communicator = session.communicator
    if communicator.size == 1 { return self }
    let owners = Buffer<Int32>(count: leaves.starts.last ?? 0)
    for (rank, range) in leaves.rowsOfRanks.enumerated() {
      for row in range { owners[row] = Int32(rank) }
    }
    let (counts, grouped) = grouped(by: owners, groupCount: communicator.size)
    return RatingTriples(pieces: [
      Piece(
        rows: try communicator.allToAll(grouped.rows, counts: counts),
        columns: try communicator.allToAll(grouped.columns, counts: counts),
        values: try communicator.allToAll(grouped.values, counts: counts))
    ])
  }

  /// All of them, those of one owner together and in order.
  private func grouped(
    by owners: Buffer<Int32>, groupCount: Int
  ) -> (counts: [Int], ratings: Piece) {
    let counts = Buffer<Int>(count: groupCount)
    for piece in pieces {
      let (rows, owners) = unsafe (piece.rows.pointer, owners.pointer)
      for place in 0..<piece.count {
        unsafe counts.pointer[Int(owners[Int(rows[place])])] &+= 1
      }
    }
    let next = Buffer<Int>(count: groupCount)
    for group in 1..<groupCount { next[group] = next[group - 1] + counts[group - 1] }
    let all = Piece(
      rows: Buffer(count: count), columns: Buffer(count: count), values: Buffer(count: count))
    for piece in pieces {
      let (owners, next) = unsafe (owners.pointer, next.pointer)
      let (rows, columns, values) = unsafe (
        piece.rows.pointer, piece.columns.pointer, piece.values.pointer
      )
      let (toRows, toColumns, toValues) = unsafe (
        all.rows.pointer, all.columns.pointer, all.values.pointer
      )
      for place in 0..<piece.count {
        let owner = unsafe Int(owners[Int(rows[place])])
        let target = unsafe next[owner]
        unsafe next[owner] = target &+ 1
        unsafe (toRows[target], toColumns[target]) = (rows[place], columns[place])
        unsafe toValues[target] = values[place]
      }
    }
    return (counts.array, all)
  }
}

extension RatingRows {
  /// Sorts ratings by row, and within a row by column; equal ones stay in their order.
  /// - Parameters:
  ///   - counts: how many each row of all workers has.
  ///   - triples: those of this worker's rows.
  init(
    _ triples: RatingTriples, counts: [Int64], columnCount: Int, leaves: RatingLeaves,
    reservation: MemoryReservation, threads: Int
  ) {
    self.init(
      Self.sorted(triples, columnCount: columnCount, threads: threads), counts: counts,
      columnCount: columnCount, leaves: leaves, reservation: reservation, threads: threads)
  }

  /// The same ratings by their columns, where one worker has all; equal ones stay in their order.
  init(
    turning other: RatingRows, counts: [Int64], leaves: RatingLeaves,
    reservation: MemoryReservation, threads: Int
  ) {
    require(other.rows.count == other.rowCount, "some rows cannot be turned alone")
    self.init(
      ByColumn(starts: other.offsets, rows: other.indices, values: other.values), counts: counts,
      columnCount: other.rowCount, leaves: leaves, reservation: reservation, threads: threads)
  }

  private init(
    _ sorted: ByColumn, counts: [Int64], columnCount: Int, leaves: RatingLeaves,
    reservation: MemoryReservation, threads: Int
  ) {
    rowCount = counts.count
    self.columnCount = columnCount
    self.leaves = leaves
    self.reservation = reservation
    rows = leaves.rows
    let offsets = Buffer<Int>(count: rows.count + 1)
    for (place, row) in rows.enumerated() { offsets[place + 1] = offsets[place] + Int(counts[row]) }
    require(offsets[rows.count] == sorted.values.count, "ratings beyond the counts of their rows")
    self.offsets = offsets
    indices = Buffer(count: sorted.values.count)
    values = Buffer(count: sorted.values.count)
    fill(from: sorted, threads: threads)
  }

  /// The rows and values of ratings by rising column, and where the ratings of each column begin.
  private struct ByColumn: Sendable {
    let starts: Buffer<Int>
    let rows: Buffer<Int32>
    let values: Buffer<Float>
  }

  /// A stable counting sort: each thread counts and places a run of the ratings.
  private static func sorted(
    _ triples: RatingTriples, columnCount: Int, threads: Int
  ) -> ByColumn {
    let count = triples.count
    let lanes = Self.lanes(threads)
    let runs = (0..<lanes).map { triples.runs(count * $0 / lanes..<count * ($0 + 1) / lanes) }
    let (starts, next) = unsafe targets(lanes, keyCount: columnCount) { lane, counts in
      for (piece, range) in runs[lane] {
        let columns = unsafe piece.columns.pointer
        for place in range { unsafe counts[Int(columns[place])] &+= 1 }
      }
    }
    let rows = Buffer<Int32>(count: count)
    let values = Buffer<Float>(count: count)
    eachLane(lanes) { lane in
      let (next, rows, values) = unsafe (next[lane].pointer, rows.pointer, values.pointer)
      for (piece, range) in runs[lane] {
        let (keys, from, given) = unsafe (
          piece.columns.pointer, piece.rows.pointer, piece.values.pointer
        )
        for place in range {
          let key = unsafe Int(keys[place])
          let target = unsafe next[key]
          unsafe next[key] = target &+ 1
          unsafe (rows[target], values[target]) = (from[place], given[place])
        }
      }
    }
    return ByColumn(starts: starts, rows: rows, values: values)
  }

  /// Goes through the columns in order, and appends each rating to its row.
  private func fill(from sorted: ByColumn, threads: Int) {
    let (indices, values, first) = (indices, values, rows.lowerBound)
    let lanes = Self.lanes(threads)
    let shares = Self.shares(sorted.starts, lanes)
    let (_, next) = unsafe Self.targets(lanes, keyCount: rows.count) { lane, counts in
      let (own, rows) = unsafe (shares[lane], sorted.rows.pointer)
      for place in sorted.starts[own.lowerBound]..<sorted.starts[own.upperBound] {
        unsafe counts[Int(rows[place]) &- first] &+= 1
      }
    }
    Self.eachLane(lanes) { lane in
      let (next, rows, given) = unsafe (
        next[lane].pointer, sorted.rows.pointer, sorted.values.pointer
      )
      let (indices, values) = unsafe (indices.pointer, values.pointer)
      for column in shares[lane] {
        for place in sorted.starts[column]..<sorted.starts[column + 1] {
          let key = unsafe Int(rows[place]) &- first
          let target = unsafe next[key]
          unsafe next[key] = target &+ 1
          unsafe (indices[target], values[target]) = (
            Int32(truncatingIfNeeded: column), given[place]
          )
        }
      }
    }
  }

  /// Where each key begins, and where each lane puts its next element of a key: lanes follow each
  /// other, so equal keys stay in order.
  private static func targets(
    _ lanes: Int, keyCount: Int,
    _ count: @escaping @Sendable (_ lane: Int, _ counts: UnsafeMutablePointer<Int>) -> Void
  ) -> (starts: Buffer<Int>, next: [Buffer<Int>]) {
    let next = (0..<lanes).map { _ in Buffer<Int>(count: keyCount) }
    eachLane(lanes) { unsafe count($0, next[$0].pointer) }
    let starts = Buffer<Int>(count: keyCount + 1)
    var place = 0
    for key in 0..<keyCount {
      starts[key] = place
      for lane in next {
        let count = lane[key]
        lane[key] = place
        place += count
      }
    }
    starts[keyCount] = place
    return (starts, next)
  }

  /// Each thread has counts of all keys: of more than a few they would fill the caches.
  private static func lanes(_ threads: Int) -> Int { max(1, min(threads, 8)) }

  /// Ranges of keys with about as many elements each.
  private static func shares(_ starts: Buffer<Int>, _ count: Int) -> [Range<Int>] {
    let keyCount = starts.count - 1
    let total = starts[keyCount]
    var shares: [Range<Int>] = []
    var low = 0
    for share in 1...count {
      var high = low
      while high < keyCount, share == count || starts[high] < total / count * share { high += 1 }
      shares.append(low..<high)
      low = high
    }
    return shares
  }

  private static func eachLane(_ lanes: Int, _ body: @escaping @Sendable (Int) -> Void) {
    // The closure never throws.
    try? concurrently(lanes) { body($0) }
  }
}

extension RatingTriples {
  /// The pieces that some of the ratings lie in, with their places there.
  fileprivate func runs(_ range: Range<Int>) -> [(piece: Piece, places: Range<Int>)] {
    var first = 0
    return pieces.compactMap { piece in
      defer { first += piece.count }
      let low = max(0, range.lowerBound - first)
      let high = min(piece.count, range.upperBound - first)
      return low < high ? (piece, low..<high) : nil
    }
  }
}
