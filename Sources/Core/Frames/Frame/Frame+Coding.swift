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
    case .int64(let values): bytes.append(words: rows.map { values[$0] })
    case .float32(let values): bytes.append(words: rows.map { values[$0] })
    case .float64(let values): bytes.append(words: rows.map { values[$0] })
    case .text(let offsets, let text):
      bytes.append(words: (start...start + count).map { offsets[$0] - offsets[start] })
      bytes.append(
        contentsOf: (Int(offsets[start])..<Int(offsets[start + count])).map { text[$0] })
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
      case .int64: .int64(Buffer(try reader.words(count, as: Int64.self)))
      case .float32: .float32(Buffer(try reader.words(count, as: Float.self)))
      case .float64: .float64(Buffer(try reader.words(count, as: Double.self)))
      case .text: try Column.text(from: &reader, count: count)
      }
    self.init(storage, count: count, validity: validity)
  }

  private static func text(from reader: inout WordReader, count: Int) throws -> Storage {
    let offsets = try reader.words(count + 1, as: Int64.self)
    let bytes = try reader.words(Int(offsets[count]), as: UInt8.self)
    return .text(offsets: Buffer(offsets), bytes: Buffer(bytes))
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: BitwiseCopyable>(words: [T]) {
    unsafe words.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}

private struct WordReader {
  let bytes: [UInt8]
  var place = 0

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
