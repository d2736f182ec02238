internal import Glibc

/// What `posix_spawn` shall do to the child's files, group and signals.
@safe struct SpawnPlan: ~Copyable {
  private var actions = unsafe posix_spawn_file_actions_t()
  private var attributes = posix_spawnattr_t()
  private var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)

  init() {
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    // Signals that we ignore or count would stay ignored in the child, and a blocked one blocked.
    var usual = sigset_t()
    unsafe sigemptyset(&usual)
    for signal in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT] {
      unsafe sigaddset(&usual, signal)
    }
    unsafe posix_spawnattr_setsigdefault(&attributes, &usual)
    var blocked = sigset_t()
    unsafe sigemptyset(&blocked)
    unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
  }

  deinit {
    var actions = unsafe actions
    var attributes = attributes
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }

  mutating func connect(_ descriptor: Int32, to stream: ChildProcess.Stream, pipe: Pipe?) {
    switch stream {
    case .inherited: break
    case .none:
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    case .pipe:
      guard let pipe else { return }
      unsafe posix_spawn_file_actions_adddup2(&actions, pipe.writingEnd, descriptor)
    }
  }

  mutating func leadOwnGroup() {
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    flags |= Int32(POSIX_SPAWN_SETPGROUP)
  }

  /// Starts the child and returns its process number.
  mutating func start(
    _ executable: String, _ arguments: [String], environment: [String: String]
  ) throws -> Int32 {
    unsafe posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    let variables = environment.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { "\($0.key)=\($0.value)" }
    for text in arguments + variables where text.utf8.contains(0) {
      throw Failure(.usage, "an argument or variable has a zero byte in it: \(text)")
    }
    var process: pid_t = 0
    let code = unsafe withCStrings(arguments) { arguments in
      unsafe withCStrings(variables) { variables in
        unsafe posix_spawn(&process, executable, &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else {
      throw Failure(
        code == ENOENT || code == EACCES ? .missingService : .failed, "cannot start \(executable)",
        causes: [systemMessage(code)])
    }
    return process
  }
}

/// A pipe whose ends close with this value, unless they were taken.
final class Pipe {
  private(set) var readingEnd: Int32
  private(set) var writingEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw Failure(.failed, "cannot make a pipe", causes: [systemMessage(errno)])
    }
    readingEnd = ends[0]
    writingEnd = ends[1]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    if readingEnd >= 0 { close(readingEnd) }
    closeWritingEnd()
  }

  func closeWritingEnd() {
    if writingEnd >= 0 { close(writingEnd) }
    writingEnd = -1
  }

  func takeReadingEnd() -> Int32 {
    defer { readingEnd = -1 }
    return readingEnd
  }
}

/// Lends texts as a list of C strings that ends in a null pointer.
func withCStrings<R>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> R
) rethrows -> R {
  var pointers = unsafe texts.map { unsafe strdup($0) }
  unsafe pointers.append(nil)
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return try unsafe pointers.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { bug("an empty list of C strings") }
    return try unsafe body(start)
  }
}
