internal import Cluster
internal import LinearAlgebra
internal import Platform

extension BlockMatrix {
  /// Numbers the rows of all workers' chunks, decides who owns which, and brings them there.
  init(
    assembling parts: [RowChunk<Element>], features: [String], isWeighted: Bool,
    in session: Session
  ) throws {
    let communicator = session.communicator
    let rank = communicator.rank
    let width = features.count
    let own = parts.reduce(0) { $0 + $1.rowCount }
    let counts = try communicator.allGather([Int64(own)]).map { Int($0[0]) }
    let rowCount = counts.reduce(0, +)
    let rowByteCount = width * MemoryLayout<Element>.stride
    let placement = Placement(
      leafCount: session.leaves.leafCount(rows: rowCount, bytes: rowCount * rowByteCount),
      rankCount: communicator.size)
    let ranges = placement.ranges.map {
      Self.rows(of: $0, leafCount: placement.leafCount, rowCount: rowCount)
    }
    let mine = ranges[rank]
    let reservation = try communicator.agree("reading the rows") {
      try session.memory.reserve(
        mine.count * (rowByteCount + (isWeighted ? 8 : 0)),
        for: "the design matrix (\(rowCount) rows of \(width) \(Element.precisionName) features)")
    }
    let firstOwn = counts[..<rank].reduce(0, +)
    let values = try Self.placed(
      parts.map { ($0.takeValues, $0.rowCount * width) }, from: firstOwn * width,
      ranges: ranges.map { $0.lowerBound * width..<$0.upperBound * width }, in: session)
    var weights: Buffer<Double>?
    if isWeighted {
      weights = try Self.placed(
        parts.map { part in ({ part.weights ?? Buffer(count: 0) }, part.rowCount) }, from: firstOwn,
        ranges: ranges, in: session)
    }
    self.init(
      featureNames: features, rowCount: rowCount, placement: placement, rank: rank, values: values,
      weights: weights, reservation: reservation)
  }

  /// Copies this worker's elements, which begin at global place `first`, to the workers that own
  /// those places, and returns the ones that this worker owns.
  private static func placed<T: BitwiseCopyable>(
    _ parts: [(take: () -> Buffer<T>, count: Int)], from first: Int, ranges: [Range<Int>],
    in session: Session
  ) throws -> Buffer<T> {
    let communicator = session.communicator
    let mine = ranges[communicator.rank]
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
