internal import Learning
internal import Platform

/// Where each tensor lies in a safetensors file: the header, read or made, and checked.
///
/// The file is eight bytes of header size, the header in JSON, and the numbers, little-endian, one
/// tensor after another without a gap.
struct TensorLayout {
  /// One tensor of the file.
  struct Entry {
    let name: String
    let elementType: Tensor.ElementType
    let shape: [Int]
    let elementCount: Int
    /// From the start of the numbers, not of the file.
    let offset: Int

    var byteCount: Int { elementCount * elementType.byteCount }
  }

  /// In the order of the file.
  let entries: [Entry]
  /// Bytes of the size and the header.
  let headerByteCount: Int
  /// Bytes of the numbers.
  let bodyByteCount: Int

  /// A header larger than this is refused, as other readers of the format do.
  static let headerLimit = 64 << 20
  /// What an empty tensor may have as a dimension: no file size stands behind it.
  private static let emptyDimensionLimit = 1 << 24

  /// The layout of tensors to be written, with the header's bytes.
  ///
  /// Wide types first, then by name, so that each number stands at a multiple of its size.
  static func planned(_ tensors: [String: Tensor]) throws -> (layout: Self, header: [UInt8]) {
    let sorted = tensors.sorted { one, other in
      let widths = (one.value.elementType.byteCount, other.value.elementType.byteCount)
      return widths.0 != widths.1
        ? widths.0 > widths.1 : one.key.utf8.lexicographicallyPrecedes(other.key.utf8)
    }
    var entries: [Entry] = []
    var members: [JSONObject.Member] = []
    var offset = 0
    for (name, tensor) in sorted {
      if let fault = fault(inName: name) { throw Failure(.bug, "a tensor of ours \(fault)") }
      let entry = Entry(
        name: name, elementType: tensor.elementType, shape: tensor.shape,
        elementCount: tensor.elementCount, offset: offset)
      offset += entry.byteCount
      entries.append(entry)
      members.append(
        JSONObject.Member(
          name,
          [
            "dtype": .text(entry.elementType.rawValue),
            "shape": .list(entry.shape.map { .integer($0) }),
            "data_offsets": [.integer(entry.offset), .integer(offset)],
          ]))
    }
    var header = Array(JSONValue.object(JSONObject(members)).printed(.line).utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let size = UInt64(header.count)
    let sizeBytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> UInt64(8 * $0)) }
    let layout = Self(
      entries: entries, headerByteCount: 8 + header.count, bodyByteCount: offset)
    return (layout, sizeBytes + header)
  }

  /// The size of the header, from the first eight bytes of a file of `fileByteCount`.
  static func headerByteCount(_ sizeBytes: [UInt8], fileByteCount: Int) throws(TensorFault) -> Int {
    let size = sizeBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let count = Int(exactly: size), count >= 2, count <= fileByteCount - 8 else {
      throw TensorFault("its header is said to have \(size) bytes, the file has \(fileByteCount)")
    }
    guard count <= headerLimit else { throw TensorFault("its header has \(count) bytes") }
    return 8 + count
  }

  private init(entries: [Entry], headerByteCount: Int, bodyByteCount: Int) {
    self.entries = entries
    self.headerByteCount = headerByteCount
    self.bodyByteCount = bodyByteCount
  }

  /// The layout that a header describes, every claim checked against the size of the file.
  init(header: [UInt8], fileByteCount: Int) throws(TensorFault) {
    headerByteCount = 8 + header.count
    bodyByteCount = fileByteCount - headerByteCount
    guard header.first == UInt8(ascii: "{") else {
      throw TensorFault("its header is no JSON object")
    }
    let document: JSONValue
    do { document = try JSONValue(parsing: header, depthLimit: 8) } catch {
      throw TensorFault("its header is no JSON: \(error)")
    }
    guard case .object(let object) = document else {
      throw TensorFault("its header is no JSON object")
    }
    var entries: [Entry] = []
    for member in object.members where member.name != "__metadata__" {
      entries.append(try Self.entry(member))
    }
    entries.sort {
      ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount)
        || ($0.offset, $0.byteCount) == ($1.offset, $1.byteCount)
          && $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    var end = 0
    for entry in entries {
      guard entry.offset == end else {
        throw TensorFault("tensor '\(entry.name)' starts at \(entry.offset) instead of \(end)")
      }
      let (next, overflow) = end.addingReportingOverflow(entry.byteCount)
      guard !overflow, next <= bodyByteCount else {
        throw TensorFault("tensor '\(entry.name)' ends beyond the file")
      }
      end = next
    }
    guard end == bodyByteCount else {
      throw TensorFault("its tensors have \(end) bytes, the file holds \(bodyByteCount)")
    }
    self.entries = entries
  }

  private static func entry(_ member: JSONObject.Member) throws(TensorFault) -> Entry {
    if let fault = fault(inName: member.name) { throw TensorFault("a tensor \(fault)") }
    let name = member.name
    guard case .object(let object) = member.value, object.members.count == 3,
      case .text(let typeName)? = object["dtype"], case .list(let lengths)? = object["shape"],
      case .list(let range)? = object["data_offsets"]
    else { throw TensorFault("tensor '\(name)' is not described by dtype, shape, data_offsets") }
    guard let elementType = Tensor.ElementType(rawValue: typeName) else {
      throw TensorFault("tensor '\(name)' is of the unknown type \(typeName.prefix(20))")
    }
    guard lengths.count <= 8 else { throw TensorFault("tensor '\(name)' has too many dimensions") }
    var shape: [Int] = []
    for length in lengths {
      guard case .integer(let length) = length, length >= 0 else {
        throw TensorFault("tensor '\(name)' has an impossible shape")
      }
      shape.append(length)
    }
    guard let count = Tensor.elementCount(ofShape: shape),
      case (let bytes, false) = count.multipliedReportingOverflow(by: elementType.byteCount)
    else { throw TensorFault("tensor '\(name)' has an impossible shape") }
    if count == 0, shape.contains(where: { $0 > emptyDimensionLimit }) {
      throw TensorFault("tensor '\(name)' is empty and has an impossible shape")
    }
    guard range.count == 2, case .integer(let start) = range[0], case .integer(let end) = range[1],
      start >= 0, end >= start, end - start == bytes
    else {
      throw TensorFault("tensor '\(name)' of \(bytes) bytes has other data_offsets")
    }
    return Entry(
      name: name, elementType: elementType, shape: shape, elementCount: count, offset: start)
  }

  /// What is wrong with a tensor's name: it is 1 to 200 of `A-Z a-z 0-9 . _ - /`, no underscore
  /// first.
  private static func fault(inName name: String) -> String? {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 200, name.utf8.first != UInt8(ascii: "_")
    else {
      let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(40)))
      return "has the impossible name \(JSONValue.text(start).printed(.line))"
    }
    return nil
  }
}

/// What is wrong with a tensor file, in words that follow its name.
struct TensorFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
