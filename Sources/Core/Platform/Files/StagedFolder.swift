internal import Glibc

/// A folder whose files are finished one after the other, and that appears under its name when all
/// of them are there.
///
/// Until then they lie beside the name, in `.NAME.parts`: unlike the place of an `OutputFolder` that
/// one is known beforehand, so that a later run can go on where a killed one stopped. One run at a
/// time holds it; the hold ends with its process, however that ends.
public final class StagedFolder {
  /// Where the folder will be.
  public let path: String
  /// Where its files are written.
  public let place: String
  private let replacing: Bool
  private let lock: Int32

  private static let lockName = "lock"

  /// - Parameters:
  ///   - replacing: whether a folder that has the name already may be replaced.
  ///   - keepsFiles: whether what an earlier run finished shall stay.
  public init(_ path: String, replacing: Bool, keepsFiles: Bool) throws {
    self.path = path
    self.replacing = replacing
    place = Self.place(of: path)
    if !replacing, pathExists(path) { throw Failure.alreadyThere(path) }
    do { try makeFolder(place) } catch let failure as Failure {
      throw Failure(
        failure.kind, "cannot write \(path)", causes: failure.causes, hint: failure.hint)
    }
    lock = unsafe open("\(place)/\(Self.lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else { throw Failure.cannotWrite(path, "open", code: errno) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw Failure(
        .cannotWrite, "cannot write \(path)", causes: ["another run is writing it"],
        hint: "wait for it, or name another place")
    }
    if !keepsFiles { try keepOnly([]) }
  }

  deinit { close(lock) }

  /// Where the files of a folder lie until all are there.
  public static func place(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    return "\(folder(of: trimmed))/.\(lastComponent(trimmed)).parts"
  }

  /// Removes everything but some files.
  public func keepOnly(_ names: [String]) throws {
    for name in try namesInFolder(place) where name != Self.lockName && !names.contains(name) {
      removePath("\(place)/\(name)")
    }
  }

  /// Gives the folder its name, for good.
  public func commit() throws {
    removePath("\(place)/\(Self.lockName)")
    try syncFolder(place, for: path)
    try movePath(place, to: path, replacing: replacing)
    for old in pathsLaidAside(of: path) { removePath(old) }
  }

  /// Removes what was written so far.
  public func abandon() { removePath(place) }
}

/// A file as it stands on the disk, in words that change when it is written anew: its path, size
/// and the time of its last change.
public func fileIdentity(_ path: String) throws -> String {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else { throw Failure.cannotRead(path, code: errno) }
  let time = status.st_mtim
  return "\(path) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
}
