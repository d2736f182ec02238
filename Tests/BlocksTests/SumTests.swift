import Blocks
import Cluster
import LinearAlgebra
import Platform
import Synchronization
import Testing

/// The sum as the textbook has it: leaf by leaf in row order, then pairs of neighbours and so on.
///
/// Written out with arrays, knowing nothing of workers.
private func textbookSum(_ values: [Double], leafCount: Int) -> Double {
  var level = (0..<leafCount).map { leaf -> Double in
    var sum = 0.0
    for row in leaf * values.count / leafCount..<(leaf + 1) * values.count / leafCount {
      sum += values[row]
    }
    return sum
  }
  while level.count > 1 {
    level = stride(from: 0, to: level.count, by: 2).map { level[$0] + level[$0 + 1] }
  }
  return level[0]
}

@Suite struct SumTests {
  /// Numbers of all sizes and both signs: any other order of additions gives other bits.
  private func touchy(_ count: Int, seed: UInt64) -> PlainRows {
    var random = SplitMix(state: seed)
    return PlainRows(
      values: (0..<count).map { _ in
        (0..<2).map { _ in
          random.double() * Double(sign: .plus, exponent: random.below(12) - 6, significand: 1)
        }
      })
  }

  @Test func `the numbers are touchy enough to tell orders apart`() {
    let column = touchy(1000, seed: 41).values.map { $0[0] }
    let sums = [1, 2, 4, 8, 16, 32].map { textbookSum(column, leafCount: $0) }
    #expect(Set(sums + [column.reversed().reduce(0, +)]).count == 7, "seed 41")
  }

