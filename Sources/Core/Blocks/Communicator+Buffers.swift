internal import Cluster
internal import LinearAlgebra
internal import Platform

/// Some consecutive elements of a buffer.
struct BufferPart<Element: BitwiseCopyable>: Sendable {
  let buffer: Buffer<Element>
  let places: Range<Int>

  init(_ buffer: Buffer<Element>, _ places: Range<Int>) {
    require(
      places.lowerBound >= 0 && places.upperBound <= buffer.count,
      "elements \(places) of \(buffer.count)")
    self.buffer = buffer
    self.places = places
  }

  /// Parts behind each other, of so many elements each.
  static func consecutive(_ counts: [Int], of buffer: Buffer<Element>) -> [BufferPart] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return BufferPart(buffer, first..<first + count)
    }
  }

  fileprivate var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(
      start: buffer.pointer + places.lowerBound, count: places.count * MemoryLayout<Element>.stride)
  }
}

extension Communicator {
  /// Sends `parts[q]` to rank q, straight from memory to memory.
  ///
  /// - Parameter room: where the elements of each rank go, once their counts are known; an empty
  ///   part for the own ones where they are not to be copied.
  func allToAll<Element: BitwiseCopyable>(
    _ parts: [BufferPart<Element>], into room: (_ counts: [Int]) -> [BufferPart<Element>]
  ) throws {
    let stride = MemoryLayout<Element>.stride
    unsafe try allToAll(bytes: parts.map { unsafe UnsafeRawBufferPointer($0.bytes) }) { sizes in
      unsafe room(sizes.map { $0 / stride }).map { unsafe $0.bytes }
    }
  }

  /// Sends `counts[q]` consecutive elements to rank q.
  ///
  /// - Parameter room: gives memory for all that come here, in order of ranks.
  func allToAll<Element: BitwiseCopyable>(
    _ elements: Buffer<Element>, counts: [Int],
    into room: (Int) -> Buffer<Element> = { Buffer(count: $0) }
  ) throws -> Buffer<Element> {
    var arrived = elements
    try allToAll(BufferPart.consecutive(counts, of: elements)) { counts in
      arrived = room(counts.reduce(0, +))
      return BufferPart.consecutive(counts, of: arrived)
    }
    return arrived
  }

  /// The elements of all ranks, by rank; the own ones are the buffer that was given.
  func allGather<Element: BitwiseCopyable>(
    _ own: Buffer<Element>
  ) throws -> [Buffer<Element>] {
    var all = (0..<size).map { _ in own }
    try allToAll(all.map { BufferPart($0, 0..<$0.count) }) { counts in
      for peer in 0..<size where peer != rank { all[peer] = Buffer(count: counts[peer]) }
      return all.enumerated().map { peer, buffer in
        BufferPart(buffer, 0..<(peer == rank ? 0 : buffer.count))
      }
    }
    return all
  }
}
