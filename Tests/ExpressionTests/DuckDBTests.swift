import Datasets
import Foundation
import Frames
import Testing

/// DuckDB's answers, made by Fixtures/make_duckdb_cases.py, are ours.
@Suite struct DuckDBTests {
  private struct Cases: Decodable {
    struct Column: Decodable {
      let name: String
      let type: String
      let values: [Field?]
    }
    struct Case: Decodable {
      let expression: String
      let values: [Field?]
    }
    let columns: [Column]
    let cases: [Case]
  }

  /// A text, or true or false.
  private enum Field: Decodable {
    case text(String)
    case flag(Bool)
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
    var text: String { if case .text(let text) = self { text } else { "" } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  }

  private static func cases() throws -> Cases {
    let path = #filePath.replacing("DuckDBTests.swift", with: "Fixtures/duckdb_cases.json")
    return try JSONDecoder().decode(Cases.self, from: Data(contentsOf: URL(filePath: path)))
  }

  private static func column(_ column: Cases.Column) -> Frames.Column {
    let texts = column.values.map { $0?.text }
    switch column.type {
    case "BIGINT": return Column(texts.map { $0.flatMap { Int64($0) } })
    case "DOUBLE": return Column(texts.map { $0.flatMap { Double($0) } })
    case "BOOLEAN": return Column(column.values.map { $0?.flag })
    case "DATE":
      return Column(
        dates: texts.map { $0.flatMap { CivilDate($0) }.map { Int32($0.daysSinceEpoch) } })
    case "TIMESTAMP":
      return Column(datetimes: texts.map { $0.flatMap { ParsedTimestamp($0) }?.microseconds })
    default: return Column(texts)
    }
  }

  private func agrees(_ value: Value, _ field: Field?, _ expression: String) -> Bool {
    switch (value, field) {
    case (.missing, nil): true
    case (.bool(let own), .flag(let theirs)): own == theirs
    case (.number(let own), .text(let text)):
      if let theirs = Double(text) {
        // Logarithms and exponentials differ among C libraries by a last place or two.
        own.isNaN && theirs.isNaN || own == theirs
          || (expression.contains("exp(") || expression.contains("log("))
            && abs(own - theirs) <= 4 * theirs.ulp
      } else {
        false
      }
    case (.missing, _), (_, nil): false
    default: value.description == field?.text
    }
  }

  @Test func `expressions have the values that DuckDB gives them`() throws {
    let cases = try Self.cases()
    let columns = cases.columns.map { (name: $0.name, column: Self.column($0)) }
    let frame = Frame(columns)
    // The same rows many times over, so that batches begin and end within.
    let long = frame.selecting(rows: (0..<2500).map { $0 % frame.rowCount })
    #expect(cases.cases.count > 700)
    for test in cases.cases {
      let own = try values(test.expression, over: frame)
      for (row, value) in own.enumerated() where !agrees(value, test.values[row], test.expression) {
        Issue.record(
          "\(test.expression), row \(row): \(value), DuckDB \(String(describing: test.values[row]))"
        )
      }
      let again = try values(test.expression, over: long)
      for (row, value) in again.enumerated()
      where value.description != own[row % frame.rowCount].description {
        Issue.record("\(test.expression), row \(row) of many: \(value)")
        break
      }
    }
  }
}
