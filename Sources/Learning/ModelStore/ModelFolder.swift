public import Learning
public import Platform

/// A model as it lies on disk: pure data in a folder of four files.
///
/// `model.json` says what it is, `tensors.safetensors` holds its numbers, `report.json` how it came
/// to be (times, host, workers), and `manifest.json` the size and checksum of each. Nothing in it
/// is code, a path or the name of a type. Files that the manifest does not name are not opened.
///
/// ```swift
/// try ModelFolder.write(document, ["centers": Tensor(centers)], report: report, to: "m")
/// let model = try ModelFolder.read("m")
/// ```
///
/// Cost: reading and writing pass once over the bytes, at the speed of SHA-256 (some hundred
/// megabytes a second), and hold the tensors in memory once.
public struct ModelFolder: Sendable {
  static let documentName = "model.json"
  static let tensorsName = "tensors.safetensors"
  static let reportName = "report.json"
  static let fileNames = [documentName, tensorsName, reportName]
  private static let documentLimit = 256 << 20

  /// What the model is.
  public let document: JSONValue
  /// Its numbers by name.
  public let tensors: [String: Tensor]
  /// How it came to be; no part of the digest.
  public let report: JSONValue
  /// What it is recognised by.
  public let manifest: ModelManifest
  /// What a reader should be told, such as that an interrupted replacement was undone.
  public let warnings: [String]

  public var digest: String { manifest.digest }

  /// What writing a model gives back.
  public struct Receipt: Sendable {
    public let manifest: ModelManifest
    /// Numbers that JSON cannot say and that became null.
    public let warnings: [String]

    public var digest: String { manifest.digest }
  }
}

// MARK: Writing

extension ModelFolder {
  /// Writes a model so that its name means the old one or the new one, complete, at any moment.
  ///
  /// - Parameter replacing: whether a model that has the name already may be replaced; a folder
  ///   that holds anything else never is.
  @discardableResult
  public static func write(
    _ document: JSONValue, _ tensors: [String: Tensor], report: JSONValue, to path: String,
    replacing: Bool = false
  ) throws -> Receipt {
    try checkDestination(path, replacing: replacing)
    let folder = try OutputFolder(path, replacing: replacing)
    var entries: [ModelManifest.Entry] = []
    func writeDocument(_ value: JSONValue, _ name: String) throws {
      let bytes = Array(value.printed().utf8)
      try folder.write(name) { file in try file.write(bytes) }
      entries.append(
        ModelManifest.Entry(
          name: name, byteCount: bytes.count, checksum: SHA256.hexadecimal(of: bytes)))
    }
    try writeDocument(document, documentName)
    try folder.write(tensorsName) { file in
      let (byteCount, checksum) = try TensorFile.write(tensors, to: file)
      entries.append(
        ModelManifest.Entry(name: tensorsName, byteCount: byteCount, checksum: checksum))
    }
    try writeDocument(report, reportName)
    let manifest = ModelManifest(entries: entries)
    let manifestText = manifest.document.printed()
    try folder.write(ModelManifest.fileName) { file in try file.write(manifestText) }
    try folder.commit()
    let lost =
      document.nonFinitePaths.map { (documentName, $0) }
      + report.nonFinitePaths.map { (reportName, $0) }
    return Receipt(
      manifest: manifest,
      warnings: lost.map { "\($0.1) in \($0.0) is no finite number and was written as null" })
  }

  /// Refuses a place where `write` could not put a model, for callers with work before it.
  public static func checkDestination(_ path: String, replacing: Bool) throws {
    try Platform.checkDestination(path)
    guard pathExists(path) else { return }
    guard replacing else { throw Failure.alreadyThere(path) }
    try refuseForeignFolder(path)
  }

  /// Replacing removes the old folder, so it must be a model and nothing but a model.
  private static func refuseForeignFolder(_ path: String) throws {
    guard isFolder(path) else {
      throw Failure(
        .cannotWrite, "cannot replace \(path)", causes: ["it is no folder"],
        hint: "name another place")
    }
    let foreign = try namesInFolder(path).filter {
      !(fileNames + [ModelManifest.fileName]).contains($0)
    }
    guard let first = foreign.first else { return }
    throw Failure(
      .cannotWrite, "cannot replace \(path)",
      causes: ["it holds \(first)\(foreign.count > 1 ? " and more" : ""), which is no model's"],
      hint: "name another place, or move away what is not the model's")
  }
}

// MARK: Reading

extension ModelFolder {
  /// Reads a model, believing nothing before it was checked.
  ///
  /// First the manifest, then the sizes of all files, then each file with its checksum. A model
  /// that is replaced meanwhile is read again, so that old and new are never mixed.
  /// - Parameter byteLimit: more than this is refused before it is read into memory.
  public static func read(
    _ path: String, byteLimit: Int = Machine.memoryByteCount
  ) throws -> ModelFolder {
    var warnings: [String] = []
    var path = path
    if !pathExists(path) {
      // A replacement that was cut between its two renames, on a disk that cannot swap.
      guard let old = pathsLaidAside(of: path).last else {
        throw Failure(.missingInput, "there is no \(path)")
      }
      warnings.append("\(path) was being replaced when the program ended; \(old) is read instead")
      path = old
    }
    guard isFolder(path) else {
      throw Failure(.data, "cannot read \(path)", causes: ["a model is a folder, this is none"])
    }
    var manifestBytes = try ModelManifest.contents(path)
    var attemptCount = 0
    while true {
      do {
        return try read(path, manifestBytes, byteLimit: byteLimit, warnings: warnings)
      } catch {
        let now = try ModelManifest.contents(path)
        attemptCount += 1
        guard now != manifestBytes, attemptCount < 8 else { throw error }
        manifestBytes = now
      }
    }
  }

  private static func read(
    _ path: String, _ manifestBytes: [UInt8], byteLimit: Int, warnings: [String]
  ) throws -> ModelFolder {
    let manifest = try ModelManifest(parsing: manifestBytes, of: path)
    guard manifest.byteCount <= byteLimit else {
      throw Failure(
        .memory, "the model \(path) has \(manifest.byteCount) bytes, \(byteLimit) may be used")
    }
    let tensorFile = try readFile(tensorsName, of: path, limit: .max)
    let (tensors, checksum) = try TensorFile.read(tensorFile)
    try confirm(checksum, of: tensorsName, in: manifest, path)
    return ModelFolder(
      document: try document(documentName, in: manifest, path), tensors: tensors,
      report: try document(reportName, in: manifest, path), manifest: manifest,
      warnings: warnings)
  }

  private static func document(
    _ name: String, in manifest: ModelManifest, _ path: String
  ) throws -> JSONValue {
    let bytes = try readFile(name, of: path, limit: documentLimit).contents()
    try confirm(SHA256.hexadecimal(of: bytes), of: name, in: manifest, path)
    return try parseDocument(bytes, named: name, of: path)
  }

  private static func confirm(
    _ checksum: String, of name: String, in manifest: ModelManifest, _ path: String
  ) throws {
    guard manifest.entries.contains(where: { $0.name == name && $0.checksum == checksum }) else {
      throw Failure(
        .data, "cannot read \(path)/\(name)",
        causes: ["its content is damaged: it does not fit its checksum in the manifest"])
    }
  }
}
