internal import LinearAlgebra
internal import Synchronization

/// Working memory that a step lends to one batch after the other: after the first few nothing is
/// allocated any more.
final class ScratchPool<Scratch: AnyObject>: Sendable {
  private let make: @Sendable () -> Scratch
  private let waiting = Mutex<[Unowned]>([])

  /// Memory that nobody uses.
  private struct Unowned: @unchecked Sendable {
    // Proof of Sendable: it lies in the pool, or one thread holds it; never both.
    let scratch: Scratch
  }

  init(_ make: @escaping @Sendable () -> Scratch) { self.make = make }

  /// Runs `body` with memory that no other thread uses.
  func with<R>(_ body: (Scratch) throws -> R) rethrows -> R {
    let scratch = waiting.withLock { $0.popLast() }?.scratch ?? make()
    let lent = Unowned(scratch: scratch)
    defer { waiting.withLock { $0.append(lent) } }
    return try body(scratch)
  }
}

/// Room for the text of one row.
final class TextScratch {
  private var buffer = GrowingBuffer<UInt8>(capacity: 256)

  /// Room for so many bytes; what stood there is lost.
  @unsafe
  func room(for byteCount: Int) -> UnsafeMutablePointer<UInt8> {
    buffer.truncate(to: 0)
    return unsafe buffer.grow(by: byteCount)
  }

  /// Lends a text in small letters.
  func withLowercased<R>(
    _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let target = unsafe room(for: Lowercase.roomNeeded(for: text.count))
    let count = unsafe Lowercase.write(text, to: target)
    return try unsafe body(UnsafeRawBufferPointer(start: target, count: count))
  }
}
