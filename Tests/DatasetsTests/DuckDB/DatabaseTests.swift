import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite(.needsDuckDB) struct DatabaseTests {
  private func rowTexts(_ frame: Frame) -> [String] {
    rows(of: frame).map { $0.map(\.description).joined(separator: "|") }
  }

  @Test(arguments: crews)
  func `a table of SQLite is a source, in the order of its rows`(
    _ crew: (ranks: Int, threads: Int)
  ) throws {
    let address = "sqlite:\(golden("shop.sqlite"))#orders"
    for frame in try asCrew(crew, { try Dataset.reading([address], in: $0).collect(in: $0) }) {
      #expect(frame.schema.names == ["id", "price", "item", "day"])
      #expect(frame.schema.fields.map(\.type) == [.int64, .float64, .text, .date])
      #expect(rowTexts(frame) == ["1||Кава|", "2|-0.25||1970-01-01", "3|1.5|tea|2026-11-21"])
    }
    let counts = try asCrew(crew) { try Dataset.reading([address], in: $0).count(in: $0) }
    #expect(counts.allSatisfy { $0 == 3 })
  }

  @Test func `a table that is not named or not there is told, with those that are`() throws {
    let shop = "sqlite:\(golden("shop.sqlite"))"
    let several = failure { _ = try Dataset.reading([shop]) }
    #expect(several.message == "\(shop) has 2 tables")
    #expect(several.hint == "name one behind a #: empty, orders")
    let absent = failure { _ = try Dataset.reading([shop + "#order"]) }
    #expect(absent.kind == .missingInput)
    #expect(absent.hint?.contains("orders") == true)
    #expect(failure { _ = try Dataset.reading(["sqlite:/none.db#x"]) }.kind == .missingInput)
    #expect(try Dataset.reading([shop + "#empty"]).count(in: aloneSession()) == 0)
  }

  @Test(arguments: [
    "postgres://me:hunter2@host/shop#t", "postgres://host/shop?password=hunter2&table=t",
  ])
  func `a password in an address is refused and not repeated`(_ address: String) throws {
    let refused = failure { _ = try Dataset.reading([address]) }
    #expect(refused.kind == .usage)
    #expect(!refused.description.contains("hunter2"))
  }

  @Test func `a server that does not answer is a missing service`() throws {
    let refused = failure {
      _ = try Dataset.reading(["postgres://127.0.0.1:1/shop?connect_timeout=2#t"])
    }
    #expect(refused.kind == .missingService)
    #expect(refused.message == "cannot open postgres://127.0.0.1:1/shop?connect_timeout=2#t")
  }

  @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
  func `a table of PostgreSQL is a source, sorted, the same for any crew`() throws {
    let server = try PostgresServer()
    try server.run(
      """
      CREATE TABLE measures (n int, big bigint, x double precision, f real, ok boolean, day date,
        at timestamp, instant timestamptz, price numeric(10, 2), word text, code varchar(5));
      INSERT INTO measures SELECT i, i * 1000000007::bigint, i / 8.0, i / 4.0, i % 2 = 0,
        date '2026-01-01' + i, timestamp '2026-01-01 00:00:00' + i * interval '1 minute',
        timestamptz '2026-01-01 00:00:00+02' + i * interval '1 second', i / 100.0,
        CASE WHEN i % 3 = 0 THEN NULL ELSE 'слово ' || i END, 'c' || i % 10
        FROM generate_series(999, 0, -1) AS i;
      """)
    let address = server.address + "#measures"
    let frames = try crews.flatMap { crew in
      try asCrew(crew) { try Dataset.reading([address], in: $0).collect(in: $0) }
    }
    #expect(
      frames[0].schema.fields.map(\.type) == [
        .int32, .int64, .float64, .float32, .bool, .date, .datetime, .timestamp, .float64, .text,
        .text,
      ])
    #expect(frames[0].rowCount == 1000)
    #expect(
      rowTexts(frames[0])[7]
        == "7|7000000049|0.875|1.75|false|2026-01-08|2026-01-01 00:07:00|2025-12-31T22:00:07Z|0.07|слово 7|c7"
    )
    for frame in frames { #expect(rowTexts(frame) == rowTexts(frames[0])) }
    #expect(try integers(frames[0], "n") == (0..<1000).map { Int64($0) })
    let query = try SQLSource(
      "select max(n) as most from db.measures", databases: [("db", server.address)], threads: 1,
      memoryByteCount: 1 << 30, scratch: FileManager.default.temporaryDirectory.path)
    #expect(rowTexts(try Dataset(query).collect(in: aloneSession())) == ["999"])
  }
}

/// A server of PostgreSQL's of its own, in a temporary folder, run by a user without rights.
final class PostgresServer {
  private static let binaries = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"]
    .flatMap { root in
      ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted().map {
        "\(root)/\($0)/bin"
      }
    }.last { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }

  static let isInstalled = binaries != nil

  private let folder: String
  var address: String { "postgres:///postgres?host=\(folder)&user=martlet" }

  init() throws {
    folder = "/tmp/martlet-pg-\(UUID().uuidString.prefix(8))"
    // A server refuses to run as root; nobody at all is enough.
    try Self.shell("mkdir -m 777 \(folder)")
    try user(
      "initdb --username=martlet --auth=trust --no-sync --encoding=UTF8 --locale=C "
        + "-D \(folder)/data")
    try user(
      "pg_ctl --wait -D \(folder)/data -l \(folder)/log "
        + "-o \"-c listen_addresses='' -c fsync=off -k \(folder)\" start")
  }

  deinit {
    try? user("pg_ctl --wait -m immediate -D \(folder)/data stop")
    try? Self.shell("rm -rf \(folder)")
  }

  func run(_ sql: String) throws {
    try sql.write(toFile: folder + "/script.sql", atomically: false, encoding: .utf8)
    try user(
      "psql --quiet -v ON_ERROR_STOP=1 -h \(folder) -U martlet -d postgres -f \(folder)/script.sql")
  }

  private func user(_ command: String) throws {
    let path = "PATH=\(Self.binaries ?? ""):$PATH"
    let quoted = "cd \(folder) && \(path) exec \(command)"
    if getuid() == 0 {
      try Self.shell(
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups bash -c '\(quoted.replacingOccurrences(of: "'", with: "'\\''"))'"
      )
    } else {
      try Self.shell(quoted)
    }
  }

  private static func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    // A server that stays must not hold what tells that the shell has ended.
    let closing =
      "for f in /proc/self/fd/*; do n=${f##*/}; ((n > 2)) && eval \"exec $n>&-\"; done; "
    process.arguments = ["-c", closing + command]
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(.failed, "the command failed: \(command)")
    }
  }
}
