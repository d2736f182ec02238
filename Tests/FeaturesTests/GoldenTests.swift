import Foundation
import Martlet
import Testing

/// Every stage against what PySpark answered: Golden/spark.json, made by `scripts/differential golden`.
struct GoldenTests {
  @Test(arguments: GoldenFile.stages)
  func `a stage gives what Spark gives`(stage: String) throws {
    let cases = GoldenFile.cases.filter { $0.stage == stage }
    #expect(!cases.isEmpty)
    for golden in cases {
      let verdict = golden.verdict
      if let reason = GoldenDepartures.reason(golden) {
        #expect(verdict != nil, "\(stage), \(golden.name) agrees, no longer departs: \(reason)")
      } else {
        #expect(verdict == nil, "\(stage), \(golden.name): \(verdict ?? "")")
      }
    }
  }

  @Test func `every case is of a stage of the Catalog`() {
    let known = Set(Catalog.featurizers.map { $0.name })
    let unknown = Set(GoldenFile.cases.map(\.stage)).subtracting(known)
    #expect(unknown.isEmpty, "stages that are not there: \(unknown.sorted())")
  }

  @Test func `every departure is of a case that is there`() {
    for (stage, name) in GoldenDepartures.names {
      #expect(
        GoldenFile.cases.contains { $0.stage == stage && $0.name == name },
        "no case '\(name)' of \(stage)")
    }
  }
}

enum GoldenFile {
  /// The stages of which there are cases, and which this release has.
  static let stages = Catalog.featurizers.map { $0.name }
    .filter { name in cases.contains { $0.stage == name } }

  static let cases = ((try? document.list("cases")) ?? []).compactMap { GoldenCase($0) }

  static let document: JSONValue = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/spark.json")
    guard let data = try? Data(contentsOf: url) else { return .null }
    return (try? JSONValue(parsing: Array(data))) ?? .null
  }()
}

/// One case: what is learned from, what it is applied to, and the answer.
struct GoldenCase: Sendable {
  let stage: String
  let name: String
  let document: JSONValue

  init?(_ document: JSONValue) {
    guard let stage = try? document.text("stage"), let name = try? document.text("case") else {
      return nil
    }
    (self.stage, self.name, self.document) = (stage, name, document)
  }

  var isError: Bool { (try? document.member("error")) != nil }

  /// How ours differs; nil where it does not.
  var verdict: String? {
    do {
      let (frame, kept) = try answer()
      if isError { return "Spark refuses: \((try? document.text("error")) ?? ""); ours answers" }
      return try difference(frame, kept)
    } catch {
      let failure = Failure(error)
      if isError, failure.kind == .data || failure.kind == .usage { return nil }
      return "ours fails: \(failure)"
    }
  }

  private func answer() throws -> (Frame, [Int]?) {
    let learned = try frame(try document.list("rows"))
    let applied = try (try? document.list("apply")).map { try frame($0) } ?? learned
    let pipeline = try Catalog.stages.pipeline(
      ["stages": .list(try document.list("stages"))])
    let model = try pipeline.fit(Dataset(learned), in: Session()).model
    let outputs = (try? document.texts("outputs")) ?? []
    let scorer = try Scorer(model, for: applied.schema, keeping: { outputs.contains($0) })
    let (scored, kept) = try scorer.scored(applied)
    // What a stage only checks is an output for Spark too.
    let passed = try applied.selecting(outputs.filter { scored.schema.index(of: $0) == nil })
    let all = scored.appending(kept.map { passed.selecting(rows: $0) } ?? passed)
    return (isError ? scored : try all.selecting(outputs), kept)
  }

  private func difference(_ frame: Frame, _ kept: [Int]?) throws -> String? {
    let expected = try document.list("expected")
    guard frame.rowCount == expected.count else {
      return "\(frame.rowCount) rows, not \(expected.count)"
    }
    if let wanted = try? document.list("kept") {
      let found = kept ?? Array(0..<frame.rowCount)
      guard wanted == found.map({ .integer($0) }) else { return "keeps rows \(found)" }
    }
    for (row, values) in expected.enumerated() {
      guard case .list(let values) = values else { return "no row" }
      for (place, wanted) in values.enumerated() {
        let found = frame.columns[place][row]
        guard GoldenValue(wanted).isLike(found, upToSign: stage == "pca") else {
          return "row \(row), \(frame.schema.names[place]): \(found), not \(wanted.printed(.line))"
        }
      }
    }
    return nil
  }

