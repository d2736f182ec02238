public import Cluster
public import Datasets
public import Frames
internal import Learning
internal import Platform

/// A row that was found near another vector.
public struct Neighbor: Sendable, Equatable, BitwiseCopyable {
  /// The number of the row among all.
  public let row: Int
  public let distance: Double

  public init(row: Int, distance: Double) {
    self.row = row
    self.distance = distance
  }
}

/// Two rows that are near each other.
public struct SimilarPair: Sendable, Equatable, BitwiseCopyable {
  /// The number of the row among those of the first data set.
  public let first: Int
  /// The number of the row among those of the second data set.
  public let second: Int
  public let distance: Double

  public init(first: Int, second: Int, distance: Double) {
    self.first = first
    self.second = second
    self.distance = distance
  }
}

extension LSHStep {
  /// The rows nearest to a vector among those that share a hash with it; a collective call that
  /// returns the same on each worker.
  ///
  /// As Spark's: with `singleProbe` a row must share a hash in one of the tables, so that fewer
  /// than `count` rows may come back; without it rows of the nearest hashes are looked at too, at
  /// least `count` of them (Spark estimates where to cut; here the cut is exact).
  ///
  /// - Parameter rows: a data set with the step's column of vectors.
  /// - Returns: rows by rising distance, equally far ones by their numbers.
  public func approxNearestNeighbors(
    of key: VectorValue, count: Int, in rows: Dataset, singleProbe: Bool = true, session: Session
  ) throws -> [Neighbor] {
    let hasher = hasher
    guard count > 0 else { throw Failure(.usage, "\(count) neighbours asked for") }
    guard key.width == width else {
      throw Failure(
        .usage, "a vector of \(key.width) numbers, where the step takes \(width)")
    }
    var keyRows = SparseRows()
    keyRows.append(key)
    if let problem = hasher.problem(keyRows, 0) { throw Failure(.usage, problem) }
    var keyHashes: [Double] = []
    hasher.hash(keyRows, 0, into: &keyHashes)
    let (own, first) = try load(rows, in: session)
    let hashes = own.hashes(hasher)
    func hashesOf(_ row: Int) -> ArraySlice<Double> {
      hashes[row * tableCount..<(row + 1) * tableCount]
    }
    var candidates: [Int]
    if singleProbe {
      candidates = (0..<own.count).filter { row in
        zip(hashesOf(row), keyHashes).contains { $0 == $1 }
      }
    } else {
      let distances = (0..<own.count).map { hasher.hashDistance(hashesOf($0), keyHashes[...]) }
      let nearest = try session.communicator.allGather(
        Array(distances.sorted().prefix(count))
      ).flatMap(\.self).sorted()
      let limit = nearest.prefix(count).last ?? 0
      candidates = (0..<own.count).filter { distances[$0] <= limit }
    }
    let found = candidates.map {
      Neighbor(row: first + $0, distance: hasher.distance(own, $0, keyRows, 0))
    }
    let gathered = try session.communicator.allGather(Array(found.nearest.prefix(count)))
    return Array(gathered.flatMap(\.self).nearest.prefix(count))
  }

  /// All pairs of a row of `first` and a row of `second` that share a hash and are nearer than
  /// `threshold`; a collective call that returns the same on each worker.
  ///
  /// As Spark's: OR over the tables, each pair once, strictly nearer. A data set joined with itself
  /// gives each row with itself and each pair both ways.
  ///
  /// Cost: each worker holds all rows of `second`, so let that be the smaller one.
  /// - Returns: pairs by their rows.
  public func approxSimilarityJoin(
    _ first: Dataset, _ second: Dataset, threshold: Double, session: Session
  ) throws -> [SimilarPair] {
    let (hasher, tableCount) = (hasher, tableCount)
    let (own, start) = try load(first, in: session)
    let other = try load(second, in: session).rows.everywhere(session)
    let (hashes, otherHashes) = (own.hashes(hasher), other.hashes(hasher))
    var pairs: [SimilarPair] = []
    /// For each row of the second the last one of the first that it was compared with.
    var compared = [Int](repeating: -1, count: other.count)
    let tables = (0..<tableCount).map { table in
      (0..<other.count).sorted {
        otherHashes[$0 * tableCount + table] < otherHashes[$1 * tableCount + table]
      }
    }
    for row in 0..<own.count {
      for (table, order) in tables.enumerated() {
        let hash = hashes[row * tableCount + table]
        var place = order.firstPlace { otherHashes[$0 * tableCount + table] >= hash }
        while place < order.count, otherHashes[order[place] * tableCount + table] == hash {
          let candidate = order[place]
          place += 1
          if compared[candidate] == row { continue }
          compared[candidate] = row
          let distance = hasher.distance(own, row, other, candidate)
          if distance < threshold {
            pairs.append(SimilarPair(first: start + row, second: candidate, distance: distance))
          }
        }
      }
    }
    pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
    // Each worker has rows of the first behind those of the workers before it.
    return try session.communicator.allGather(pairs).flatMap(\.self)
  }

  /// This worker's rows, and the number of the first among all.
  private func load(
    _ data: Dataset, in session: Session
  ) throws -> (rows: SparseRows, first: Int) {
    let (hasher, input, width) = (hasher, input, width)
    let parts = try data.mapSplits(in: session, "hashing '\(input)'", columns: [input]) { rows in
      var binder = Binder(rows.frame.schema)
      guard try binder.field(input).type == .vector else {
        throw Failure(.data, "vectors are needed in the column '\(input)'")
      }
      try binder.annotate(input) {
        $0.width = width
        $0.isSparse = true
      }
      let slot = try binder.vectors(input)
      var own = SparseRows()
      try RowProgram(binder, input: rows.frame.schema).forEachBatch(
        of: rows.frame, place: { rows.place(ofRow: $0) }
      ) { batch in
        for row in 0..<batch.rowCount {
          own.append(batch[slot], row: row)
          if let problem = hasher.problem(own, own.count - 1) {
            throw batch.fault(row: row, column: input, found: nil, problem)
          }
        }
      }
      return own
    }.parts
    var rows = SparseRows()
    for part in parts { rows.append(part) }
    let counts = try session.communicator.allGather([rows.count]).flatMap(\.self)
    return (rows, counts.prefix(session.communicator.rank).reduce(0, +))
  }
}

extension SparseRows {
  /// The hashes of all rows, one row's behind the other's.
  fileprivate func hashes(_ hasher: any VectorHasher) -> [Double] {
    var hashes: [Double] = []
    for row in 0..<count { hasher.hash(self, row, into: &hashes) }
    return hashes
  }

  /// The rows of all workers, in order.
  fileprivate func everywhere(_ session: Session) throws -> SparseRows {
    let counts = try session.communicator.allGather(entryCounts)
    let indices = try session.communicator.allGather(indices)
    let values = try session.communicator.allGather(values)
    var all = SparseRows()
    for (counts, (indices, values)) in zip(counts, zip(indices, values)) {
      all.append(counts: counts, indices: indices, values: values)
    }
    return all
  }
}

extension [Neighbor] {
  /// By rising distance, and by number where that is equal.
  fileprivate var nearest: [Neighbor] {
    sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
  }
}

extension [Int] {
  /// The first place of which something holds that holds for all behind it.
  fileprivate func firstPlace(where holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
