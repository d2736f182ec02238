internal import Glibc

/// Turns this process into another program; returns only when that failed, saying why.
public func execute(_ executable: String, _ arguments: [String]) -> Failure {
  let code = unsafe withCStrings([executable] + arguments) { arguments in
    _ = unsafe execv(executable, arguments)
    return errno
  }
  return Failure(.missingService, "cannot start \(executable)", causes: [systemMessage(code)])
}

/// Lets the calling thread rest.
public func pause(milliseconds: Int) {
  usleep(UInt32(clamping: milliseconds * 1000))
}
