internal import Glibc
internal import Platform

/// A folder of temporary files that goes when it is dropped.
///
/// Its name says which process made it, so that what a killed one left behind is removed by the
/// next.
final class ScratchFolder: Sendable {
  let path: String

  /// - Parameter parent: the folder for what does not fit in memory.
  init(in parent: String) throws {
    Self.removeOrphans(in: parent)
    let token = String(UInt64.random(in: .min ... .max), radix: 36)
    path = "\(parent)/\(Self.prefix)\(getpid()).\(token)"
    try makeFolder(path, mode: 0o700)
  }

  deinit { removePath(path) }

  /// The names of a folder that several processes read are told by the one that made it.
  private static var prefix: String { "martlet-scratch.\(Machine.hostName).".filter { $0 != "/" } }

  private static func removeOrphans(in parent: String) {
    for name in (try? namesInFolder(parent)) ?? [] where name.hasPrefix(prefix) {
      let number = name.dropFirst(prefix.count).prefix { $0 != "." }
      guard let process = pid_t(number), process > 0 else { continue }
      if kill(process, 0) != 0, errno == ESRCH { removePath("\(parent)/\(name)") }
    }
  }

  /// The bytes that may still be written into a folder.
  static func freeByteCount(in path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}

/// A temporary file while it is written.
final class ScratchFile {
  /// How much must stay free, and how often that is looked at.
  private static let reserve = 64 << 20
  let path: String
  private let descriptor: Int32
  private(set) var byteCount = 0
  private var checkedByteCount = 0

  init(_ path: String) throws {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure.cannotWrite(path, "open", code: errno) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try checkRoom(for: bytes.count)
    var done = 0
    while done < bytes.count {
      guard let start = bytes.baseAddress else { return }
      let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno == ENOSPC || errno == EDQUOT {
        throw noRoom(0)
      } else if errno != EINTR {
        throw Failure.cannotWrite(path, "write", code: errno)
      }
    }
    byteCount += bytes.count
  }

  /// A disk that is filled to the brim harms others too.
  private func checkRoom(for count: Int) throws {
    guard byteCount + count > checkedByteCount else { return }
    if let free = ScratchFolder.freeByteCount(in: folder(of: path)), free < count + Self.reserve {
      throw noRoom(free)
    }
    checkedByteCount = byteCount + count + Self.reserve / 4
  }

  private func noRoom(_ free: Int) -> Failure {
    Failure(
      .cannotWrite, "no room in the scratch folder \(folder(of: folder(of: path)))",
      causes: ["\(byteCount >> 20) MiB were written, \(free >> 20) MiB are free"],
      hint: "name a larger one with --scratch")
  }
}
