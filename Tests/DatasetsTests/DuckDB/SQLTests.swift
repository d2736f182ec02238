import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite(.needsDuckDB) struct SQLTests {
  private func source(
    _ sql: String, databases: [(name: String, address: String)] = [], limit: Int? = nil
  ) throws -> SQLSource {
    try SQLSource(
      sql, databases: databases, limit: limit, threads: 2, memoryByteCount: 1 << 30,
      scratch: FileManager.default.temporaryDirectory.path)
  }

  private func texts(_ sql: String, limit: Int? = nil) throws -> [String] {
    let frame = try Dataset(try source(sql, limit: limit)).collect(in: aloneSession())
    return rows(of: frame).map { $0.map(\.description).joined(separator: "|") }
  }

  @Test func `an answer keeps its order and its types`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("n.parquet")
    try writeParquet(path, [numbersFrame(100_000)])
    let last = "select n, half, name from '\(path)' order by n desc"
    #expect(
      try texts(last, limit: 3) == ["99999|49999.5|row 99999", "99998|49999|", "99997||row 99997"])
    let all = try Dataset(try source(last + " ; ")).collect(in: aloneSession())
    #expect(try integers(all, "n") == (0..<100_000).reversed().map { Int64($0) })
    #expect(
      try texts(
        "select 1::tinyint, [1, 2.5], ['a', 'b'], date '2026-11-21', null, -0.5::float -- end")
        == ["1|[1,2.5]|[\"a\",\"b\"]|2026-11-21||-0.5"])
  }

  @Test func `what has no type here becomes text, and that is said`() throws {
    let answer = try source(
      "select {'a': 1} as s, [[1]] as l, [[1.0], [1.0, 2.0]][x] as r from range(1, 3) t(x)")
    #expect(
      answer.warnings == [
        "column s: STRUCT(a INTEGER), as text", "column l: INTEGER[][], as text",
        "column r: lists of several lengths, as text",
      ])
    let frame = try Dataset(answer).collect(in: aloneSession())
    #expect(rows(of: frame)[1].map(\.description) == ["{'a': 1}", "[[1]]", "[1.0, 2.0]"])
  }

  @Test(arguments: [
    "create table t (x int)", "copy (select 1) to 'never.csv'", "select 1; select 2",
    "attach 'x.db'", "install httpfs", "set threads = 7", "drop table t", "pragma version",
    "insert into t values (1)", "export database 'x'", "call pragma_version()",
  ])
  func `nothing but one question is taken`(_ sql: String) throws {
    let refused = failure { _ = try source(sql) }
    #expect(refused.kind == .usage || refused.kind == .data)
    #expect(!FileManager.default.fileExists(atPath: "never.csv"))
  }

  @Test func `a wrong question is told in DuckDB's words`() throws {
    let refused = failure { _ = try source("select nothing from range(3)") }
    #expect(refused.message == "the query failed")
    #expect(refused.causes.first?.contains("\"nothing\" not found") == true)
    #expect(failure { _ = try source("selec 1") }.causes.first?.contains("syntax error") == true)
  }

  @Test func `several workers are refused, since the order is nobody's`() throws {
    let answer = try source("select 1")
    let refused = failure {
      _ = try asCrew((2, 1)) { try Dataset(answer).count(in: $0) }
    }
    #expect(refused.kind == .usage)
  }

  @Test func `a database is attached for reading`() throws {
    let shop = [(name: "shop", address: "sqlite:" + golden("shop.sqlite"))]
    let answer = try source("select sum(price) as s from shop.orders", databases: shop)
    #expect(
      rows(of: try Dataset(answer).collect(in: aloneSession())) == [[.number(1.25)]])
    #expect(failure { _ = try source("delete from shop.orders", databases: shop) }.kind == .usage)
  }
}
