import Martlet
import Testing

@Suite struct ContingencyTableTests {
  private let labels: [ClassLabel?] = [
    .text("b"), .text("a"), nil, .text("b"), .code(3), .text("é"), .text("e\u{301}"), .text("a"),
  ]
  private let clusters: [ClassLabel] = [1, 0, 0, 1, 2, 1, 1, 1].map { .code($0) }

  private func table(_ rows: Range<Int>) -> ContingencyTable {
    ContingencyTable(labels: labels[rows], clusters: clusters[rows])
  }

  @Test func `wherever the rows are cut, the merged table is the same`() {
    let whole = table(0..<8)
    #expect(whole.rowCount == 7)
    for cut in 0...8 {
      for second in cut...8 {
        var forward = table(0..<cut)
        forward.merge(table(cut..<second))
        forward.merge(table(second..<8))
        #expect(forward == whole)
        var backward = table(second..<8)
        backward.merge(table(0..<cut))
        backward.merge(table(cut..<second))
        #expect(backward == whole)
      }
    }
  }

  @Test func `labels are told apart by their bytes`() {
    let texts = table(0..<8).cells.map(\.label)
    #expect(texts.contains(.text("é")))
    #expect(texts.contains(.text("e\u{301}")))
    #expect(texts.first == .code(3))
  }

  @Test func `a table gathered as bytes is the same table`() throws {
    let whole = table(0..<8)
    #expect(try ContingencyTable(encoded: whole.encoded) == whole)
    #expect(try ContingencyTable(encoded: ContingencyTable().encoded) == ContingencyTable())
  }

  @Test func `cut or changed bytes are refused or still a table, and never a crash`() {
    let bytes = table(0..<8).encoded
    for length in 0..<bytes.count {
      #expect(throws: Failure.self) { try ContingencyTable(encoded: Array(bytes[..<length])) }
    }
    #expect(throws: Failure.self) { try ContingencyTable(encoded: bytes + [0]) }
    for place in bytes.indices {
      for pattern: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[place] ^= pattern
        _ = try? ContingencyTable(encoded: damaged)
      }
    }
  }
}

@Suite struct ClusterMetricsTests {
  private func values(_ metrics: [MetricValue]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0.value) })
  }

  @Test func `sizes of parts merge to the sizes of the whole`() {
    var whole = ClusterSizes(clusterCount: 4)
    whole.add([0, 2, 2, 3, 0, 2])
    var part = ClusterSizes(clusterCount: 4)
    part.add([0, 2])
    var rest = ClusterSizes(clusterCount: 4)
    rest.add([2, 3, 0, 2])
    part.merge(rest)
    #expect(part == whole)
    #expect(whole.counts == [2, 0, 3, 1])
    #expect(
      values(whole.metrics) == [
        "clusterCount": 4, "emptyClusterCount": 1, "smallestCluster": 0, "largestCluster": 3,
      ])
  }

  @Test func `inertia is the weighted sum and its mean is per weight`() {
    #expect(
      values(MetricValue.distances(weightedSquares: 12, weight: 8))
        == ["inertia": 12, "meanSquaredDistance": 1.5])
    #expect(MetricValue.distances(weightedSquares: 0, weight: 0)[1].value.isNaN)
  }

  @Test func `each metric has one name and a definition`() {
    let metrics = Metric.ofClusterings
    #expect(Set(metrics.map(\.name)).count == metrics.count)
    #expect(metrics.allSatisfy { $0.definition.count > 20 })
    #expect(metrics.filter(\.needsLabel).map(\.name) == ["adjustedRandIndex"])
  }
}
