internal import Glibc
internal import Platform

/// One start of all workers, from the engine's first process to the last word.
///
/// One loop on the calling thread: it pumps the streams, forwards signals and keeps the deadlines.
final class JobAttempt {
  /// How it ended.
  enum Outcome {
    /// The workers agreed on a status.
    case finished(WorkerStatus)
    /// The user or the system stopped it.
    case stopped(Failure)
    /// A worker was lost.
    case lost(WorkerLoss)
    /// No worker ever ran.
    case notStarted(Failure)
  }

  private let launcher: Launcher
  private let attempt: AttemptFolder
  private let child: ChildProcess
  private var streams: [WorkerStream] = []
  private var stopsForwarded = 0
  /// When the wish to stop is to be said again: an engine may not have heard it yet.
  private var nextReminder = Double.infinity
  /// When patience ends, and the engine is killed.
  private var deadline = Double.infinity

  init(
    _ launcher: Launcher, _ attempt: AttemptFolder, restartCount: Int, standardInput: String?
  ) throws {
    self.launcher = launcher
    self.attempt = attempt
    let engine = launcher.engine
    var hostfilePath: String?
    if let hostfile = launcher.job.hostfile {
      let file = try OutputFile(attempt.hostfilePath, replacing: false)
      try file.write(engine.text(of: hostfile))
      try file.commit()
      hostfilePath = file.path
    }
    var options = ChildProcess.Options()
    // Ctrl-C in a terminal reaches this process only, which forwards it in the way that is heard.
    options.hasOwnGroup = true
    options.error = .pipe
    options.output = .pipe
    let variables = launcher.environment(
      attempt, restartCount: restartCount, standardInput: standardInput)
    options.environment = variables
    let engineArguments = engine.arguments(
      workerCount: launcher.job.workerCount, hostfile: hostfilePath,
      variables: Launcher.exportedNames(variables), sessionFolder: attempt.path)
    let programArguments = Launcher.withoutLaunchOptions(launcher.job.arguments)
      .map(Launcher.encoded)
    if restartCount == 0 {
      launcher.detail(
        "starting \(launcher.job.workerCount) workers by \(engine.path)"
          + (Launcher.isRoot ? ", which runs as root on our word" : ""))
    }
    child = try ChildProcess(
      launcher.program,
      [Launcher.guardCommand, String(getpid()), engine.path] + engineArguments
        + [launcher.program] + programArguments,
      options: options)
    if let descriptor = child.outputDescriptor {
      streams.append(
        WorkerStream(
          descriptor, to: 1, isShared: engine.kind == .hydra, token: attempt.token))
    }
    if let descriptor = child.errorDescriptor {
      streams.append(WorkerStream(descriptor, to: 2, isShared: true, token: attempt.token))
    }
  }

  /// Waits for the end, whatever it takes.
  func run() -> Outcome {
    var status: ExitStatus?
    while status == nil {
      pump(milliseconds: 50)
      forwardStops()
      watchDeadlines()
      status = child.status()
    }
    // What is still in the pipes; a process that inherited them must not hold us up.
    let end = monotonicSeconds() + 0.5
    while streams.contains(where: { !$0.isAtEnd }), monotonicSeconds() < end {
      pump(milliseconds: 20)
    }
    for stream in streams { stream.end() }
    return outcome(engineEnd: status ?? .exited(-1))
  }

  private func pump(milliseconds: Int32) {
    var wanted = streams.map {
      pollfd(fd: $0.isAtEnd ? -1 : $0.source, events: Int16(POLLIN), revents: 0)
    }
    let ready = unsafe poll(&wanted, nfds_t(wanted.count), milliseconds)
    for (stream, descriptor) in zip(streams, wanted) {
      if ready > 0, descriptor.revents != 0 {
        stream.pump()
      } else if ready == 0 {
        stream.showPending()
      }
    }
  }

  /// The first wish to stop goes to the workers, who stop together; the second kills.
  private func forwardStops() {
    let count = Signals.stopCount
    if count > stopsForwarded {
      if stopsForwarded == 0, count == 1 {
        nextReminder = 0
      } else {
        child.send(SIGTERM)
        deadline = min(deadline, monotonicSeconds() + 3)
      }
      stopsForwarded = count
    }
    if stopsForwarded == 1, monotonicSeconds() >= nextReminder {
      child.send(SIGUSR1)
      nextReminder = monotonicSeconds() + 1
    }
  }

  private func watchDeadlines() {
    let now = monotonicSeconds()
    if deadline == .infinity {
      // A worker gave up: the engine has five seconds to end the others, then it hangs itself.
      if silence != nil { deadline = now + 5 }
      // All is said and recorded: what is left can only be a hang at the very end.
      if pathExists(attempt.statusPath) { deadline = now + 30 }
    }
    if now >= deadline { killAll() }
  }

  /// Kills the engine and those workers that this host knows.
  private func killAll() {
    let host = Machine.hostName
    child.send(SIGKILL)
    for sight in BreadcrumbSight.all(in: attempt) where sight.host == host && !sight.isFinished {
      if let process = Int32(exactly: sight.process), process > 1,
        getpgid(process) != getpgid(0)
      {
        kill(process, SIGKILL)
      }
    }
    deadline = .infinity
  }

  private var silence: SilenceReport? {
    for stream in streams {
      for case .silence(let report) in stream.talk.messages { return report }
    }
    return nil
  }

  private var status: WorkerStatus? {
    if let status = WorkerStatus.read(in: attempt) { return status }
    for stream in streams {
      for case .status(let status) in stream.talk.messages { return status }
    }
    return nil
  }

  /// The status, unless the result that it goes with did not arrive.
  ///
  /// A reader that closed its end has read what it wanted.
  private func told(_ status: WorkerStatus) -> WorkerStatus {
    guard let stream = streams.first(where: { $0.destination == 1 }),
      stream.problem != 0, stream.problem != EPIPE
    else { return status }
    return WorkerStatus(
      failure: Failure.cannotWrite("standard output", "write", code: stream.problem))
  }

  private func outcome(engineEnd: ExitStatus) -> Outcome {
    let kept = streams.flatMap { $0.talk.kept }
    for line in kept + streams.flatMap({ $0.talk.traces }) { launcher.detail("mpirun: \(line)") }
    if let status { return .finished(status.failure == nil ? told(status) : status) }
    if let stop = Signals.stopRequest { return .stopped(stop.failure) }
    let sights = BreadcrumbSight.all(in: attempt)
    let diagnosis = EngineDiagnosis(kept)
    if silence == nil, sights.isEmpty, diagnosis.end == nil, diagnosis.host == nil {
      return .notStarted(
        Failure(
          .missingService, "the workers could not be started",
          causes: kept.isEmpty ? [] : [kept.prefix(6).joined(separator: " ")],
          hint: "martlet doctor says whether the machine's MPI works"))
    }
    return .lost(
      WorkerLoss(
        diagnosis: diagnosis, silence: silence, sights: sights, engineEnd: engineEnd))
  }
}
