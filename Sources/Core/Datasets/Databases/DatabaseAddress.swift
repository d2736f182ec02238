internal import Cluster
internal import Platform

/// A database, and a table in it: `sqlite:shop.db#orders`, `postgres://host/shop?table=orders`.
struct DatabaseAddress: Sendable, Equatable {
  enum Kind: String, Sendable { case sqlite, postgres }

  let kind: Kind
  /// What the database is opened by: a path, or an address without the table.
  let place: String
  /// `orders` or `sales.orders`; nil where none is named.
  let table: String?

  /// Nil for a text that is no address of a database.
  init?(_ text: String) throws {
    var rest: String
    if text.hasPrefix("sqlite:") {
      kind = .sqlite
      rest = String(text.dropFirst("sqlite:".count))
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      kind = .postgres
      rest = text
    } else {
      return nil
    }
    var table: String?
    if let mark = rest.lastIndex(of: "#") {
      table = String(rest[rest.index(after: mark)...])
      rest = String(rest[..<mark])
    }
    if kind == .postgres, let mark = rest.lastIndex(of: "?") {
      var settings = rest[rest.index(after: mark)...].split(separator: "&").map(String.init)
      if let own = settings.firstIndex(where: { $0.hasPrefix("table=") }) {
        table = String(settings.remove(at: own).dropFirst("table=".count))
      }
      if settings.contains(where: { $0.hasPrefix("password=") }) { throw Self.noPassword }
      rest = String(rest[..<mark])
      if !settings.isEmpty { rest += "?" + settings.joined(separator: "&") }
    }
    let user = rest.split(separator: "/").dropFirst().first?.split(separator: "@")
    if kind == .postgres, let user, user.count > 1, user[0].contains(":") { throw Self.noPassword }
    place = rest
    self.table = table.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static var noPassword: Failure {
    Failure(
      .usage, "a password on the command line can be read by everyone on the machine",
      hint: "leave it out of the address; set PGPASSWORD or write it into ~/.pgpass")
  }

  /// As a person would name it; it never holds a secret.
  var name: String { (kind == .sqlite ? "sqlite:" : "") + place + (table.map { "#\($0)" } ?? "") }

  /// Makes the database known under a name, for reading alone.
  func attach(to database: DuckDBDatabase, as name: String) throws {
    let purpose = "reading \(kind == .sqlite ? "SQLite" : "PostgreSQL")"
    try database.load(extension: "\(kind.rawValue)_scanner", for: purpose)
    if kind == .sqlite { _ = try InputFile(place) }
    do {
      if kind == .sqlite {
        // Declared types are only wishes in SQLite; a value that is no such one must be an error.
        try database.run("SET GLOBAL sqlite_all_varchar = false")
      }
      try database.run(
        "ATTACH \(sqlText(place)) AS \(sqlName(name)) (TYPE \(kind.rawValue), READ_ONLY)")
    } catch let problem as DuckDBError {
      throw Failure(
        kind == .sqlite ? .data : .missingService, "cannot open \(self.name)",
        causes: [problem.reason])
    }
  }

  /// The table in the words of SQL, within the database that was attached under a name.
  func tableName(in database: DuckDBDatabase, attachedAs name: String) throws -> String {
    let rows = try database.texts(
      "SELECT table_schema, table_name FROM information_schema.tables "
        + "WHERE table_catalog = \(sqlText(name)) ORDER BY 1, 2")
    let tables = rows.map { row in (schema: row[0] ?? "", name: row[1] ?? "") }
    func words(_ table: (schema: String, name: String)) -> String {
      "\(sqlName(name)).\(sqlName(table.schema)).\(sqlName(table.name))"
    }
    let all = tables.map { kind == .sqlite ? $0.name : "\($0.schema).\($0.name)" }
    guard let wanted = table else {
      if tables.count == 1 { return words(tables[0]) }
      throw Failure(
        .usage, "\(self.name) has \(tables.count) tables",
        hint: "name one behind a #: \(all.prefix(10).joined(separator: ", "))")
    }
    let matching = tables.filter { $0.name == wanted || "\($0.schema).\($0.name)" == wanted }
    // As PostgreSQL itself looks for a name without a schema.
    if let found = matching.first(where: { $0.schema == "public" }) ?? matching.first {
      return words(found)
    }
    throw Failure(
      .missingInput, "there is no table '\(wanted)' in \(self.name)",
      hint: nameHint(for: wanted, in: all))
  }
}
