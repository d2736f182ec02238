public import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

extension NeighbourSearch {
  /// The points whose neighbours one of the workers looks for: all have as many, up to a few.
  public func share(of communicator: Communicator) -> Range<Int> {
    let (rank, size) = (communicator.rank, communicator.size)
    func first(_ rank: Int) -> Int {
      let (high, low) = rank.multipliedFullWidth(by: points.rowCount)
      return size.dividingFullWidth((high, low)).quotient
    }
    return first(rank)..<first(rank + 1)
  }

  /// The nearest points of each point in a range, itself left out; on the session's threads.
  ///
  /// Every worker holds all points and looks for those of its share, so nothing crosses workers. What
  /// it will cost is said once the first of them are done and their speed is known.
  public func nearest(
    _ count: Int, toPoints range: Range<Int>, in session: Session
  ) throws -> Neighbours {
    var found = Neighbours(queryCount: range.count, count: count)
    let (together, activity) = (Self.queriesTogether, "comparing rows with each other")
    let batches = (range.count + together - 1) / together
    let done = Atomic(0)
    let doubtful = Atomic(0)
    let (answers, reporter) = (found, session.reporter)

    @Sendable func answer(_ batch: Int, _ scratch: NeighbourScratch) throws {
      try Signals.throwIfStopRequested()
      let first = range.lowerBound + batch * together
      let rows = first..<min(range.upperBound, first + together)
      doubtful.add(
        self.answer(
          points, rows, excludingFrom: 0, into: answers, at: batch * together, scratch),
        ordering: .relaxed)
      let total = done.add(1, ordering: .relaxed).newValue
      reporter.progress(activity, done: min(range.count, total * together), of: range.count)
    }

    session.breadcrumb.begin(activity)
    if batches == 0 { return found }
    let begun = monotonicSeconds()
    try answer(0, NeighbourScratch())
    sayCost(seconds: monotonicSeconds() - begun, of: min(together, range.count), in: session)
    let next = Atomic(1)
    let threads = max(1, min(session.threads, batches - 1))
    try concurrently(threads) { _ in
      let scratch = NeighbourScratch()
      while true {
        let batch = next.add(1, ordering: .relaxed).oldValue
        guard batch < batches else { return }
        try answer(batch, scratch)
      }
    }
    found.doubtfulCount = doubtful.load(ordering: .relaxed)
    return found
  }

  /// What all workers have before them, from how long some points took on one thread.
  private func sayCost(seconds: Double, of sample: Int, in session: Session) {
    guard session.isRoot, sample < points.rowCount else { return }
    let rows = Double(points.rowCount)
    let work = rows * rows * Double(points.columnCount) / 1e9
    let rate = max(1e-9, work * Double(sample) / rows / max(1e-9, seconds))
    let hands = Double(session.threads * session.communicator.size)
    session.reporter.note(
      "\(points.rowCount) rows: about \(shortText(work)) x 10^9 multiply-adds, "
        + "\(shortText(work / rate / hands)) s at \(shortText(rate)) x 10^9 a second on each of "
        + "\(session.threads * session.communicator.size) threads")
  }

  /// Two digits that count.
  private func shortText(_ number: Double) -> String {
    guard number.isFinite, number > 1e-6 else { return "0" }
    var scale = 1.0
    while number * scale < 10 { scale *= 10 }
    let text = "\((number * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
