internal import Glibc

/// How a file looked when it was opened, so that whoever reads on can see that it was written since.
///
/// Size and time, no inode: some network disks give a file another number while it is open.
public struct FileStamp: Sendable, Equatable {
  public let byteCount: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// How the file at a path looks now.
  public init(of path: String) throws {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { throw Failure.cannotRead(path, code: errno) }
    self.init(status)
  }

  init(_ status: stat) {
    byteCount = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  /// Ends the reading of a file that is no longer what it was.
  /// - Parameters:
  ///   - earlier: how it looked when it was opened.
  ///   - name: what errors call it.
  public func require(sameAs earlier: FileStamp, name: String) throws {
    guard self != earlier else { return }
    let change =
      byteCount < earlier.byteCount
      ? "became shorter" : byteCount > earlier.byteCount ? "became longer" : "changed"
    throw Failure(
      .data, "cannot read \(name)", causes: ["it \(change) while it was read"],
      hint: "read it when nobody writes it any more, or read a copy")
  }
}
