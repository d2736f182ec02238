internal import Glibc

/// Ends the program because its own code is wrong, saying how.
///
/// `precondition` prints nothing in a release build; this writes the message to standard error and
/// leaves with the exit code for a bug of ours. For what a user can cause there are errors.
public func bug(
  _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  writeToStandardError("martlet: a bug of ours at \(file):\(line): \(message())\n")
  exit(Failure.Kind.bug.exitCode)
}

/// Checks what must hold between our own pieces.
@inlinable
public func require(
  _ holds: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !holds { bug(message(), file: file, line: line) }
}

/// Writes a text to standard error in one call, past all buffers; nobody can be told of a failure.
public func writeToStandardError(_ text: String) { _ = writeAll(text, to: 2) }

/// Writes a text to standard output, past all buffers.
///
/// A reader that has seen enough and went away is no failure; a full disk is one.
public func writeToStandardOutput(_ text: String) throws {
  let code = writeAll(text, to: 1)
  guard code == 0 || code == EPIPE else {
    throw Failure.cannotWrite("standard output", "write", code: code)
  }
}

/// The errno of the failure, or 0.
private func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = unsafe write(descriptor, start + done, bytes.count - done)
      if count > 0 { done += count } else if errno != EINTR { return errno }
    }
    return 0
  }
}

/// Puts the null device where standard input, output or error is closed.
///
/// Otherwise the next file that is opened would get its number, and what is said would be written
/// into it. To be called before any file is opened.
public func occupyStandardStreams() {
  for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
  }
}
