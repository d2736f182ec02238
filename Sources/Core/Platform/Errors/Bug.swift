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

/// Writes a text to standard error in one call, past all buffers.
public func writeToStandardError(_ text: String) { writeAll(text, to: 2) }

/// Writes a text to standard output, past all buffers.
public func writeToStandardOutput(_ text: String) { writeAll(text, to: 1) }

private func writeAll(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = unsafe write(descriptor, start + done, bytes.count - done)
      if count > 0 { done += count } else if errno != EINTR { return }
    }
  }
}
