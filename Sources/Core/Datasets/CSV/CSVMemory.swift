internal import LinearAlgebra

/// Where one thread's columns get their memory: slabs that several splits share.
final class CSVMemory {
  /// What is smaller gets memory of its own, since a slab comes in large pages.
  private static let leastByteCount = 1 << 20
  private static let slabByteCount = 32 << 20
  private var slab: Slab?

  /// Makes all buffers of a split in one place, or each by itself where they are small.
  func buffers(
    doubles: Int, integers: Int, bits: Int, validity: Int
  ) -> (
    doubles: Buffer<Double>, integers: Buffer<Int64>, bits: Buffer<UInt8>, validity: Buffer<UInt8>
  ) {
    let total =
      Slab.byteCount(of: Double.self, count: doubles)
      + Slab.byteCount(of: Int64.self, count: integers)
      + Slab.byteCount(of: UInt8.self, count: bits)
      + Slab.byteCount(of: UInt8.self, count: validity)
    guard total >= Self.leastByteCount else {
      return (
        Buffer(count: doubles), Buffer(count: integers), Buffer(count: bits),
        Buffer(count: validity)
      )
    }
    let slab = slab(for: total)
    return (
      slab.cut(Double.self, count: doubles), slab.cut(Int64.self, count: integers),
      slab.cut(UInt8.self, count: bits), slab.cut(UInt8.self, count: validity)
    )
  }

  /// A buffer for text.
  func bytes(_ count: Int) -> Buffer<UInt8> {
    // Beside the numbers of a split there mostly is a slab.
    if let slab, Slab.byteCount(of: UInt8.self, count: count) <= slab.freeByteCount {
      return slab.cut(UInt8.self, count: count)
    }
    guard count >= Self.leastByteCount else { return Buffer(count: count) }
    return slab(for: count + 64).cut(UInt8.self, count: count)
  }

  private func slab(for byteCount: Int) -> Slab {
    if let slab, slab.freeByteCount >= byteCount { return slab }
    // Where large pages were slow to come they are not tried again.
    let made = Slab(
      byteCount: max(byteCount, Self.slabByteCount), isLarge: slab?.isLarge ?? true)
    slab = made
    return made
  }
}
