internal import Synchronization

/// The values of `body` for each index below `count`, by index, worked out on some threads.
///
/// The first error in index order is thrown after all have ended.
public func mapConcurrently<T: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> T
) throws -> [T] {
  let next = Atomic(0)
  let done = Mutex([(index: Int, outcome: Result<T, any Error>)]())
  try concurrently(max(1, min(threads, count))) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let outcome = Result { try body(index) }
      done.withLock { $0.append((index, outcome)) }
    }
  }
  return try done.withLock { $0.sorted { $0.index < $1.index } }.map { try $0.outcome.get() }
}
