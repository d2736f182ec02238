import CParse
import Foundation
import Frames
import Testing

/// Parses as the CSV reader does, with bytes behind that must not matter.
private func parsed(_ text: String, mark: Character = ".") -> Double? {
  var bytes = Array(text.utf8)
  let count = bytes.count
  bytes += Array(repeating: UInt8(ascii: "7"), count: 64)
  var value = 0.0
  let ok = unsafe bytes.withUnsafeBufferPointer {
    unsafe martlet_parse_double($0.baseAddress, count, mark == "," ? 44 : 46, &value)
  }
  return ok == 1 ? value : nil
}

private func parsedInteger(_ text: String) -> Int64? {
  var bytes = Array(text.utf8)
  let count = bytes.count
  bytes += Array(repeating: UInt8(ascii: "7"), count: 64)
  var value: Int64 = 0
  let ok = unsafe bytes.withUnsafeBufferPointer {
    unsafe martlet_parse_int64($0.baseAddress, count, &value)
  }
  return ok == 1 ? value : nil
}

/// Texts on which parsers have failed: halfway cases, denormals, limits, long digit runs.
private let hardNumbers = [
  "0", "-0", "0.0", "-0.0", "5.", ".5", "-.5", "1e22", "1e23", "9007199254740993",
  "9007199254740992", "9007199254740991", "9007199254740993.0000000000000000000000001",
  "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9406564584124654e-324",
  "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308",
  "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309", "1e999", "-1e999", "1e-999",
  "123456789012345678901234567890", "0.000000000000000000000000000001", "12345678", "123456789",
  "12345678.12345678", "1234567812345678.5", "99999999.99999999", "0.12345678", "0.123456789",
  "1.00000000000000011102230246251565", "1.00000000000000011102230246251566", "1e0", "1E+5", "1e-5",
  "6929495644600919.5", "8.5e-1", "00000000000000000000001", "0.00000000000000000000001",
  "100000000000000000000000000000000000000000e-40", "3.14159265358979323846264338327950288",
]

struct NumberTests {
  @Test func `Hard numbers have the bits that strtod gives`() {
    for text in hardNumbers {
      #expect(parsed(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
      let comma = text.replacingOccurrences(of: ".", with: ",")
      #expect(parsed(comma, mark: ",")?.bitPattern == strtod(text, nil).bitPattern, "\(comma)")
    }
  }

  @Test func `A hundred thousand random numbers have the bits that strtod gives`() {
    let seed: UInt64 = 20_261_121
    var chance = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for index in 0..<100_000 {
      let text: String
      switch index % 4 {
      case 0: text = Double(bitPattern: chance.next() & ~(1 << 62)).description
      case 1:
        let whole = String(chance.next() % 1_000_000_000_000_000_000).prefix(
          Int(chance.next() % 19) + 1)
        let part = String(chance.next()).prefix(Int(chance.next() % 20))
        text = (chance.next() % 2 == 0 ? "-" : "") + whole + "." + part
      case 2:
        let digits = (0..<Int(chance.next() % 40) + 1).map { _ in String(chance.next() % 10) }
        text = digits.joined() + "e" + String(Int(chance.next() % 700) - 350)
      default:
        text = String(
          format: "%.\(chance.next() % 18)g", Double.random(in: -1000...1000, using: &chance))
      }
      guard text != "nan", text != "inf" else { continue }
      if parsed(text)?.bitPattern != strtod(text, nil).bitPattern { wrong.append(text) }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(10))")
  }

  @Test func `A column of any numbers has the bits that strtod gives`() throws {
    // A column is read with the widest registers there are, a single text with none.
    let seed: UInt64 = 20_261_122
    var chance = SeededGenerator(seed: seed)
    let texts = (0..<60_000).map { index in
      // Up to 24 digits with a mark anywhere or nowhere; some end in zeros, some begin with them.
      var text = (0..<Int(chance.next() % 24) + 1).map { _ in
        chance.next() % 5 == 0 ? "0" : String(chance.next() % 10)
      }.joined()
      if index % 5 > 0 {
        let place = text.index(text.startIndex, offsetBy: Int(chance.next() % UInt64(text.count)))
        text.insert(".", at: place)
      }
      return (chance.next() % 2 == 0 ? "-" : "") + text
    }
    let wide = try table("x,y\n" + texts.map { "\($0),0.5\n" }.joined())
    let last = try table("y,x\r\n" + texts.map { "0.5,\($0)\r\n" }.joined())
    let expected = texts.map { Value.number(strtod($0, nil)) }
    for found in [wide.values[0], last.values[1]] {
      let wrong = zip(texts, zip(found, expected)).filter { !Table.same($1.0, $1.1) }
      #expect(found.count == texts.count)
      #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(5))")
    }
  }

  @Test(arguments: ["-", ".", "-.", "1.2.3", "1-2", "12:4", "1\0", "--1", "1234567890123456.7.8"])
  func `A column with what is no number is text`(text: String) throws {
    #expect(try table("x\n1.5\n\(text)\n2.5\n").types == [.text])
    #expect(try table("x\n1\n\(text)\n2\n").types == [.text])
  }

  @Test func `Words that are numbers`() {
    #expect(parsed("inf") == .infinity)
    #expect(parsed("-Infinity") == -.infinity)
    #expect(parsed("+INF") == .infinity)
    #expect(parsed("NaN")?.isNaN == true)
    #expect(parsed("+1.5") == 1.5)
  }

  @Test(arguments: [
    "", "-", "+", ".", "-.", "e5", "1e", "1e+", "0x10", "1,5", "1.5.2", "nan(1)", "infinit", "--1",
    "+-1", "1 2", "١", "1_000", "1f", "1.5e5.5", " 1", "1 ",
  ])
  func `What is no number`(text: String) { #expect(parsed(text) == nil) }

  @Test func `Integers keep to 64 bits`() {
    #expect(parsedInteger("9223372036854775807") == .max)
    #expect(parsedInteger("-9223372036854775808") == .min)
    #expect(parsedInteger("9223372036854775808") == nil)
    #expect(parsedInteger("-9223372036854775809") == nil)
    #expect(parsedInteger("99999999999999999999999") == nil)
    #expect(parsedInteger("000000000000000000000000000007") == 7)
    #expect(parsedInteger("+12") == 12)
    #expect(parsedInteger("-0") == 0)
    for text in ["", "-", "+", "1.", "1e3", "12a", " 1"] { #expect(parsedInteger(text) == nil) }
    for digits in 1...18 {
      let text = String(String(repeating: "1234567890", count: 2).prefix(digits))
      #expect(parsedInteger(text) == Int64(text))
      #expect(parsedInteger("-" + text) == Int64("-" + text))
    }
  }
}
