internal import Glibc
public import Platform
internal import Synchronization

/// Owned memory of one element type, 64-byte aligned, zero at first.
///
/// A fixed number of elements shared by reference. Large ones come fresh from the system: pages
/// that nobody has touched cost nothing, and they go back at once when the buffer is dropped.
/// - Note: the owner decides who writes; a buffer is written by one place before it is shared.
@safe public final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Proof of Sendable: the one who makes a buffer fills it (threads write disjoint parts that they
  // were given), and from the moment it is stored in a column or a matrix it is only read.
  @usableFromInline let base: UnsafeMutablePointer<Element>
  public let count: Int
  private let mappedByteCount: Int
  /// What holds the memory, where it is a part of something larger.
  private let slab: Slab?

  /// - Parameter count: how many elements; all their bytes are zero.
  public init(count: Int) {
    self.count = count
    slab = nil
    let byteCount = max(64, count * MemoryLayout<Element>.stride)
    if byteCount < 1 << 20 {
      mappedByteCount = 0
      let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
      unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
      unsafe base = memory.bindMemory(to: Element.self, capacity: count)
    } else {
      mappedByteCount = byteCount
      let memory = unsafe mmap(
        nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
        bug("the system gave no \(byteCount) bytes of memory")
      }
      // Where large pages are slow to come (see Slab), only very much memory is worth them.
      if byteCount >= 256 << 20 || !Slab.largePagesAreSlow.load(ordering: .relaxed) {
        unsafe Machine.wishLargePages(at: memory, byteCount: byteCount)
      }
      unsafe base = memory.bindMemory(to: Element.self, capacity: count)
    }
  }

  /// A part of a slab, kept alive by it.
  @unsafe
  init(_ memory: UnsafeMutableRawPointer, count: Int, of slab: Slab) {
    self.count = count
    self.slab = slab
    mappedByteCount = 0
    unsafe base = memory.bindMemory(to: Element.self, capacity: count)
  }

  /// A buffer that holds a copy of an array.
  public convenience init(_ elements: [Element]) {
    self.init(count: elements.count)
    unsafe elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe base.update(from: start, count: elements.count) }
    }
  }

  deinit {
    if slab != nil { return }
    if mappedByteCount > 0 {
      _ = unsafe munmap(base, mappedByteCount)
    } else {
      unsafe UnsafeMutableRawPointer(base).deallocate()
    }
  }

  /// How much memory it holds.
  public var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// Reads the elements through a span.
  @inlinable
  public func withSpan<R, Problem: Error>(
    _ body: (Span<Element>) throws(Problem) -> R
  ) throws(Problem) -> R {
    try body(unsafe Span(_unsafeStart: base, count: count))
  }

  /// Writes the elements through a span; only before the buffer is shared.
  @inlinable
  public func withMutableSpan<R, Problem: Error>(
    _ body: (inout MutableSpan<Element>) throws(Problem) -> R
  ) throws(Problem) -> R {
    var span = unsafe MutableSpan(_unsafeStart: base, count: count)
    return try body(&span)
  }

  /// The elements for a call to C or a system call.
  @inlinable @unsafe
  public var pointer: UnsafeMutablePointer<Element> { unsafe base }

  /// The elements as an array.
  public var array: [Element] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }

  @inlinable
  public subscript(index: Int) -> Element {
    get {
      require(index >= 0 && index < count, "element \(index) of \(count)")
      return unsafe base[index]
    }
    set {
      require(index >= 0 && index < count, "element \(index) of \(count)")
      unsafe base[index] = newValue
    }
  }
}
