internal import Glibc
internal import Platform

/// How a process knows that it is one of several workers, whoever started them.
///
/// The launcher, a plain `mpirun` and Slurm's `srun` each say it in variables of their own. A
/// process that finds none of them is alone and never touches the engine.
public struct WorkerContext: Sendable, Equatable {
  /// The place among the workers, as the starter counts.
  public let rank: Int
  /// How many there are.
  public let size: Int
  /// How many of them are on this host.
  public let localCount: Int
  /// The folder of the launcher's attempt, whether or not this host can see it; nil where another
  /// program started the workers.
  public let attemptPath: String?
  /// How often the launcher has started the workers again after a loss.
  public let restartCount: Int
  /// Open MPI's number of the job, 0 under other engines.
  let engineJob: UInt64

  /// The variable in which the launcher counts its restarts.
  static let restartVariable = "MARTLET_RESTART"

  /// What this process is; nil when it is alone.
  public static var current: WorkerContext? {
    WorkerContext(environment: { environmentVariable($0) })
  }

  /// Reads it from variables.
  init?(environment: (String) -> String?) {
    func number(_ name: String) -> Int? { environment(name).flatMap { Int($0) } }
    let attempt = environment(AttemptFolder.variable)
    let place: (rank: Int, size: Int, local: Int?)
    if let rank = number("OMPI_COMM_WORLD_RANK"), let size = number("OMPI_COMM_WORLD_SIZE") {
      place = (rank, size, number("OMPI_COMM_WORLD_LOCAL_SIZE"))
    } else if let rank = number("PMI_RANK"), let size = number("PMI_SIZE") {
      place = (rank, size, number("MPI_LOCALNRANKS"))
    } else if environment("SLURM_STEP_ID") != nil, let size = number("SLURM_STEP_NUM_TASKS"),
      let rank = number("PMIX_RANK") ?? number("SLURM_PROCID")
    {
      place = (rank, size, WorkerContext.slurmLocalCount(environment))
    } else {
      return nil
    }
    // One worker is no crowd, unless a launcher waits for its word.
    guard place.size > 1 || attempt != nil, 0..<max(1, place.size) ~= place.rank else { return nil }
    rank = place.rank
    size = place.size
    localCount = min(max(1, place.local ?? 1), place.size)
    attemptPath = attempt
    restartCount = number(WorkerContext.restartVariable) ?? 0
    engineJob = environment("OMPI_MCA_ess_base_jobid").flatMap { UInt64($0) } ?? 0
  }

  /// Threads for a worker when nobody said how many: this host's share, at least one.
  public var defaultThreadCount: Int { max(1, Machine.coreCount / localCount) }

  /// The exit code to end with: a launcher reads the status and ignores codes, but the engine
  /// prints a banner for each that is not 0.
  public func exitCode(for code: Int32) -> Int32 { attemptPath == nil ? code : 0 }

  /// The attempt's folder, where this host has it.
  var attempt: AttemptFolder? {
    guard let attemptPath, isFolder(attemptPath) else { return nil }
    let folder = AttemptFolder(existing: attemptPath)
    // On another host a folder of the same path would be somebody else's.
    return folder.owner?.host == Machine.hostName ? folder : nil
  }

  /// Slurm says tasks a node as `2(x3),1`; the share of this node is known by its number.
  private static func slurmLocalCount(_ environment: (String) -> String?) -> Int? {
    guard let text = environment("SLURM_STEP_TASKS_PER_NODE"),
      let node = environment("SLURM_NODEID").flatMap({ Int($0) })
    else { return nil }
    var counts: [Int] = []
    for part in text.split(separator: ",") {
      let words = part.split(whereSeparator: { "(x)".contains($0) })
      guard let count = words.first.flatMap({ Int($0) }) else { return nil }
      let times = words.count > 1 ? Int(words[1]) ?? 1 : 1
      guard 1...65536 ~= times else { return nil }
      counts += [Int](repeating: count, count: times)
    }
    return counts.indices.contains(node) ? counts[node] : nil
  }
}
