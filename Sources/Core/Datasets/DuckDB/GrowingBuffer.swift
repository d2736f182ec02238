internal import LinearAlgebra
internal import Platform

/// Memory that grows while a column is put together, each time to twice its size.
struct GrowingBuffer<Element: BitwiseCopyable> {
  private(set) var buffer: Buffer<Element>
  private(set) var count = 0

  init(capacity: Int) { buffer = Buffer(count: capacity) }

  /// Adds `more` elements, zero until written, and lends them.
  @unsafe
  mutating func grow(by more: Int) -> UnsafeMutablePointer<Element> {
    require(more >= 0, "\(more) elements more")
    if count + more > buffer.count {
      let larger = Buffer<Element>(count: max(64, max(count + more, buffer.count * 2)))
      unsafe larger.pointer.update(from: buffer.pointer, count: count)
      buffer = larger
    }
    defer { count += more }
    return unsafe buffer.pointer + count
  }

  mutating func append(_ element: Element) { unsafe grow(by: 1).pointee = element }
}
