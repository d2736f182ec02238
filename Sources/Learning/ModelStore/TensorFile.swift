internal import Learning
internal import LinearAlgebra
internal import Platform

#if _endian(big)
  #error("tensors are moved as the machine holds them; this code needs a little-endian machine")
#endif

/// Writing and reading tensors in the safetensors format, which Python's library reads too.
enum TensorFile {
  /// Numbers handled at a time: enough to keep the disk busy, small enough for the cache.
  private static let chunkByteCount = 1 << 18

  /// Writes all tensors and returns size and checksum of what was written.
  ///
  /// NaN is written with one bit pattern, so that equal models are equal files.
  static func write(
    _ tensors: [String: Tensor], to file: OutputFile
  ) throws -> (byteCount: Int, checksum: String) {
    let (layout, header) = try TensorLayout.planned(tensors)
    var hash = SHA256()
    hash.update(header)
    try file.write(header)
    for entry in layout.entries {
      guard let tensor = tensors[entry.name] else { bug("tensor '\(entry.name)' is lost") }
      try write(tensor.storage, to: file, hash: &hash)
    }
    return (layout.headerByteCount + layout.bodyByteCount, hash.hexadecimal)
  }

  /// Reads all tensors, with the checksum of exactly the bytes they were made from.
  static func read(
    _ file: InputFile
  ) throws -> (tensors: [String: Tensor], checksum: String) {
    do {
      var hash = SHA256()
      let sizeBytes = try bytes(of: file, 0..<8, hash: &hash)
      let headerEnd = try TensorLayout.headerByteCount(sizeBytes, fileByteCount: file.byteCount)
      let header = try bytes(of: file, 8..<headerEnd, hash: &hash)
      let layout = try TensorLayout(header: header, fileByteCount: file.byteCount)
      var tensors: [String: Tensor] = [:]
      for entry in layout.entries {
        let storage = try read(entry, from: file, at: headerEnd + entry.offset, hash: &hash)
        tensors[entry.name] = Tensor(shape: entry.shape, storage: storage)
      }
      return (tensors, hash.hexadecimal)
    } catch let fault as TensorFault {
      throw Failure(.data, "cannot read \(file.path)", causes: [fault.description])
    }
  }

  // MARK: Writing

  private static func write(
    _ storage: Tensor.Storage, to file: OutputFile, hash: inout SHA256
  ) throws {
    switch storage {
    case .float(let matrix):
      try matrix.withSpan { span in
        try write(span, to: file, hash: &hash) { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
      }
    case .double(let matrix):
      try matrix.withSpan { span in
        try write(span, to: file, hash: &hash) { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
      }
    case .int32(let buffer):
      try buffer.withSpan { span in try write(span, to: file, hash: &hash) { $0 } }
    case .int64(let buffer):
      try buffer.withSpan { span in try write(span, to: file, hash: &hash) { $0 } }
    case .uint8(let buffer):
      try buffer.withSpan { span in try write(span, to: file, hash: &hash) { $0 } }
    }
  }

  private static func write<Element, Bits: BitwiseCopyable>(
    _ span: Span<Element>, to file: OutputFile, hash: inout SHA256, _ bits: (Element) -> Bits
  ) throws {
    let step = chunkByteCount / MemoryLayout<Bits>.stride
    for start in stride(from: 0, to: span.count, by: step) {
      let chunk = (start..<min(start + step, span.count)).map { bits(span[$0]) }
      hash.update(elements: chunk.span)
      try file.write(chunk.span)
    }
  }

  // MARK: Reading

  private static func bytes(
    of file: InputFile, _ range: Range<Int>, hash: inout SHA256
  ) throws -> [UInt8] {
    guard range.upperBound <= file.byteCount else {
      throw TensorFault("it has only \(file.byteCount) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    try file.read(into: &span, 0..<range.count, at: range.lowerBound)
    hash.update(bytes)
    return bytes
  }

  private static func read(
    _ entry: TensorLayout.Entry, from file: InputFile, at offset: Int, hash: inout SHA256
  ) throws -> Tensor.Storage {
    // A matrix of two dimensions keeps them, any other shape is one row.
    let (rows, columns) =
      entry.shape.count == 2 ? (entry.shape[0], entry.shape[1]) : (1, entry.elementCount)
    switch entry.elementType {
    case .float:
      var matrix = Matrix<Float>(rowCount: rows, columnCount: columns)
      try matrix.withMutableSpan { try fill(&$0, from: file, at: offset, hash: &hash) }
      return .float(matrix)
    case .double:
      var matrix = Matrix<Double>(rowCount: rows, columnCount: columns)
      try matrix.withMutableSpan { try fill(&$0, from: file, at: offset, hash: &hash) }
      return .double(matrix)
    case .int32:
      let buffer = Buffer<Int32>(count: entry.elementCount)
      try buffer.withMutableSpan { try fill(&$0, from: file, at: offset, hash: &hash) }
      return .int32(buffer)
    case .int64:
      let buffer = Buffer<Int64>(count: entry.elementCount)
      try buffer.withMutableSpan { try fill(&$0, from: file, at: offset, hash: &hash) }
      return .int64(buffer)
    case .uint8:
      let buffer = Buffer<UInt8>(count: entry.elementCount)
      try buffer.withMutableSpan { try fill(&$0, from: file, at: offset, hash: &hash) }
      return .uint8(buffer)
    }
  }

  private static func fill<Element: BitwiseCopyable>(
    _ span: inout MutableSpan<Element>, from file: InputFile, at offset: Int, hash: inout SHA256
  ) throws {
    let width = MemoryLayout<Element>.stride
    let step = chunkByteCount / width
    for start in stride(from: 0, to: span.count, by: step) {
      let range = start..<min(start + step, span.count)
      try file.read(into: &span, range, at: offset + start * width)
      hash.update(elements: span.span.extracting(range))
    }
  }
}
