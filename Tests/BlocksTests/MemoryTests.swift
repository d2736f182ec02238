import Blocks
import Cluster
import LinearAlgebra
import Platform
import Testing

@Suite struct MemoryTests {
  private let rows = PlainRows.whole(1000, isWeighted: true, seed: 6)

  @Test
  func `data beyond the budget is the same refusal on all workers, and nothing stays reserved`() {
    for crew in Crew.all {
      let failures = crew.failures(memory: 1000) { session in
        _ = try rows.blocks(Double.self, in: session)
      }
      for (failure, reserved) in failures {
        #expect(failure.kind == .memory)
        #expect(failure == failures[0].failure, "\(crew)")
        #expect(failure.rank == (crew.ranks == 1 ? nil : 0))
        #expect(failure.message.contains("the design matrix (1000 rows of 3 double features)"))
        #expect(failure.message.contains("budget of 1000 B"))
        #expect(reserved == 0)
      }
    }
  }

  @Test func `half the precision is a remedy where numbers are doubles, and only there`() throws {
    func hint(_ work: (Session) throws -> Void) throws -> String {
      let session = Session(memoryByteCount: 1000)
      let failure = #expect(throws: Failure.self) { try work(session) }
      return try #require(failure?.hint)
    }
    let doubles = try hint { _ = try rows.blocks(Double.self, in: $0) }
    #expect(doubles.contains("use --precision float"))
    let floats = try hint { _ = try rows.blocks(Float.self, in: $0) }
    #expect(floats.contains("fewer --features") && !floats.contains("--precision"))
    let others = try hint { _ = try $0.memory.reserve(2000, for: "something else") }
    #expect(others == "raise --memory, or add workers on other machines")
  }

  @Test func `partial sums beyond the budget are the same refusal on all workers`() {
    for crew in Crew.all {
      let failures = crew.failures(memory: 100_000) { session in
        let matrix = try rows.blocks(Double.self, in: session)
        _ = unsafe try matrix.sum("a large statistic", count: 100_000, in: session) { _, _ in }
      }
      for (failure, _) in failures {
        #expect(failure.kind == .memory)
        #expect(failure == failures[0].failure, "\(crew)")
        #expect(failure.message.contains("the partial sums of a large statistic"))
      }
    }
  }

  @Test func `a matrix is reserved at its size, and what is dropped is given back`() throws {
    for crew in Crew.few {
      let answers = try crew.run { session in
        let (held, during): (Int, Int) = try {
          let matrix = try rows.blocks(Double.self, in: session)
          let distances = try matrix.distances(
            toNearest: .dense(Matrix(rowCount: 1, columnCount: 3)), shift: [0, 0, 0], in: session)
          _ = try matrix.columnSums(in: session)
          return withExtendedLifetime((matrix, distances)) {
            (matrix.rows.count, session.memory.reservedByteCount)
          }
        }()
        return (held, during, session.memory.reservedByteCount)
      }
      for (held, during, after) in answers {
        // Three doubles, a weight and a distance a row.
        #expect(during == held * (3 * 8 + 8 + 8), "\(crew)")
        #expect(after == 0, "\(crew)")
      }
      #expect(answers.reduce(0) { $0 + $1.0 } == 1000)
    }
  }

  @Test func `a budget gives what is left and no more`() throws {
    let budget = MemoryBudget(limit: 100)
    let first = try budget.reserve(60, for: "one")
    #expect(failure { _ = try budget.reserve(41, for: "two") }.message.contains("40 B of the"))
    #expect(failure { _ = try budget.reserve(.max, for: "three") }.kind == .memory)
    do {
      let second = try budget.reserve(40, for: "four")
      #expect(budget.reservedByteCount == first.byteCount + second.byteCount)
    }
    #expect(budget.reservedByteCount == 60)
    #expect(byteText(1 << 20) == "1 MiB" && byteText(1536) == "1.5 KiB" && byteText(7) == "7 B")
  }
}
