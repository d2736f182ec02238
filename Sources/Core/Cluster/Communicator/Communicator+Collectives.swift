internal import Platform

extension Communicator {
  /// Waits until all ranks are here.
  ///
  /// Cost: one talk.
  public func barrier(_ name: String) throws {
    try collective(name) { unsafe try talk(.barrier, name) }
  }

  /// The values of all ranks, by rank; they may differ in number.
  ///
  /// Cost: each rank sends its values to each other one.
  public func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [[T]] {
    let stride = MemoryLayout<T>.stride
    return try collective(Operation.allGather.name) {
      unsafe try values.withUnsafeBytes { bytes in
        unsafe try exchangeParts(
          .allGather, Operation.allGather.name, detail: stride, payload: .shared(bytes)
        ) { parts in unsafe parts.map { bytes in unsafe [T](copying: bytes) } }
      }
    }
  }

  /// The values of all ranks, by rank, on `root`; nothing elsewhere.
  public func gather<T: BitwiseCopyable>(_ values: [T], to root: Int) throws -> [[T]] {
    try checkRoot(root, .gather)
    let detail = MemoryLayout<T>.stride << 32 | root
    return try collective(Operation.gather.name) {
      unsafe try values.withUnsafeBytes { bytes in
        var parts = unsafe [UnsafeRawBufferPointer](
          repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: size)
        unsafe parts[root] = unsafe bytes
        return unsafe try exchangeParts(
          .gather, Operation.gather.name, detail: detail, payload: .each(parts)
        ) { parts in rank == root ? unsafe parts.map { bytes in unsafe [T](copying: bytes) } : [] }
      }
    }
  }

  /// Sends `parts[q]` to rank q and returns what each rank sent here.
  public func allToAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]] {
    try checkParts(parts.count)
    let stride = MemoryLayout<T>.stride
    var counts: [Int] = []
    for part in parts { counts.append(part.count * stride) }
    let joined = parts.flatMap(\.self)
    return try collective(Operation.allToAll.name) {
      unsafe try joined.withUnsafeBytes { bytes in
        unsafe try exchangeParts(
          .allToAll, Operation.allToAll.name, detail: stride,
          payload: .each(Self.cut(bytes, counts))
        ) { parts in unsafe parts.map { bytes in unsafe [T](copying: bytes) } }
      }
    }
  }

  /// Sends consecutive stretches of `send` to the ranks, straight into memory of theirs.
  ///
  /// `counts[q]` bytes go to rank q. Once all sizes are known, `receive` is asked for room for all
  /// that comes here, which then lies there in order of ranks. Returns the bytes of each rank.
  /// - Note: nothing is copied but the part that a rank sends itself.
  public func allToAll(
    bytes send: UnsafeRawBufferPointer, counts: [Int],
    into receive: (Int) -> UnsafeMutableRawBufferPointer
  ) throws -> [Int] {
    try checkParts(counts.count)
    require(counts.reduce(0, +) <= send.count, "counts beyond the \(send.count) bytes to send")
    let name = "allToAll of bytes"
    return try collective(name) {
      let sizes = unsafe try counts.withUnsafeBytes { bytes in
        let stride = MemoryLayout<Int>.stride
        let each = unsafe Self.cut(bytes, [Int](repeating: stride, count: size))
        return unsafe try exchangeParts(.allToAll, name, detail: -1, payload: .each(each)) {
          unsafe $0.map { bytes in unsafe bytes.loadUnaligned(as: Int.self) }
        }
      }
      let total = sizes.reduce(0, +)
      let memory = unsafe receive(total)
      require(memory.count >= total, "room for \(memory.count) bytes where \(total) come")
      unsafe try transferStretches(of: send, counts, into: memory, sizes)
      return sizes
    }
  }

  private func transferStretches(
    of send: UnsafeRawBufferPointer, _ counts: [Int],
    into memory: UnsafeMutableRawBufferPointer, _ sizes: [Int]
  ) throws {
    var sends: [Parcel] = unsafe []
    var receives: [Parcel] = unsafe []
    var from = 0
    var to = 0
    for peer in 0..<size {
      let count = (counts[peer], sizes[peer])
      if let source = send.baseAddress, count.0 > 0 {
        let start = unsafe UnsafeMutableRawPointer(mutating: source + from)
        if peer != rank {
          unsafe sends.append(Parcel(peer: members[peer], start: start, count: count.0))
        } else if let target = memory.baseAddress {
          unsafe (target + to).copyMemory(from: start, byteCount: count.0)
        }
      }
      if peer != rank, count.1 > 0, let target = memory.baseAddress {
        unsafe receives.append(Parcel(peer: members[peer], start: target + to, count: count.1))
      }
      from += count.0
      to += count.1
    }
    unsafe try transfer(sending: sends, receiving: receives)
  }

  /// Consecutive stretches of some bytes.
  private static func cut(
    _ bytes: UnsafeRawBufferPointer, _ counts: [Int]
  ) -> [UnsafeRawBufferPointer] {
    var parts: [UnsafeRawBufferPointer] = unsafe []
    var start = 0
    for count in counts {
      unsafe parts.append(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
      start += count
    }
    return unsafe parts
  }

  private func checkParts(_ count: Int) throws {
    guard count == size else {
      throw Failure(.bug, "allToAll with \(count) parts for \(size) workers")
    }
  }

  func checkRoot(_ root: Int, _ operation: Operation) throws {
    guard (0..<size).contains(root) else {
      throw Failure(.bug, "\(operation.name) with worker \(root) of \(size)")
    }
  }
}
