internal import Glibc
internal import Platform
internal import Synchronization

/// The thread by which a worker notices that another one is frozen or gone.
///
/// The engine itself waits for ever on a stopped process or a cut cable. This thread beats for its
/// own worker, looks at the breadcrumbs of the others, and ends the process with code 75 when the
/// worker waits in vain (`SilenceJudge` decides when); the launcher then cleans up and starts
/// again. It also ends a worker whose launcher was killed.
///
/// Cost: five wake-ups a second, each a few loads from memory.
public final class Watchdog: Sendable {
  /// How long to wait.
  public struct Limits: Sendable, Equatable {
    /// Seconds of silence of a worker on the same host.
    public var local = 60.0
    /// Seconds in one collective call with workers on other hosts.
    public var remote = 600.0

    public init() {}

    /// The variable with the seconds for the same host; those for others are ten times as many.
    static let variable = "MARTLET_WATCHDOG"

    /// Those that the user asked for, or the usual ones.
    public static func fromEnvironment() throws -> Limits {
      var limits = Limits()
      guard let text = environmentVariable(variable) else { return limits }
      guard let seconds = Double(text), seconds >= 1, seconds <= 1e6 else {
        throw Failure(.usage, "\(variable) is '\(text)', not a number of seconds of at least 1")
      }
      limits.local = seconds
      limits.remote = 10 * seconds
      return limits
    }
  }

  private let context: WorkerContext
  private let breadcrumb: Breadcrumb
  private let limits: Limits
  private let isStopped = Atomic(false)

  /// - Parameter breadcrumb: that of this worker; it is also the `CollectiveWatch` to give to the
  ///   communicator.
  public init(_ context: WorkerContext, breadcrumb: Breadcrumb, limits: Limits) {
    self.context = context
    self.breadcrumb = breadcrumb
    self.limits = limits
  }

  /// Starts the thread; it ends with the process, or after `stop`.
  public func start() {
    SystemThread { [self] in watch() }.detach()
  }

  /// Ends the watch, before the worker leaves as it should.
  public func stop() {
    isStopped.store(true, ordering: .relaxed)
    breadcrumb.finish()
  }

  private func watch() {
    let interval = min(0.2, limits.local / 10)
    var judge = SilenceJudge(limit: limits.local, remoteLimit: limits.remote, interval: interval)
    let peers = (0..<context.size).filter { $0 != context.rank }
    let attempt = context.attempt
    let launcher = attempt?.owner
    var pages = [CrumbPage?](repeating: nil, count: peers.count)
    var last = monotonicSeconds()
    var looks = 0
    while !isStopped.load(ordering: .relaxed) {
      usleep(UInt32(interval * 1e6))
      breadcrumb.page.increase(.heartbeat)
      looks += 1
      for (index, rank) in peers.enumerated() where pages[index] == nil {
        pages[index] = attempt.flatMap { CrumbPage(reading: $0.crumbPath(rank: rank)) }
      }
      let now = monotonicSeconds()
      defer { last = now }
      // The number of calls so far tells one from the next.
      let page = breadcrumb.page
      let collective = page[.collective] == 0 ? nil : page[.entries]
      let verdict = judge.judge(
        SilenceJudge.Observation(
          elapsed: now - last, collective: collective,
          heartbeats: pages.map { $0?[.heartbeat] }))
      switch verdict {
      case nil: break
      case .silent(let peer):
        giveUp(on: peers[peer], page: pages[peer], waited: judge.waited)
      case .waitedTooLong: giveUp(on: nil, page: nil, waited: judge.waited)
      }
      // The launcher's death ends the engine, and that this worker; but an engine can hang.
      if looks % 25 == 0, let launcher, launcher.isAlive == false { launcherIsGone() }
    }
  }

  private func giveUp(on rank: Int?, page: CrumbPage?, waited: Double) {
    let sight = page.map { BreadcrumbSight($0, rank: rank ?? 0) }
    let own = BreadcrumbSight(breadcrumb.page, rank: context.rank)
    let report = SilenceReport(
      rank: context.rank, operation: own.collective ?? "a collective call", seconds: Int(waited),
      silentRank: rank, silentHost: sight?.host, silentProcess: sight?.process,
      doing: sight.map { $0.isFinished ? "at its end" : $0.doing })
    // It may have moved on between the look and now.
    guard !isStopped.load(ordering: .relaxed), own.collective != nil else { return }
    if let path = context.attemptPath {
      WorkerMessage.silence(report).send(token: lastComponent(path))
    } else {
      writeToStandardError("martlet: \(report)\n")
    }
    _exit(Failure.Kind.workerLost.exitCode)
  }

  /// Some seconds for the engine to end us in order, then by ourselves.
  private func launcherIsGone() {
    sleep(5)
    _exit(Failure.Kind.workerLost.exitCode)
  }
}
