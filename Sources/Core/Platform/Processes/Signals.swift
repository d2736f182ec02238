internal import CSystem
internal import Glibc

/// The wish of the user or the system that this process stop, as flags that loops look at.
///
/// The handlers only count. Who can stop looks at `stopRequest` between two pieces of work, so
/// that files stay whole and all workers stop at the same place.
public enum Signals {
  /// Who asked for the end.
  public enum StopRequest: Int, Sendable {
    /// Ctrl-C, or the launcher on its behalf.
    case interrupted = 1
    /// The system or its scheduler.
    case terminated = 2

    /// The failure as which the request ends a command.
    public var failure: Failure {
      switch self {
      case .interrupted: Failure(.interrupted, "interrupted")
      case .terminated: Failure(.terminated, "terminated by the system")
      }
    }
  }

  /// Counts Ctrl-C, TERM, HUP and USR1 from now on, and no longer dies of a closed pipe.
  ///
  /// - Parameter secondEnds: whether the second of the same kind ends the process at once; for
  ///   one that has no workers to stop first.
  public static func watch(secondEnds: Bool) {
    let last: Int32 = secondEnds ? 2 : 0
    _ = martlet_count_signal(SIGINT, last)
    _ = martlet_count_signal(SIGTERM, last)
    _ = martlet_count_signal(SIGUSR1, 0)
    // Under `nohup` it is ignored, and stays so.
    var action = sigaction()
    if unsafe sigaction(SIGHUP, nil, &action) == 0,
      unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0
    {
      _ = martlet_count_signal(SIGHUP, last)
    }
    outliveFailedWrites()
  }

  /// Lets writing fail with an error where it would end the process: into a pipe that nobody reads,
  /// into a file that has grown to the limit of `ulimit -f`.
  public static func outliveFailedWrites() {
    _ = martlet_ignore_signal(SIGPIPE)
    _ = martlet_ignore_signal(SIGXFSZ)
  }

  /// How often somebody asked for the end; USR1, which the launcher sends again and again, is one.
  public static var stopCount: Int {
    Int(martlet_signal_count(SIGINT)) + Int(martlet_signal_count(SIGTERM))
      + Int(martlet_signal_count(SIGHUP)) + (martlet_signal_count(SIGUSR1) > 0 ? 1 : 0)
  }

  /// Whether this process shall stop, and on whose wish.
  public static var stopRequest: StopRequest? {
    if martlet_signal_count(SIGTERM) > 0 || martlet_signal_count(SIGHUP) > 0 { return .terminated }
    if martlet_signal_count(SIGINT) > 0 || martlet_signal_count(SIGUSR1) > 0 { return .interrupted }
    return nil
  }

  /// Throws when this process shall stop.
  public static func throwIfStopRequested() throws {
    if let stopRequest { throw stopRequest.failure }
  }

  /// Lets a signal pass without effect, here and in what this process executes.
  public static func ignore(_ signal: Int32) { _ = martlet_ignore_signal(signal) }

  /// Asks the kernel to send this process a signal when the thread that started it ends.
  ///
  /// Does nothing where the system cannot.
  public static func followParent(with signal: Int32) {
    _ = martlet_signal_on_parent_death(signal)
  }
}
