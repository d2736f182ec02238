import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

@testable import Blocks

@Suite struct UnusableRowTests {
  /// 60 rows in splits of 7, of which some cannot be used.
  private func data(_ problems: [(row: Int, column: String, value: Double?)]) -> Dataset {
    let columns = ["a", "b", "w"].map { name in
      var values = (0..<60).map { Optional(Double($0)) }
      for problem in problems where problem.column == name { values[problem.row] = problem.value }
      return (name: name, column: Column(values))
    }
    return Dataset(FrameSource(Frame(columns), name: "rows", rowsPerSplit: 7))
  }

  @Test(
    arguments: [
      (nil, "rows, row 42, column b: the value is missing"),
      (Double.nan, "rows, row 42, column b: 'NaN' is not a finite number"),
      (-.infinity, "rows, row 42, column b: '-Infinity' is not a finite number"),
    ] as [(Double?, String)])
  func `an unusable value is an error that names row and column, on all workers`(
    value: Double?, message: String
  ) throws {
    let data = data([(55, "a", nil), (41, "b", value)])
    for crew in Crew.all {
      let failures = crew.failures { session in
        _ = try data.blocks(of: Float.self, features: ["a", "b"], in: session)
      }
      for (failure, reserved) in failures {
        #expect(failure.kind == .data)
        #expect(failure.message == message, "\(crew)")
        #expect(failure.hint == "--on-bad-row skip leaves such rows out")
        #expect(failure == failures[0].failure)
        #expect(reserved == 0)
      }
    }
  }

  @Test(
    arguments: [(nil, "the value is missing"), (-1, "'-1' is not a weight of at least 0")]
      as [(Double?, String)])
  func `an unusable weight is named as one`(value: Double?, problem: String) {
    let data = data([(30, "w", value)])
    let refused = failure {
      _ = try data.blocks(of: Double.self, features: ["a"], weight: "w", in: Session(threads: 2))
    }
    #expect(refused.message == "rows, row 31, column w: \(problem)")
  }

  @Test func `a number too large for the precision is an unusable value`() throws {
    let data = data([(3, "a", 1e300)])
    let refused = failure {
      _ = try data.blocks(of: Float.self, features: ["a"], in: Session(threads: 1))
    }
    #expect(refused.message == "rows, row 4, column a: '1e+300' is not a finite number")
    #expect(
      try data.blocks(of: Double.self, features: ["a"], in: Session(threads: 1)).0.row(3)
        == [1e300])
  }

  @Test func `skipped rows are left out and counted over all workers`() throws {
    let data = data([
      (0, "a", nil), (7, "b", .infinity), (8, "a", .nan), (30, "w", -2), (59, "w", nil),
    ])
    let kept = (0..<60).filter { ![0, 7, 8, 30, 59].contains($0) }.map { Double($0) }
    let rows = PlainRows(values: kept.map { [$0, $0] }, weights: kept)
    for crew in Crew.all {
      let answers = try crew.run { session in
        let (matrix, report) = try data.blocks(
          of: Double.self, features: ["a", "b"], weight: "w", unusable: .skip, in: session)
        return (HeldRows(matrix), report.unusableRowCount)
      }
      expectHeld(answers.map(\.0), rows, "\(crew)")
      #expect(answers.allSatisfy { $0.1 == 5 })
    }
  }

  @Test func `a text feature is refused by name, and the communicator lives on`() throws {
    let frame = Frame([
      ("a", Column([1, 2] as [Double?])), ("t", Column(["x", "y"] as [String?])),
    ])
    for crew in Crew.few {
      let answers = try crew.run { session in
        var seen: [Failure] = []
        for (features, weight) in [(["a", "t"], nil), (["a"], "t")] as [([String], String?)] {
          do {
            _ = try Dataset(frame).blocks(
              of: Double.self, features: features, weight: weight, in: session)
          } catch { seen.append(Failure(error)) }
        }
        let again = try Dataset(frame).blocks(of: Double.self, features: ["a"], in: session).0
        return (seen, again.rowCount)
      }
      for (failures, rowCount) in answers {
        #expect(rowCount == 2)
        #expect(failures.count == 2)
        for failure in failures {
          #expect(failure.kind == .data)
          #expect(failure.message == "the column 't' is text, and numbers are needed")
          #expect(failure.hint == "take it out with --features '!t', or name others")
        }
      }
    }
    let reason = TextColumnError(column: "t", type: .text, reason: "'x' at a.csv:2").failure
    #expect(reason.causes == ["'x' at a.csv:2"])
  }

  @Test func `a feature that is not there is refused before any row is read`() {
    let refused = failure {
      _ = try data([]).blocks(of: Double.self, features: ["aa"], in: Session(threads: 1))
    }
    #expect(refused.message == "there is no column 'aa'")
    #expect(refused.hint == "did you mean 'a'?")
  }
}
