internal import CDuckDB
internal import Frames
internal import LinearAlgebra
internal import Platform

/// A row of a chunk whose list cannot become a value of ours.
struct BadList: Error {
  let row: Int
  let words: String
}

/// Puts one column together from the chunks of a result: a copy a chunk, no work a value.
struct DuckDBColumnBuilder {
  private let kind: DuckDBColumnKind
  private var count = 0
  private var missingCount = 0
  private var validity: GrowingBuffer<UInt8>
  /// The bytes of texts, or the bits of truth values.
  private var bytes: GrowingBuffer<UInt8>
  // Values of a fixed width, in the one of their type.
  private var int32s: GrowingBuffer<Int32>
  private var int64s: GrowingBuffer<Int64>
  private var floats: GrowingBuffer<Float>
  private var doubles: GrowingBuffer<Double>
  private var ends: GrowingBuffer<Int64>
  private var textEnds: GrowingBuffer<Int64>
  private var indices = GrowingBuffer<Int32>(capacity: 0)

  init(_ kind: DuckDBColumnKind, capacity: Int) {
    self.kind = kind
    let bits = (capacity + 7) / 8
    validity = GrowingBuffer(capacity: bits)
    bytes = GrowingBuffer(capacity: kind == .plain(.bool) ? bits : 0)
    int32s = GrowingBuffer(capacity: kind.valueCount(as: Int32.self, capacity))
    int64s = GrowingBuffer(capacity: kind.valueCount(as: Int64.self, capacity))
    floats = GrowingBuffer(capacity: kind.valueCount(as: Float.self, capacity))
    doubles = GrowingBuffer(capacity: kind.valueCount(as: Double.self, capacity))
    ends = GrowingBuffer(capacity: kind.hasEnds ? capacity + 1 : 0)
    textEnds = GrowingBuffer(capacity: 0)
    if kind.hasEnds { ends.append(0) }
    if kind == .plain(.texts) { textEnds.append(0) }
  }

  /// Adds the rows of a chunk, whose columns from `first` on belong to this one.
  mutating func append(_ chunk: DuckDBChunk, first: Int) throws {
    let vector = unsafe chunk.vector(first)
    Self.growBits(&validity, to: count + chunk.rowCount)
    missingCount += unsafe Int(
      martlet_duckdb_copy_validity(
        validity.buffer.pointer, Int64(count), vector.validity, Int64(chunk.rowCount)))
    switch kind {
    case .plain(.bool):
      Self.growBits(&bytes, to: count + chunk.rowCount)
      unsafe martlet_duckdb_copy_bools(
        bytes.buffer.pointer, Int64(count), vector.data.assumingMemoryBound(to: UInt8.self),
        vector.validity, Int64(chunk.rowCount))
    case .plain(.text): unsafe appendTexts(vector, chunk.rowCount)
    case .plain(.texts): try unsafe appendTextLists(vector, chunk.rowCount)
    case .plain(.int32), .plain(.date): unsafe Self.copy(vector, chunk.rowCount, to: &int32s)
    case .plain(.float32): unsafe Self.copy(vector, chunk.rowCount, to: &floats)
    case .plain(.float64), .plain(.vector): unsafe Self.copy(vector, chunk.rowCount, to: &doubles)
    case .plain(.int64), .plain(.datetime), .plain(.timestamp):
      unsafe Self.copy(vector, chunk.rowCount, to: &int64s)
    case .dense(let width): try unsafe appendDense(vector, chunk.rowCount, width)
    case .sparse(let width): try appendSparse(chunk, first, width)
    }
    count += chunk.rowCount
  }

