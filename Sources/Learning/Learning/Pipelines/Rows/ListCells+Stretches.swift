internal import LinearAlgebra
public import Platform

/// Whole rows at once, for loops over words: the memory is asked for once a row, not once a word.
extension ListCells {
  /// The texts of one row where they lie.
  @unsafe public struct Stretch {
    public let count: Int
    @usableFromInline let bytes: UnsafePointer<UInt8>
    @usableFromInline let starts: UnsafePointer<Int>
    @usableFromInline let lengths: UnsafePointer<Int>

    @usableFromInline
    init(
      _ count: Int, _ bytes: UnsafePointer<UInt8>, _ starts: UnsafePointer<Int>,
      _ lengths: UnsafePointer<Int>
    ) {
      unsafe self.count = count
      unsafe (self.bytes, self.starts, self.lengths) = (bytes, starts, lengths)
    }

    /// The UTF-8 bytes of one text.
    @inlinable
    public subscript(index: Int) -> UnsafeRawBufferPointer {
      unsafe require(index >= 0 && index < count, unsafe "text \(index) of \(count)")
      return unsafe UnsafeRawBufferPointer(start: bytes + starts[index], count: lengths[index])
    }
  }

  /// Lends the texts of a row; nothing may be appended meanwhile.
  public func withTexts<R>(_ row: Int, _ body: (Stretch) throws -> R) rethrows -> R {
    let count = count(row)
    let first = max(0, starts[row])
    return try unsafe body(
      Stretch(
        count, UnsafePointer(texts.bytes.pointer), UnsafePointer(texts.starts.pointer + first),
        UnsafePointer(texts.lengths.pointer + first)))
  }

  /// Completes the next row with parts of one stretch of bytes, which `write` puts in place.
  ///
  /// - Parameters:
  ///   - byteLimit: the most bytes that are written.
  ///   - textLimit: the most texts that are made.
  ///   - write: fills in the bytes, and for each text its place among them and its length; returns
  ///     how many of both there are.
  @unsafe
  public func appendRow(
    byteLimit: Int, textLimit: Int,
    _ write: (
      _ bytes: UnsafeMutablePointer<UInt8>, _ starts: UnsafeMutablePointer<Int>,
      _ lengths: UnsafeMutablePointer<Int>
    ) throws -> (byteCount: Int, textCount: Int)
  ) rethrows {
    let (base, first) = (texts.bytes.count, texts.count)
    let starts = unsafe texts.starts.grow(by: textLimit)
    let (byteCount, textCount) = try unsafe write(
      texts.bytes.grow(by: byteLimit), starts, texts.lengths.grow(by: textLimit))
    require(
      byteCount <= byteLimit && textCount <= textLimit, "\(textCount) texts of \(byteCount) bytes")
    for index in 0..<textCount { unsafe starts[index] += base }
    texts.bytes.truncate(to: base + byteCount)
    texts.starts.truncate(to: first + textCount)
    texts.lengths.truncate(to: first + textCount)
    endRow()
  }
}
