public import Platform

extension Communicator {
  /// Adds up the ranks' subtree sums in the order of one perfect binary tree, the same on all ranks.
  ///
  /// The bits of the total depend on the leaves alone, not on how many ranks there are, nor on
  /// timing, nor on the path that the numbers take: together for few, by slices for many.
  ///
  /// Cost: for m subtrees a rank and n numbers a rank sends at most 2 (m + 1) n numbers or 512 KiB,
  /// the larger one, however many ranks there are; for a power of two of ranks m is 1.
  /// `roots` holds the vectors of this rank's subtrees, `placement.roots(of: rank)`, one after the
  /// other, `count` numbers each, and room for one where there is none. Afterwards the total stands
  /// at the front; what follows is undefined. A `failure` is what went wrong in this rank's part of
  /// the pass; then all ranks throw it.
  public func orderedSum(
    _ roots: UnsafeMutableBufferPointer<Double>, count: Int, placement: Placement,
    failure: Failure? = nil
  ) throws {
    let problem = unsafe failure ?? check(roots, count, placement)
    try collective(Operation.orderedSum.name) {
      if problem == nil, size > 1, isSmall(count, placement) {
        return unsafe try sumTogether(roots, count, placement)
      }
      try talkOfSum(.orderedSum, count, placement, problem)
      guard let start = roots.baseAddress, count > 0 else { return }
      let slices = Slices(count: count, over: size, block: 8)
      unsafe try sumSlices(start, count, placement, slices, isGathered: true)
    }
  }

  /// The same, but each rank keeps only its slice of the total: `roots[range]` of the result.
  ///
  /// For vectors of millions: state that lives in slices needs no more than this.
  public func orderedSumSliced(
    _ roots: UnsafeMutableBufferPointer<Double>, count: Int, placement: Placement,
    failure: Failure? = nil
  ) throws -> Range<Int> {
    let problem = unsafe failure ?? check(roots, count, placement)
    let slices = Slices(count: count, over: size)
    try collective(Operation.orderedSumSliced.name) {
      try talkOfSum(.orderedSumSliced, count, placement, problem)
      guard let start = roots.baseAddress, count > 0 else { return }
      unsafe try sumSlices(start, count, placement, slices, isGathered: false)
    }
    return slices.range(of: rank)
  }

  /// Fills `values` on all ranks from the slices that they hold.
  public func gatherSlices(_ values: UnsafeMutableBufferPointer<Double>) throws {
    let slices = Slices(count: values.count, over: size)
    try collective(Operation.gatherSlices.name) {
      unsafe try talk(.gatherSlices, Operation.gatherSlices.name, detail: values.count)
      guard let start = values.baseAddress, size > 1 else { return }
      scratch.clearParcels(room: size)
      for place in 0..<room.peerCount {
        let peer = room.peer(at: place)
        let (own, other) = (slices.range(of: rank), slices.range(of: peer))
        unsafe scratch.appendSend(to: members[peer], start + own.lowerBound, own.count)
        unsafe scratch.appendReceive(from: members[peer], start + other.lowerBound, other.count)
      }
      unsafe try transfer(sending: scratch.sends, receiving: scratch.receives)
    }
  }

  private func isSmall(_ count: Int, _ placement: Placement) -> Bool {
    ReductionLimits.isSmall(
      count: count, roots: size * placement.rootLimit, rootsOfOne: placement.rootLimit)
  }

  private func check(
    _ roots: UnsafeMutableBufferPointer<Double>, _ count: Int, _ placement: Placement
  ) -> Failure? {
    guard placement.rankCount == size else {
      return Failure(.bug, "a placement for \(placement.rankCount) workers on \(size)")
    }
    let needed = max(1, placement.roots(of: rank).count) * count
    if roots.count >= needed { return nil }
    return Failure(.bug, "an ordered sum of \(needed) numbers in room for \(roots.count)")
  }

  private func talkOfSum(
    _ operation: Operation, _ count: Int, _ placement: Placement, _ failure: Failure?
  ) throws {
    unsafe try talk(
      operation, operation.name, detail: count, furtherDetail: placement.fingerprint,
      failure: failure)
  }

