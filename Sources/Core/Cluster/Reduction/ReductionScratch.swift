internal import Platform

/// When a reduction takes the small path, in which every rank sends all it has to all.
enum ReductionLimits {
  /// Doubles of all ranks together up to which each rank adds them all up by itself.
  ///
  /// Together, not each: a rank sends and adds at most so much however many ranks there are, and
  /// beyond that its share of the slices, which does not grow with the ranks either.
  static let smallTotal = 1 << 16
  /// Doubles in one step of the large path, over all slices.
  static let pieceCount = 1 << 18

  static func isSmall(count: Int, roots: Int, rootsOfOne: Int) -> Bool {
    guard count <= smallTotal else { return false }
    return count * roots <= smallTotal
      && count * rootsOfOne * MemoryLayout<Double>.stride <= TalkRoom.inlineLimit
  }
}

/// Memory that the ordered sums of a group use again and again.
@safe final class ReductionScratch {
  static let blockCount = 1024

  private var operands = UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>>.allocate(
    capacity: 0)
  private var registers = UnsafeMutableBufferPointer<Double>.allocate(capacity: 0)
  private var arrivals = UnsafeMutableBufferPointer<Double>.allocate(capacity: 0)
  private var sendParcels = UnsafeMutableBufferPointer<Parcel>.allocate(capacity: 0)
  private var receiveParcels = UnsafeMutableBufferPointer<Parcel>.allocate(capacity: 0)
  private(set) var sendCount = 0
  private(set) var receiveCount = 0

  deinit {
    unsafe operands.deallocate()
    unsafe registers.deallocate()
    unsafe arrivals.deallocate()
    unsafe sendParcels.deallocate()
    unsafe receiveParcels.deallocate()
  }

  /// Room for what other ranks send.
  func arrivals(_ count: Int) -> UnsafeMutablePointer<Double> {
    unsafe Self.grow(&arrivals, to: max(1, count))
    return unsafe arrivals.baseAddress.unsafelyUnwrapped
  }

  /// Forgets the parcels of the step before and makes room for new ones.
  func clearParcels(room count: Int) {
    unsafe Self.grow(&sendParcels, to: count)
    unsafe Self.grow(&receiveParcels, to: count)
    sendCount = 0
    receiveCount = 0
  }

  func appendSend(to peer: Int, _ start: UnsafeMutablePointer<Double>, _ count: Int) {
    guard count > 0 else { return }
    unsafe sendParcels.initializeElement(
      at: sendCount, to: Parcel(peer: peer, start: start, count: count * 8))
    sendCount += 1
  }

  func appendReceive(from peer: Int, _ start: UnsafeMutablePointer<Double>, _ count: Int) {
    guard count > 0 else { return }
    unsafe receiveParcels.initializeElement(
      at: receiveCount, to: Parcel(peer: peer, start: start, count: count * 8))
    receiveCount += 1
  }

  var sends: UnsafeBufferPointer<Parcel> {
    unsafe UnsafeBufferPointer(rebasing: sendParcels[..<sendCount])
  }

  var receives: UnsafeBufferPointer<Parcel> {
    unsafe UnsafeBufferPointer(rebasing: receiveParcels[..<receiveCount])
  }

  /// Makes room for the operands of a plan.
  func prepare(_ plan: MergePlan) {
    unsafe Self.grow(&operands, to: plan.operandCount + plan.registerCount)
    unsafe Self.grow(&registers, to: plan.registerCount * Self.blockCount)
  }

  func setOperand(_ place: Int, _ start: UnsafeMutablePointer<Double>) {
    unsafe operands.initializeElement(at: place, to: start)
  }

  /// Adds up the operands in the order of the plan into `total`, which may be one of them.
  func merge(_ plan: MergePlan, count: Int, into total: UnsafeMutablePointer<Double>) {
    guard let last = plan.additions.indices.last else {
      let only = unsafe operands[0]
      if unsafe only != total { unsafe total.update(from: only, count: count) }
      return
    }
    let rootCount = plan.operandCount
    let registers = unsafe registers.baseAddress.unsafelyUnwrapped
    unsafe plan.additions.withUnsafeBufferPointer { additions in
      var start = 0
      while start < count {
        let width = min(Self.blockCount, count - start)
        for index in 0...last {
          let addition = unsafe additions[index]
          let left = unsafe operand(Int(addition.left), rootCount, start, registers)
          let right = unsafe operand(Int(addition.right), rootCount, start, registers)
          let sum =
            index == last
            ? unsafe total + start
            : unsafe registers + (Int(addition.sum) - rootCount) * Self.blockCount
          for column in 0..<width { unsafe sum[column] = left[column] + right[column] }
        }
        start += width
      }
    }
  }

  @inline(__always)
  private func operand(
    _ place: Int, _ rootCount: Int, _ start: Int, _ registers: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double> {
    place < rootCount
      ? unsafe operands[place] + start
      : unsafe registers + (place - rootCount) * Self.blockCount
  }

  private static func grow<T>(_ memory: inout UnsafeMutableBufferPointer<T>, to count: Int) {
    guard memory.count < count else { return }
    unsafe memory.deallocate()
    unsafe memory = .allocate(capacity: count)
  }
}