  private func frame(_ rows: [JSONValue]) throws -> Frame {
    let columns = try document.list("columns").enumerated().map {
      place, column -> (name: String, column: Column) in
      guard case .list(let words) = column, case .text(let name) = words[0],
        case .text(let type) = words[1]
      else { throw Failure(.data, "a column without name and type") }
      let values = rows.map { row -> JSONValue in
        if case .list(let values) = row { values[place] } else { .null }
      }
      return (name, try GoldenValue.column(values, type))
    }
    // Spark was asked with the rows numbered, which `.` in a formula sees.
    let numbers = Column(rows.indices.map { Optional(Int64($0)) })
    return Frame([(name: "row number", column: numbers)] + columns)
  }
}

/// A value of a case.
private struct GoldenValue {
  let json: JSONValue

  init(_ json: JSONValue) { self.json = json }

  var number: Double? {
    switch json {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .flag(let value): value ? 1 : 0
    case .text("NaN"): .nan
    case .text("Infinity"): .infinity
    case .text("-Infinity"): -.infinity
    default: nil
    }
  }

  var vector: VectorValue? {
    switch json {
    case .list(let values): return .dense(values.compactMap { GoldenValue($0).number })
    case .object:
      guard let width = try? json.integer("width", in: 0...Int(Int32.max)),
        let indices = try? json.list("indices"), let values = try? json.list("values")
      else { return nil }
      return .sparse(
        width: width, indices: indices.compactMap { GoldenValue($0).number.map { Int32($0) } },
        values: values.compactMap { GoldenValue($0).number })
    default: return nil
    }
  }

  var texts: [String]? {
    guard case .list(let values) = json else { return nil }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  static func column(_ values: [JSONValue], _ type: String) throws -> Column {
    let golden = values.map { GoldenValue($0) }
    switch type {
    case "double": return Column(golden.map(\.number))
    case "float": return Column(golden.map { $0.number.map { Float($0) } })
    case "int": return Column(golden.map { $0.number.map { Int32($0) } })
    case "long": return Column(golden.map { $0.number.map { Int64($0) } })
    case "bool": return Column(golden.map { $0.number.map { $0 != 0 } })
    case "text":
      return Column(values.map { if case .text(let text) = $0 { text } else { nil } })
    case "texts": return Column(golden.map(\.texts))
    case "vector":
      let vectors = golden.map(\.vector)
      let widths = Set(vectors.compactMap { $0?.width })
      guard widths.count < 2 else {
        throw Failure(.data, "a column has vectors of one width, not of \(widths.sorted())")
      }
      return Column(vectors: vectors, width: widths.first ?? 0)
    default: throw Failure(.data, "a column of \(type)")
    }
  }

  func isLike(_ found: Value, upToSign: Bool) -> Bool {
    switch found {
    case .missing: return json == .null
    case .text(let text): return json == .text(text)
    case .texts(let list): return texts == list
    case .vector(let vector):
      guard let wanted = self.vector, wanted.width == vector.width else { return false }
      let scale = zip(wanted.numbers, vector.numbers).map { max(abs($0), abs($1)) }.max() ?? 0
      let isSame = zip(wanted.numbers, vector.numbers).allSatisfy { Self.isNear($0, $1, scale) }
      return isSame
        || (upToSign
          && zip(wanted.numbers, vector.numbers).allSatisfy {
            Self.isNear(abs($0), abs($1), scale)
          })
    case .bool(let flag): return number == (flag ? 1 : 0)
    case .integer(let integer): return number == Double(integer)
    case .number(let value): return number.map { Self.isNear($0, value, 0) } ?? false
    case .date, .datetime, .timestamp: return false
    }
  }

  private static func isNear(_ a: Double, _ b: Double, _ scale: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    if a == b { return true }
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b), scale.isFinite ? scale : 0)
  }
}

extension VectorValue {
  fileprivate var numbers: [Double] {
    switch self {
    case .dense(let numbers): return numbers
    case .sparse(let width, let indices, let values):
      var numbers = [Double](repeating: 0, count: width)
      for (index, value) in zip(indices, values) { numbers[Int(index)] = value }
      return numbers
    }
  }
}
