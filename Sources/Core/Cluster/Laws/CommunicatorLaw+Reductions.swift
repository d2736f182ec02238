internal import Platform

extension CommunicatorLaw {
  static let reductionLaws = [
    CommunicatorLaw("an ordered sum is the sum over one perfect binary tree, to the bit") { group in
      for (leaves, count) in shapes {
        let table = LeafTable(leafCount: leaves, count: count)
        for placement in placements(leaves, group.size).prefix(count > 100_000 ? 1 : 3) {
          let sum = try table.orderedSum(group, placement)
          try expect(table.isTotal(sum), "\(count) numbers, \(leaves) leaves")
        }
      }
    },
    CommunicatorLaw("slices of an ordered sum are the same bits, and gather to the whole") {
      group in
      for (leaves, count) in shapes {
        let table = LeafTable(leafCount: leaves, count: count)
        for placement in placements(leaves, group.size).prefix(count > 100_000 ? 1 : 3) {
          let sum = try table.slicedSum(group, placement)
          try expect(table.isTotal(sum), "\(count) numbers, \(leaves) leaves, by slices")
        }
      }
    },
    CommunicatorLaw("bytes and merges of a rank do not grow with the ranks") { group in
      // Through both paths; what is measured is this rank's own part.
      for count in [1, 100, 2048, 8192, 40_000] {
        let placement = Placement(leafCount: 256, rankCount: group.size)
        let before = group.timeline
        let roots = placement.roots(of: group.rank).count
        var numbers = [Double](repeating: 1, count: max(1, roots) * count)
        try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
          unsafe try group.orderedSum(numbers, count: count, placement: placement)
        }
        let after = group.timeline
        let headers = (group.size - 1) * TalkHeader.byteCount
        let bytes = after.bytesSent - before.bytesSent - headers
        let limit = max(ReductionLimits.smallTotal * 8, (roots + 1) * count * 8)
        try expect(bytes <= limit, "\(bytes) bytes for \(count) numbers of \(roots) roots")
        let merges = after.merges - before.merges
        let bound = max(ReductionLimits.smallTotal, (placement.rootLimit + 1) * count)
        try expect(merges <= bound, "\(merges) merges for \(count) numbers")
      }
    },
  ]

  /// Leaves and numbers: one of each, both paths, and more than a piece.
  private static let shapes = [
    (1, 1), (1, 9), (8, 7), (64, 1), (16, 2048), (16, 9001), (2, 262_300),
  ]

  /// The usual table, one with coarse units, and one that gives the leaves to the ranks backwards.
  private static func placements(_ leaves: Int, _ ranks: Int) -> [Placement] {
    let usual = Placement(leafCount: leaves, rankCount: ranks)
    return [
      usual, Placement(leafCount: leaves, rankCount: ranks, unitFactor: 1),
      Placement(leafCount: leaves, ranges: usual.ranges.reversed()),
    ]
  }
}

/// Vectors of all leaves, and their textbook sum.
struct LeafTable {
  let leafCount: Int
  let count: Int
  let total: [Double]

  init(leafCount: Int, count: Int) {
    self.leafCount = leafCount
    self.count = count
    total = Self.sum(TreeNode(level: leafCount.trailingZeroBitCount, index: 0), count)
  }

  /// The textbook: a leaf is itself, a node is its left half plus its right half.
  static func sum(_ node: TreeNode, _ count: Int) -> [Double] {
    if node.level == 0 {
      var numbers = LawNumbers(seed: node.index * 31 + count)
      return numbers.doubles(count)
    }
    let right = sum(node.right, count)
    var left = sum(node.left, count)
    for index in left.indices { left[index] += right[index] }
    return left
  }

  /// What a rank brings: the sums of its roots.
  private func roots(of rank: Int, _ placement: Placement) -> [Double] {
    let own = placement.roots(of: rank).flatMap { Self.sum($0, count) }
    return own.isEmpty ? [Double](repeating: .nan, count: count) : own
  }

  func orderedSum(_ group: Communicator, _ placement: Placement) throws -> [Double] {
    var numbers = roots(of: group.rank, placement)
    try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe try group.orderedSum(numbers, count: count, placement: placement)
    }
    return Array(numbers.prefix(count))
  }

  func slicedSum(_ group: Communicator, _ placement: Placement) throws -> [Double] {
    var numbers = roots(of: group.rank, placement)
    return try unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      let own = unsafe try group.orderedSumSliced(numbers, count: count, placement: placement)
      var sum = [Double](repeating: .nan, count: count)
      for index in own { sum[index] = unsafe numbers[index] }
      try unsafe sum.withUnsafeMutableBufferPointer { sum in unsafe try group.gatherSlices(sum) }
      return sum
    }
  }

  func isTotal(_ sum: [Double]) -> Bool {
    sum.count == count && zip(sum, total).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