  /// The small path: all roots to all ranks, and each adds them up.
  private func sumTogether(
    _ roots: UnsafeMutableBufferPointer<Double>, _ count: Int, _ placement: Placement
  ) throws {
    let plan = placement.plan
    let ownCount = plan.roots[rank].count * count
    unsafe try talk(
      .orderedSum, Operation.orderedSum.name, detail: count,
      furtherDetail: placement.fingerprint,
      payload: .shared(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(roots)[..<(ownCount * 8)])))
    guard let start = roots.baseAddress, count > 0 else { return }
    scratch.prepare(plan)
    for peer in 0..<size {
      let vectors = unsafe peer == rank ? start : room.doubles(from: peer)
      for (place, operand) in (plan.firstOperand[peer]..<plan.firstOperand[peer + 1]).enumerated() {
        unsafe scratch.setOperand(operand, vectors + place * count)
      }
    }
    unsafe scratch.merge(plan, count: count, into: start)
    timeline.merges += plan.additions.count * count
  }

  /// The large path: each rank adds up its slice, in pieces; the totals go round where wanted.
  private func sumSlices(
    _ start: UnsafeMutablePointer<Double>, _ count: Int, _ placement: Placement,
    _ slices: Slices, isGathered: Bool
  ) throws {
    let plan = placement.plan
    let step = max(1, ReductionLimits.pieceCount / size)
    let longest = (0..<size).map { slices.range(of: $0).count }.max() ?? 0
    scratch.prepare(plan)
    var done = 0
    while done < longest {
      let piece: (Int) -> Range<Int> = { owner in
        let range = slices.range(of: owner)
        let low = min(range.upperBound, range.lowerBound + done)
        return low..<min(range.upperBound, low + step)
      }
      unsafe try sumPiece(start, count, plan, piece)
      if isGathered, size > 1 { unsafe try gatherPiece(start, piece) }
      done += step
    }
  }

  private func sumPiece(
    _ start: UnsafeMutablePointer<Double>, _ count: Int, _ plan: MergePlan,
    _ piece: (Int) -> Range<Int>
  ) throws {
    let own = piece(rank)
    let ownRoots = plan.roots[rank].count
    let arrivals = unsafe scratch.arrivals(own.count * plan.operandCount)
    scratch.clearParcels(room: plan.operandCount + size * max(1, ownRoots))
    for root in 0..<ownRoots {
      unsafe scratch.setOperand(
        plan.firstOperand[rank] + root, start + root * count + own.lowerBound)
    }
    for place in 0..<room.peerCount {
      let peer = room.peer(at: place)
      let theirs = piece(peer)
      for root in 0..<ownRoots {
        unsafe scratch.appendSend(
          to: members[peer], start + root * count + theirs.lowerBound, theirs.count)
      }
      for operand in plan.firstOperand[peer]..<plan.firstOperand[peer + 1] {
        let target = unsafe arrivals + operand * own.count
        unsafe scratch.setOperand(operand, target)
        unsafe scratch.appendReceive(from: members[peer], target, own.count)
      }
    }
    if size > 1 { unsafe try transfer(sending: scratch.sends, receiving: scratch.receives) }
    unsafe scratch.merge(plan, count: own.count, into: start + own.lowerBound)
    timeline.merges += plan.additions.count * own.count
  }

  private func gatherPiece(
    _ start: UnsafeMutablePointer<Double>, _ piece: (Int) -> Range<Int>
  ) throws {
    let own = piece(rank)
    scratch.clearParcels(room: size)
    for place in 0..<room.peerCount {
      let peer = room.peer(at: place)
      let theirs = piece(peer)
      unsafe scratch.appendSend(to: members[peer], start + own.lowerBound, own.count)
      unsafe scratch.appendReceive(from: members[peer], start + theirs.lowerBound, theirs.count)
    }
    unsafe try transfer(sending: scratch.sends, receiving: scratch.receives)
  }
}

extension TalkRoom {
  /// The doubles that a peer sent inline.
  func doubles(from peer: Int) -> UnsafeMutablePointer<Double> {
    unsafe payloadStart(of: peer).assumingMemoryBound(to: Double.self)
  }
}
