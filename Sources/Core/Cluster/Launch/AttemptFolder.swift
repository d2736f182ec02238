internal import FoundationEssentials
internal import Glibc
internal import Platform

/// The folder of one start of the workers: who owns it, what each worker does, how it ended.
///
/// Its name cannot be guessed and only its owner can look inside. A launcher removes its folder at
/// its end; those of launchers that were killed are removed by the next one.
struct AttemptFolder: Sendable {
  /// The variable by which a worker learns of it.
  static let variable = "MARTLET_ATTEMPT"

  let path: String

  /// Makes a fresh one in the scratch folder.
  init(in scratch: String) throws {
    try makeFolder(scratch, mode: 0o700)
    let token =
      String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
    path = "\(scratch)/\(AttemptFolder.namePrefix)\(token)"
    guard unsafe mkdir(path, 0o700) == 0 else {
      throw Failure.cannotWrite(path, "mkdir", code: errno)
    }
    do {
      let owner = try OutputFile(ownerPath, replacing: false)
      try owner.write([UInt8](JSONEncoder().encode(ProcessIdentity.current)))
      try owner.commit()
    } catch {
      removePath(path)
      throw error
    }
  }

  /// The one that a launcher made.
  init(existing path: String) { self.path = path }

  /// What marks messages of its workers as theirs.
  var token: String { lastComponent(path) }
  var statusPath: String { path + "/status.json" }
  var hostfilePath: String { path + "/hosts" }
  var standardInputPath: String { path + "/stdin" }
  private var ownerPath: String { path + "/owner" }

  func crumbPath(rank: Int) -> String { "\(path)/rank-\(rank).crumb" }

  /// The rank whose breadcrumb has this name.
  static func rank(ofCrumb name: String) -> Int? {
    guard name.hasPrefix("rank-"), name.hasSuffix(".crumb") else { return nil }
    return Int(name.dropFirst(5).dropLast(6))
  }

  /// The launcher that made it, where this host can see it.
  var owner: ProcessIdentity? {
    guard let bytes = try? InputFile(ownerPath).contents() else { return nil }
    return try? JSONDecoder().decode(ProcessIdentity.self, from: Data(bytes))
  }

  /// Removes it, and the shared memory that killed workers of it left behind.
  func remove() {
    removeSharedMemory()
    removePath(path)
  }

  /// Removes the folders in `scratch` whose launchers are dead.
  static func removeStale(in scratch: String) {
    for name in (try? namesInFolder(scratch)) ?? [] where name.hasPrefix(namePrefix) {
      let folder = AttemptFolder(existing: "\(scratch)/\(name)")
      var status = stat()
      guard unsafe lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == getuid()
      else { continue }
      if let owner = folder.owner {
        if owner.isAlive == false { folder.remove() }
      } else if status.st_mtim.tv_sec + 86_400 < time(nil) {
        // Killed between the making of the folder and that of its owner's file, long ago.
        folder.remove()
      }
    }
  }

  private static var namePrefix: String { "martlet-\(getuid())-" }

  /// Open MPI's workers share memory by files that `mpirun` removes; a killed one does not.
  private func removeSharedMemory() {
    var jobs: Set<UInt64> = []
    for sight in BreadcrumbSight.all(in: self) where sight.engineJob > 0 {
      jobs.insert(sight.engineJob)
    }
    guard !jobs.isEmpty, let names = try? namesInFolder("/dev/shm") else { return }
    for name in names where name.hasPrefix("vader_segment.") {
      // vader_segment.HOST.USER.JOB.RANK, where the host's name may have dots.
      let words = name.split(separator: ".")
      guard words.count >= 5, words[words.count - 3] == String(getuid()),
        let job = UInt64(words[words.count - 2], radix: 16), jobs.contains(job)
      else { continue }
      _ = unsafe unlink("/dev/shm/" + name)
    }
  }
}
