import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct JSONErrorTests {
  @Test(arguments: [
    ("{\"a\": 1, \"a\": 2}", "t.jsonl:1, column 10, column a: the key is in this line twice"),
    ("{\"a\": {\"b\": 1, \"b\": 2}}", ":1, column 16, column a.b: the key is in this line twice"),
    ("{\"a\": {\"b\": 1}, \"a.b\": 2}", ":1, column 17, column a.b: the key is in this line twice"),
    ("{\"a\": {}, \"a\": {}}", ":1, column 11, column a: the key is in this line twice"),
    ("{\"a\": 1}\n{\"a\": 01}", ":2, column 7, column a: '01}' is no number that JSON knows"),
    ("{\"a\": 1.}", "column a: '1.}' is no number"), ("{\"a\": .5}", "column a: '.5}' was not"),
    ("{\"a\": +1}", "column a: '+1}' was not"), ("{\"a\": -}", "column a: '-}' is no number"),
    ("{\"a\": 1e}", "column a: '1e}' is no number"), ("{\"a\": tru}", "column a: 'tru}' was not"),
    ("{\"a\": 'x'}", "column a: ''x'}' was not expected here"),
    ("{\"a\": 1,}", ":1, column 9: '}' was not expected here"),
    ("{\"a\" 1}", ":1, column 6: '1}' was not expected here"),
    ("{\"a\": [1,]}", "column a: ']}' was not"), ("{\"a\": [1 2]}", "column a: '2]}' was not"),
    ("{\"a\": \"x", ":1, column 9, column a: the line ends before its object does"),
    ("{\"a\": \"x\\", "the line ends before its object does"),
    ("{\"a\": [1", "the line ends before its object does"),
    ("{\"a\": 1", "the line ends before its object does"), ("{", "the line ends before"),
    ("{\"a\": \"\\x\"}", "column a: '\\x\"}' is no escape that JSON knows"),
    ("{\"a\": \"\\u12g4\"}", "is no escape that JSON knows"),
    ("{\"a\": \"\\ud800\"}", "column a: '\\ud800\"}' is half a surrogate pair"),
    ("{\"a\": \"\\udc00\"}", "is half a surrogate pair"),
    ("{\"a\": \"\\ud800\\u0041\"}", "is half a surrogate pair"),
    ("{\"a\": \"x\ty\"}", "column a: '\\ty\"}' is a control character"),
    ("{\"a\": 1} x", ":1, column 10: 'x' stands behind the object"),
    ("{\"a\": 1}{\"a\": 2}", ":1, column 9: '{\"a\": 2}' stands behind the object"),
    ("1", ":1, column 1: '1' is no object"), ("\n\n \"x\"", ":3, column 2: '\"x\"' is no object"),
  ])
  func `what is no JSON is refused with its place`(text: String, message: String) {
    for size in [1, 7, 1 << 20] {
      let refused = failure { _ = try json(text, splitByteCount: size) }
      #expect(refused.kind == .data)
      #expect(refused.message.contains(message), "\(refused.message)")
    }
  }

  @Test func `bytes that are not UTF-8 are named by line and column`() {
    for (bytes, column) in [([0xFF], 8), ([0xC3], 8), ([0xED, 0xA0, 0x80], 8)] as [([UInt8], Int)] {
      let text = Array("{\"a\": 1}\n{\"a\": \"".utf8) + bytes + Array("\"}\n".utf8)
      let refused = failure { _ = try json(text) }
      #expect(refused.message.contains(":2, column \(column)"), "\(refused.message)")
      #expect(refused.message.contains("is not UTF-8"))
    }
    let skipped = Array("{\"a\": \"".utf8) + [0xFF] + Array("\"}\n{\"a\": 2}\n".utf8)
    #expect(
      (try? json(skipped) { $0.skipsBadRows = true }) == Table(["a"], [.int64], [[.integer(2)]]))
  }

  @Test(arguments: ["[", "{\"a\":"])
  func `deep nesting is refused`(opening: String) throws {
    let deep = String(repeating: opening, count: 100_000)
    let refused = failure { _ = try json("{\"a\": " + deep) }
    #expect(refused.message.contains("nested deeper than 512 levels"))
    let near = String(repeating: opening, count: 500)
    let rest = String(repeating: opening == "[" ? "]" : "}", count: 500)
    #expect(try json("{\"a\": \(near)\(opening == "[" ? "" : "1")\(rest)}").rows.count == 1)
  }

  @Test
  func `too many keys are refused, one array is told from lines, nothing is said to be nothing`() {
    let keys = (0...65_536).map { "\"k\($0)\": 1" }.joined(separator: ", ")
    #expect(
      failure { _ = try json("{\(keys)}") }.message.contains("more than 65536 different keys"))
    let array = failure { _ = try json("[{\"a\": 1},\n{\"a\": 2}]\n") }
    #expect(array.message.hasSuffix("t.jsonl is not JSON lines"))
    #expect(array.hint?.contains("jq -c '.[]'") == true)
    for text in ["", "\n\n", "{}\n{}\n"] {
      #expect(failure { _ = try json(text) }.message.hasSuffix("t.jsonl has no columns"))
    }
  }

  @Test func `the first fault of the file is the one that all workers report`() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<60).map { $0 == 40 || $0 == 55 ? "{\"a\": x}\n" : "{\"a\": \($0)}\n" }
    let path = try folder.file(lines.joined(), "t.jsonl")
    for ranks in 1...4 {
      let found = failure {
        _ = try Communicator.withThreads(ranks) { communicator in
          var options = JSONLinesOptions()
          options.splitByteCount = 23
          return try JSONLinesSource(
            paths: [path], options: options, in: Session(communicator: communicator, threads: 2)
          ).splitCount
        }
      }
      #expect(found.message == "\(path):41, column 7, column a: 'x}' was not expected here")
    }
  }

  @Test func `a file that changes between the passes is an error`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("{\"a\": 1}\n{\"a\": 2}\n", "t.jsonl")
    for (text, cause) in [
      ("{\"a\": 1}\n", "it became shorter while it was read"),
      ("{\"a\": x}\n{\"a\": 2}\n", "it changed while it was read"),
      ("{\"a\": \"\"}\n{\"a\": 2}\n", "it became longer while it was read"),
      ("{\"a\": [{}], \"bb\": 2}", "it became longer while it was read"),
    ] {
      _ = try folder.file("{\"a\": 1}\n{\"a\": 2}\n", "t.jsonl")
      let source = try JSONLinesSource(paths: [path], in: Session(threads: 1))
      _ = try folder.file(text, "t.jsonl")
      let refused = failure { _ = try Dataset(source).collect(in: Session(threads: 1)) }
      #expect(refused.causes == [cause], "\(text)")
    }
  }
}
