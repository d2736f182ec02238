internal import Glibc

/// A file open for reading at any place, by several threads at once.
public final class InputFile: Sendable {
  public let path: String
  /// What errors call it.
  public let name: String
  /// How it looked when it was opened; a file that is written meanwhile is an error.
  public let stamp: FileStamp
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
    stamp = FileStamp(status)
  }

  deinit { close(descriptor) }

  /// The size when it was opened.
  public var byteCount: Int { stamp.byteCount }

  /// Reads exactly `buffer.count` bytes from `offset`, as they were when it was opened.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      guard let start = buffer.baseAddress else { return }
      let count = unsafe pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        try checkUnchanged()
        throw Failure(
          .data, "cannot read \(name)", causes: ["it has no byte \(offset + done)"])
      } else if errno != EINTR {
        throw Failure.cannotRead(name, code: errno)
      }
    }
    // After the bytes were taken: what is written later cannot be among them.
    try checkUnchanged()
  }

  /// Refuses a file that was written since it was opened.
  private func checkUnchanged() throws {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Failure.cannotRead(name, code: errno)
    }
    try FileStamp(status).require(sameAs: stamp, name: name)
  }

  /// The whole file as bytes; for files that are small by nature.
  public func contents() throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      count = byteCount
    }
  }
}
