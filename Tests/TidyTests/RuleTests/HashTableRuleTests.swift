import Testing

@Suite struct `The rule about hash tables` {
  private let path = "Sources/Core/Platform/A.swift"

  @Test(arguments: [
    "var t: [String: Int] = [:]\nfor (k, v) in t { f(k, v) }",
    "let t = [\"a\": 1]\nfor k in t.keys { f(k) }",
    "var t = [Int: Int]()\nfor v in t.values where v > 0 { f(v) }",
    "let t = Set(names)\nfor name in t { f(name) }",
    "let t: Set<Int>\nlet a = t.map { $0 + 1 }",
    "let t = Dictionary(grouping: rows) { $0.key }\nt.forEach { f($0) }",
    "func g(t: inout [Int: [Int]]) { let s = t.values.reduce(0, +) }",
    "let t: [Int: Int]?\nlet a = t?.filter { $0.value > 0 }.map { $0.key }",
    "let t: Set<Int>\nlet a = Array(t)",
    "let t: [Int: Int]\nvar a = [Int]()\na.append(contentsOf: t.keys)",
    "let t: Set<Int>\nlet one = t.first",
    "struct S {\n  let t: Set<Int>\n  func g() { for x in self.t { f(x) } }\n}",
    "func counts() throws -> [String: Int] { [:] }\nfor x in try counts() { f(x) }",
  ])
  func `sees a walk`(_ code: String) throws {
    try Rule.noHashTableOrder.expect(
      quiet: ["Sources/Product/Top/A.swift": code], complains: [path: code], with: "sort its keys")
  }

  @Test(arguments: [
    "var t: [String: Int] = [:]\nfor k in t.keys.sorted() { f(k) }",
    "let t: Set<Int>\nlet a = t.map { $0 + 1 }.sorted()",
    "let t: [Int: Int]\nlet a = t.sorted { $0.key < $1.key }.map(\\.value)",
    "let t: [Int: [Int]]\nfor x in t[3] ?? [] { f(x) }",
    "let t: Set<Int>\nif t.contains(3), t.count > 2 { f() }",
    "let t: [Int: Int]\nlet n = t.values.count",
    "let t: Set<Int>\nlet a = Array(t).sorted()",
    "let rows: [[String: Int]]\nfor row in rows { f(row) }",
    "let pairs: [(key: Int, value: Int)]\nfor pair in pairs { f(pair) }",
    "lists[3] = [1: 2]\nlet a = lists[2].map { $0 }",
    "let n = [flag ? 1 : 2]\nfor x in n { f(x) }",
    "let t: Set<Int>\nlet a = list.filter { t.contains($0) }.map { $0 }",
    "let t: Set<Int>\nlet a = list.map { x in t.contains(x) }",
    "// let t: Set<Int>; for x in t {}\nlet t = \"a: [b: c]\"\nfor x in t { f(x) }",
  ])
  func `keeps quiet`(_ code: String) throws {
    #expect(try Rule.noHashTableOrder.says([path: code]) == [])
  }

  @Test func `knows a member that another file of the target declares`() throws {
    let declared = "struct S {\n  let table: Set<Int>\n  func g() {\n    let local = [1: 2]\n  }\n}"
    let walked = "extension S { func h() { for x in table { f(x) } } }"
    try Rule.noHashTableOrder.expect(
      quiet: [
        path: declared, "Sources/Core/LinearAlgebra/B.swift": walked,
        "Sources/Core/Platform/C.swift": "let table = [1, 2]\nfor x in table { f(x) }",
        "Sources/Core/Platform/D.swift": "for x in local { f(x) }",
      ],
      complains: [path: declared, "Sources/Core/Platform/B.swift": walked],
      with: "Sources/Core/Platform/B.swift:1")
  }
}
