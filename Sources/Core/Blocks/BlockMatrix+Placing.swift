internal import Cluster
internal import LinearAlgebra
internal import Platform
internal import Synchronization

extension BlockMatrix {
  /// Copies this worker's elements, which begin at global place `first`, to the workers that own
  /// those places, and returns the ones that this worker owns.
  static func placed<T: BitwiseCopyable>(
    _ parts: [(take: @Sendable () -> Buffer<T>, count: Int)], from first: Int, ranges: [Range<Int>],
    in session: Session
  ) throws -> Buffer<T> {
    let communicator = session.communicator
    let mine = ranges[communicator.rank]
    let here = first..<first + parts.reduce(0) { $0 + $1.count }
    if try communicator.allReduce([here == mine ? 1 : 0], by: .minimum)[0] == 1 {
      // Everything lies where it belongs; one part is taken over as it is.
      if parts.count == 1 { return parts[0].take() }
      return try together(parts, count: mine.count, in: session)
    }
    let target = Buffer<T>(count: mine.count)
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
    return target
  }

  /// The elements of all parts one behind the other, copied by all threads.
  private static func together<T: BitwiseCopyable>(
    _ parts: [(take: @Sendable () -> Buffer<T>, count: Int)], count: Int, in session: Session
  ) throws -> Buffer<T> {
    let target = Buffer<T>(count: count)
    let starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let next = Atomic(0)
    try concurrently(max(1, min(session.threads, parts.count))) { _ in
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        guard part < starts.count - 1 else { return }
        // Its memory goes back as soon as it is copied.
        let source = parts[part].take()
        unsafe (target.pointer + starts[part]).update(
          from: source.pointer, count: starts[part + 1] - starts[part])
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
