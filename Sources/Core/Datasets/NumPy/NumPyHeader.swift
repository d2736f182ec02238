internal import Frames
internal import Platform

/// What the head of a `.npy` file says: element type, shape, and where the numbers begin.
struct NumPyHeader: Equatable {
  enum Element: String, CaseIterable {
    case float32 = "f4"
    case float64 = "f8"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case bool = "b1"

    var byteCount: Int { Int(rawValue.dropFirst()) ?? 1 }

    /// The column type that holds every value of this type exactly.
    var columnType: ColumnType {
      switch self {
      case .float32: .float32
      case .float64: .float64
      case .bool: .bool
      default: .int64
      }
    }
  }

  /// Columns that can be named; a file without rows may say any number.
  private static let columnLimit = 1 << 20

  let element: Element
  let rowCount: Int
  let columnCount: Int
  let dataOffset: Int
  /// Whether the numbers of a column lie together, as pandas hands them out.
  let isColumnMajor: Bool
  /// How many dimensions it has, 1 or 2.
  let dimensionCount: Int

  /// An array that is sound, of a kind that is no column.
  struct Foreign: FailureConvertible { let failure: Failure }

  /// Reads the head and checks it against the size of the file before anything is allocated.
  /// - Parameters:
  ///   - range: where in the file the array lies; nil for a file of its own.
  ///   - name: what to call it in an error.
  init(of file: InputFile, in range: Range<Int>? = nil, name: String? = nil) throws {
    func wrong(_ problem: String, hint: String? = nil) -> Failure {
      Failure(
        .data, "\(name ?? file.name) is no .npy file that can be read", causes: [problem],
        hint: hint)
    }
    func foreign(_ problem: String, hint: String) -> Foreign {
      Foreign(failure: wrong(problem, hint: hint))
    }
    let range = range ?? 0..<file.byteCount
    let start = try file.bytes(at: range.lowerBound, count: min(12, range.count))
    guard start.count == 12, start.prefix(6).elementsEqual([0x93] + Array("NUMPY".utf8)) else {
      throw wrong("it does not begin as one")
    }
    let isFirstVersion = start[6] == 1
    guard (1...3).contains(start[6]) else { throw wrong("its version is \(start[6])") }
    let length =
      isFirstVersion
      ? Int(start[8]) | Int(start[9]) << 8
      : (0..<4).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    let textStart = isFirstVersion ? 10 : 12
    guard length <= range.count - textStart, length < 1 << 20 else {
      throw wrong("its head is longer than the file")
    }
    let text = String(
      decoding: try file.bytes(at: range.lowerBound + textStart, count: length), as: UTF8.self)
    dataOffset = range.lowerBound + textStart + length

    guard let descriptor = Self.entry("descr", in: text)?.trimming("'\" ") else {
      throw wrong("its head names no element type")
    }
    guard let element = Element(rawValue: String(descriptor.dropFirst())),
      descriptor.first == "<" || descriptor.first == "|"
    else {
      throw foreign(
        "elements of type '\(descriptor)'",
        hint: "save numbers, little-endian: numpy.save(name, array.astype('<f8'))")
    }
    self.element = element
    switch Self.entry("fortran_order", in: text)?.trimming(" ") {
    case "False": isColumnMajor = false
    case "True": isColumnMajor = true
    default: throw wrong("its head does not say whether rows or columns come first")
    }
    let shape = (Self.entry("shape", in: text) ?? "").trimming("() ").split(separator: ",")
      .map { Int($0.trimming(" ")) }
    let sizes = shape.compactMap { $0 }.filter { $0 >= 0 }
    guard sizes.count == shape.count else { throw wrong("its head names no shape") }
    guard (1...2).contains(sizes.count) else {
      throw foreign("it has \(sizes.count) dimensions", hint: "one or two can be read")
    }
    rowCount = sizes[0]
    dimensionCount = sizes.count
    columnCount = sizes.count == 2 ? sizes[1] : 1
    guard (1...Self.columnLimit).contains(columnCount) else {
      throw wrong("it has \(columnCount) columns", hint: "1 to \(Self.columnLimit) can be read")
    }
    let (cells, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    let (bytes, overflowToo) = cells.multipliedReportingOverflow(by: element.byteCount)
    guard !overflow, !overflowToo, bytes <= range.upperBound - dataOffset else {
      throw wrong("it says \(rowCount) x \(columnCount) numbers and is too short for them")
    }
  }

  /// The text of one entry of the head, which is a Python dictionary on one line.
  private static func entry(_ key: String, in text: String) -> Substring? {
    let bytes = text.utf8
    guard let name = text.firstRange(of: "'\(key)':") else { return nil }
    let rest = text[name.upperBound...]
    let end: Substring.Index?
    if let open = rest.firstIndex(where: { $0 != " " }), rest[open] == "(" {
      end = rest.firstIndex(of: ")")
    } else {
      end = rest.firstIndex { $0 == "," || $0 == "}" }
    }
    return rest[..<(end ?? bytes.endIndex)]
  }
}

extension Substring {
  fileprivate func trimming(_ characters: String) -> Substring {
    var rest = self
    while let first = rest.first, characters.contains(first) { rest.removeFirst() }
    while let last = rest.last, characters.contains(last) { rest.removeLast() }
    return rest
  }
}

extension InputFile {
  /// Some bytes of the file.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      filled = count
    }
  }
}
