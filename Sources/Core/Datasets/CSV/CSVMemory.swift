internal import CParse
internal import LinearAlgebra

/// Where one thread's columns get their memory: slabs that several splits share, and memory in
/// which text is gathered, split after split.
@safe
final class CSVMemory {
  /// Memory of longer text goes back.
  private static let textByteLimit = 16 << 20
  /// What is smaller gets memory of its own, since a slab comes in large pages.
  private static let leastByteCount = 1 << 20
  private static let slabByteCount = 8 << 20
  private var slab: Slab?
  private var texts: [martlet_csv_column] = unsafe []

  deinit {
    for index in unsafe texts.indices { unsafe martlet_csv_free_text(&texts[index]) }
  }

  /// Gives a column memory for text that another one had before.
  func lendText(to column: inout martlet_csv_column) {
    guard let spare = unsafe texts.popLast() else { return }
    unsafe column.text = spare.text
    unsafe column.text_capacity = spare.text_capacity
  }

  /// Takes a column's memory for text back.
  func takeText(of column: inout martlet_csv_column) {
    guard unsafe column.text != nil else { return }
    if unsafe column.text_capacity > Self.textByteLimit {
      unsafe martlet_csv_free_text(&column)
      return
    }
    var spare = unsafe martlet_csv_column()
    unsafe spare.text = column.text
    unsafe spare.text_capacity = column.text_capacity
    unsafe texts.append(spare)
    unsafe column.text = nil
  }

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
