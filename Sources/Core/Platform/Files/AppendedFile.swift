internal import Glibc

/// A file that grows line by line while a program runs: a log.
///
/// Unlike `OutputFile` it is there from the start and keeps what was written, whatever happens.
public final class AppendedFile: Sendable {
  private let path: String
  private let descriptor: Int32

  public init(_ path: String) throws {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure.cannotWrite(path, "open", code: errno) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// Adds a text in one call; a full disk loses the line and stops nothing.
  ///
  /// - Returns: why the line is lost, or nil when it is there.
  @discardableResult
  public func append(_ text: String) -> Failure? {
    var text = text
    return text.withUTF8 { bytes in
      let count = unsafe write(descriptor, bytes.baseAddress, bytes.count)
      if count == bytes.count { return nil }
      return Failure.cannotWrite(path, "write", code: count < 0 ? errno : ENOSPC)
    }
  }
}