  @Test(arguments: [0, 1, 2, 7, 255, 256, 257, 1000, 3000])
  func `a sum has the bits of the textbook's tree in every crew`(count: Int) throws {
    let rows = touchy(count, seed: 42)
    let leafCount = smallLeaves.leafCount(rows: count, bytes: count * rows.width * 8)
    let expected = (0..<2).map { column in
      textbookSum(rows.values.map { $0[column] }, leafCount: leafCount).bitPattern
    }
    for crew in Crew.all {
      let totals = try crew.run { session -> [UInt64] in
        // The features of no rows are three; two numbers are summed whatever they are.
        let matrix = try rows.blocks(Double.self, in: session)
        return unsafe try matrix.sum("test", count: 2, in: session) { block, sums in
          for row in 0..<block.rowCount {
            for column in 0..<2 {
              unsafe try sums[column] += block.values[row * block.columnCount + column]
            }
          }
        }.map(\.bitPattern)
      }
      for total in totals { #expect(total == expected, "seed 42, \(crew), \(count) rows") }
    }
  }

  @Test func `another policy of leaves is another sum, each the textbook's own`() throws {
    let rows = touchy(1500, seed: 43)
    let column = rows.values.map { $0[0] }
    var seen = Set<UInt64>()
    for rowCount in [1500, 700, 300, 20, 3] {
      let policy = LeafPolicy(byteCount: 1, rowCount: rowCount)
      let leafCount = policy.leafCount(rows: 1500, bytes: 1500 * 16)
      let expected = textbookSum(column, leafCount: leafCount)
      seen.insert(expected.bitPattern)
      for crew in Crew.few {
        let totals = try crew.run(leaves: policy) { session -> [Double] in
          unsafe try rows.blocks(Double.self, in: session)
            .sum("test", count: 1, in: session) { block, sums in
              for row in 0..<block.rowCount { unsafe try sums[0] += block.values[row * 2] }
            }
        }
        #expect(totals.allSatisfy { $0 == [expected] }, "seed 43, \(crew), \(leafCount) leaves")
      }
    }
    #expect(seen.count > 1, "seed 43: no policy shows, so nothing was tested")
  }

  @Test func `blocks come in row order, 256 rows at most, each row once`() throws {
    let rows = PlainRows.whole(3000, isWeighted: true, seed: 44)
    for crew in Crew.few {
      let seen = Mutex([(first: Int, count: Int)]())
      _ = try crew.run(leaves: LeafPolicy(byteCount: 1, rowCount: 600)) { session in
        let matrix = try rows.blocks(Float.self, in: session)
        try matrix.forEachBlock("test", in: session, scratch: { 0 }) { block, counter in
          counter += block.rowCount
          seen.withLock { $0.append((block.firstRow, block.rowCount)) }
          for row in 0..<block.rowCount {
            let global = block.firstRow + row
            let values = try (0..<3).map { unsafe try Double(block.values[row * 3 + $0]) }
            let weight = unsafe block.weights?[row]
            if values != rows.values[global] || weight != rows.weight(global)
              || block.localRow + row != global - matrix.rows.lowerBound
            {
              Issue.record("row \(global) of a block is another one")
            }
          }
        }
      }
      let blocks = seen.withLock { $0.sorted { $0.first < $1.first } }
      var end = 0
      for block in blocks {
        #expect(block.first == end && (1...256).contains(block.count), "\(crew)")
        end = block.first + block.count
      }
      #expect(end == 3000)
      // Four leaves of 750 rows: two blocks of 256 and one of 238 each.
      #expect(blocks.map(\.count) == [256, 256, 238, 256, 256, 238, 256, 256, 238, 256, 256, 238])
    }
  }

  @Test func `a statistic without numbers is a pass all the same`() throws {
    let rows = PlainRows.whole(100, seed: 45)
    for crew in Crew.few {
      let passed = Atomic(0)
      let totals = try crew.run { session in
        unsafe try rows.blocks(Double.self, in: session)
          .sum("test", count: 0, in: session) { block, _ in
            passed.add(block.rowCount, ordering: .relaxed)
          }
      }
      let rowCount = passed.load(ordering: .relaxed)
      #expect(rowCount == 100, "\(crew)")
      #expect(totals.allSatisfy { $0.isEmpty })
    }
  }

  @Test func `a statistic larger than the data is summed as well`() throws {
    let rows = PlainRows.whole(50, seed: 46)
    for crew in Crew.few {
      let totals = try crew.run { session in
        unsafe try rows.blocks(Double.self, in: session)
          .sum("test", count: 5000, in: session) { block, sums in
            for place in 0..<5000 where place % 7 == 0 {
              unsafe sums[place] += Double(block.rowCount)
            }
          }
      }
      let expected = (0..<5000).map { $0 % 7 == 0 ? 50.0 : 0 }
      #expect(totals.allSatisfy { $0 == expected }, "\(crew)")
    }
  }

  @Test func `a failure on one worker is thrown on all, with the worker`() throws {
    let rows = PlainRows.whole(200, seed: 47)
    for crew in Crew.all where crew.ranks > 1 {
      let failures = crew.failures { session in
        let rank = session.communicator.rank
        _ = unsafe try rows.blocks(Double.self, in: session)
          .sum("test", count: 3, in: session) { block, _ in
            if rank == 1 { throw Failure(.data, "worker 1 has had enough") }
          }
      }
      for (failure, reserved) in failures {
        #expect(failure.message == "worker 1 has had enough")
        #expect(failure.kind == .data)
        #expect(failure.rank == 1, "\(crew)")
        #expect(reserved == 0)
      }
    }
  }

  @Test func `of several leaves that fail the first one counts`() throws {
    let rows = PlainRows.whole(200, seed: 48)
    for threads in 1...4 {
      for _ in 0..<10 {
        let refused = failure {
          let session = Session(threads: threads, leaves: smallLeaves)
          _ = unsafe try rows.blocks(Double.self, in: session)
            .sum("test", count: 1, in: session) { block, _ in
              if block.firstRow >= 60 { throw Failure(.failed, "row \(block.firstRow)") }
            }
        }
        // 32 leaves of 6.25 rows: the first to begin at or behind row 60 begins at row 62.
        #expect(refused.message == "row 62", "\(threads) threads")
      }
    }
  }
}
