internal import CParse
internal import Frames
internal import LinearAlgebra
internal import Platform

/// The columns of one split while they are written.
///
/// All numbers of a split lie in one piece of memory, large enough for large pages; a column is a
/// part of it. C writes through pointers that stay valid while this object lives.
@safe
final class CSVColumns {
  private let fields: [CSVField]
  private var descriptions: [martlet_csv_column]
  private(set) var capacity = 0
  private(set) var rowCount = 0
  private var doubles = Buffer<Double>(count: 0)
  private var integers = Buffer<Int64>(count: 0)
  private var bits = Buffer<UInt8>(count: 0)
  private var validity = Buffer<UInt8>(count: 0)

  init(_ fields: [CSVField]) {
    self.fields = fields
    unsafe descriptions = unsafe fields.map { field in
      var description = unsafe martlet_csv_column()
      unsafe description.field = UInt32(field.place)
      unsafe description.type = field.type.rawValue
      unsafe description.seen = field.type.rawValue
      unsafe description.identifier = field.isIdentifier ? 1 : 0
      unsafe description.first_seen = (-1, -1, -1, -1, -1)
      return unsafe description
    }
  }

  deinit {
    for index in unsafe descriptions.indices { unsafe martlet_csv_free_text(&descriptions[index]) }
  }

  /// Writes the rows found last behind those written before.
  func append(_ indexer: CSVIndexer, _ window: CSVWindow, rowCount added: Int) {
    let status = unsafe descriptions.withUnsafeMutableBufferPointer { columns in
      unsafe martlet_csv_convert(
        indexer.handle, window.pointer, Int64(window.origin), columns.baseAddress, columns.count,
        rowCount)
    }
    require(status == 0, "no memory for the text of a CSV file")
    rowCount += added
  }

  /// Makes room for more rows; `estimate` is how many there may be in the end.
  func reserve(_ added: Int, estimate: Int) {
    let wanted = rowCount + added
    guard wanted > capacity || capacity == 0 else { return }
    // Whole bytes of bits for each column, and one more element for the offsets of text.
    let larger = (max(wanted, capacity == 0 ? estimate : capacity * 2) + 63) / 64 * 64
    let old = (doubles, integers, bits, validity, capacity)
    func count(_ isOf: (CSVType) -> Bool) -> Int { fields.count { isOf($0.type) } }
    doubles = Buffer(count: count { $0 == .float64 } * larger)
    integers = Buffer(count: count { $0 == .int64 || $0 == .text } * (larger + 1))
    bits = Buffer(count: count { $0 == .bool } * larger / 8)
    validity = Buffer(count: count { $0 != .missing } * larger / 8)
    capacity = larger
    var at = Places()
    var before = Places()
    for (index, field) in fields.enumerated() where field.type != .missing {
      let newByteCount = larger / 8
      let oldByteCount = old.4 / 8
      switch field.type {
      case .float64:
        let target = unsafe doubles.pointer + at.doubles
        unsafe target.update(from: old.0.pointer + before.doubles, count: rowCount)
        unsafe descriptions[index].values = UnsafeMutableRawPointer(target)
      case .bool:
        let target = unsafe bits.pointer + at.bits
        unsafe target.update(from: old.2.pointer + before.bits, count: oldByteCount)
        unsafe descriptions[index].values = UnsafeMutableRawPointer(target)
      default:
        let target = unsafe integers.pointer + at.integers
        unsafe target.update(
          from: old.1.pointer + before.integers, count: old.4 == 0 ? 0 : rowCount + 1)
        unsafe descriptions[index].values = UnsafeMutableRawPointer(target)
      }
      let target = unsafe validity.pointer + at.validity
      if unsafe descriptions[index].missing_count > 0 {
        unsafe target.update(from: old.3.pointer + before.validity, count: oldByteCount)
        unsafe (target + oldByteCount).update(
          repeating: 0xFF, count: newByteCount - oldByteCount)
      }
      unsafe descriptions[index].validity = target
      unsafe descriptions[index].validity_count = newByteCount
      at.step(field.type, capacity: larger)
      before.step(field.type, capacity: old.4)
    }
  }

  /// The finished columns.
  func finish() -> [CSVColumn] {
    if capacity == 0 { reserve(0, estimate: 1) }
    var at = Places()
    var nothing: Column?
    return fields.enumerated().map { index, field in
      let description = unsafe descriptions[index]
      let seen = unsafe CSVType(rawValue: description.seen) ?? .text
      let firstText = unsafe Int(description.first_seen.4)
      let firstBool = unsafe Int(description.first_seen.1)
      var column: Column?
      if seen == field.type {
        if field.type == .missing {
          if nothing == nil { nothing = Self.missing(rowCount) }
          column = nothing
        } else {
          column = unsafe finished(field.type, description, at)
        }
      }
      at.step(field.type, capacity: capacity)
      return CSVColumn(seen: seen, column: column, firstText: firstText, firstBool: firstBool)
    }
  }

  private func finished(_ type: CSVType, _ description: martlet_csv_column, _ at: Places) -> Column
  {
    var valid: Bitmap?
    if unsafe description.missing_count > 0 {
      valid = Bitmap(validity, start: at.validity * 8, count: rowCount)
    }
    switch type {
    case .float64:
      return Column(.float64(doubles), start: at.doubles, count: rowCount, validity: valid)
    case .int64:
      return Column(.int64(integers), start: at.integers, count: rowCount, validity: valid)
    case .bool, .missing:
      return Column(
        .bool(Bitmap(bits, count: bits.count * 8)), start: at.bits * 8, count: rowCount,
        validity: valid)
    case .text:
      let bytes = unsafe Buffer<UInt8>(count: description.text_count)
      if let text = unsafe description.text {
        unsafe bytes.pointer.update(from: text, count: description.text_count)
      }
      return Column(
        .text(offsets: integers, bytes: bytes), start: at.integers, count: rowCount,
        validity: valid)
    }
  }

  /// A column in which nothing is there.
  static func missing(_ count: Int) -> Column {
    Column(
      .float64(Buffer(count: count)), count: count,
      validity: Bitmap(Buffer(count: (count + 7) / 8), count: count))
  }

  /// Where a column's part begins in each piece of memory.
  private struct Places {
    var doubles = 0
    var integers = 0
    var bits = 0
    var validity = 0

    mutating func step(_ type: CSVType, capacity: Int) {
      switch type {
      case .missing: return
      case .float64: doubles += capacity
      case .int64, .text: integers += capacity + 1
      case .bool: bits += capacity / 8
      }
      validity += capacity / 8
    }
  }
}

/// One column of one split.
struct CSVColumn: Sendable {
  /// What its values are.
  var seen: CSVType
  /// The values; nil where they do not fit the type that was asked for.
  var column: Column?
  /// Where in the file it first was text, or bool; -1 where it was not, or was expected to be.
  var firstText: Int
  var firstBool: Int
}
