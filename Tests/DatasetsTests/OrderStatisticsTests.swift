import Cluster
import Datasets
import Testing

/// Quantiles that are numbers of the data, and most frequent numbers.
struct OrderStatisticsTests {
  private func values(_ numbers: [Double]) -> OrderStatistics.Values {
    var values = OrderStatistics.Values()
    for number in numbers { values.add(number) }
    return values
  }

  @Test func `quantiles are those of Spark's approxQuantile with an error of 0`() throws {
    // PySpark 4.3.0: approxQuantile("x", [0.0, 0.1, 0.25, 0.5, 0.75, 1.0], 0.0) of 1 to 7.
    let found = try OrderStatistics.quantiles(
      [0, 0.1, 0.25, 0.5, 0.75, 1], of: [values([7, 3, 1, 2, 6, 5, 4]), values([.nan])],
      in: Session())
    #expect(found == [[1, 1, 2, 4, 6, 7], []])
  }

  @Test func `workers find the quantiles and modes of all of them`() throws {
    let all = (0..<40_000).map { Double($0 * 7919 % 10_007) - 5_000 }
    let sorted = all.sorted()
    let probabilities = [0.01, 0.5, 0.999]
    let expected = probabilities.map { sorted[Int(($0 * 40_000).rounded(.up)) - 1] }
    let counts = Dictionary(grouping: all) { $0 }.mapValues(\.count)
    let most = counts.values.max() ?? 0
    let mode = counts.filter { $0.value == most }.keys.min()
    for workers in [1, 3] {
      let found = try Communicator.withThreads(workers) { group in
        let session = Session(communicator: group, threads: 2)
        let own = values((0..<all.count).filter { $0 % workers == group.rank }.map { all[$0] })
        return (
          try OrderStatistics.quantiles(probabilities, of: [own], in: session)[0],
          try OrderStatistics.modes(of: [own, OrderStatistics.Values()], in: session)
        )
      }
      for (quantiles, modes) in found {
        #expect(quantiles == expected)
        #expect(modes == [mode, nil])
      }
    }
  }

  @Test func `zeros that are left out count, and zeros of both signs are one number`() throws {
    var sparse = values([5, -1, -0.0])
    sparse.addZeros(3)
    #expect(sparse.count == 6)
    #expect(try OrderStatistics.quantiles([0.5, 1], of: [sparse], in: Session()) == [[0, 5]])
    let modes = try OrderStatistics.modes(of: [sparse, values([3, 1, 3, 1])], in: Session())
    #expect(modes == [0, 1])
  }
}
