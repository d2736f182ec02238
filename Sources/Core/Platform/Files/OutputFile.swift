internal import Glibc

/// A file that appears under its name complete or not at all.
///
/// The durable recipe: written beside its name, every return checked, synced, renamed, and the
/// folder synced. Dropping it before `commit` leaves nothing behind.
public final class OutputFile {
  /// What errors call it.
  public let path: String
  private let place: String
  private let temporaryPath: String
  private var descriptor: Int32
  private let replacing: Bool
  public private(set) var byteCount = 0

  /// - Parameters:
  ///   - place: where it goes.
  ///   - replacing: whether a file that has the name already may be replaced.
  ///   - name: what errors call it, where a reader knows it by another path.
  public init(_ place: String, replacing: Bool, shownAs name: String? = nil) throws {
    let path = name ?? place
    self.path = path
    self.place = place
    self.replacing = replacing
    temporaryPath = temporaryName(beside: place)
    try checkFreeForFile(place, replacing: replacing, shownAs: path)
    descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure.cannotWrite(path, "open", code: errno) }
  }

  /// A file inside a folder that is not in its place yet; errors name the path it will have.
  init(_ path: String, writtenAs temporaryPath: String) throws {
    self.path = path
    place = path
    self.temporaryPath = temporaryPath
    replacing = false
    descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure.cannotWrite(path, "open", code: errno) }
  }

  deinit { abandon() }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      guard let start = bytes.baseAddress else { return }
      let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw Failure.cannotWrite(path, "write", code: errno)
      }
    }
    byteCount += bytes.count
  }

  /// Appends a text.
  public func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { bytes in try unsafe write(UnsafeRawBufferPointer(bytes)) }
  }

  /// Appends an array of bytes.
  public func write(_ bytes: [UInt8]) throws {
    try unsafe bytes.withUnsafeBytes { bytes in try unsafe write(bytes) }
  }

  /// Makes the file durable and gives it its name.
  public func commit() throws {
    do {
      try finish()
      try movePath(temporaryPath, to: place, replacing: replacing)
    } catch {
      unsafe unlink(temporaryPath)
      throw error
    }
  }

  /// Makes the bytes durable under the name they were written with, and closes.
  func finish() throws {
    guard fsync(descriptor) == 0 else { throw Failure.cannotWrite(path, "fsync", code: errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, Int(status.st_size) == byteCount else {
      throw Failure(
        .cannotWrite, "cannot write \(path)",
        causes: ["of \(byteCount) bytes the disk kept \(status.st_size)"])
    }
    let closing = close(descriptor)
    descriptor = -1
    guard closing == 0 else { throw Failure.cannotWrite(path, "close", code: errno) }
  }

  private func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unsafe unlink(temporaryPath)
  }
}

/// Refuses a path whose file may not be replaced, or where something other than a file would go.
public func checkFreeForFile(
  _ path: String, replacing: Bool, shownAs name: String? = nil
) throws {
  if !replacing, pathExists(path) { throw Failure.alreadyThere(name ?? path) }
  // A rename would take a whole folder away, or a device such as /dev/null.
  if !mayBeReplacedByFile(path) {
    throw Failure(
      .cannotWrite, "cannot write \(name ?? path)", causes: ["it is there and is no regular file"],
      hint: "name a file")
  }
}

/// Makes the bytes of a file durable that somebody else wrote; errors name the path it will have.
public func syncFile(_ path: String, for destination: String) throws {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw Failure.cannotWrite(destination, "open", code: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else {
    throw Failure.cannotWrite(destination, "fsync", code: errno)
  }
}

extension Failure {
  /// The output exists and may not be replaced.
  public static func alreadyThere(_ path: String) -> Failure {
    Failure(
      .cannotWrite, "\(path) is there already", hint: "name another place, or pass --overwrite")
  }
}
