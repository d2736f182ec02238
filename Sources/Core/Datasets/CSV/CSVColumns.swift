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
  private let source: CSVMemory
  private var memory: Memory
  private(set) var rowCount = 0

  init(_ fields: [CSVField], memory source: CSVMemory) {
    self.fields = fields
    self.source = source
    memory = Memory([], capacity: 0, from: source)
    unsafe descriptions = unsafe fields.map { field in
      var description = unsafe martlet_csv_column()
      unsafe description.field = UInt32(field.place)
      unsafe description.type = field.type.rawValue
      unsafe description.seen = field.type.rawValue
      unsafe description.identifier = field.isIdentifier ? 1 : 0
      unsafe description.first_seen = (-1, -1, -1, -1, -1, -1, -1, -1)
      if field.type == .text { unsafe source.lendText(to: &description) }
      return unsafe description
    }
  }

  deinit {
    for index in unsafe descriptions.indices { unsafe source.takeText(of: &descriptions[index]) }
  }

  /// For how many rows there is room.
  var capacity: Int { memory.capacity }

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

  /// Makes room for more rows; `estimate` is how many there may be yet.
  func reserve(_ added: Int, estimate: Int) {
    let wanted = rowCount + added
    guard wanted > capacity || capacity == 0 else { return }
    // Whole bytes of bits for each column.
    let larger = (max(wanted, rowCount + estimate, 1) + 7) / 8 * 8
    let old = memory
    memory = Memory(fields, capacity: larger, from: source)
    var to = Places()
    var from = Places()
    for (index, field) in fields.enumerated() where field.type != .missing {
      let values = unsafe memory.values(field.type, to)
      let validity = unsafe memory.validity.pointer + to.validity
      if old.capacity > 0 {
        unsafe values.copyMemory(
          from: old.values(field.type, from), byteCount: valueByteCount(field.type))
      }
      if unsafe descriptions[index].missing_count > 0 {
        let known = old.capacity / 8
        unsafe validity.update(from: old.validity.pointer + from.validity, count: known)
        unsafe (validity + known).update(repeating: 0xFF, count: larger / 8 - known)
      }
      unsafe descriptions[index].values = values
      unsafe descriptions[index].validity = validity
      unsafe descriptions[index].validity_count = larger / 8
      to.step(field.type, capacity: larger)
      from.step(field.type, capacity: old.capacity)
    }
  }

  private func valueByteCount(_ type: CSVType) -> Int {
    switch type {
    case .missing: 0
    case .bool: (rowCount + 7) / 8
    case .int64, .float64, .date, .datetime, .timestamp: rowCount * 8
    case .text: (rowCount + 1) * 8
    }
  }

  /// The finished columns.
  func finish() -> [CSVColumn] {
    if capacity == 0 { reserve(0, estimate: 0) }
    var at = Places()
    var nothing: Column?
    return fields.enumerated().map { index, field in
      let description = unsafe descriptions[index]
      let seen = unsafe CSVType(rawValue: description.seen) ?? .text
      let firstText = unsafe Int(description.first_seen.4)
      let firstBool = unsafe Int(description.first_seen.1)
      let times = unsafe description.first_seen
      let firstTime: Int64 = [times.5, times.6, times.7].filter { $0 >= 0 }.min() ?? -1
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
      return CSVColumn(
        seen: seen, column: column, firstText: firstText, firstBool: firstBool,
        firstTime: Int(firstTime))
    }
  }

  private func finished(_ type: CSVType, _ description: martlet_csv_column, _ at: Places) -> Column
  {
    var valid: Bitmap?
    if unsafe description.missing_count > 0 {
      valid = Bitmap(memory.validity, start: at.validity * 8, count: rowCount)
    }
    switch type {
    case .float64:
      return Column(.float64(memory.doubles), start: at.doubles, count: rowCount, validity: valid)
    case .int64:
      return Column(.int64(memory.integers), start: at.integers, count: rowCount, validity: valid)
    case .date:
      let days = Buffer<Int32>(count: rowCount)
      for row in 0..<rowCount {
        unsafe days.pointer[row] = Int32(
          truncatingIfNeeded: memory.integers.pointer[at.integers + row])
      }
      return Column(.date(days), count: rowCount, validity: valid)
    case .datetime:
      return Column(
        .datetime(memory.integers), start: at.integers, count: rowCount, validity: valid)
    case .timestamp:
      return Column(
        .timestamp(memory.integers), start: at.integers, count: rowCount, validity: valid)
    case .bool, .missing:
      return Column(
        .bool(Bitmap(memory.bits, count: memory.bits.count * 8)), start: at.bits * 8,
        count: rowCount,
        validity: valid)
    case .text:
      let bytes = unsafe source.bytes(description.text_count)
      if let text = unsafe description.text {
        unsafe bytes.pointer.update(from: text, count: description.text_count)
      }
      return Column(
        .text(offsets: memory.integers, bytes: bytes), start: at.integers, count: rowCount,
        validity: valid)
    }
  }

  /// A column in which nothing is there.
  static func missing(_ count: Int) -> Column {
    Column(
      .float64(Buffer(count: count)), count: count,
      validity: Bitmap(Buffer(count: (count + 7) / 8), count: count))
  }

  /// The values and bits of all columns, one column behind the other.
  private struct Memory {
    let capacity: Int
    let doubles: Buffer<Double>
    /// Integers, and for text where each value begins and the last one ends.
    let integers: Buffer<Int64>
    let bits: Buffer<UInt8>
    let validity: Buffer<UInt8>

    init(_ fields: [CSVField], capacity: Int, from source: CSVMemory) {
      var total = Places()
      for field in fields { total.step(field.type, capacity: capacity) }
      self.capacity = capacity
      (doubles, integers, bits, validity) = source.buffers(
        doubles: total.doubles, integers: total.integers, bits: total.bits,
        validity: total.validity)
    }

    func values(_ type: CSVType, _ places: Places) -> UnsafeMutableRawPointer {
      switch type {
      case .float64: unsafe UnsafeMutableRawPointer(doubles.pointer + places.doubles)
      case .bool, .missing: unsafe UnsafeMutableRawPointer(bits.pointer + places.bits)
      case .int64, .text, .date, .datetime, .timestamp:
        unsafe UnsafeMutableRawPointer(integers.pointer + places.integers)
      }
    }
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
      case .int64, .text, .date, .datetime, .timestamp: integers += capacity + 1
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
  /// Where in the file it first was text, bool, or a time; -1 where it was not, or was expected
  /// to be.
  var firstText: Int
  var firstBool: Int
  var firstTime: Int
}
