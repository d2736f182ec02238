public import Platform

/// Starts the program again as several workers, guards them, and says how it went.
///
/// `martlet train ... --workers 4` is one process that runs `mpirun -n 4 martlet train ...` and
/// waits. It takes the engine's own words out of theirs, forwards Ctrl-C so that all workers stop
/// together, starts the whole job again when a worker is lost, and leaves nothing behind: no
/// process, no file. Only the status that the workers agreed on decides the outcome.
public struct Launcher: Sendable {
  /// What to run, and how.
  public struct Job: Sendable {
    /// The program's arguments, without its name.
    public var arguments: [String]
    public var workerCount: Int
    public var hostfile: Hostfile?
    /// Threads of a worker; nil for an even share of its host.
    public var threadCount: Int?
    /// How often all workers may be started again after one was lost.
    public var restartLimit = 0
    /// The folder for the attempt's small files, on a disk of this host.
    public var scratch: String
    /// What the workers' talk may look like.
    public var terminal = TerminalTraits.current
    /// Whether workers will read standard input, which the engine gives to none.
    public var needsStandardInput = false

    public init(_ arguments: [String], workerCount: Int, scratch: String) {
      self.arguments = arguments
      self.workerCount = workerCount
      self.scratch = scratch
    }
  }

  let job: Job
  let engine: MessagePassingEngine
  let program: String
  /// Takes down what only the curious want to know, such as what the engine says.
  let detail: @Sendable (String) -> Void
  let warn: @Sendable (String) -> Void

  /// Runs a job to its end and returns the program's exit code.
  ///
  /// To be called on the main thread, whose end the engine takes for the launcher's.
  ///
  /// - Throws: the failure that the workers agreed on; or `.workerLost`, when one was lost for the
  ///   last time; or `.interrupted`, `.terminated`; or what kept the workers from starting.
  public static func run(
    _ job: Job, detail: @escaping @Sendable (String) -> Void,
    warn: @escaping @Sendable (String) -> Void
  ) throws -> Int32 {
    guard job.workerCount >= 1 else {
      throw Failure(.usage, "--workers must be at least 1, not \(job.workerCount)")
    }
    guard let program = ownExecutablePath else {
      throw Failure(.failed, "the system does not say where this program lies")
    }
    let launcher = Launcher(
      job: job, engine: try MessagePassingEngine.find(), program: program, detail: detail,
      warn: warn)
    Signals.watch(secondEnds: false)
    AttemptFolder.removeStale(in: job.scratch)
    let spool = job.needsStandardInput ? try AttemptFolder(in: job.scratch) : nil
    defer { spool?.remove() }
    if let spool { try spoolStandardInput(to: spool.standardInputPath) }
    return try launcher.runWithRestarts(standardInput: spool?.standardInputPath)
  }

  private func runWithRestarts(standardInput: String?) throws -> Int32 {
    var losses: [WorkerLoss] = []
    while true {
      let attempt = try AttemptFolder(in: job.scratch)
      defer { attempt.remove() }
      let outcome = try JobAttempt(
        self, attempt, restartCount: losses.count, standardInput: standardInput
      ).run()
      switch outcome {
      case .finished(let status):
        if let failure = status.failure { throw interruption(of: failure) ?? failure }
        return status.exitCode
      case .stopped(let failure), .notStarted(let failure):
        throw failure
      case .lost(let loss):
        try decide(on: loss, after: losses)
        losses.append(loss)
      }
    }
  }

  /// Throws unless another start makes sense, and says so.
  private func decide(on loss: WorkerLoss, after losses: [WorkerLoss]) throws {
    var failure = losses.first?.failure ?? loss.failure
    if let last = losses.last, loss.repeats(last) {
      failure = loss.failure
      failure.causes.append("the same happened at the same place after a restart")
      throw failure
    }
    guard losses.count < job.restartLimit else {
      // The first loss is the cause; later ones are often its consequence.
      if !losses.isEmpty { failure.causes.append("\(losses.count + 1) starts ended like that") }
      throw failure
    }
    warn(
      "\(loss); starting all workers again (\(losses.count + 1) of \(job.restartLimit))")
    let end = monotonicSeconds() + min(5, 0.25 * Double(1 << min(losses.count, 5)))
    while monotonicSeconds() < end {
      try Signals.throwIfStopRequested()
      pause(milliseconds: 20)
    }
  }

  /// Workers only know that they were interrupted; the launcher knows by what.
  private func interruption(of failure: Failure) -> Failure? {
    guard failure.kind == .interrupted, Signals.stopRequest == .terminated else { return nil }
    var terminated = Signals.StopRequest.terminated.failure
    terminated.causes = failure.causes
    return terminated
  }
}
