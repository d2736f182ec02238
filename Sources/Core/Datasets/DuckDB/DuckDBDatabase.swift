internal import CDuckDB
internal import Platform
internal import Synchronization

/// A database in memory, through which files and other databases are read.
///
/// It never loads code that nobody set up: no extension is fetched or found over the network, none
/// without DuckDB's signature is taken, and no secret is kept on the disk.
@safe final class DuckDBDatabase: @unchecked Sendable {
  // Proof of Sendable: DuckDB lets any thread connect to an open database.
  private let handle: UnsafeMutableRawPointer
  private let idle = Mutex<[DuckDBConnection]>([])

  /// - Parameters:
  ///   - threads: how many threads work on one query, the caller's among them.
  ///   - memoryByteCount: what it may hold before it writes to the scratch folder.
  init(threads: Int, memoryByteCount: Int, scratch: String) throws {
    try DuckDBLibrary.load()
    let settings = [
      ("threads", String(max(1, threads))),
      ("memory_limit", "\(max(64 << 20, memoryByteCount) >> 10)KiB"),
      ("temp_directory", temporaryName(beside: "\(scratch)/martlet-duckdb")),
      ("autoinstall_known_extensions", "false"),
      ("autoload_known_extensions", "false"),
      ("allow_community_extensions", "false"),
      ("allow_unsigned_extensions", "false"),
      // Secrets that somebody keeps for DuckDB itself are not for this program.
      ("secret_directory", temporaryName(beside: "\(scratch)/martlet-secrets")),
      // A file that changes must be seen to have changed.
      ("enable_external_file_cache", "false"),
      ("preserve_insertion_order", "true"),
    ]
    var opened: UnsafeMutableRawPointer?
    var message: UnsafeMutablePointer<CChar>?
    let status = unsafe withCStrings(settings.map(\.0)) { names in
      unsafe withCStrings(settings.map(\.1)) { values in
        unsafe martlet_duckdb_open(names, values, settings.count, &opened, &message)
      }
    }
    let problem = unsafe message.map { unsafe String(cString: $0) }
    unsafe martlet_duckdb_free(message)
    guard status == 0, let opened = unsafe opened else {
      throw Failure(.failed, "DuckDB does not start", causes: [problem ?? "it does not say why"])
    }
    unsafe handle = opened
    // Not a setting of its own but of a part that some builds lack; they know no other zone.
    try? run("SET GLOBAL TimeZone = 'UTC'")
  }

  deinit {
    idle.withLock { $0.removeAll() }
    unsafe martlet_duckdb_close(handle)
  }

  /// Where what does not fit in memory goes when nobody says.
  static var standardScratch: String {
    environmentVariable("MARTLET_SCRATCH") ?? environmentVariable("TMPDIR") ?? "/tmp"
  }

  /// Lends a connection to one thread for the time of `body`.
  func borrow<R>(_ body: (DuckDBConnection) throws -> R) throws -> R {
    let waiting = idle.withLock { $0.popLast() }
    let connection = if let waiting { waiting } else { try unsafe DuckDBConnection(handle) }
    defer { idle.withLock { $0.append(connection) } }
    return try body(connection)
  }

  /// Runs statements that give nothing back.
  func run(_ sql: String) throws { try borrow { try $0.run(sql) } }

  /// All rows of a small answer, as texts.
  func texts(_ sql: String) throws -> [[String?]] { try borrow { try $0.texts(sql) } }

  /// Adds an extension that was set up.
  func load(extension name: String, for purpose: String) throws {
    try run("LOAD \(sqlText(try DuckDBLibrary.extensionPath(name, for: purpose)))")
  }
}

/// A text as SQL writes it.
func sqlText(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}

/// A name as SQL writes it.
func sqlName(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    + "\""
}

/// Lends texts to C as an array of C strings.
private func withCStrings<R>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> R
) rethrows -> R {
  let joined = texts.flatMap { Array($0.utf8CString) }
  return try unsafe joined.withUnsafeBufferPointer { bytes in
    var start = 0
    let pointers: [UnsafePointer<CChar>?] = unsafe texts.map { text in
      defer { start += text.utf8.count + 1 }
      return unsafe bytes.baseAddress.map { unsafe $0 + start }
    }
    return try unsafe pointers.withUnsafeBufferPointer { list in
      guard let first = list.baseAddress else { bug("no text for C") }
      return try unsafe body(first)
    }
  }
}
