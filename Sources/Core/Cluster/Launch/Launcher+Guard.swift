internal import Glibc
public import Platform

extension Launcher {
  /// The hidden first argument with which the program starts itself as the engine's guard.
  public static let guardCommand = "worker-guard"

  /// Becomes the engine, tied to the launcher's life; returns only if that failed.
  ///
  /// `mpirun` outlives a launcher that is killed, and its workers with it. This process asks the
  /// kernel to be killed at the launcher's death, looks whether it still lives, and turns into the
  /// engine, which keeps the wish. Its workers die with it. KILL, as TERM comes twice, at which the
  /// engine does not clean up either, and as a stopped engine would not hear it; what stays of its
  /// files is in the attempt's folder, which the next launcher removes.
  ///
  /// - Parameter arguments: the launcher's process number, the engine's path, its arguments.
  public static func runGuard(_ arguments: [String]) -> Failure {
    guard arguments.count >= 2, let launcher = Int32(arguments[0]) else {
      return Failure(.usage, "\(guardCommand) is for the launcher's own use")
    }
    Signals.followParent(with: SIGKILL)
    guard getppid() == launcher else { return Failure(.workerLost, "the launcher is gone") }
    // Before the engine and the workers have handlers, the wish to stop must not kill them; the
    // launcher repeats it.
    Signals.ignore(SIGUSR1)
    return execute(arguments[1], Array(arguments.dropFirst(2)))
  }

  /// What a worker does first: dies with the engine, and counts the wishes to stop.
  public static func prepareWorker() {
    Signals.followParent(with: SIGKILL)
    Signals.watch(secondEnds: false)
  }
}
