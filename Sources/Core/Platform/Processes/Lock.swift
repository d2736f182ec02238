internal import Synchronization

/// A mutual exclusion for classes whose guarded state is their own.
final class Lock: Sendable {
  private let mutex = Mutex(())

  /// Runs `body` while nobody else does.
  func locked<R>(_ body: () throws -> R) rethrows -> R {
    try mutex.withLock { _ in try body() }
  }
}
