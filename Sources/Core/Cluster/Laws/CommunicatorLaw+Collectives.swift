internal import Platform

extension CommunicatorLaw {
  static let collectiveLaws = [
    CommunicatorLaw("a barrier lets everybody go on") { group in
      for round in 0..<3 { try group.barrier("round \(round)") }
    },
    CommunicatorLaw("allGather gives everybody the values of each rank") { group in
      for (round, size) in sizes.enumerated() {
        let parts = (0..<group.size).map { rank in
          values(round, rank, (size + rank * rank) % 50_021)
        }
        try expect(try group.allGather(parts[group.rank]) == parts, "allGather of \(size)")
      }
    },
    CommunicatorLaw("gather gives the values of each rank to one") { group in
      for (round, size) in sizes.enumerated() {
        let root = round % group.size
        let parts = (0..<group.size).map { rank in values(round, rank, size + rank) }
        let result = try group.gather(parts[group.rank], to: root)
        try expect(result == (group.rank == root ? parts : []), "gather of \(size) to \(root)")
      }
    },
    CommunicatorLaw("broadcast gives everybody the values of one") { group in
      for (round, size) in sizes.enumerated() {
        let root = round % group.size
        let own = values(round, group.rank, group.rank == root ? size : group.rank)
        let result = try group.broadcast(own, from: root)
        try expect(result == values(round, root, size), "broadcast of \(size) from \(root)")
        var memory = values(round, group.rank, size)
        try unsafe memory.withUnsafeMutableBytes { bytes in
          unsafe try group.broadcast(bytes, from: root)
        }
        try expect(memory == values(round, root, size), "broadcast in place of \(size)")
      }
    },
    CommunicatorLaw("allToAll gives each rank its part from each other one") { group in
      for (round, size) in sizes.enumerated() {
        let part: (Int, Int) -> [Int64] = { from, to in
          values(round, from * 100 + to, (size * (from + 1) + to) % 30_011)
        }
        let ranks = 0..<group.size
        let expected = ranks.map { part($0, group.rank) }
        let parts = ranks.map { part(group.rank, $0) }
        try expect(try group.allToAll(parts) == expected, "allToAll of \(size)")
        let result = try bytesToAll(parts, group)
        try expect(result == expected.flatMap(\.self), "allToAll of \(size) as bytes")
      }
    },
    CommunicatorLaw("allReduce is the sum, the smallest and the largest") { group in
      for (round, size) in (sizes + [100_003]).enumerated() {
        for reduction in [IntegerReduction.sum, .minimum, .maximum] {
          let parts = (0..<group.size).map { values(round, $0, size) }
          var expected = parts[0]
          for part in parts.dropFirst() {
            for index in part.indices { expected[index] = reduction(expected[index], part[index]) }
          }
          let result = try group.allReduce(parts[group.rank], by: reduction)
          try expect(result == expected, "allReduce of \(size) by \(reduction)")
        }
      }
    },
    CommunicatorLaw("what rank 0 decides is what everybody gets") { group in
      let odd = [0.1, -0.0, .infinity, .leastNonzeroMagnitude, 0.1 + 0.2]
      let decided = try group.decide("the step") {
        try expect(group.rank == 0, "rank \(group.rank) decided")
        return ["step": odd]
      }
      try expect(decided["step"]?.map(\.bitPattern) == odd.map(\.bitPattern), "\(decided)")
      for (round, size) in sizes.enumerated() {
        let result = try group.decideValues("the factor") { values(round, 0, size) }
        try expect(result == values(round, 0, size), "decideValues of \(size)")
      }
      let own = try group.agree("reading") { group.rank * 3 }
      try expect(own == group.rank * 3, "agree gave \(own)")
    },
    CommunicatorLaw("ranks with different facts stop, naming both") { group in
      try group.requireSame(["kernels avx2", "bytes little"], what: "their processors")
      guard group.size > 1 else { return }
      let child = try group.split(color: 0)
      let level = child.rank == child.size - 1 ? "avx2" : "avx512"
      try expectFailure(group, child, naming: ["avx2", "avx512", "worker 0", "set both"]) {
        try child.requireSame(["bytes little", level], what: "their kernels", hint: "set both")
      }
    },
  ]

  /// Lengths around every border: none, one, odd, just inline, beyond, and some drawn ones.
  private static let sizes: [Int] = {
    var numbers = LawNumbers(seed: 7)
    return [0, 1, 7, 8191, 8192, 8193, 20_001] + (0..<3).map { _ in Int(numbers.next() % 12_000) }
  }()

  private static func values(_ round: Int, _ rank: Int, _ count: Int) -> [Int64] {
    var numbers = LawNumbers(seed: round * 10_007 + rank)
    return numbers.integers(count)
  }

  private static func bytesToAll(_ parts: [[Int64]], _ group: Communicator) throws -> [Int64] {
    var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 8)
    defer { unsafe memory.deallocate() }
    func stretches(_ start: UnsafeMutableRawPointer?, _ sizes: [Int])
      -> [UnsafeMutableRawBufferPointer]
    {
      var from = 0
      return unsafe sizes.map { size in
        defer { from += size }
        return unsafe UnsafeMutableRawBufferPointer(
          start: start.map { unsafe $0 + from }, count: size)
      }
    }
    try unsafe parts.flatMap(\.self).withUnsafeBytes { bytes in
      let sent = unsafe stretches(
        UnsafeMutableRawPointer(mutating: bytes.baseAddress), parts.map { $0.count * 8 })
      unsafe try group.allToAll(bytes: sent.map { UnsafeRawBufferPointer($0) }) { sizes in
        unsafe memory.deallocate()
        unsafe memory = .allocate(byteCount: sizes.reduce(0, +), alignment: 8)
        return unsafe stretches(memory.baseAddress, sizes)
      }
    }
    return unsafe [Int64](copying: UnsafeRawBufferPointer(memory))
  }
}
