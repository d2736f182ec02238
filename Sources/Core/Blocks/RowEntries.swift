internal import Frames
internal import LinearAlgebra
internal import Platform

/// Sparse rows while they are put together, one behind the other.
struct RowEntries<Element: Scalar> {
  /// How many entries each row has.
  private(set) var lengths = GrowingBuffer<Int32>(capacity: 0)
  private(set) var indices: GrowingBuffer<Int32>
  private(set) var values: GrowingBuffer<Element>
  private var begun = 0

  init(capacity: Int) {
    indices = GrowingBuffer(capacity: capacity)
    values = GrowingBuffer(capacity: capacity)
  }

  /// Rows as they lie in memory, which are only read from here on.
  init(_ rows: SparseRows<Element>) {
    lengths = GrowingBuffer(
      Buffer((0..<rows.rowCount).map { Int32(rows.offsets[$0 + 1] - rows.offsets[$0]) }),
      count: rows.rowCount)
    indices = GrowingBuffer(rows.indices, count: rows.entryCount)
    values = GrowingBuffer(rows.values, count: rows.entryCount)
    begun = rows.entryCount
  }

  /// The numbers of dense rows that are not zero.
  init(_ dense: Buffer<Element>, rowCount: Int, width: Int) {
    self.init(capacity: 0)
    for row in 0..<rowCount {
      for column in 0..<width where dense[row * width + column] != 0 {
        append(column, dense[row * width + column])
      }
      endRow()
    }
  }

  private mutating func append(_ column: Int, _ value: Element) {
    indices.append(Int32(truncatingIfNeeded: column))
    values.append(value)
  }

  /// Adds one row of some columns, side by side, to the row that is begun.
  /// - Returns: the place of the first number that is not finite; of a missing vector, its first.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  mutating func append(_ columns: [Column], _ row: Int) -> Int? {
    var first = 0
    var problem: Int?
    for column in columns {
      let width = column.numbersPerRow
      let place = column.start + row
      if column.isMissing(row) { problem = problem ?? first }
      switch column.storage {
      case .sparse(_, let offsets, let found, let numbers):
        let range = Int(offsets[place])..<Int(offsets[place + 1])
        for entry in range {
          let (index, value) = (Int(found[entry]), Element(numbers[entry]))
          require(index >= 0 && index < width, "entry \(index) of a vector of \(width)")
          if value == 0 { continue }
          if !value.isFinite { problem = problem ?? first + index }
          append(first + index, value)
        }
      case .dense(_, let numbers):
        for index in 0..<width {
          let value = Element(numbers[place * width + index])
          if value == 0 { continue }
          if !value.isFinite { problem = problem ?? first + index }
          append(first + index, value)
        }
      default:
        var value = Element.zero
        unsafe column.copyNumbers(row..<row + 1, to: &value, stride: 1)
        if !value.isFinite { problem = problem ?? first }
        if value != 0 { append(first, value) }
      }
      first += width
    }
    return problem
  }

  /// Completes the row that is begun.
  mutating func endRow() {
    lengths.append(Int32(truncatingIfNeeded: indices.count - begun))
    begun = indices.count
  }

  /// Takes back what was added to the row that is begun.
  mutating func forgetRow() {
    indices.truncate(to: begun)
    values.truncate(to: begun)
  }
}

extension RowEntries {
  mutating func takeLengths() -> Buffer<Int32> {
    defer { lengths = GrowingBuffer(capacity: 0) }
    return lengths.buffer
  }
  mutating func takeIndices() -> Buffer<Int32> {
    defer { indices = GrowingBuffer(capacity: 0) }
    return indices.buffer
  }
  mutating func takeValues() -> Buffer<Element> {
    defer { values = GrowingBuffer(capacity: 0) }
    return values.buffer
  }
}

extension Column {
  /// Whether these are vectors by their entries.
  var isSparse: Bool { if case .sparse = storage { true } else { false } }

  /// How many numbers the rows have that may not be zero, as far as that is cheap to say.
  var entryCount: Int {
    switch storage {
    case .sparse(_, let offsets, _, _): Int(offsets[start + count] - offsets[start])
    case .dense: 0
    default: count
    }
  }
}
