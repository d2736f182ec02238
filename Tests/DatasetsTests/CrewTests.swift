import Cluster
import Datasets
import Frames
import Platform
import Testing

/// Whatever the number of workers and threads, the rows and the errors are the same.
@Suite struct CrewTests {
  @Test(arguments: [0, 1, 2, 7, 40], [1, 3, 100])
  func `every crew collects and counts the same rows`(count: Int, rowsPerSplit: Int) throws {
    let frame = numbersFrame(count)
    let expected = (0..<count).filter { $0 % 3 != 1 }
    for crew in crews {
      let answers = try asCrew(crew) { session in
        let data = Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
          .whereNumber { $0 % 3 != 1 }
        return (rows(of: try data.collect(in: session)), try data.count(in: session))
      }
      for (values, rowCount) in answers {
        #expect(rowCount == expected.count, "\(crew)")
        #expect(values == rows(of: frame.selecting(rows: expected)), "\(crew)")
      }
    }
  }

  @Test func `each split goes to one worker, in the order of the rows`() throws {
    for crew in crews {
      for count in [0, 1, 2, 3, 5, 13] {
        let parts = try asCrew(crew) { session in
          try Dataset(FrameSource(numbersFrame(count), rowsPerSplit: 1))
            .mapSplits(in: session, "test") { $0.split }.parts
        }
        #expect(parts.flatMap { $0 } == Array(0..<count), "\(crew), \(count) splits")
      }
    }
  }

  @Test func `of several errors all workers throw the first in the order of the rows`() throws {
    for crew in crews {
      for (failing, first) in [(Set([5, 3, 11]), 3), ([12], 12), ([0, 12], 0), ([6, 7, 8], 6)] {
        let thrown = failure {
          _ = try asCrew(crew) { session in
            let data = Dataset(FrameSource(numbersFrame(26), rowsPerSplit: 2))
              .map(schema: { $0 }) { frame in
                let split = Int(try integers(frame, "n")[0]) / 2
                guard !failing.contains(split) else { throw Failure(.data, "split \(split)") }
                return frame
              }
            let own = failure { _ = try data.count(in: session) }
            #expect(own.message == "split \(first)", "\(crew), worker \(session.communicator.rank)")
            throw own
          }
        }
        #expect(thrown.message == "split \(first)")
        #expect(thrown.kind == .data)
        // The worker whose share of the 13 splits it lies in.
        let owner = (0..<crew.ranks).first { ($0 + 1) * 13 / crew.ranks > first }
        #expect(thrown.rank == (crew.ranks == 1 ? nil : owner), "\(crew)")
      }
    }
  }

  @Test func `an error of the source itself is thrown on all workers`() throws {
    for crew in crews {
      let thrown = failure {
        _ = try asCrew(crew) { session in
          var source = LoggedSource(frame: numbersFrame(20), rowsPerSplit: 2)
          source.failingSplits = [4, 9]
          return try Dataset(source).collect(in: session).rowCount
        }
      }
      #expect(thrown.message == "split 4 is broken")
    }
  }

  @Test func `a type that shows only in a late split holds for the rows of all workers`() throws {
    let splits: [[Double]] = [[1, 2], [3], [], [4, 5, 6], [7.5], [8]]
    for crew in crews {
      let answers = try asCrew(crew) { session in
        let data = Dataset(WideningSource(splits: splits))
        let frame = try data.collect(in: session)
        let read = try data.mapSplits(in: session, "test") { $0.frame.schema }
        return (
          try data.expectedSchema(), try data.schema(in: session), frame.schema,
          frame.columns[0].doubles ?? [], read.parts.allSatisfy { $0 == read.schema },
          read.skippedRowCount, read.reasonForText("x")
        )
      }
      for answer in answers {
        #expect(answer.0.fields[0].type == .int64)
        #expect(answer.1.fields[0].type == .float64)
        #expect(answer.2.fields[0].type == .float64)
        #expect(answer.3 == splits.flatMap { $0 })
        #expect(answer.4)
        #expect(answer.5 == 7)
        #expect(answer.6 == "because")
      }
    }
    let whole = Dataset(WideningSource(splits: [[1], [2]]))
    #expect(try whole.schema(in: aloneSession()).fields[0].type == .int64)
  }
}
