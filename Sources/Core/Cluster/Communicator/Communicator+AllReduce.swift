internal import Platform

extension Communicator {
  /// The sum, smallest or largest of each number over all ranks, on all ranks.
  ///
  /// Whole numbers, so no order shows in the result. Cost: one talk where the numbers of all ranks
  /// are few together; otherwise each rank combines its slice and sends about twice the bytes.
  public func allReduce(
    _ values: [Int64], by reduction: IntegerReduction = .sum
  ) throws -> [Int64] {
    let isSmall = ReductionLimits.isSmall(count: values.count, roots: size, rootsOfOne: 1)
    return try collective(Operation.allReduce.name) {
      var result = values
      try unsafe values.withUnsafeBytes { bytes in
        try unsafe talk(
          .allReduce, Operation.allReduce.name, detail: values.count,
          furtherDetail: UInt64(reduction.rawValue), payload: isSmall ? .shared(bytes) : .none)
      }
      if size == 1 { return result }
      try unsafe result.withUnsafeMutableBufferPointer { result in
        guard isSmall else { return try unsafe reduceSlices(result, reduction) }
        for place in 0..<room.peerCount {
          let part = unsafe room.payload(from: room.peer(at: place))
          unsafe part.withMemoryRebound(to: Int64.self) { part in
            for index in 0..<result.count {
              unsafe result[index] = reduction(result[index], part[index])
            }
          }
        }
      }
      return result
    }
  }

  private func reduceSlices(
    _ result: UnsafeMutableBufferPointer<Int64>, _ reduction: IntegerReduction
  ) throws {
    guard let start = result.baseAddress else { return }
    let slices = Slices(count: result.count, over: size, block: 8)
    let own = slices.range(of: rank)
    let memory = UnsafeMutableBufferPointer<Int64>.allocate(capacity: own.count * size + 1)
    defer { unsafe memory.deallocate() }
    let stride = MemoryLayout<Int64>.stride
    func parcel(_ peer: Int, _ from: UnsafeMutablePointer<Int64>, _ count: Int) -> Parcel {
      unsafe Parcel(peer: members[peer], start: from, count: count * stride)
    }
    let peers = (0..<(size - 1)).map(room.peer(at:))
    guard let arrived = memory.baseAddress else { return }
    try unsafe transfer(
      sending: peers.map { peer in
        let range = slices.range(of: peer)
        return unsafe parcel(peer, start + range.lowerBound, range.count)
      },
      receiving: peers.map { unsafe parcel($0, arrived + $0 * own.count, own.count) })
    for peer in peers {
      for index in 0..<own.count {
        unsafe start[own.lowerBound + index] = reduction(
          start[own.lowerBound + index], arrived[peer * own.count + index])
      }
    }
    try unsafe transfer(
      sending: peers.map { unsafe parcel($0, start + own.lowerBound, own.count) },
      receiving: peers.map { peer in
        let range = slices.range(of: peer)
        return unsafe parcel(peer, start + range.lowerBound, range.count)
      })
  }
}
