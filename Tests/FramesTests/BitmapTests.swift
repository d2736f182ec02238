import Frames
import LinearAlgebra
import Testing

@Suite struct BitmapTests {
  /// Counts about the edges of bytes.
  private static let counts = [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 200]

  private func bits(_ count: Int, seed: UInt64) -> [Bool] {
    var random = SplitMix(state: seed)
    return (0..<count).map { _ in random.below(2) == 1 }
  }

  @Test(arguments: counts) func `bits are what they were made of`(count: Int) {
    let bits = bits(count, seed: 1)
    let bitmap = Bitmap(bits)
    #expect(bitmap.count == count)
    #expect((0..<count).map { bitmap[$0] } == bits)
    #expect(bitmap.setCount == bits.count { $0 })
  }

  @Test func `every slice of a slice shows its bits, at odd starts too`() {
    let all = bits(70, seed: 2)
    let whole = Bitmap(all)
    for start in 0...20 {
      let part = whole.slice(start..<70)
      for end in stride(from: 0, through: part.count, by: 3) {
        for inner in [0, min(1, end), end / 2] {
          let slice = part.slice(inner..<end)
          let expected = Array(all[start + inner..<start + end])
          #expect((0..<slice.count).map { slice[$0] } == expected)
          #expect(slice.setCount == expected.count { $0 })
        }
      }
    }
  }

  @Test func `bit i is bit i mod 8 of byte i div 8, as Arrow has it`() {
    let bitmap = Bitmap(Buffer<UInt8>([0b0000_0101, 0b1000_0000, 0xFF]), start: 1, count: 16)
    #expect((0..<16).filter { bitmap[$0] } == [1, 14, 15])
    #expect(bitmap.setCount == 3)
  }
}
