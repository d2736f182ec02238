import Foundation
import Platform
import Testing

@Suite struct FailureTests {
  private struct Wrong: FailureConvertible {
    var failure: Failure { Failure(.data, "wrong", causes: ["it is so"]) }
  }
  private struct Unforeseen: Error {}

  /// The codes of sysexits.h and of signals, as the manual promises them.
  @Test func `each kind has the exit code of the manual`() {
    let codes: [(Failure.Kind, Int32)] = [
      (.usage, 64), (.data, 65), (.missingInput, 66), (.missingService, 69),
      (.bug, 70), (.memory, 71), (.cannotWrite, 73), (.workerLost, 75), (.interrupted, 130),
      (.terminated, 143), (.failed, 1),
    ]
    #expect(codes.map(\.0) == Failure.Kind.allCases)
    for (kind, code) in codes { #expect(kind.exitCode == code, "\(kind)") }
  }

  @Test func `no two kinds share an exit code`() {
    #expect(Set(Failure.Kind.allCases.map(\.exitCode)).count == Failure.Kind.allCases.count)
  }

  @Test func `a failure reads as a chain with the worker and the remedy`() {
    var failure = Failure(.data, "line 18: 'abc' is no number", hint: "look at line 18")
    #expect(failure.description == "line 18: 'abc' is no number\n  look at line 18")
    failure.rank = 3
    failure = failure.whilst("reading a.csv").whilst("fitting k-means")
    #expect(
      failure.description
        == "fitting k-means, because reading a.csv, because line 18: 'abc' is no number"
        + " (worker 3)\n  look at line 18")
    #expect(failure.kind == .data)
  }

  @Test func `a failure comes back from JSON as it went`() throws {
    for kind in Failure.Kind.allCases {
      var failure = Failure(kind, "a \"quoted\"\nline", causes: ["é", ""], hint: "none")
      failure.rank = 2
      for sent in [failure, Failure(kind, "bare")] {
        let bytes = try JSONEncoder().encode(sent)
        #expect(try JSONDecoder().decode(Failure.self, from: bytes) == sent)
      }
    }
  }

  @Test func `any error becomes a failure, and an unforeseen one is a bug of ours`() {
    #expect(Failure(Wrong()) == Wrong().failure)
    #expect(Failure(Failure(.memory, "m")).kind == .memory)
    #expect(Failure(Unforeseen()).kind == .bug)
    #expect(Failure(Unforeseen()).message.contains("Unforeseen"))
  }
}
