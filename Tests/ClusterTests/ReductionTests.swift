import Platform
import Testing

@testable import Cluster

@Suite(.serialized)
struct ReductionTests {
  @Test func `the order of a sum shows, and the tree decides it`() throws {
    // Each half rounds its 1 away; added up from the left, the last 1 survives.
    let leaves: [Double] = [1e16, 1, -1e16, 1]
    let inTree = Self.textbook(leaves, TreeNode(level: 2, index: 0))
    let inTurn = leaves.reduce(0, +)
    #expect(inTree == 0 && inTurn == 1, "the values show no order")
    for ranks in [1, 2, 3, 4, 5] {
      let sums = try Communicator.withThreads(ranks) { group -> Double in
        let placement = Placement(leafCount: 4, rankCount: group.size)
        var numbers = placement.roots(of: group.rank).map { node in
          Self.textbook(leaves, node)
        }
        if numbers.isEmpty { numbers = [.nan] }
        try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
          unsafe try group.orderedSum(numbers, count: 1, placement: placement)
        }
        return numbers[0]
      }
      #expect(sums == [Double](repeating: inTree, count: ranks))
    }
  }

  private static func textbook(_ leaves: [Double], _ node: TreeNode) -> Double {
    node.level == 0
      ? leaves[node.index] : textbook(leaves, node.left) + textbook(leaves, node.right)
  }

  @Test(arguments: [(7, 16), (2048, 64), (9000, 64)])
  func `64 ranks get the bits of one, and send and add no more than few ranks do`(
    count: Int, leaves: Int
  ) throws {
    let table = LeafTable(leafCount: leaves, count: count)
    for ranks in [1, 2, 3, 4, 5, 6, 7, 8, 64] {
      let lines = try Communicator.withThreads(ranks) { group -> Timeline in
        let placement = Placement(leafCount: leaves, rankCount: group.size)
        let sum = try table.orderedSum(group, placement)
        #expect(table.isTotal(sum), "\(ranks) ranks")
        let line = group.timeline
        #expect(table.isTotal(try table.slicedSum(group, placement)), "\(ranks) ranks, slices")
        return line
      }
      let most = Placement(leafCount: leaves, rankCount: ranks).rootLimit
      let isSmall = ReductionLimits.isSmall(
        count: count, roots: ranks * most, rootsOfOne: most)
      // What a report tells of so many workers is what the busiest of them sends.
      let told = Placement.byteCount(ofSum: count, leafCount: leaves, workers: ranks)
      let sent = (lines.map(\.bytesSent).max() ?? 0) - 128 * (ranks - 1)
      #expect(sent <= told && 2 * told <= 3 * sent, "\(ranks) ranks send \(sent), told \(told)")
      for line in lines {
        let payload = line.bytesSent - 128 * (ranks - 1)
        // Small: all that all ranks have is bounded. Large: m parts out, one total out.
        let byteLimit = isSmall ? 8 * ReductionLimits.smallTotal : 8 * (most + 1) * count
        // Slices end on whole blocks of 8 numbers.
        let slack = isSmall ? 0 : 8 * 8 * (ranks + most)
        #expect(payload <= byteLimit + slack, "\(ranks) ranks, \(count) numbers, \(most) roots")
        let mergeLimit = isSmall ? ReductionLimits.smallTotal : most * (count + 8 * ranks)
        #expect(line.merges <= mergeLimit, "\(ranks) ranks, \(count) numbers, \(most) roots")
      }
    }
  }

  @Test func `a power of two of ranks hold one root each, all the same number of leaves`() {
    for ranks in [1, 2, 4, 8, 16, 32, 64, 128] {
      let placement = Placement(leafCount: 1024, rankCount: ranks)
      #expect(placement.rootLimit == 1)
      #expect(Set(placement.ranges.map(\.count)) == [1024 / ranks])
    }
  }

  @Test func `other numbers of ranks stay within 5 % of even, with few roots`() {
    for ranks in 1...128 {
      let placement = Placement(leafCount: 1 << 14, rankCount: ranks)
      let fullest = placement.ranges.map(\.count).max() ?? 0
      #expect(Double(fullest * ranks) <= 1.05 * Double(1 << 14), "\(ranks) ranks")
      #expect(placement.rootLimit <= 10, "\(ranks) ranks")
      #expect(placement.ranges.first?.lowerBound == 0)
      #expect(placement.ranges.last?.upperBound == 1 << 14)
    }
    // KERNELS: three ranks with 32 units hold 2, 4 and 3 roots.
    let three = Placement(leafCount: 1024, rankCount: 3)
    #expect((0..<3).map { three.roots(of: $0).count } == [2, 4, 3])
  }

  @Test func `more ranks than leaves leave some without any`() {
    let placement = Placement(leafCount: 4, rankCount: 7)
    #expect(placement.ranges.map(\.count).reduce(0, +) == 4)
    #expect(placement.rootLimit == 1)
    #expect(placement.ranges.contains { $0.isEmpty })
  }

  @Test func `roots cover exactly their leaves, each as large as it can be`() {
    for start in 0...32 {
      for end in start...32 {
        let nodes = TreeNode.covering(start..<end)
        #expect(nodes.flatMap { Array($0.leaves) } == Array(start..<end))
        for (one, next) in zip(nodes, nodes.dropFirst()) {
          #expect(one.parent != next.parent || one.level != next.level, "\(one) and \(next)")
        }
      }
    }
    #expect(TreeNode.covering(0..<1024) == [TreeNode(level: 10, index: 0)])
  }

  @Test func `slices end on blocks and cover all numbers`() {
    for count in [0, 1, 65_535, 65_536, 65_537, 1_000_000] {
      for ranks in [1, 2, 3, 7, 64] {
        let slices = Slices(count: count, over: ranks)
        let ranges = (0..<ranks).map(slices.range(of:))
        #expect(ranges.flatMap { [$0.lowerBound, $0.upperBound] }.sorted().last == count)
        #expect(ranges.map(\.count).reduce(0, +) == count)
        #expect(ranges.allSatisfy { $0.lowerBound % Slices.dotBlock == 0 || $0.isEmpty })
      }
    }
  }
}
