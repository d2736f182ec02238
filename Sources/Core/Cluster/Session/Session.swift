internal import Platform

/// What a program holds while it works: its place among the workers, cores, memory, seed, voice.
///
/// Without `mpirun` it is one process with all cores. One thread of control owns a session; the
/// threads inside a rank are borrowed for one pass at a time.
public final class Session {
  public let communicator: Communicator
  /// Threads that a pass over the data uses on this worker.
  public let threads: Int
  public let memory: MemoryBudget
  /// From which every random number follows.
  public let seed: UInt64
  /// How rows are cut into the units of every sum.
  public let leaves: LeafPolicy
  /// A folder for what does not fit in memory.
  public let scratch: String
  public let reporter: any Reporter
  public let breadcrumb: Breadcrumb

  public init(
    communicator: Communicator = .solo(), threads: Int? = nil, memoryByteCount: Int? = nil,
    seed: UInt64 = 42, leaves: LeafPolicy = LeafPolicy(), scratch: String? = nil,
    reporter: any Reporter = SilentReporter(), breadcrumb: Breadcrumb = .inMemory()
  ) {
    self.communicator = communicator
    self.threads = max(1, threads ?? Machine.coreCount)
    memory = MemoryBudget(limit: memoryByteCount ?? MemoryBudget.standardLimit(localWorkers: 1))
    self.seed = seed
    self.leaves = leaves
    self.scratch =
      scratch ?? environmentVariable("MARTLET_SCRATCH") ?? environmentVariable("TMPDIR") ?? "/tmp"
    self.reporter = reporter
    self.breadcrumb = breadcrumb
  }

  /// Whether this is the worker that decides, writes and speaks.
  public var isRoot: Bool { communicator.rank == 0 }

  /// Runs `body` on rank 0 alone; an error there becomes everyone's.
  public func onRoot(_ activity: String, _ body: () throws -> Void) throws {
    try communicator.agree(activity) { if isRoot { try body() } }
  }

  /// Removes what killed runs on this host left beside a destination, and says so.
  public func removeAbandoned(beside path: String) {
    let names = Platform.removeAbandoned(beside: path)
    guard let first = names.first else { return }
    let more = names.count > 1 ? " and \(names.count - 1) more" : ""
    reporter.note("removed \(first)\(more), which a killed run had left beside \(path)")
  }
}
