internal import CDuckDB
internal import Cluster
internal import Platform
internal import Synchronization

/// DuckDB, which reads Parquet and speaks to databases, found and loaded when it is first needed.
///
/// Nothing is linked: a machine without it builds and runs all the rest. It is looked for where
/// `$MARTLET_DUCKDB` points (a library, or the folder of one), where `scripts/setup --duckdb` puts
/// it, and last among the system's libraries.
public enum DuckDBLibrary {
  private static let state = Mutex<Result<Loaded, Failure>?>(nil)

  /// A library that answers.
  struct Loaded: Sendable {
    let path: String
    let version: String
  }

  /// Its version and where it lies, as `v1.5.5, /usr/lib/libduckdb.so`.
  /// - Throws: a `Failure` of kind `missingService` that names the command that installs it.
  public static func description() throws -> String {
    let loaded = try load()
    return "\(loaded.version), \(loaded.path)"
  }

  /// Whether it is there and can be used.
  public static var isAvailable: Bool { (try? load()) != nil }

  /// Loads it, once.
  @discardableResult
  static func load() throws -> Loaded {
    try state.withLock { state in
      if let known = state { return try known.get() }
      let result = Result { () throws(Failure) in try find() }
      state = result
      return try result.get()
    }
  }

  /// Where `scripts/setup --duckdb` puts the library and its extensions.
  public static var setupFolder: String {
    let home = environmentVariable("HOME") ?? "."
    let data = environmentVariable("XDG_DATA_HOME") ?? ""
    return "\(data.isEmpty ? "\(home)/.local/share" : data)/martlet/duckdb"
  }

  /// The file of an extension that was set up, such as `sqlite_scanner`.
  static func extensionPath(_ name: String, for purpose: String) throws -> String {
    let path = "\(folder(of: try load().path))/extensions/\(name).duckdb_extension"
    let standard = "\(setupFolder)/extensions/\(name).duckdb_extension"
    for place in [path, standard] where pathExists(place) { return place }
    throw Failure(
      .missingService, "\(purpose) needs DuckDB's extension \(name), which is not set up",
      hint: "run scripts/setup --duckdb")
  }

  private static var fileName: String {
    #if os(macOS)
      "libduckdb.dylib"
    #else
      "libduckdb.so"
    #endif
  }

  private static func find() throws(Failure) -> Loaded {
    if let named = environmentVariable("MARTLET_DUCKDB"), !named.isEmpty {
      let path = isFolder(named) ? "\(named)/\(fileName)" : named
      return try open(path, hint: "MARTLET_DUCKDB names it; unset it to use another")
    }
    let standard = "\(setupFolder)/\(fileName)"
    if pathExists(standard) { return try open(standard, hint: "run scripts/setup --duckdb again") }
    let install = "run scripts/setup --duckdb, or set MARTLET_DUCKDB to a libduckdb"
    do { return try open(fileName, hint: install) } catch {
      throw Failure(
        .missingService, "Parquet, SQL and databases need DuckDB, which is not installed",
        hint: install)
    }
  }

  private static func open(_ path: String, hint: String) throws(Failure) -> Loaded {
    // The library of the Python wheel names things of Python that it does not use without it.
    let helper = "\(folder(of: path))/libduckdb_standins.so"
    let problem = unsafe martlet_duckdb_load(path, pathExists(helper) ? helper : nil)
    if let problem = unsafe problem {
      throw Failure(
        .missingService, "DuckDB cannot be loaded from \(path)",
        causes: [unsafe String(cString: problem)], hint: hint)
    }
    let version = unsafe martlet_duckdb_version().map { unsafe String(cString: $0) } ?? "v?"
    return Loaded(path: path, version: version)
  }
}
