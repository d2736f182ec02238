import Datasets
import Frames
import Platform
import Testing

/// An expression as plainly as it can be said, with the value that it has for one row.
private indirect enum Plain {
  case column(String)
  case integer(Int64)
  case number(Double)
  case text(String)
  case binary(String, Plain, Plain)
  case call(String, [Plain])
  case not(Plain)
  case isNull(Plain)
  case among(Plain, [Plain])

  /// With all its parentheses.
  var text: String {
    switch self {
    case .column(let name): name
    case .integer(let value): String(value)
    case .number(let value): "\(value)"
    case .text(let text): "'\(text.replacing("'", with: "''"))'"
    case .binary(let sign, let a, let b): "(\(a.text) \(sign) \(b.text))"
    case .call(let name, let values): "\(name)(\(values.map(\.text).joined(separator: ", ")))"
    case .not(let value): "(not \(value.text))"
    case .isNull(let value): "(\(value.text) is null)"
    case .among(let value, let items):
      "(\(value.text) in (\(items.map(\.text).joined(separator: ", "))))"
    }
  }

  struct Undefined: Error {}

  /// The value for one row, by the rules of SQL, worked out from the inside out.
  func value(_ row: [String: Value]) throws -> Value {
    switch self {
    case .column(let name): return row[name] ?? .missing
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .text(let text): return .text(text)
    case .not(let inner):
      if case .bool(let flag) = try inner.value(row) { return .bool(!flag) }
      return .missing
    case .isNull(let inner): return .bool(try inner.value(row) == .missing)
    case .among(let inner, let items):
      var isUnknown = false
      for item in items {
        switch try Plain.binary("=", inner, item).value(row) {
        case .bool(true): return .bool(true)
        case .missing: isUnknown = true
        default: break
        }
      }
      return isUnknown ? .missing : .bool(false)
    case .binary("and", let a, let b): return try Self.join(a, b, row, decides: false)
    case .binary("or", let a, let b): return try Self.join(a, b, row, decides: true)
    case .call("if", let values):
      return try values[0].value(row) == .bool(true) ? values[1].value(row) : values[2].value(row)
    case .call("coalesce", let values):
      let first = try values[0].value(row)
      return first == .missing ? try values[1].value(row) : first
    case .call(let name, let values): return try Self.call(name, values[0].value(row))
    case .binary(let sign, let a, let b): return try Self.binary(sign, a.value(row), b.value(row))
    }
  }

  /// An operand that cannot be computed counts only where the other does not decide.
  private static func join(_ a: Plain, _ b: Plain, _ row: [String: Value], decides: Bool) throws
    -> Value
  {
    let sides = [a, b].map { side in Result { try side.value(row) } }
    for case .success(.bool(decides)) in sides { return .bool(decides) }
    let known = try sides.map { try $0.get() }
    return known.contains(.missing) ? .missing : .bool(!decides)
  }

  private static func call(_ name: String, _ value: Value) throws -> Value {
    switch (name, value) {
    case (_, .missing): return .missing
    case ("abs", .integer(let value)):
      guard value != .min else { throw Undefined() }
      return .integer(abs(value))
    case ("abs", .number(let value)): return .number(abs(value))
    case ("length", .text(let text)): return .integer(Int64(text.unicodeScalars.count))
    case ("upper", .text(let text)): return .text(text.uppercased())
    default: throw Undefined()
    }
  }

  private static func binary(_ sign: String, _ a: Value, _ b: Value) throws -> Value {
    switch (a, b) {
    case (.missing, _), (_, .missing): return .missing
    case (.integer(let a), .integer(let b)):
      switch sign {
      case "+", "-", "*", "%":
        if sign == "%" && b == 0 { throw Undefined() }
        if sign == "%" && b == -1 { return .integer(0) }
        let (value, overflow) =
          sign == "+"
          ? a.addingReportingOverflow(b)
          : sign == "-"
            ? a.subtractingReportingOverflow(b)
            : sign == "*" ? a.multipliedReportingOverflow(by: b) : (a % b, false)
        if overflow { throw Undefined() }
        return .integer(value)
      case "/": return .number(Double(a) / Double(b))
      default: return .bool(holds(sign, a < b ? -1 : a == b ? 0 : 1))
      }
    case (.text(let a), .text(let b)):
      let (x, y) = (Array(a.utf8), Array(b.utf8))
      return .bool(holds(sign, x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1))
    default:
      guard let a = double(a), let b = double(b) else { throw Undefined() }
      switch sign {
      case "+": return .number(a + b)
      case "-": return .number(a - b)
      case "*": return .number(a * b)
      case "/": return .number(a / b)
      case "%": return .number(a.truncatingRemainder(dividingBy: b))
      default:
        // A NaN is equal to itself and above all others.
        let order = a.isNaN ? (b.isNaN ? 0 : 1) : b.isNaN ? -1 : a < b ? -1 : a == b ? 0 : 1
        return .bool(holds(sign, order))
      }
    }
  }

  private static func double(_ value: Value) -> Double? {
    switch value {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  private static func holds(_ sign: String, _ order: Int) -> Bool {
    switch sign {
    case "=": order == 0
    case "<>": order != 0
    case "<": order < 0
    case "<=": order <= 0
    case ">": order > 0
    default: order >= 0
    }
  }

  // MARK: Random ones

  enum Kind { case integer, number, text, bool }

  static func random(_ kind: Kind, _ depth: Int, _ random: inout SplitMix) -> Plain {
    func next(_ kind: Kind, _ random: inout SplitMix) -> Plain {
      Plain.random(kind, depth - 1, &random)
    }
    if depth > 0, Self.isRare(&random) {
      let arguments = [next(kind, &random), next(kind, &random)]
      return random.below(2) == 0
        ? .call("coalesce", arguments) : .call("if", [next(.bool, &random)] + arguments)
    }
    switch kind {
    case .integer:
      if depth == 0 {
        return random.pick([.column("n"), .column("m"), .integer(Int64(random.below(7)))])
      }
      if random.below(5) == 0 { return .call("abs", [next(.integer, &random)]) }
      if random.below(6) == 0 { return .call("length", [next(.text, &random)]) }
      return .binary(
        random.pick(["+", "-", "*", "%"]), next(.integer, &random), next(.integer, &random))
    case .number:
      if depth == 0 { return random.pick([.column("x"), .column("f"), .number(0.5), .number(2)]) }
      if random.below(5) == 0 { return .call("abs", [next(.number, &random)]) }
      let other = next(random.pick([.integer, .number]), &random)
      return .binary(random.pick(["+", "-", "*", "/", "%"]), next(.number, &random), other)
    case .text:
      if depth == 0 { return random.pick([.column("s"), .column("t"), .text("b"), .text("it's")]) }
      return .call("upper", [next(.text, &random)])
    case .bool:
      if depth == 0 { return random.pick([.column("b"), .column("c")]) }
      switch random.below(6) {
      case 0: return .not(next(.bool, &random))
      case 1: return .isNull(next(random.pick([.integer, .number, .text, .bool]), &random))
      case 2:
        return .binary(random.pick(["and", "or"]), next(.bool, &random), next(.bool, &random))
      case 3:
        return .among(
          next(.integer, &random), (0...random.below(4)).map { .integer(Int64($0 * 3)) })
      default:
        let kind = random.pick([Kind.integer, .number, .text])
        let sign = random.pick(["=", "<>", "<", "<=", ">", ">="])
        return .binary(sign, next(kind, &random), next(kind, &random))
      }
    }
  }

  private static func isRare(_ random: inout SplitMix) -> Bool { random.below(8) == 0 }
}

@Suite struct RandomTests {
  /// Random columns, a sixth of the values missing, extremes among them.
  private static func frame(_ rowCount: Int, _ random: inout SplitMix) -> Frame {
    func column<T>(_ values: [T], _ random: inout SplitMix) -> [T?] {
      (0..<rowCount).map { _ in random.below(6) == 0 ? nil : random.pick(values) }
    }
    let integers: [Int64] = [0, 1, -1, 2, 3, 7, -13, 40, .max, .min, 1 << 40]
    let numbers = [0, -0.0, 1, -1.5, 2.5, 1e300, .nan, .infinity, -.infinity, 0.1]
    let texts = ["", "a", "b", "it's", "naïve", "雪", "ab"]
    return Frame([
      ("n", Column(column(integers, &random))),
      ("m", Column(column([0, 1, 2, 3, -4, 5], &random) as [Int32?])),
      ("x", Column(column(numbers, &random))),
      ("f", Column(column([0.5, 3, -0.25, .nan], &random) as [Float?])),
      ("s", Column(column(texts, &random))), ("t", Column(column(texts, &random))),
      ("b", Column(column([true, false], &random))),
      ("c", Column((0..<rowCount).map { _ in random.below(2) == 0 } as [Bool?])),
    ])
  }

  private static func same(_ a: Value, _ b: Value) -> Bool {
    if case .number(let a) = a, case .number(let b) = b {
      return a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
    }
    return a == b
  }

  @Test func `random expressions have the values that they have row by row`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    var undefined = 0
    for round in 0..<2000 {
      let rowCount = round % 100 == 0 ? 1100 : random.below(12)
      // A slice, so that columns begin within their memory.
      let frame = Self.frame(rowCount + 3, &random).slice(2..<rowCount + 2)
      let plain = Plain.random(
        random.pick([.bool, .bool, .integer, .number, .text]), 1 + random.below(4), &random)
      let names = frame.schema.names
      let expected = (0..<rowCount).map { row in
        Result {
          try plain.value(
            Dictionary(uniqueKeysWithValues: zip(names, frame.columns.map { $0[row] })))
        }
      }
      let own = Result { try values(plain.text, over: frame) }
      switch own {
      case .success(let own):
        for row in 0..<rowCount {
          let wanted = try? expected[row].get()
          if wanted.map({ !Self.same($0, own[row]) }) ?? true {
            Issue.record(
              "seed \(seed): \(plain.text), row \(row): \(own[row]), not \(String(describing: wanted))"
            )
          }
        }
      case .failure(let error):
        // Only a row that has no value stops it, and the first such row is named.
        undefined += 1
        let first = expected.firstIndex { if case .failure = $0 { true } else { false } }
        if first == nil || !Failure(error).message.hasPrefix("row \((first ?? 0) + 1):") {
          Issue.record(
            "seed \(seed): \(plain.text): \(Failure(error).message), first row \(String(describing: first))"
          )
        }
      }
    }
    #expect(undefined > 20 && undefined < 1000)
  }
}
