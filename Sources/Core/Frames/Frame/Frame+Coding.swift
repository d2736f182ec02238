internal import LinearAlgebra
internal import Platform

/// A frame as bytes, for the way between workers of one run; not a file format.
extension Frame {
  /// The columns one after the other: validity, then values as they lie in memory.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(words: [Int64(rowCount)])
    for column in columns { column.encode(into: &bytes) }
    return bytes
  }

  /// Reads what `encoded` wrote, under the schema that both sides know.
  public init(decoding bytes: [UInt8], schema: Schema) throws {
    var reader = WordReader(bytes: bytes)
    let rowCount = Int(try reader.words(1, as: Int64.self)[0])
    guard (0..<Int.max).contains(rowCount) else {
      throw Failure(.bug, "a frame arrived cut short")
    }
    let columns = try schema.fields.map { field in
      try Column(decoding: &reader, type: field.type, count: rowCount)
    }
    self.init(schema, columns, rowCount: rowCount)
  }
}

extension Column {
  fileprivate func encode(into bytes: inout [UInt8]) {
    let present = validity.map { validity in (0..<count).map { validity[$0] ? UInt8(1) : 0 } }
    bytes.append(present == nil ? 0 : 1)
    bytes.append(contentsOf: present ?? [])
    let rows = start..<start + count
    switch storage {
    case .bool(let bits): bytes.append(contentsOf: rows.map { bits[$0] ? 1 : 0 })
    case .int32(let values), .date(let values): bytes.append(values, rows)
    case .int64(let values), .datetime(let values), .timestamp(let values):
      bytes.append(values, rows)
    case .float32(let values): bytes.append(values, rows)
    case .float64(let values): bytes.append(values, rows)
    case .text(let offsets, let text):
      bytes.append(offsets: offsets, rows)
      bytes.append(text, offsets.span(rows))
    case .texts(let offsets, let ends, let text):
      let texts = offsets.span(rows)
      bytes.append(offsets: offsets, rows)
      bytes.append(offsets: ends, texts)
      bytes.append(text, ends.span(texts))
    case .dense(let width, let values):
      bytes.append(words: [Int64(width), 0])
      bytes.append(values, rows.lowerBound * width..<rows.upperBound * width)
    case .sparse(let width, let offsets, let indices, let values):
      bytes.append(words: [Int64(width), 1])
      bytes.append(offsets: offsets, rows)
      bytes.append(indices, offsets.span(rows))
      bytes.append(values, offsets.span(rows))
    }
  }

  fileprivate init(decoding reader: inout WordReader, type: ColumnType, count: Int) throws {
    var validity: Bitmap?
    if try reader.words(1, as: UInt8.self)[0] == 1 {
      validity = Bitmap(try reader.words(count, as: UInt8.self).map { $0 == 1 })
    }
    let storage: Storage =
      switch type {
      case .bool: .bool(Bitmap(try reader.words(count, as: UInt8.self).map { $0 == 1 }))
      case .int32: .int32(try reader.buffer(count))
      case .int64: .int64(try reader.buffer(count))
      case .float32: .float32(try reader.buffer(count))
      case .float64: .float64(try reader.buffer(count))
      case .date: .date(try reader.buffer(count))
      case .datetime: .datetime(try reader.buffer(count))
      case .timestamp: .timestamp(try reader.buffer(count))
      case .text: try Column.text(from: &reader, count: count)
      case .texts: try Column.texts(from: &reader, count: count)
      case .vector: try Column.vectors(from: &reader, count: count)
      }
    self.init(storage, count: count, validity: validity)
  }

  private static func text(from reader: inout WordReader, count: Int) throws -> Storage {
    let offsets = try reader.offsets(count)
    return .text(offsets: offsets, bytes: try reader.buffer(Int(offsets[count])))
  }

  private static func texts(from reader: inout WordReader, count: Int) throws -> Storage {
    let offsets = try reader.offsets(count)
    let textCount = Int(offsets[count])
    let ends = try reader.offsets(textCount)
    return .texts(
      offsets: offsets, ends: ends, bytes: try reader.buffer(Int(ends[textCount])))
  }

  private static func vectors(from reader: inout WordReader, count: Int) throws -> Storage {
    let head = try reader.words(2, as: Int64.self)
    let width = Int(head[0])
    if head[1] == 0 { return .dense(width: width, values: try reader.buffer(count * width)) }
    let offsets = try reader.offsets(count)
    let entryCount = Int(offsets[count])
    return .sparse(
      width: width, offsets: offsets, indices: try reader.buffer(entryCount),
      values: try reader.buffer(entryCount))
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: BitwiseCopyable>(words: [T]) {
    unsafe words.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }

  fileprivate mutating func append<T>(_ values: Buffer<T>, _ range: Range<Int>) {
    require(range.lowerBound >= 0 && range.upperBound <= values.count, "elements \(range)")
    unsafe append(
      contentsOf: UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: values.pointer + range.lowerBound, count: range.count)))
  }

  /// The offsets of a run of values, from 0 on.
  fileprivate mutating func append(offsets: Buffer<Int64>, _ range: Range<Int>) {
    let first = offsets[range.lowerBound]
    append(words: (range.lowerBound...range.upperBound).map { offsets[$0] - first })
  }
}

private struct WordReader {
  let bytes: [UInt8]
  var place = 0

  mutating func buffer<T: BitwiseCopyable>(_ count: Int) throws -> Buffer<T> {
    Buffer(try words(count, as: T.self))
  }

  /// Offsets of so many values: one more, rising from 0.
  mutating func offsets(_ count: Int) throws -> Buffer<Int64> {
    let offsets = try words(count + 1, as: Int64.self)
    guard offsets[0] == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw Failure(.bug, "a frame arrived damaged")
    }
    return Buffer(offsets)
  }

  mutating func words<T: BitwiseCopyable>(_ count: Int, as type: T.Type) throws -> [T] {
    let width = MemoryLayout<T>.stride
    guard count >= 0, count <= (bytes.count - place) / width else {
      throw Failure(.bug, "a frame arrived cut short")
    }
    let size = count * width
    defer { place += size }
    return unsafe [T](unsafeUninitializedCapacity: count) { target, filled in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[place..<place + size]))
      }
      filled = count
    }
  }
}
