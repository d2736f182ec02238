internal import Glibc

/// Runs `body` once for each index below `count`, each on a thread of its own, and waits for all.
///
/// Index 0 runs on the calling thread. The first error in index order is thrown after all have
/// ended, so that which error is seen does not depend on time.
public func concurrently(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
  guard count > 1 else {
    if count == 1 { try body(0) }
    return
  }
  try withoutActuallyEscaping(body) { body in
    let helpers = (1..<count).map { index in SystemThread { try body(index) } }
    let own = Result { try body(0) }
    let others = helpers.map { $0.join() }
    for outcome in [own] + others { try outcome.get() }
  }
}

/// One thread of the system that runs a closure to its end.
public final class SystemThread: @unchecked Sendable {
  // Proof of Sendable: `outcome` is written by the thread and read only after it was joined.
  private let work: @Sendable () throws -> Void
  private var outcome: Result<Void, any Error> = .success(())
  private var handle = pthread_t()

  /// Starts the thread at once, with a stack that fits deep recursion.
  public init(_ work: @escaping @Sendable () throws -> Void) {
    self.work = work
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = unsafe pthread_create(
      &handle, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let thread = unsafe Unmanaged<SystemThread>.fromOpaque(context).takeRetainedValue()
        thread.outcome = Result { try thread.work() }
        return nil
      }, context)
    require(status == 0, "the system gave no thread (\(status))")
  }

  /// Waits for the end and returns how it went.
  public func join() -> Result<Void, any Error> {
    _ = pthread_join(handle, nil)
    return outcome
  }

  /// Lets the thread run to its end unwatched.
  public func detach() { _ = pthread_detach(handle) }
}
