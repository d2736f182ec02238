// The doors through which code above this layer moves bytes without touching a pointer.

extension OutputFile {
  /// Appends elements as memory holds them.
  public func write<Element: BitwiseCopyable>(_ elements: Span<Element>) throws {
    try unsafe elements.withUnsafeBytes { bytes in try unsafe write(bytes) }
  }
}

extension InputFile {
  /// Reads the elements of `range` as the file holds them, the first one at `offset`.
  public func read<Element: BitwiseCopyable>(
    into elements: inout MutableSpan<Element>, _ range: Range<Int>, at offset: Int
  ) throws {
    require(
      range.lowerBound >= 0 && range.upperBound <= elements.count,
      "elements \(range) of \(elements.count)")
    let width = MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeMutableBytes { bytes in
      let part = unsafe bytes[(range.lowerBound * width)..<(range.upperBound * width)]
      try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: part), at: offset)
    }
  }
}

extension Span where Element: BitwiseCopyable {
  /// The elements byte by byte, as memory holds them; for types without padding, such as numbers.
  @inlinable
  public func withBytes<R, Problem: Error>(
    _ body: (Span<UInt8>) throws(Problem) -> R
  ) throws(Problem) -> R {
    try body(unsafe Span<UInt8>(_bytes: bytes))
  }
}
