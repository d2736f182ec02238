import Martlet
import Testing

/// Golden values: sklearn.metrics.adjusted_rand_score of scikit-learn 1.9.1 on the same labels.
@Suite struct AdjustedRandIndexTests {
  private func index(_ labels: [Int], _ clusters: [Int]) -> Double {
    ContingencyTable(labels: labels, clusters: clusters).adjustedRandIndex
  }

  @Test(arguments: [
    ([0, 0, 1, 1], [0, 0, 1, 1], 1.0),
    ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
    ([0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714285714),
    ([0, 0, 1, 1], [0, 0, 1, 2], 0.5714285714285714),
    ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
    ([0, 1, 2, 3], [0, 1, 2, 3], 1.0),
    ([0], [5], 1.0),
    ([0, 0, 0], [1, 1, 1], 1.0),
    ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
    ([0, 1, 2, 0, 3, 4, 5, 1], [1, 1, 0, 0, 2, 2, 2, 2], -0.12903225806451613),
    ([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 2, 3, 1, 2, 3, 1, 2, 3], -0.3333333333333333),
  ])
  func `small partitions have scikit-learn's index to the last bit`(
    labels: [Int], clusters: [Int], golden: Double
  ) {
    #expect(index(labels, clusters) == golden)
  }

  @Test func `long partitions have scikit-learn's index to the last bit`() {
    let thousand = Array(0..<1000)
    #expect(
      index(thousand.map { $0 * $0 % 7 }, thousand.map { (3 * $0 + $0 * $0 * $0) % 5 })
        == -0.002060587949617323)
    #expect(
      index(thousand.map { $0 / 100 }, thousand.map { ($0 + 37) / 125 }) == 0.6196728515424637)
    let many = Array(0..<100_000)
    #expect(
      index(many.map { $0 / 1000 }, many.map { ($0 * 7 + 3) / 900 % 97 }) == 0.11138774491052464)
  }

  @Test func `iris against its three k-means clusters gives the value of the literature`() {
    // Contingency of scikit-learn's KMeans(3): setosa 50; versicolor 48 + 2; virginica 14 + 36.
    let counts = [("setosa", 1, 50), ("versicolor", 0, 48), ("versicolor", 2, 2)]
    let all = counts + [("virginica", 0, 14), ("virginica", 2, 36)]
    let labels = all.flatMap { [String](repeating: $0.0, count: $0.2) }
    let clusters = all.flatMap { [Int](repeating: $0.1, count: $0.2) }
    let table = ContingencyTable(labels: labels, clusters: clusters)
    #expect(table.adjustedRandIndex == 0.7302382722834697)
    #expect(table.rowCount == 150)
    #expect(table.cells.map(\.count) == [50, 48, 2, 14, 36])
  }

  @Test func `without a labelled row the index is undefined, not perfect`() {
    #expect(ContingencyTable().adjustedRandIndex.isNaN)
    let table = ContingencyTable(labels: [nil, nil], clusters: [.code(0), .code(1)])
    #expect(table.adjustedRandIndex.isNaN)
    #expect(table.unlabelledCount == 2)
  }

  @Test func `the index follows from the pairs of rows, counted one by one`() {
    let labels = (0..<60).map { $0 * 7 % 4 }
    let clusters = (0..<60).map { $0 * $0 % 5 % 3 }
    var (both, onlyLabel, onlyCluster, neither) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<60 {
      for j in 0..<i {
        switch (labels[i] == labels[j], clusters[i] == clusters[j]) {
        case (true, true): both += 1
        case (true, false): onlyLabel += 1
        case (false, true): onlyCluster += 1
        case (false, false): neither += 1
        }
      }
    }
    let pairs = both + onlyLabel + onlyCluster + neither
    let chance = (both + onlyLabel) * (both + onlyCluster) / pairs
    let most = ((both + onlyLabel) + (both + onlyCluster)) / 2
    let textbook = (both - chance) / (most - chance)
    // Both are the same real number; a few roundings of 2^-53 apart.
    #expect(abs(index(labels, clusters) - textbook) <= 1e-14)
  }

  @Test func `counts too large for exact products still give the index`() throws {
    // Scaling a table by m leaves the index unchanged up to terms of 1/m.
    let small = ContingencyTable(labels: [0, 0, 0, 1, 1, 1], clusters: [0, 0, 1, 1, 1, 1])
    var table = small
    for _ in 0..<30 {
      let copy = table
      table.merge(copy)
    }
    #expect(table.rowCount == 6 << 30)
    // The limit: sums of squares in place of pairs, (12 - 1*... ) worked by hand as fractions.
    let (cells, labels, clusters, all) = (4.0 + 1 + 9, 9.0 + 9, 4.0 + 16, 36.0)
    let chance = labels * clusters / all
    let limit = (cells - chance) / ((labels + clusters) / 2 - chance)
    #expect(abs(table.adjustedRandIndex - limit) < 1e-8)
  }
}
