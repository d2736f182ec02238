import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite struct GrammarTests {
  private let schema = Schema([
    .init("age", .int32), .init("price", .float64), .init("city", .text), .init("open", .bool),
    .init("day", .date), .init("sold", .datetime), .init("seen", .timestamp),
    .init("words", .texts), .init("a \"b\" c", .int64), .init("висота", .float32),
  ])

  @Test(arguments: [
    ("1 + 2 * 3", Value.integer(7)), ("(1 + 2) * 3", .integer(9)), ("2 - 3 - 4", .integer(-5)),
    ("-2 * -3", .integer(6)), ("- - 5", .integer(5)), ("+5", .integer(5)),
    ("7 % 4 * 2", .integer(6)),
    ("-7 % 4", .integer(-3)), ("7 / 2", .number(3.5)), ("6 / 2", .number(3)),
    ("1 / 0", .number(.infinity)), ("1.5 + 1", .number(2.5)), (".5 * 4", .number(2)),
    ("5. + 0", .number(5)), ("1e3", .number(1000)), ("1E-3", .number(0.001)), ("2e", .missing),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
    ("not true or true", .bool(true)), ("not (true or true)", .bool(false)),
    ("true or true and false", .bool(true)), ("1 = 1 is null", .bool(false)),
    ("null = 1 is null", .bool(true)), ("not 1 = 2", .bool(true)),
    ("1 == 1 and 1 != 2 and 1 <> 2", .bool(true)),
    ("2 between 1 and 3 and true", .bool(true)), ("2 not between 1 and 3", .bool(false)),
    ("2 in (1, 2)", .bool(true)), ("2 NOT IN (1, 2)", .bool(false)), ("'it''s'", .text("it's")),
    ("''", .text("")), ("'a' like 'A'", .bool(false)), ("lower('ÀB') like 'à_'", .bool(true)),
    ("'a%b' like 'a!%b' escape '!'", .bool(true)), ("'axb' like 'a!%b' escape '!'", .bool(false)),
    ("IF(true, 1, 2)", .integer(1)), ("date '2024-02-29' + 1", .date(19_783)),
    ("date '2024-03-01' - date '2024-02-01'", .integer(29)),
    ("timestamp '2024-02-29 12:00'", .datetime(1_709_208_000_000_000)),
    ("timestamp '2024-02-29 12:00+02:00'", .timestamp(1_709_200_800_000_000)),
    ("weekday(date '2024-03-01')", .integer(5)), ("length('naïve🐦')", .integer(6)),
    ("round(-2.5)", .number(-3)), ("round(2.5)", .number(3)), ("floor(-0.5)", .number(-1)),
    ("ceil(7)", .integer(7)), ("sqrt(9)", .number(3)), ("exp(0)", .number(1)),
    ("log(1)", .number(0)),
    ("coalesce(null, null, 3)", .integer(3)), ("'b' > 'ab'", .bool(true)),
    ("0.1 + 0.2 = 0.3", .bool(false)), ("\n 1\t+ 1 ", .integer(2)),
  ])
  func `means what SQL means`(expression: String, expected: Value) throws {
    // An `e` without digits belongs to no number.
    if expression == "2e" {
      #expect(failure { _ = try RowExpression(expression) }.kind == .usage)
      return
    }
    #expect(try value(expression) == expected, "\(expression)")
  }

  @Test(arguments: [
    ("", "the expression is empty", nil as String?),
    ("age >", "the expression ends here, where a value is expected", nil),
    ("age > > 1", "'>' does not fit here, where a value is expected", nil),
    ("(age > 1", "the expression ends here, where ')' is expected", nil),
    ("age > 1)", "')' does not fit here", nil),
    ("age 5", "'5' does not fit here", nil),
    ("1 < age < 5", "comparisons cannot follow each other", "join two of them with 'and'"),
    (
      "age between 1 or 5",
      "'or' does not fit here, where 'and', as in 'between 1 and 5' is expected", nil
    ),
    ("age is 5", "'5' does not fit here, where 'null' is expected", nil),
    ("age not 5", "'5' does not fit here, where 'in', 'between' or 'like' is expected", nil),
    ("city like age", "'age' does not fit here, where a pattern like 'L%' is expected", nil),
    (
      "city = 'Lviv", "the text that begins here is never closed",
      "within it, the quote itself is written twice"
    ),
    ("city && open", "'&' means nothing here", "write 'and'"),
    ("a.b > 1", "'.' means nothing here", "a column name with a dot in it stands in double quotes"),
    (
      "12abc > 1", "this is neither a number nor a name",
      "a column name that begins with a digit stands in double quotes"
    ),
    ("1e999 > age", "this number is too large", nil),
    ("abs(1, 2)", "abs was given 2 arguments", "it is called abs(number)"),
    ("sqt(2) > 1", "there is no function 'sqt'", "did you mean 'sqrt'?"),
    ("day = date '2024-02-30'", "this is no date", "write date '2024-01-31'"),
    ("'x' like 'a!' escape '!'", "the pattern ends in its escape character", nil),
    ("and", "'and' does not fit here, where a value is expected", nil),
    ("🐦 ^ 2", "'^' means nothing here", "there is no power: write x * x"),
  ])
  func `wrong words are refused at once`(expression: String, problem: String, hint: String?) {
    let refused = failure { _ = try RowExpression(expression) }
    #expect(refused.kind == .usage)
    #expect(refused.message.hasPrefix(problem + "\n"), "\(refused.message)")
    #expect(refused.hint == hint)
  }

  @Test(arguments: [
    ("agee > 1", "there is no column 'agee'", "did you mean 'age'?"),
    ("Age > 1", "there is no column 'Age'", "did you mean 'age'?"),
    (
      "age = 'old'", "an integer and a text cannot be compared",
      "a text stands in single quotes, a number in none"
    ),
    (
      "city > 5", "a text and an integer cannot be compared",
      "a text stands in single quotes, a number in none"
    ),
    (
      "age", "the condition is an integer, neither true nor false",
      "compare it with something: ... > 0, ... = 'a'"
    ),
    (
      "not age", "'age' is an integer, where true or false is expected",
      "a condition compares: age > 0, age = 'a', age is null"
    ),
    ("city + 1 > 2", "'city' is a text, where a number is expected", nil),
    ("age like 'a%'", "'age' is an integer, where a text is expected", nil),
    (
      "open = 1", "true or false and an integer cannot be compared",
      "true and false are no numbers: if(x, 1, 0) makes one"
    ),
    ("day > 'yesterday'", "this text is not a date", "write '2024-01-31'"),
    (
      "seen > '2024-01-31 12:00'", "this text is not a timestamp",
      "write '2024-01-31T14:05Z', or '+02:00' for the zone"
    ),
    (
      "seen > sold", "a timestamp and a time without a zone cannot be compared",
      "name the zone: timestamp '2024-01-31T00:00Z'"
    ),
    (
      "city > day", "a text and a date cannot be compared",
      "dates that are texts compare with texts in quotes: day >= '2024-01-31'"
    ),
    (
      "words = 'a'", "'words' is a list or a vector, where a text is expected",
      "of these one can only ask whether they are null"
    ),
    (
      "coalesce(age, city) = 1", "an integer and a text cannot be values of one coalesce",
      "a text stands in single quotes, a number in none"
    ),
    ("year(city) = 2024", "'city' is a text, where a date is expected", nil),
  ])
  func `wrong columns and types are refused before any row is read`(
    expression: String, problem: String, hint: String?
  ) throws {
    let expression = try RowExpression(expression)
    let columns = schema.fields.map { Column.empty($0.type) }
    let refused = failure { _ = try expression.rows(of: Frame(schema, columns)) }
    #expect(refused.message.hasPrefix(problem + "\n"), "\(refused.message)")
    #expect(refused.hint == hint)
    #expect(refused.kind == (problem.hasPrefix("there is no") ? .data : .usage))
  }

  @Test func `the examples of the manual are expressions`() throws {
    let path = #filePath.replacing(
      "Tests/ExpressionTests/GrammarTests.swift", with: "docs/expressions.md")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var found: [String] = []
    for (start, end) in [("--where \"", "\""), ("where: \"", "\""), ("as: \"", "\"")] {
      for piece in text.components(separatedBy: start).dropFirst() {
        found.append(String(piece.prefix { String($0) != end }))
      }
    }
    #expect(found.count == 5)
    for expression in found { #expect(throws: Never.self) { _ = try RowExpression(expression) } }
    for (expression, expected) in [
      ("0.0 / 0 = sqrt(-1)", Value.bool(true)), ("log(0)", .number(-.infinity)),
      ("'B' < 'a' and 'z' < 'é'", .bool(true)), ("sqrt(-1) > 1 / 0", .bool(true)),
      ("9223372036854775808 = 9223372036854775807", .bool(true)), ("1 in (1, null)", .bool(true)),
      ("2 in (1, null)", .missing), ("null = null", .missing), ("false and null", .bool(false)),
      ("true or null", .bool(true)), ("weekday(date '2024-01-01')", .integer(1)),
    ] { #expect(try value(expression) == expected, "\(expression)") }
  }

  @Test func `an error points at the character`() {
    #expect(
      failure { _ = try RowExpression("висота > 1 and agee ~ 2") }.description == """
        '~' means nothing here
          висота > 1 and agee ~ 2
                              ^
        """)
    let refused = failure {
      _ = try RowExpression("price > 0\nand tags = 'a'").type(over: schema)
    }
    #expect(
      refused.message == """
        there is no column 'tags'
          and tags = 'a'
              ^^^^
        """)
    // Long ones are clipped on both sides, control characters are shown as blanks.
    let long = String(repeating: "age > 1 and ", count: 50) + "\u{7}" + "oops > 1"
    #expect(failure { _ = try RowExpression(long) }.message.utf8.count < 300)
    let far =
      String(repeating: "age > 1 and ", count: 50) + "oops > 1"
      + String(repeating: " and open", count: 50)
    let clipped = failure { _ = try RowExpression(far).type(over: schema) }.message.split(
      separator: "\n")
    #expect(clipped[1].hasPrefix("  ..."))
    #expect(clipped[1].hasSuffix("..."))
    #expect(clipped[1].dropFirst(52).hasPrefix("oops > 1"))
    #expect(clipped[2] == String(repeating: " ", count: 52) + "^^^^")
  }

  @Test func `names may be quoted, and words of functions are columns too`() throws {
    let frame = Frame([
      ("a \"b\" c", Column([1, 2] as [Int64?])), ("висота", Column([1.5, 2.5] as [Float?])),
      ("year", Column([2023, 2024] as [Int32?])), ("date", Column([5, 6] as [Int64?])),
      ("and", Column([true, false])),
    ])
    #expect(try RowExpression("\"a \"\"b\"\" c\" = 2").rows(of: frame) == [1])
    #expect(try RowExpression("висота > 2").rows(of: frame) == [1])
    #expect(try RowExpression("year = 2023 and date = 5 and \"and\"").rows(of: frame) == [0])
    #expect(try RowExpression("year > date and year > 2023").columns == ["year", "date"])
  }

  @Test func `what nobody writes by hand is refused, and nothing is exhausted`() {
    let deep = String(repeating: "(", count: 101) + "1" + String(repeating: ")", count: 101)
    for expression in [
      deep, String(repeating: "not ", count: 10_000) + "true",
      String(repeating: "-", count: 60_000) + "x",
      String(repeating: "abs(", count: 15_000),
    ] {
      let refused = failure { _ = try RowExpression(expression) }
      #expect(refused.message.hasPrefix("the expression is nested more than 100 deep\n"))
    }
    #expect(
      failure { _ = try RowExpression(String(repeating: " ", count: 65_537)) }.message.hasPrefix(
        "the expression has 65537 bytes, more than 65536"))
    let wide = Array(repeating: "1 = 1", count: 1000).joined(separator: " and ")
    #expect(
      failure { _ = try value(wide) }.message.hasPrefix("the expression needs more than 1000 steps")
    )
    // Long lists are one step.
    let list = (0..<9000).map(String.init).joined(separator: ",")
    #expect((try? value("8999 in (\(list))")) == .bool(true))
    #expect((try? value("9000 in (\(list))")) == .bool(false))
    #expect(
      (try? value(String(repeating: "(", count: 99) + "1" + String(repeating: ")", count: 99)))
        == .integer(1))
  }

  @Test func `integers beyond 64 bits and remainders by zero name the row and its values`() throws {
    let frame = Frame([
      ("n", Column([1, .max, .min, 0, nil] as [Int64?])),
      ("m", Column([1, 1, -1, 0, 0] as [Int64?])),
    ])
    func problem(_ expression: String) -> String {
      failure { _ = try RowExpression(expression).column(of: frame) }.message
    }
    #expect(
      problem("n + m")
        == "row 2: 'n + m' is beyond the range of an integer (n = 9223372036854775807, m = 1)")
    #expect(
      problem("abs(n)")
        == "row 3: 'abs(n)' is beyond the range of an integer (n = -9223372036854775808)")
    #expect(problem("-n").hasPrefix("row 3: '-n'"))
    #expect(problem("n * 2 > 0").hasPrefix("row 2: 'n * 2'"))
    #expect(problem("n % m") == "row 4: 'n % m' divides by zero (n = 0, m = 0)")
    // Where it decides nothing, it is no error.
    #expect(
      try values("if(m = 0, null, n % m)", over: frame) == [
        .integer(0), .integer(0), .integer(0), .missing, .missing,
      ])
    #expect(try RowExpression("m <> 0 and n % m = 0").rows(of: frame) == [0, 1, 2])
    #expect(try RowExpression("m = 0 or n % m = 0").rows(of: frame) == [0, 1, 2, 3, 4])
    #expect(problem("n % m is null").hasPrefix("row 4"))
    #expect(problem("coalesce(n % m, 1)").hasPrefix("row 4"))
    #expect(try values("(n - 1) * 0", over: frame.slice(0..<2)) == [.integer(0), .integer(0)])
    #expect(problem("date '9999-01-01' + n").contains("is beyond the range of a date"))
  }
}
