internal import CSystem
internal import Glibc

/// Whether anything has this path.
public func pathExists(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) == 0
}

/// Whether this path is a folder.
public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether nothing but a file would be lost if a file took this path.
func mayBeReplacedByFile(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
}

/// Refuses a path at which nothing can be made, before the work whose result it shall hold.
public func checkDestination(_ path: String) throws {
  guard !path.isEmpty else {
    throw Failure(.usage, "the name of the output is empty", hint: "name a place for it")
  }
  guard unsafe access(folder(of: path), W_OK | X_OK) == 0 else {
    let code = errno
    throw Failure(
      .cannotWrite, "cannot write \(path)", causes: ["\(folder(of: path)): \(systemMessage(code))"])
  }
}

/// The last component of a path.
public func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The folder that a path lies in.
public func folder(of path: String) -> String {
  let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  guard let slash = trimmed.lastIndex(of: "/") else { return "." }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

/// Makes a folder; one that is there already is fine.
public func makeFolder(_ path: String, mode: UInt32 = 0o755) throws {
  guard unsafe mkdir(path, mode) == 0 || (errno == EEXIST && isFolder(path)) else {
    throw Failure.cannotWrite(path, "mkdir", code: errno)
  }
}

/// Removes a file or a whole folder; what cannot be removed stays.
public func removePath(_ path: String) {
  if let names = try? namesInFolder(path), !isSymbolicLink(path) {
    for name in names { removePath(path + "/" + name) }
    _ = unsafe rmdir(path)
  } else {
    _ = unsafe unlink(path)
  }
}

/// The names in a folder, in byte order.
public func namesInFolder(_ path: String) throws -> [String] {
  guard let handle = unsafe opendir(path) else { throw Failure.cannotRead(path, code: errno) }
  defer { unsafe closedir(handle) }
  var names: [String] = []
  while let entry = unsafe readdir(handle) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
      unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// A name beside `path` that nobody else uses; it says which process of which host made it.
public func temporaryName(beside path: String) -> String {
  let token = String(UInt64.random(in: .min ... .max), radix: 36)
  return temporaryPrefix(beside: path) + "\(getpid()).\(token)"
}

/// What the temporary names of this host begin with.
private func temporaryPrefix(beside path: String) -> String {
  let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  let host = Machine.hostName.filter { $0 != "/" }
  return "\(folder(of: trimmed))/.\(lastComponent(trimmed)).tmp.\(host)."
}

/// Removes what killed processes of this host began beside `path`; the names of what is gone.
public func removeAbandoned(beside path: String) -> [String] {
  let prefix = lastComponent(temporaryPrefix(beside: path))
  let parent = folder(of: temporaryPrefix(beside: path))
  let names = (try? namesInFolder(parent)) ?? []
  return names.filter { name in
    guard name.hasPrefix(prefix),
      let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "." }), process > 0,
      kill(process, 0) != 0, errno == ESRCH
    else { return false }
    removePath("\(parent)/\(name)")
    return !pathExists("\(parent)/\(name)")
  }
}

/// Where `movePath` lays an old folder between its two renames, on disks that cannot swap.
private func asideName(beside path: String) -> String {
  let token = String(UInt64.random(in: .min ... .max), radix: 36)
  return "\(folder(of: path))/\(asidePrefix(path))\(getpid()).\(token)"
}

private func asidePrefix(_ path: String) -> String { ".\(lastComponent(path)).old." }

/// Old folders of `path` that a process laid aside and could not finish replacing, in byte order.
public func pathsLaidAside(of path: String) -> [String] {
  let parent = folder(of: path)
  let names = (try? namesInFolder(parent)) ?? []
  return names.filter { $0.hasPrefix(asidePrefix(path)) }.map { "\(parent)/\($0)" }
}

/// Whether this path is a plain file itself: no link, no pipe, no device.
public func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Renames a finished file or folder into its place in one step.
///
/// An old one in that place is swapped out and removed, or refused where it may not be replaced.
/// Afterwards the new name is durable; where it cannot be made so, the move is undone.
public func movePath(_ from: String, to path: String, replacing: Bool) throws {
  let free = unsafe martlet_rename_if_free(from, path)
  if free == 0 { return try keepMove(to: path) { _ = unsafe rename(path, from) } }
  guard free == EEXIST || free == ENOTEMPTY || free == EINVAL || free == ENOSYS else {
    throw Failure.cannotWrite(path, "rename", code: free)
  }
  guard replacing else {
    // A file system without the exclusive rename: the name was looked up before, take it plainly.
    if free == EINVAL || free == ENOSYS, !pathExists(path), unsafe rename(from, path) == 0 {
      return try keepMove(to: path) { _ = unsafe rename(path, from) }
    }
    throw Failure.alreadyThere(path)
  }
  if unsafe martlet_exchange_paths(from, path) == 0 {
    // The swap first, for good; only then may what was replaced go.
    try keepMove(to: path) { _ = unsafe martlet_exchange_paths(from, path) }
    removePath(from)
    return
  }
  let aside = asideName(beside: path)
  let hasAside = isFolder(path)
  if hasAside, unsafe rename(path, aside) != 0 {
    throw Failure.cannotWrite(path, "rename", code: errno)
  }
  guard unsafe rename(from, path) == 0 else {
    let code = errno
    if hasAside { _ = unsafe rename(aside, path) }
    throw Failure.cannotWrite(path, "rename", code: code)
  }
  try keepMove(to: path) {
    // A file that was replaced is gone; a folder comes back.
    guard hasAside else { return }
    _ = unsafe rename(path, from)
    _ = unsafe rename(aside, path)
  }
  if hasAside { removePath(aside) }
}

/// Makes a move durable, or undoes it and says why.
private func keepMove(to path: String, undo: () -> Void) throws {
  do { try syncFolder(containing: path) } catch {
    undo()
    throw error
  }
}

/// Makes the names in the folder of `path` durable.
public func syncFolder(containing path: String) throws {
  try syncFolder(folder(of: path), for: path)
}

/// Makes the names in a folder durable; errors name the path that this is done for.
func syncFolder(_ folder: String, for path: String) throws {
  let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw Failure.cannotWrite(path, "open folder", code: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 || errno == EINVAL else {
    throw Failure.cannotWrite(path, "fsync folder", code: errno)
  }
}

/// Bytes free for this user on the disk that holds `path`.
public func freeByteCount(at path: String) -> Int? {
  var status = statvfs()
  guard unsafe statvfs(path, &status) == 0 else { return nil }
  return Int(status.f_bavail) * Int(status.f_frsize)
}

private func isSymbolicLink(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}
