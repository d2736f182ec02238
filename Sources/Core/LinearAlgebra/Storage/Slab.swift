internal import Glibc
internal import Platform
internal import Synchronization

/// A large piece of memory, zero at first, from which buffers are cut one behind the other.
///
/// It begins where a large page begins, so that the system hands out large pages for all of it:
/// buffers of a few MiB each on their own lie across the ends of such pages and come in pages of
/// 4 KiB, whose first touch costs more than filling them. A virtual machine whose host takes free
/// memory back needs much longer for a large page, since the host must find its parts again, than
/// for small ones that were used before; the slab measures that and asks for no more large pages.
/// The memory goes back when the slab and all buffers cut from it are dropped. One thread's.
@safe public final class Slab {
  private static let pageByteCount = 2 << 20
  /// Zeroing a large page takes 0.1 to 0.2 ms, finding one again 4 ms.
  private static let slowSeconds = 1e-3
  /// Whether large pages were slow to come in this process.
  static let largePagesAreSlow = Atomic(false)
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private var used = 0
  /// Up to where large pages were asked for and are there.
  private var touched = 0
  /// Whether it still asks for large pages.
  public private(set) var isLarge: Bool

  /// - Parameters:
  ///   - byteCount: how much there is to cut from, rounded up to large pages.
  ///   - isLarge: whether to ask for large pages.
  public init(byteCount: Int, isLarge: Bool = true) {
    let page = Self.pageByteCount
    self.byteCount = (byteCount + page - 1) / page * page
    self.isLarge = isLarge
    let memory = unsafe mmap(
      nil, self.byteCount + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
      bug("the system gave no \(self.byteCount) bytes of memory")
    }
    let before = (page - Int(bitPattern: memory) % page) % page
    if before > 0 { _ = unsafe munmap(memory, before) }
    _ = unsafe munmap(memory + before + self.byteCount, page - before)
    unsafe base = memory + before
    if isLarge { unsafe Machine.wishLargePages(at: base, byteCount: self.byteCount) }
  }

  deinit { _ = unsafe munmap(base, byteCount) }

  /// How many bytes are left.
  public var freeByteCount: Int { byteCount - used }

  /// How many bytes a buffer takes, what keeps the next one aligned included.
  public static func byteCount<Element>(of type: Element.Type, count: Int) -> Int {
    (count * MemoryLayout<Element>.stride + 63) / 64 * 64
  }

  /// The next `count` elements, 64-byte aligned and zero.
  public func cut<Element: BitwiseCopyable>(_ type: Element.Type, count: Int) -> Buffer<Element> {
    let wanted = Self.byteCount(of: type, count: count)
    require(count >= 0 && wanted <= freeByteCount, "\(wanted) of \(freeByteCount) bytes")
    defer { used += wanted }
    touch(upTo: used + wanted)
    return unsafe Buffer(base + used, count: count, of: self)
  }

  private func touch(upTo end: Int) {
    while isLarge, touched < end {
      let start = monotonicSeconds()
      unsafe base.storeBytes(of: 0, toByteOffset: touched, as: UInt8.self)
      touched += Self.pageByteCount
      guard monotonicSeconds() - start > Self.slowSeconds else { continue }
      isLarge = false
      Self.largePagesAreSlow.store(true, ordering: .relaxed)
      if touched < byteCount {
        unsafe Machine.wishSmallPages(at: base + touched, byteCount: byteCount - touched)
      }
    }
  }
}
