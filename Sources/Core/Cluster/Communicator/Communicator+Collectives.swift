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

  /// Sends `parts[q]` to rank q, straight from memory to memory.
  ///
  /// Once all sizes are known, `room` is asked for memory for what each rank sends here, by rank:
  /// as many bytes, or none for a part that this rank sends itself and needs no copy of.
  public func allToAll(
    bytes parts: [UnsafeRawBufferPointer],
    into room: (_ sizes: [Int]) -> [UnsafeMutableRawBufferPointer]
  ) throws {
    unsafe try checkParts(parts.count)
    let name = "allToAll of bytes"
    try collective(name) {
      unsafe try exchangeParts(
        .allToAll, name, detail: -1, payload: .each(parts),
        into: { sizes in
          let memory = unsafe room(sizes)
          unsafe require(memory.count == size, unsafe "room for \(memory.count) parts of \(size)")
          for (peer, count) in sizes.enumerated() {
            let roomCount = unsafe memory[peer].count
            require(
              roomCount == count || peer == rank && roomCount == 0,
              "room for \(roomCount) bytes where \(count) come")
          }
          if unsafe !memory[rank].isEmpty { unsafe memory[rank].copyMemory(from: parts[rank]) }
          return unsafe memory
        }
      ) { _ in }
    }
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
