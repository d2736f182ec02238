/// A folder that appears under its name complete or not at all.
///
/// The durable recipe for several files that belong together: written into a folder beside the
/// name, each file and the folder synced, then renamed into place in one step. A crash at any
/// moment leaves the old folder or the new one, and at worst a hidden one beside it that nobody
/// reads and `removeAbandoned` takes away. Dropping it before `commit` leaves nothing behind.
public final class OutputFolder {
  public let path: String
  private let temporaryPath: String
  private let replacing: Bool
  private var isCommitted = false

  /// - Parameter replacing: whether a folder that has the name already may be replaced.
  public init(_ path: String, replacing: Bool) throws {
    self.path = path
    self.replacing = replacing
    temporaryPath = temporaryName(beside: path)
    if !replacing, pathExists(path) { throw Failure.alreadyThere(path) }
    do { try makeFolder(temporaryPath) } catch let failure as Failure {
      throw Failure(
        failure.kind, "cannot write \(path)", causes: failure.causes, hint: failure.hint)
    }
  }

  deinit { if !isCommitted { removePath(temporaryPath) } }

  /// Writes one file, whole and durable.
  public func write(_ name: String, _ body: (OutputFile) throws -> Void) throws {
    let file = try OutputFile("\(path)/\(name)", writtenAs: "\(temporaryPath)/\(name)")
    try body(file)
    try file.finish()
  }

  /// Where a file of that name is until the folder is complete, for what writes durable files
  /// itself.
  public func unfinishedPath(of name: String) -> String { "\(temporaryPath)/\(name)" }

  /// Gives the folder its name, for good.
  public func commit() throws {
    try syncFolder(temporaryPath, for: path)
    try movePath(temporaryPath, to: path, replacing: replacing)
    isCommitted = true
    // What an earlier process laid aside and did not come back for is out of date now.
    for old in pathsLaidAside(of: path) { removePath(old) }
  }
}
