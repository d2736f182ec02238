internal import Frames
internal import LinearAlgebra
internal import Platform

/// The numbers of one array, somewhere in a file.
struct NumPyArray: Sendable {
  let file: InputFile
  let header: NumPyHeader

  /// Some of its columns over a run of rows.
  func columns(_ places: [Int], of rows: Range<Int>) throws -> [Column] {
    guard !header.isColumnMajor else { return try columnsFirst(places, of: rows) }
    let width = header.columnCount * header.element.byteCount
    let bytes = Buffer<UInt8>(count: rows.count * width)
    try unsafe file.read(
      into: UnsafeMutableRawBufferPointer(start: bytes.pointer, count: bytes.count),
      at: header.dataOffset + rows.lowerBound * width)
    return places.map { place in
      unsafe column(
        header.element, bytes.pointer, first: place, step: header.columnCount, rows.count)
    }
  }

  /// The same for an array whose columns lie one behind the other.
  private func columnsFirst(_ places: [Int], of rows: Range<Int>) throws -> [Column] {
    let size = header.element.byteCount
    let bytes = Buffer<UInt8>(count: rows.count * size)
    return try places.map { place in
      try unsafe file.read(
        into: UnsafeMutableRawBufferPointer(start: bytes.pointer, count: bytes.count),
        at: header.dataOffset + (place * header.rowCount + rows.lowerBound) * size)
      return unsafe column(header.element, bytes.pointer, first: 0, step: 1, rows.count)
    }
  }

  private func column(
    _ element: NumPyHeader.Element, _ bytes: UnsafePointer<UInt8>, first: Int, step: Int,
    _ count: Int
  ) -> Column {
    func gather<From: BitwiseCopyable, To>(_: From.Type, _ convert: (From) -> To) -> Buffer<To> {
      let target = Buffer<To>(count: count)
      let size = MemoryLayout<From>.size
      for row in 0..<count {
        let value = unsafe UnsafeRawPointer(bytes + (first + row * step) * size)
          .loadUnaligned(as: From.self)
        unsafe target.pointer[row] = convert(value)
      }
      return target
    }
    let storage: Column.Storage =
      switch element {
      case .float32: .float32(gather(Float.self) { $0 })
      case .float64: .float64(gather(Double.self) { $0 })
      case .int8: .int64(gather(Int8.self) { Int64($0) })
      case .int16: .int64(gather(Int16.self) { Int64($0) })
      case .int32: .int64(gather(Int32.self) { Int64($0) })
      case .int64: .int64(gather(Int64.self) { $0 })
      case .uint8: .int64(gather(UInt8.self) { Int64($0) })
      case .uint16: .int64(gather(UInt16.self) { Int64($0) })
      case .uint32: .int64(gather(UInt32.self) { Int64($0) })
      case .bool:
        .bool(Bitmap((0..<count).map { unsafe bytes[first + $0 * step] != 0 }))
      }
    return Column(storage, count: count)
  }
}