  /// The column of all rows.
  func finished() -> Column {
    let storage: Column.Storage =
      switch kind {
      case .plain(.bool): .bool(Bitmap(bytes.buffer, count: count))
      case .plain(.int32): .int32(int32s.buffer)
      case .plain(.int64): .int64(int64s.buffer)
      case .plain(.float32): .float32(floats.buffer)
      case .plain(.float64), .plain(.vector): .float64(doubles.buffer)
      case .plain(.date): .date(int32s.buffer)
      case .plain(.datetime): .datetime(int64s.buffer)
      case .plain(.timestamp): .timestamp(int64s.buffer)
      case .plain(.text): .text(offsets: ends.buffer, bytes: bytes.buffer)
      case .plain(.texts):
        .texts(offsets: ends.buffer, ends: textEnds.buffer, bytes: bytes.buffer)
      case .dense(let width): .dense(width: width, values: doubles.buffer)
      case .sparse(let width):
        .sparse(
          width: width, offsets: ends.buffer, indices: indices.buffer,
          values: doubles.buffer)
      }
    return Column(
      storage, count: count,
      validity: missingCount == 0 ? nil : Bitmap(validity.buffer, count: count))
  }

  /// Makes room for so many bits.
  private static func growBits(_ bits: inout GrowingBuffer<UInt8>, to count: Int) {
    let needed = (count + 7) / 8
    if needed > bits.count { _ = unsafe bits.grow(by: needed - bits.count) }
  }

  @unsafe
  private static func copy<Element>(
    _ vector: DuckDBVector, _ rowCount: Int, to values: inout GrowingBuffer<Element>
  ) {
    let target = unsafe UnsafeMutableRawPointer(values.grow(by: rowCount))
    unsafe martlet_duckdb_copy(
      target.assumingMemoryBound(to: UInt8.self), vector.data, vector.validity, Int64(rowCount),
      Int64(MemoryLayout<Element>.stride))
  }

  @unsafe
  private mutating func appendTexts(_ vector: DuckDBVector, _ rowCount: Int) {
    let start = bytes.count
    let end = unsafe martlet_duckdb_text_ends(
      ends.grow(by: rowCount), Int64(start), vector.data, vector.validity, Int64(rowCount))
    unsafe martlet_duckdb_copy_texts(
      bytes.grow(by: Int(end) - start), vector.data, vector.validity, Int64(rowCount))
  }

  @unsafe
  private mutating func appendTextLists(_ vector: DuckDBVector, _ rowCount: Int) throws {
    let lists = unsafe vector.lists
    let (child, childValidity) = unsafe vector.child
    var bad: Int64 = -1
    let first = textEnds.count - 1
    let last = unsafe martlet_duckdb_list_ends(
      ends.grow(by: rowCount), Int64(first), lists, vector.validity, childValidity,
      Int64(rowCount), &bad)
    if bad >= 0 {
      throw BadList(row: Int(bad), words: "a text inside of the list is missing")
    }
    let start = bytes.count
    let end = unsafe martlet_duckdb_list_text_ends(
      textEnds.grow(by: Int(last) - first), Int64(start), lists, vector.validity, child,
      Int64(rowCount))
    unsafe martlet_duckdb_copy_list_texts(
      bytes.grow(by: Int(end) - start), lists, vector.validity, child, Int64(rowCount))
  }

  @unsafe
  private mutating func appendDense(_ vector: DuckDBVector, _ rowCount: Int, _ width: Int) throws {
    let lists = unsafe vector.lists
    let (child, childValidity) = unsafe vector.child
    let target = unsafe doubles.grow(by: rowCount * width)
    for row in 0..<rowCount where unsafe isThere(vector.validity, row) {
      let list = unsafe lists[row]
      guard Int(list.length) == width else {
        throw BadList(
          row: row, words: "the list has \(list.length) numbers, others before it \(width)")
      }
      guard unsafe areThere(childValidity, list) else {
        throw BadList(row: row, words: "a number inside of the list is missing")
      }
      unsafe UnsafeMutableRawPointer(target + row * width).copyMemory(
        from: child + Int(list.offset) * 8, byteCount: width * 8)
    }
  }

