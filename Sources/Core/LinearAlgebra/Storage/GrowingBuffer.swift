public import Platform

/// Memory that grows while a column is put together, each time to twice its size.
public struct GrowingBuffer<Element: BitwiseCopyable> {
  public private(set) var buffer: Buffer<Element>
  public private(set) var count = 0

  public init(capacity: Int) { buffer = Buffer(count: capacity) }

  /// Takes elements over where they lie.
  public init(_ elements: Buffer<Element>, count: Int) {
    require(count >= 0 && count <= elements.count, "\(count) of \(elements.count) elements")
    buffer = elements
    self.count = count
  }

  /// Adds `more` elements and lends them; zero until written, unless elements were removed before.
  @unsafe @inlinable
  public mutating func grow(by more: Int) -> UnsafeMutablePointer<Element> {
    require(more >= 0, "\(more) elements more")
    if more > buffer.count - count { enlarge(by: more) }
    return unsafe lend(more)
  }

  @unsafe @usableFromInline
  mutating func lend(_ more: Int) -> UnsafeMutablePointer<Element> {
    defer { count += more }
    return unsafe buffer.pointer + count
  }

  @usableFromInline
  mutating func enlarge(by more: Int) {
    let larger = Buffer<Element>(count: max(64, max(count + more, buffer.count * 2)))
    unsafe larger.pointer.update(from: buffer.pointer, count: count)
    buffer = larger
  }

  /// Makes room for so many elements in all, so that they need not be moved on the way.
  public mutating func reserve(_ capacity: Int) {
    if capacity > buffer.count { enlarge(by: capacity - count) }
  }

  @inlinable
  public mutating func append(_ element: Element) { unsafe grow(by: 1).pointee = element }

  /// Forgets elements from the end, and keeps the memory.
  public mutating func truncate(to count: Int) {
    require(count >= 0 && count <= self.count, "\(count) of \(self.count) elements")
    self.count = count
  }

  @inlinable
  public subscript(index: Int) -> Element {
    get {
      require(index >= 0 && index < count, "element \(index) of \(count)")
      return buffer[index]
    }
    set {
      require(index >= 0 && index < count, "element \(index) of \(count)")
      buffer[index] = newValue
    }
  }

  /// The elements for a call to C; the memory moves when it grows.
  @unsafe @inlinable
  public var pointer: UnsafeMutablePointer<Element> { unsafe buffer.pointer }
}
