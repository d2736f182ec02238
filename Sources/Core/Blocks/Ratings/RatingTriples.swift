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
    var owners = [Int32](repeating: 0, count: leaves.starts.last ?? 0)
    for (rank, range) in leaves.rowsOfRanks.enumerated() {
      for row in range { owners[row] = Int32(rank) }
    }
    var counts = [Int](repeating: 0, count: communicator.size)
    for piece in pieces {
      for place in 0..<piece.count { counts[Int(owners[Int(piece.rows[place])])] += 1 }
    }
    var starts = [Int](repeating: 0, count: communicator.size)
    for rank in counts.indices.dropFirst() { starts[rank] = starts[rank - 1] + counts[rank - 1] }
    func sent<T: BitwiseCopyable>(_ part: (Piece) -> Buffer<T>) throws -> Buffer<T> {
      let stride = MemoryLayout<T>.stride
      let grouped = Buffer<T>(count: count)
      var next = starts
      for piece in pieces {
        let values = part(piece)
        for place in 0..<piece.count {
          let owner = Int(owners[Int(piece.rows[place])])
          grouped[next[owner]] = values[place]
          next[owner] += 1
        }
      }
      var arrived = Buffer<T>(count: 0)
      _ = try unsafe communicator.allToAll(
        bytes: UnsafeRawBufferPointer(start: grouped.pointer, count: grouped.count * stride),
        counts: counts.map { $0 * stride }
      ) { byteCount in
        arrived = Buffer<T>(count: byteCount / stride)
        return unsafe UnsafeMutableRawBufferPointer(start: arrived.pointer, count: byteCount)
      }
      return arrived
    }
    return RatingTriples(pieces: [
      Piece(
        rows: try sent { $0.rows }, columns: try sent { $0.columns },
        values: try sent { $0.values })
    ])
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

  /// A stable counting sort: each thread reads everything, and places the columns of its range.
  private static func sorted(
    _ triples: RatingTriples, columnCount: Int, threads: Int
  ) -> ByColumn {
    let starts = Buffer<Int>(count: columnCount + 1)
    for piece in triples.pieces {
      for place in 0..<piece.count { starts[Int(piece.columns[place]) + 1] += 1 }
    }
    for column in 0..<columnCount { starts[column + 1] += starts[column] }
    let count = starts[columnCount]
    let rows = Buffer<Int32>(count: count)
    let values = Buffer<Float>(count: count)
    let next = Buffer<Int>(starts.array)
    let shares = Self.shares(starts, threads)
    eachShare(shares) { share in
      let own = shares[share]
      for piece in triples.pieces {
        unsafe place(
          0..<piece.count, piece.columns.pointer, Int32(own.lowerBound), Int32(own.upperBound),
          next.pointer
        ) {
          unsafe (rows.pointer[$0], values.pointer[$0]) = (
            piece.rows.pointer[$1], piece.values.pointer[$1]
          )
        }
      }
    }
    return ByColumn(starts: starts, rows: rows, values: values)
  }

  /// Goes through the columns in order, and appends each rating to its row.
  private func fill(from sorted: ByColumn, threads: Int) {
    let next = Buffer<Int>(offsets.array)
    let (indices, values, first, columnCount) = (indices, values, rows.lowerBound, columnCount)
    let shares = Self.shares(offsets, threads)
    Self.eachShare(shares) { share in
      let own = shares[share]
      for column in 0..<columnCount {
        unsafe Self.place(
          sorted.starts[column]..<sorted.starts[column + 1], sorted.rows.pointer,
          Int32(first + own.lowerBound), Int32(first + own.upperBound), next.pointer - first
        ) {
          unsafe (indices.pointer[$0], values.pointer[$0]) = (
            Int32(column), sorted.values.pointer[$1]
          )
        }
      }
    }
  }

  /// For each element whose key lies in a range: the next place of that key.
  @inline(__always)
  private static func place(
    _ sources: Range<Int>, _ keys: UnsafePointer<Int32>, _ low: Int32, _ high: Int32,
    _ next: UnsafeMutablePointer<Int>, _ move: (_ to: Int, _ from: Int) -> Void
  ) {
    for source in sources {
      let key = unsafe keys[source]
      if key < low || key >= high { continue }
      let target = unsafe next[Int(key)]
      unsafe next[Int(key)] = target + 1
      move(target, source)
    }
  }

  /// Ranges of keys with about as many elements each, a thread's each.
  private static func shares(_ starts: Buffer<Int>, _ threads: Int) -> [Range<Int>] {
    let keyCount = starts.count - 1
    let total = starts[keyCount]
    // Each thread reads all keys: more than a few of them would only wait for memory.
    let count = max(1, min(threads, 8))
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

  private static func eachShare(
    _ shares: [Range<Int>], _ body: @escaping @Sendable (Int) -> Void
  ) {
    // The closure never throws.
    try? concurrently(shares.count) { body($0) }
  }
}
