import Cluster
import Datasets
import Testing

/// The score of rank ceil(share n) from above, by sorting.
private func slow(_ share: Double, _ scores: [Double]) -> Double {
  // As text, where 0.07 x 100 is 7 and not 7.000000000000001.
  let rank = max(1, Int((share * Double(scores.count) - 1e-9).rounded(.up)))
  return scores.sorted(by: >)[rank - 1]
}

struct ThresholdTests {
  private func found(_ share: Double, _ parts: [[Double]]) throws -> [Double?] {
    try Communicator.withThreads(parts.count, patience: 60) { group in
      var values = OrderStatistics.Values()
      for score in parts[group.rank] { values.add(score) }
      return try OrderStatistics.quantile(
        fromAbove: share, of: values, in: Session(communicator: group, threads: 1))
    }
  }

  @Test(arguments: [1, 2, 3])
  func `the threshold is the score of its rank, on any workers`(workers: Int) throws {
    let scores = (0..<1000).map { Double(($0 * 7919) % 1000) / 10 }
    for share in [0.001, 0.01, 0.07, 0.1, 0.1234, 0.5, 1e-9] {
      let parts = (0..<workers).map { worker in
        scores.indices.filter { $0 % workers == worker }.map { scores[$0] }
      }
      #expect(
        try found(share, parts).allSatisfy { $0 == slow(share, scores) }, "a share of \(share)")
    }
  }

  @Test func `a share of a hundred rows is not one row more by rounding`() throws {
    let scores = (1...100).map { Double($0) }
    #expect(try found(0.07, [scores]) == [94])
    #expect(try found(0.29, [scores]) == [72])
  }

  @Test func `there is no threshold among no scores`() throws {
    #expect(try found(0.1, [[], []]).allSatisfy { $0 == nil })
  }
}
