public import LinearAlgebra
public import Platform

extension Column {
  /// One value; for edges, not for loops over many rows.
  public subscript(index: Int) -> Value {
    require(index >= 0 && index < count, "row \(index) of \(count)")
    if isMissing(index) { return .missing }
    let place = start + index
    switch storage {
    case .bool(let bits): return .bool(bits[place])
    case .int32(let values): return .integer(Int64(values[place]))
    case .int64(let values): return .integer(values[place])
    case .float32(let values): return .number(Double(values[place]))
    case .float64(let values): return .number(values[place])
    case .date(let values): return .date(values[place])
    case .datetime(let values): return .datetime(values[place])
    case .timestamp(let values): return .timestamp(values[place])
    case .text: return .text(text(at: index))
    case .texts(let offsets, let ends, let bytes):
      return .texts(
        offsets.span(place..<place + 1).map { text in
          unsafe Self.withBytes(bytes, ends.span(text..<text + 1)) {
            unsafe String(decoding: $0, as: UTF8.self)
          }
        })
    case .dense(let width, let values):
      return .vector(.dense((place * width..<(place + 1) * width).map { values[$0] }))
    case .sparse(let width, let offsets, let indices, let values):
      let range = offsets.span(place..<place + 1)
      return .vector(
        .sparse(
          width: width, indices: range.map { indices[$0] }, values: range.map { values[$0] }))
    }
  }

  /// Text value `index`; empty where it is missing.
  public func text(at index: Int) -> String {
    unsafe withTextBytes(at: index) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The UTF-8 bytes of text value `index`.
  public func withTextBytes<R>(at index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
    -> R
  {
    guard case .text(let offsets, let bytes) = storage else {
      bug("text asked of a \(type.rawValue) column")
    }
    require(index >= 0 && index < count, "row \(index) of \(count)")
    let place = start + index
    return try unsafe Self.withBytes(
      bytes, Int(offsets[place])..<Int(offsets[place + 1]), body)
  }

  private static func withBytes<R>(
    _ bytes: Buffer<UInt8>, _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    require(range.lowerBound >= 0 && range.upperBound <= bytes.count, "text at \(range)")
    return try unsafe body(
      UnsafeRawBufferPointer(start: bytes.pointer + range.lowerBound, count: range.count))
  }

  /// The value as it is written to a text file: numbers in their shortest form.
  public func fieldText(at index: Int) -> String {
    if case .float32(let values) = storage, !isMissing(index) {
      return numberText(values[start + index])
    }
    return self[index].description
  }

  /// Numbers as doubles, missing ones as nil; nil for a column of anything else.
  public var doubles: [Double?]? {
    guard type.isNumeric else { return nil }
    return (0..<count).map { index in
      switch self[index] {
      case .bool(let value): value ? 1 : 0
      case .integer(let value): Double(value)
      case .number(let value): value
      case .missing, .date, .datetime, .timestamp, .text, .texts, .vector: nil
      }
    }
  }

  /// Numbers as doubles, missing ones as NaN; nil for a column of anything else.
  public var numbers: [Double]? {
    guard type.isNumeric else { return nil }
    return unsafe [Double](unsafeUninitializedCapacity: count) { target, filled in
      if let start = target.baseAddress { unsafe copyNumbers(0..<count, to: start, stride: 1) }
      filled = count
    }
  }

  /// How many numbers a row gives: 1, or the width of its vectors; 0 where there are none.
  public var numbersPerRow: Int {
    switch storage {
    case .bool, .int32, .int64, .float32, .float64: 1
    case .dense(let width, _), .sparse(let width, _, _, _): width
    case .date, .datetime, .timestamp, .text, .texts: 0
    }
  }

  /// Writes numbers of a range of rows into every `stride`-th element from `target` on, converted;
  /// missing values become NaN.
  ///
  /// A vector goes to as many elements in a row as it is wide, which must be zero before.
  /// The way from columns to row-major blocks; concrete and without a branch per value.
  @inlinable
  public func copyNumbers<Element: Scalar>(
    _ range: Range<Int>, to target: UnsafeMutablePointer<Element>, stride: Int
  ) {
    require(range.lowerBound >= 0 && range.upperBound <= count, "rows \(range) of \(count)")
    let first = start + range.lowerBound
    switch storage {
    case .bool(let bits):
      for index in 0..<range.count {
        unsafe target[index &* stride] = bits[first + index] ? 1 : 0
      }
    case .int32(let values):
      unsafe copyEach(values.pointer + first, range.count, to: target, stride) { Element($0) }
    case .int64(let values):
      unsafe copyEach(values.pointer + first, range.count, to: target, stride) { Element($0) }
    case .float32(let values):
      unsafe copyEach(values.pointer + first, range.count, to: target, stride) { Element($0) }
    case .float64(let values):
      unsafe copyEach(values.pointer + first, range.count, to: target, stride) { Element($0) }
    case .dense(let width, let values):
      for row in 0..<range.count {
        for index in 0..<width {
          unsafe target[row &* stride &+ index] = Element(values[(first + row) * width + index])
        }
      }
    case .sparse(_, let offsets, let indices, let values):
      for row in 0..<range.count {
        for place in Int(offsets[first + row])..<Int(offsets[first + row + 1]) {
          unsafe target[row &* stride &+ Int(indices[place])] = Element(values[place])
        }
      }
    case .date, .datetime, .timestamp, .text, .texts:
      bug("numbers asked of a \(type.rawValue) column")
    }
    guard let validity else { return }
    for index in 0..<range.count where !validity[range.lowerBound + index] {
      for number in 0..<numbersPerRow { unsafe target[index &* stride &+ number] = .nan }
    }
  }

  @inlinable @inline(__always)
  func copyEach<From, To>(
    _ source: UnsafePointer<From>, _ count: Int, to target: UnsafeMutablePointer<To>,
    _ stride: Int, _ convert: (From) -> To
  ) {
    for index in 0..<count { unsafe target[index &* stride] = convert(source[index]) }
  }
}