  private mutating func appendSparse(_ chunk: DuckDBChunk, _ first: Int, _ width: Int) throws {
    let kinds = unsafe chunk.vector(first)
    let sizes = unsafe chunk.vector(first + 1)
    let places = unsafe chunk.vector(first + 2)
    let numbers = unsafe chunk.vector(first + 3)
    let (placeData, numberData) = unsafe (
      places.child.data.assumingMemoryBound(to: Int32.self),
      numbers.child.data.assumingMemoryBound(to: Double.self)
    )
    for row in 0..<chunk.rowCount {
      if unsafe isThere(kinds.validity, row) {
        guard unsafe isThere(numbers.validity, row) else {
          throw BadList(row: row, words: "the vector has no values")
        }
        let list = unsafe numbers.lists[row]
        guard unsafe areThere(numbers.child.validity, list) else {
          throw BadList(row: row, words: "a number inside of the vector is missing")
        }
        let isDense = unsafe kinds.data.assumingMemoryBound(to: Int8.self)[row] == 1
        let size =
          unsafe isDense
          ? Int(list.length) : Int(sizes.data.assumingMemoryBound(to: Int32.self)[row])
        guard size == width else {
          throw BadList(
            row: row, words: "the vector has \(size) numbers, others before it \(width)")
        }
        if isDense {
          for index in 0..<width {
            let value = unsafe numberData[Int(list.offset) + index]
            if value != 0 { add(Int32(index), value) }
          }
        } else {
          let own = unsafe places.lists[row]
          guard unsafe isThere(places.validity, row), own.length == list.length,
            unsafe areThere(places.child.validity, own)
          else {
            throw BadList(row: row, words: "the vector has not as many places as values")
          }
          var last: Int32 = -1
          for entry in 0..<Int(list.length) {
            let index = unsafe placeData[Int(own.offset) + entry]
            guard index > last, Int(index) < width else {
              throw BadList(row: row, words: "the places of the vector do not rise below \(width)")
            }
            add(index, unsafe numberData[Int(list.offset) + entry])
            last = index
          }
        }
      }
      ends.append(Int64(indices.count))
    }
  }

  private mutating func add(_ index: Int32, _ value: Double) {
    indices.append(index)
    doubles.append(value)
  }
}

/// Whether the bit of a row is set, or there are no bits.
private func isThere(_ validity: UnsafePointer<UInt64>?, _ row: Int) -> Bool {
  guard let validity = unsafe validity else { return true }
  return unsafe validity[row >> 6] >> UInt64(row & 63) & 1 == 1
}

/// Whether all values of a list are there.
private func areThere(_ validity: UnsafePointer<UInt64>?, _ list: martlet_duckdb_list) -> Bool {
  (Int(list.offset)..<Int(list.offset + list.length)).allSatisfy { unsafe isThere(validity, $0) }
}

extension DuckDBVector {
  /// The lists of a list column.
  var lists: UnsafePointer<martlet_duckdb_list> {
    unsafe UnsafePointer(data.assumingMemoryBound(to: martlet_duckdb_list.self))
  }

  /// The values of all lists, and which of them are there.
  var child: (data: UnsafeRawPointer, validity: UnsafePointer<UInt64>?) {
    guard let child = unsafe martlet_duckdb_list_child(handle),
      let data = unsafe martlet_duckdb_data(child)
    else { bug("a list column without values") }
    return unsafe (UnsafeRawPointer(data), UnsafePointer(martlet_duckdb_validity(child)))
  }
}

extension DuckDBColumnKind {
  /// How many elements of a type the values of so many rows take, where all rows take as many.
  fileprivate func valueCount<Element>(as type: Element.Type, _ rowCount: Int) -> Int {
    switch self {
    case .plain(.int32), .plain(.date): type == Int32.self ? rowCount : 0
    case .plain(.int64), .plain(.datetime), .plain(.timestamp): type == Int64.self ? rowCount : 0
    case .plain(.float32): type == Float.self ? rowCount : 0
    case .plain(.float64), .plain(.vector): type == Double.self ? rowCount : 0
    case .dense(let width): type == Double.self ? rowCount * width : 0
    case .plain, .sparse: 0
    }
  }

  fileprivate var hasEnds: Bool {
    switch self {
    case .plain(.text), .plain(.texts), .sparse: true
    case .plain, .dense: false
    }
  }
}
