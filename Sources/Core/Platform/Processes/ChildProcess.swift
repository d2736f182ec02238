internal import FoundationEssentials
internal import Glibc

/// A program that this process started.
///
/// It is started from a list of arguments, never through a shell, so no text of a user is ever
/// read as a command. Its streams are inherited, closed off, or pipes that are read as lines on
/// threads. Whoever starts one waits for it: a dropped value that was not waited for leaves a
/// zombie.
public final class ChildProcess: @unchecked Sendable {
  // Proof of Sendable: all stored properties are constants but `outcome` and `readers`, which one
  // lock guards.

  /// What a stream of the child is connected to.
  public enum Stream: Sendable {
    /// The same as ours.
    case inherited
    /// Nothing.
    case none
    /// A pipe whose other end we hold.
    case pipe
  }

  /// How the child is set up beside its arguments.
  public struct Options: Sendable {
    /// All variables of its environment; nil for ours.
    public var environment: [String: String]?
    /// Whether it leads a process group of its own, which keeps the terminal's Ctrl-C from it.
    public var hasOwnGroup = false
    public var output = Stream.inherited
    public var error = Stream.inherited

    public init() {}
  }

  /// The process number.
  public let identifier: Int32
  /// Our end of the child's standard output, where that is a pipe; closed with this value.
  public let outputDescriptor: Int32?
  /// Our end of the child's standard error, where that is a pipe; closed with this value.
  public let errorDescriptor: Int32?
  private let lock = Lock()
  private var outcome: ExitStatus?
  private var readers: [SystemThread] = []

  /// Starts a program; its standard input is empty.
  ///
  /// - Parameter executable: the path of the program, not looked up.
  /// - Parameter arguments: what follows its name.
  public init(_ executable: String, _ arguments: [String], options: Options = Options()) throws {
    let outputPipe = options.output == .pipe ? try Pipe() : nil
    let errorPipe = options.error == .pipe ? try Pipe() : nil
    var plan = SpawnPlan()
    plan.connect(0, to: .none, pipe: nil)
    plan.connect(1, to: options.output, pipe: outputPipe)
    plan.connect(2, to: options.error, pipe: errorPipe)
    if options.hasOwnGroup { plan.leadOwnGroup() }
    identifier = try plan.start(
      executable, [executable] + arguments,
      environment: options.environment ?? ProcessInfo.processInfo.environment)
    outputPipe?.closeWritingEnd()
    errorPipe?.closeWritingEnd()
    outputDescriptor = outputPipe?.takeReadingEnd()
    errorDescriptor = errorPipe?.takeReadingEnd()
  }

  deinit {
    if let outputDescriptor { close(outputDescriptor) }
    if let errorDescriptor { close(errorDescriptor) }
  }

  /// Hands each line of a pipe of the child to `body`, on a thread, until the pipe ends.
  ///
  /// Lines come without their end. `wait` returns after the last one was handed over.
  public func readLines(of descriptor: Int32, _ body: @escaping @Sendable (String) -> Void) {
    let reader = SystemThread {
      var splitter = LineSplitter()
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = unsafe read(descriptor, &bytes, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        for line in splitter.take(bytes[..<count]) { body(LineSplitter.text(of: line)) }
      }
      if let rest = splitter.end() { body(LineSplitter.text(of: rest)) }
    }
    lock.locked { readers.append(reader) }
  }

  /// How it ended, or nil while it runs.
  public func status() -> ExitStatus? { reap(WNOHANG) }

  /// Waits for its end, and for the readers of its pipes.
  @discardableResult
  public func wait() -> ExitStatus {
    var status = reap(0)
    while status == nil { status = reap(0) }
    let threads = lock.locked {
      let threads = readers
      readers = []
      return threads
    }
    for thread in threads { _ = thread.join() }
    return status ?? .exited(-1)
  }

  /// Sends it a signal, unless it was seen to have ended.
  public func send(_ signal: Int32) {
    // Under the lock, so that the number cannot have passed to another process meanwhile.
    lock.locked { if outcome == nil { kill(identifier, signal) } }
  }

  private func reap(_ flags: Int32) -> ExitStatus? {
    if flags == 0 {
      // Waits without reaping and without the lock, so that `send` works meanwhile.
      var information = unsafe siginfo_t()
      _ = unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT)
    }
    return lock.locked {
      if let outcome { return outcome }
      var word: Int32 = 0
      let result = unsafe waitpid(identifier, &word, WNOHANG)
      if result == identifier {
        outcome = ExitStatus(waitStatus: word)
      } else if result < 0, errno == ECHILD {
        // Somebody else waited for it; how it ended is lost.
        outcome = .exited(-1)
      }
      return outcome
    }
  }
}

extension ChildProcess {
  /// Runs a program to its end and returns how it ended and all it said on standard output.
  ///
  /// For programs that say little.
  public static func output(of executable: String, _ arguments: [String]) throws -> (
    status: ExitStatus, text: String
  ) {
    var options = Options()
    options.output = .pipe
    options.error = .none
    let child = try ChildProcess(executable, arguments, options: options)
    var text: [UInt8] = []
    if let descriptor = child.outputDescriptor {
      var bytes = [UInt8](repeating: 0, count: 1 << 12)
      while true {
        let count = unsafe read(descriptor, &bytes, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        text += bytes[..<count]
      }
    }
    return (child.wait(), String(decoding: text, as: UTF8.self))
  }
}
