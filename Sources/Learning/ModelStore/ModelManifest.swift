internal import Learning
internal import Platform

/// What a model folder says it holds: the size and SHA-256 checksum of each file, written last.
///
/// It is read before anything else, so that a cut, damaged or foreign file is known before its
/// content is believed.
public struct ModelManifest: Sendable, Equatable {
  /// One file of the folder.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let byteCount: Int
    /// The SHA-256 checksum in hexadecimal digits.
    public let checksum: String
  }

  /// The layout of folders that this release writes, and the newest that it reads.
  public static let formatVersion = 1
  static let formatName = "martlet-model"
  static let fileName = "manifest.json"
  static let byteLimit = 1 << 16

  /// In the order model, tensors, report.
  public let entries: [Entry]

  /// What makes two models the same: it covers what follows from data, settings and seed.
  ///
  /// Anyone can compute it, in the folder: `sha256sum model.json tensors.safetensors | sha256sum`.
  public var digest: String { Self.digest(entries) }

  /// How much memory reading the folder takes at least.
  public var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }

  init(entries: [Entry]) { self.entries = entries }

  /// Reads the manifest of a model folder and holds it against the sizes of the files.
  public static func read(_ path: String) throws -> ModelManifest {
    try ModelManifest(parsing: contents(path), of: path)
  }

  static func contents(_ path: String) throws -> [UInt8] {
    try readFile(fileName, of: path, limit: byteLimit).contents()
  }

  /// The manifest in these bytes, its sizes held against the files beside it.
  init(parsing bytes: [UInt8], of path: String) throws {
    let document = try parseDocument(bytes, named: Self.fileName, of: path)
    do {
      guard try document.text("format") == Self.formatName else {
        throw Failure(.data, "its format is another")
      }
      let version = try document.integer("version", in: 1...Int.max)
      guard version <= Self.formatVersion else {
        throw Failure(
          .data, "it has format \(version), this release reads up to \(Self.formatVersion)",
          hint: "read it with a newer release of martlet")
      }
      var entries: [Entry] = []
      for file in try document.list("files") {
        let size = try file.integer("size", in: 0...Int.max)
        entries.append(
          Entry(
            name: try file.text("name"), byteCount: size, checksum: try file.text("sha256")))
      }
      // Only names that we know are ever opened, whatever a manifest says.
      guard entries.map(\.name) == ModelFolder.fileNames else {
        throw Failure(.data, "it lists other files than \(ModelFolder.fileNames)")
      }
      guard try document.text("digest") == Self.digest(entries) else {
        throw Failure(.data, "its digest does not fit its checksums")
      }
      self.entries = entries
    } catch let failure as Failure {
      throw Failure(
        failure.kind, "cannot read \(path)/\(Self.fileName)", causes: [failure.message],
        hint: failure.hint)
    }
    for entry in entries {
      let found = try readFile(entry.name, of: path, limit: .max).byteCount
      guard found == entry.byteCount else {
        throw Failure(
          .data, "cannot read \(path)/\(entry.name)",
          causes: ["it has \(found) bytes, the manifest says \(entry.byteCount)"])
      }
    }
  }

  /// The manifest as a document.
  var document: JSONValue {
    [
      "format": .text(Self.formatName),
      "version": .integer(Self.formatVersion),
      "digest": .text(digest),
      "files": .list(
        entries.map { entry in
          [
            "name": .text(entry.name), "size": .integer(entry.byteCount),
            "sha256": .text(entry.checksum),
          ]
        }),
    ]
  }

  private static func digest(_ entries: [Entry]) -> String {
    let lines = entries.filter { $0.name != ModelFolder.reportName }.map {
      "\($0.checksum)  \($0.name)\n"
    }
    return SHA256.hexadecimal(of: Array(lines.joined().utf8))
  }
}

/// Opens a file of a model folder: a plain file, no link, not too large.
func readFile(_ name: String, of folder: String, limit: Int) throws -> InputFile {
  let path = "\(folder)/\(name)"
  guard pathExists(path) else {
    throw Failure(.data, "cannot read \(path)", causes: ["the file is missing"])
  }
  // Looked at before it is opened: opening a pipe would wait for ever.
  guard isRegularFile(path) else {
    throw Failure(.data, "cannot read \(path)", causes: ["it is no regular file"])
  }
  let file: InputFile
  do { file = try InputFile(path) } catch let failure as Failure {
    throw Failure(.data, failure.message, causes: failure.causes)
  }
  guard file.byteCount <= limit else {
    throw Failure(
      .data, "cannot read \(path)",
      causes: ["it has \(file.byteCount) bytes, at most \(limit) are read"])
  }
  return file
}

/// The JSON document in a file of a model folder.
func parseDocument(_ bytes: [UInt8], named name: String, of folder: String) throws -> JSONValue {
  do { return try JSONValue(parsing: bytes) } catch {
    throw Failure(.data, "cannot read \(folder)/\(name)", causes: [error.description])
  }
}
