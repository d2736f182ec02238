import LinearAlgebra
import Testing

struct SlabTests {
  @Test(arguments: [true, false])
  func `Buffers of a slab are zero, aligned and apart, and outlive it`(isLarge: Bool) {
    var slab: Slab? = Slab(byteCount: 3 << 20, isLarge: isLarge)
    #expect(slab?.freeByteCount == 4 << 20)
    var buffers: [Buffer<UInt8>] = []
    while let left = slab?.freeByteCount, left > 0 {
      let count = min(left, buffers.count % 2 == 0 ? 100 : 900_000)
      guard let buffer = slab?.cut(UInt8.self, count: count) else { break }
      buffers.append(buffer)
    }
    slab = nil
    for (index, buffer) in buffers.enumerated() {
      #expect(unsafe Int(bitPattern: buffer.pointer) % 64 == 0)
      #expect(buffer.array.allSatisfy { $0 == 0 })
      unsafe buffer.pointer.update(repeating: UInt8(index + 1), count: buffer.count)
    }
    for (index, buffer) in buffers.enumerated() {
      #expect(buffer.array.allSatisfy { $0 == UInt8(index + 1) })
    }
  }
}
