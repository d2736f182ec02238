import LinearAlgebra

/// Rows that start at an odd place and lie an odd distance apart, some of them with special values.
struct TestRows<Element: Scalar> {
  let buffer: Buffer<Element>
  let rowCount: Int
  let columnCount: Int
  let offset: Int
  let stride: Int

  init(
    rowCount: Int, columnCount: Int, offset: Int = 1, padding: Int = 3, special: Bool = true,
    seed: UInt64
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.offset = offset
    stride = columnCount + padding
    buffer = Buffer(count: offset + rowCount * stride)
    var random = SplitMix(state: seed)
    // Everything outside of the rows is NaN: whoever reads it and uses it gives himself away.
    for i in 0..<buffer.count { buffer[i] = .nan }
    for r in 0..<rowCount {
      for j in 0..<columnCount { buffer[offset + r * stride + j] = random.element() }
    }
    guard special else { return }
    let values: [Element] = [
      .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude,
    ]
    for (i, value) in values.enumerated() where 2 * i + 3 < rowCount {
      buffer[offset + (2 * i + 3) * stride + (7 * i) % columnCount] = value
    }
  }

  subscript(row: Int, column: Int) -> Element { buffer[offset + row * stride + column] }

  func row(_ row: Int) -> [Element] { (0..<columnCount).map { self[row, $0] } }

  /// The first rows as a kernel takes them.
  func block(_ count: Int) -> RowBlock<Element> {
    unsafe RowBlock(
      buffer.pointer + offset, rowCount: count, columnCount: columnCount, stride: stride)
  }
}

/// A small generator whose numbers depend on its seed alone.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In -1 ..< 1.
  mutating func double() -> Double { Double(next() >> 11) * 0x1p-52 - 1 }
  mutating func element<Element: Scalar>() -> Element { Element(double()) }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    Matrix(
      rowCount: rows, columnCount: columns,
      elements: (0..<rows * columns).map { _ in double() })
  }
}

/// Whether two results have the same bits; a NaN is a NaN.
func sameBits<Element: Scalar>(_ a: Element, _ b: Element) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  return a == b && a.sign == b.sign
}

/// The first place where two lists differ in their bits, nil if nowhere.
func firstDifference<Element: Scalar>(_ a: [Element], _ b: [Element]) -> Int? {
  if a.count != b.count { return min(a.count, b.count) }
  return a.indices.first { !sameBits(a[$0], b[$0]) }
}

let dimensions = [1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100, 784]
let columnCounts = [1, 2, 3, 4, 5, 11, 12, 13, 24, 60, 64, 65, 256]
let rowCounts = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 257]
