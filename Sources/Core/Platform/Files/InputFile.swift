internal import Glibc

/// A file open for reading at any place, by several threads at once.
public final class InputFile: Sendable {
  public let path: String
  /// What errors call it.
  public let name: String
  /// The size when it was opened; a file that shrinks meanwhile is an error, one that grows is cut.
  public let byteCount: Int
  private let descriptor: Int32

  /// - Parameter name: what errors call it; nil for its path.
  public init(_ path: String, name: String? = nil) throws {
    let name = name ?? path
    // Without waiting: a pipe that nobody writes to would hold us here for ever.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure.cannotRead(name, code: errno) }
    self.path = path
    self.name = name
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw Failure.cannotRead(name, code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Failure(.data, "cannot read \(name)", causes: ["it is no regular file"])
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads exactly `buffer.count` bytes from `offset`.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      guard let start = buffer.baseAddress else { return }
      let count = unsafe pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw Failure(.data, "cannot read \(name)", causes: ["it became shorter while it was read"])
      } else if errno != EINTR {
        throw Failure.cannotRead(name, code: errno)
      }
    }
  }

  /// The whole file as bytes; for files that are small by nature.
  public func contents() throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      count = byteCount
    }
  }
}
