internal import Platform

extension Communicator {
  /// The values of rank `root`, on all ranks.
  ///
  /// Cost: one talk up to 64 KiB; beyond, each rank sends and receives about twice the bytes,
  /// however many ranks there are.
  public func broadcast<T: BitwiseCopyable>(_ values: [T], from root: Int) throws -> [T] {
    try checkRoot(root, .broadcast)
    let detail = MemoryLayout<T>.stride << 32 | root
    return try collective(Operation.broadcast.name) {
      unsafe try values.withUnsafeBytes { bytes in
        unsafe try spread(
          rank == root ? bytes : UnsafeRawBufferPointer(start: nil, count: 0), from: root,
          .broadcast, Operation.broadcast.name, detail: detail
        ) { bytes in unsafe [T](copying: bytes) }
      }
    }
  }

  /// Fills `memory` on all ranks with what it holds on rank `root`; it is equally long everywhere.
  public func broadcast(_ memory: UnsafeMutableRawBufferPointer, from root: Int) throws {
    try checkRoot(root, .broadcast)
    try collective(Operation.broadcast.name) {
      let source = UnsafeRawBufferPointer(memory)
      let isSmall = memory.count <= TalkRoom.inlineLimit
      unsafe try talk(
        .broadcast, Operation.broadcast.name, detail: root, furtherDetail: UInt64(memory.count),
        payload: isSmall && rank == root ? .shared(source) : .none)
      guard size > 1 else { return }
      if !isSmall {
        unsafe try spreadInPlace(memory, from: root)
      } else if rank != root {
        unsafe memory.copyMemory(from: room.payload(from: root))
      }
    }
  }

  /// Talks so that all ranks see the bytes that `root` holds.
  func spread<R>(
    _ bytes: UnsafeRawBufferPointer, from root: Int, _ operation: Operation, _ name: String,
    detail: Int, failure: Failure? = nil, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    unsafe try talk(operation, name, detail: detail, payload: .shared(bytes), failure: failure)
    guard size > 1 else { return unsafe try body(bytes) }
    let count = rank == root ? bytes.count : Int(room.header(from: root).payloadCount)
    if count <= TalkRoom.inlineLimit {
      return unsafe try body(rank == root ? bytes : room.payload(from: root))
    }
    if rank == root {
      unsafe try spreadInPlace(UnsafeMutableRawBufferPointer(mutating: bytes), from: root)
      return unsafe try body(bytes)
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    defer { unsafe memory.deallocate() }
    unsafe try spreadInPlace(memory, from: root)
    return unsafe try body(UnsafeRawBufferPointer(memory))
  }

  /// Moves large bytes from `root` to all: a slice to each rank, then slices among all.
  ///
  /// `root` only reads its memory.
  private func spreadInPlace(_ memory: UnsafeMutableRawBufferPointer, from root: Int) throws {
    guard let start = memory.baseAddress else { return }
    let slices = Slices(count: memory.count, over: size, block: 4096)
    func parcel(_ peer: Int, _ slice: Int) -> Parcel {
      let range = slices.range(of: slice)
      return unsafe Parcel(
        peer: members[peer], start: start + range.lowerBound, count: range.count)
    }
    let peers = (0..<(size - 1)).map(room.peer(at:))
    if rank == root {
      unsafe try transfer(sending: peers.map { unsafe parcel($0, $0) }, receiving: [])
    } else {
      unsafe try transfer(sending: [], receiving: [parcel(root, rank)])
    }
    // The root has all slices and wants none; it passes on its own.
    unsafe try transfer(
      sending: peers.filter { $0 != root }.map { unsafe parcel($0, rank) },
      receiving: rank == root ? [] : peers.map { unsafe parcel($0, $0) })
  }
}
