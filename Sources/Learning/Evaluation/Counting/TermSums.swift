internal import Cluster
internal import Datasets
internal import Platform

/// What the rows add to each of some sums, for all rows and for resampled ones; exact.
///
/// Nothing is rounded before the end, so the order of rows, threads and workers never shows. A term
/// beyond the doubles makes its sum infinite.
struct TermSums: Sendable {
  /// The terms of one row.
  struct Row {
    fileprivate(set) var places: [Int] = []
    fileprivate(set) var terms: [Double] = []

    mutating func add(_ term: Double, to place: Int) {
      places.append(place)
      terms.append(term)
    }

    fileprivate mutating func clear() {
      places.removeAll(keepingCapacity: true)
      terms.removeAll(keepingCapacity: true)
    }
  }

  private let count: Int
  private var sums: ExactSums
  private var overflows: Set<Int> = []

  private init(count: Int, copies: Int) {
    self.count = count
    sums = ExactSums(count: count * copies)
  }

  /// The sums over all rows of all workers, first of the rows as they are, then of each resample; a
  /// collective call.
  /// - Parameters:
  ///   - count: how many sums there are.
  ///   - rows: the numbers of this worker's rows.
  ///   - body: says what a row adds, its place among this worker's rows given.
  static func total(
    of count: Int, over rows: Range<Int>, resampling: Bootstrap?, in session: Session,
    _ body: @escaping @Sendable (_ row: Int, _ sums: inout Row) -> Void
  ) throws -> [[Double]] {
    try total(
      of: count, rowCount: rows.count, number: { rows.lowerBound + $0 }, resampling: resampling,
      in: session, body)
  }

  /// The same for rows whose numbers are not one range.
  /// - Parameter number: the number of a row, its place among this worker's rows given.
  static func total(
    of count: Int, rowCount: Int, number: @escaping @Sendable (Int) -> Int,
    resampling: Bootstrap?, in session: Session,
    _ body: @escaping @Sendable (_ row: Int, _ sums: inout Row) -> Void
  ) throws -> [[Double]] {
    let copies = 1 + (resampling?.count ?? 0)
    // One set of sums a thread, of four words each and a little more.
    let threads = max(1, min(session.threads, rowCount / 1024))
    let byteCount = count * copies * 40 * (threads + 1)
    let reservation = try session.communicator.agree("summing") {
      try session.memory.reserve(byteCount, for: "\(count) sums of \(copies) resamples")
    }
    defer { withExtendedLifetime(reservation) {} }
    let parts = try mapConcurrently(threads, threads: threads) { part in
      let own = rowCount * part / threads..<rowCount * (part + 1) / threads
      var sums = TermSums(count: count, copies: copies)
      var terms = Row()
      for row in own {
        terms.clear()
        body(row, &terms)
        sums.add(terms, number: number(row), resampling)
      }
      return sums
    }
    var sums = parts[0]
    for part in parts.dropFirst() {
      sums.sums.add(part.sums)
      sums.overflows.formUnion(part.overflows)
    }
    let total = try sums.sums.total(in: session.communicator)
    let overflows = Set(
      try session.communicator.allGather(sums.overflows.sorted()).flatMap { $0 })
    return (0..<copies).map { copy in
      (0..<count).map { place in
        let index = copy * count + place
        return overflows.contains(index) ? .infinity : total[index].rounded()
      }
    }
  }

  private mutating func add(_ row: Row, number: Int, _ resampling: Bootstrap?) {
    for (place, term) in zip(row.places, row.terms) { add(term, to: place) }
    guard let resampling else { return }
    for block in 0..<resampling.blockCount {
      let counts = resampling.counts(block: block, row: number)
      for lane in 0..<Bootstrap.lanes where counts[lane] > 0 {
        let copy = block * Bootstrap.lanes + lane + 1
        if copy > resampling.count { break }
        for (place, term) in zip(row.places, row.terms) {
          add(term * counts[lane], to: copy * count + place)
        }
      }
    }
  }

  private mutating func add(_ term: Double, to place: Int) {
    if term.isFinite {
      sums.add(term, to: place)
    } else {
      overflows.insert(place)
    }
  }
}
