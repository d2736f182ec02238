internal import Platform

/// A worker that is gone, as far as it can be told from what it left behind.
struct WorkerLoss: Sendable, Equatable {
  var rank: Int?
  var host: String?
  var process: Int?
  /// How it ended; nil for one that fell silent.
  var end: ExitStatus?
  /// What its breadcrumb said last.
  var doing: String?
  /// The word of the worker that waited for it in vain.
  var silence: SilenceReport?
  /// How the engine ended, which says something only where nothing else does.
  var engineEnd: ExitStatus

  /// Puts together what the engine, the watchdogs and the breadcrumbs say.
  init(
    diagnosis: EngineDiagnosis, silence: SilenceReport?, sights: [BreadcrumbSight],
    engineEnd: ExitStatus
  ) {
    self.silence = silence
    self.engineEnd = engineEnd
    if let silence {
      // Those that gave up are the consequence; the silent one is the cause.
      rank = silence.silentRank
      host = silence.silentHost
      process = silence.silentProcess
      doing = silence.doing
      return
    }
    rank = diagnosis.rank
    host = diagnosis.host
    process = diagnosis.process
    end = diagnosis.end
    if rank == nil, process != nil {
      rank = WorkerLoss.straggler(among: sights)?.rank
      process = nil
    }
    if let sight = sights.first(where: { $0.rank == rank }) {
      process = sight.process
      host = sight.host
      doing = sight.doing
    }
  }

  /// The one that never came to the collective call in which the others waited for it.
  ///
  /// Hydra names any of those that ended, mostly one that it ended itself.
  private static func straggler(among sights: [BreadcrumbSight]) -> BreadcrumbSight? {
    guard let fewest = sights.map(\.entries).min() else { return nil }
    let behind = sights.filter { $0.entries == fewest && $0.collective == nil }
    return behind.count == 1 ? behind.first : nil
  }

  /// Whether it is the same crash at the same place, which a restart would only repeat.
  func repeats(_ other: WorkerLoss) -> Bool {
    guard let end, silence == nil, let doing else { return false }
    return end == other.end && doing == other.doing && rank == other.rank
  }

  /// The loss as it ends a command.
  var failure: Failure {
    var kind = Failure.Kind.workerLost
    if end == .exited(Failure.Kind.bug.exitCode) { kind = .bug }
    var failure = Failure(kind, description, hint: hint)
    if let silence, silence.silentRank == nil { failure.causes = [silence.description] }
    return failure
  }

  private var hint: String? {
    switch end {
    case .signalled(9):
      "if the system ran out of memory (dmesg says so), pass a smaller --memory or fewer --workers"
    case nil where silence != nil:
      "it may be stopped, swapping, or cut off from the network"
    default: nil
    }
  }
}

extension WorkerLoss: CustomStringConvertible {
  var description: String {
    guard let rank else {
      if let host, let end { return "a worker on \(host) \(end)" }
      if let host { return "all workers on \(host) were lost" }
      return silence == nil ? "the workers were lost: mpirun \(engineEnd)" : "a worker was lost"
    }
    var text = "worker \(rank)"
    if let host {
      text += process.map { " (process \($0) on \(host))" } ?? " (on \(host))"
    }
    if let end {
      text += " \(end)"
    } else if let silence {
      text += " fell silent for \(silence.seconds) s"
    } else {
      text += " was lost"
    }
    if let doing { text += " while \(doing)" }
    return text
  }
}
