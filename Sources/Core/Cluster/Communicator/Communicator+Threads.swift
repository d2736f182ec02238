internal import Platform
internal import Synchronization

extension Communicator {
  /// Runs `body` as each of `count` ranks, threads of this process, and returns the results by rank.
  ///
  /// Throws the failure that the ranks agreed on. For laws and tests, on 64 ranks as on 2: work
  /// that wants cores of one machine uses threads inside a rank. A rank that is silent for
  /// `patience` seconds is lost, so that nothing hangs.
  public static func withThreads<R: Sendable>(
    _ count: Int, patience: Int = 300, _ body: @Sendable (Communicator) throws -> R
  ) throws -> [R] {
    guard count > 0 else { throw Failure(.usage, "a job needs a worker, not \(count)") }
    let office = PostOffice(size: count, patience: patience)
    let results = Mutex<[R?]>([R?](repeating: nil, count: count))
    try concurrently(count) { rank in
      let communicator = Communicator(ThreadTransport(rank: rank, office: office))
      let outcome = Result { try body(communicator) }
      switch outcome {
      case .success(let value):
        try communicator.finish(nil)
        results.withLock { $0[rank] = value }
      case .failure(let error):
        try communicator.finish(Failure(error))
      }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
