public import LinearAlgebra
public import Platform

/// One text a row, written one after the other: a register of a batch.
@safe public final class TextCells {
  @usableFromInline var starts = GrowingBuffer<Int>(capacity: 0)
  /// In bytes; -1 where a text is missing.
  @usableFromInline var lengths = GrowingBuffer<Int>(capacity: 0)
  @usableFromInline var bytes = GrowingBuffer<UInt8>(capacity: 0)

  /// Forgets all texts, and keeps the memory.
  public func removeAll() {
    starts.truncate(to: 0)
    lengths.truncate(to: 0)
    bytes.truncate(to: 0)
  }

  public var count: Int { lengths.count }

  /// Adds the text of the next row.
  @inlinable
  public func append(_ text: UnsafeRawBufferPointer) {
    starts.append(bytes.count)
    lengths.append(text.count)
    guard let source = text.baseAddress, text.count > 0 else { return }
    let target = unsafe UnsafeMutableRawPointer(bytes.grow(by: text.count))
    unsafe target.copyMemory(from: source, byteCount: text.count)
  }

  /// Adds the text of the next row.
  public func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Adds texts that lie one behind the other: text `i` is `source[offsets[i]..<offsets[i + 1]]`.
  @unsafe
  func append(_ offsets: UnsafePointer<Int64>, _ source: UnsafePointer<UInt8>, count: Int) {
    let begin = unsafe Int(offsets[0])
    let shift = bytes.count - begin
    let total = unsafe Int(offsets[count]) - begin
    unsafe bytes.grow(by: total).update(from: source + begin, count: total)
    let (starts, lengths) = unsafe (starts.grow(by: count), lengths.grow(by: count))
    for row in 0..<count {
      unsafe starts[row] = Int(offsets[row]) + shift
      unsafe lengths[row] = Int(offsets[row + 1] - offsets[row])
    }
  }

  /// Takes the text of a row away.
  func setMissing(_ row: Int) { lengths[row] = -1 }

  /// The next row has no text.
  public func appendMissing() {
    starts.append(bytes.count)
    lengths.append(-1)
  }

  @inlinable
  public func isMissing(_ row: Int) -> Bool { lengths[row] < 0 }

  /// The UTF-8 bytes of a row's text; none where it is missing.
  @inlinable
  public func withBytes<R>(_ row: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let length = max(0, lengths[row])
    return try unsafe body(
      UnsafeRawBufferPointer(start: bytes.pointer + starts[row], count: length))
  }

  /// A row's text, for messages and other rare uses.
  public func text(_ row: Int) -> String {
    unsafe withBytes(row) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  func keep(_ rows: [Int]) {
    for (place, row) in rows.enumerated() {
      starts[place] = starts[row]
      lengths[place] = lengths[row]
    }
    starts.truncate(to: rows.count)
    lengths.truncate(to: rows.count)
  }
}

/// A list of texts a row, written one after the other: a register of a batch.
public final class ListCells {
  /// The texts of all rows.
  @usableFromInline let texts = TextCells()
  /// The place of each list's first text; -1 where a list is missing.
  @usableFromInline var starts = GrowingBuffer<Int>(capacity: 0)
  @usableFromInline var ends = GrowingBuffer<Int>(capacity: 0)

  /// Forgets all lists, and keeps the memory.
  public func removeAll() {
    texts.removeAll()
    starts.truncate(to: 0)
    ends.truncate(to: 0)
    lastEnd = 0
  }

  /// Adds a text to the list of the next row, which `endRow` completes.
  @inlinable
  public func append(_ text: UnsafeRawBufferPointer) { unsafe texts.append(text) }

  /// Completes the list of the next row with what was appended since the last.
  public func endRow() {
    starts.append(lastEnd)
    ends.append(texts.count)
    lastEnd = texts.count
  }

  /// Completes the next row as one whose list is missing.
  public func endMissingRow() {
    starts.append(-1)
    ends.append(texts.count)
    lastEnd = texts.count
  }

  private var lastEnd = 0
  var rowCount: Int { ends.count }

  @inlinable
  public func isMissing(_ row: Int) -> Bool { starts[row] < 0 }

  /// How many texts the list of a row has.
  @inlinable
  public func count(_ row: Int) -> Int { isMissing(row) ? 0 : ends[row] - starts[row] }

  /// The UTF-8 bytes of one text of a row's list.
  @inlinable
  public func withBytes<R>(
    _ row: Int, _ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    require(index >= 0 && index < count(row), "text \(index) of \(count(row))")
    return try unsafe texts.withBytes(starts[row] + index, body)
  }

  func keep(_ rows: [Int]) {
    for (place, row) in rows.enumerated() {
      starts[place] = starts[row]
      ends[place] = ends[row]
    }
    starts.truncate(to: rows.count)
    ends.truncate(to: rows.count)
  }
}
