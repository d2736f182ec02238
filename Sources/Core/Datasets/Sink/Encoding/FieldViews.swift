internal import CParse
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Columns as the C writers see them, and the call that has rows written.
struct FieldViews {
  private let frame: Frame
  private let keys: [[UInt8]]

  /// - Parameter keys: what stands before each value in JSON; empty for formats without names.
  init(_ frame: Frame, keys: [[UInt8]] = []) {
    self.frame = frame
    self.keys = keys
  }

  /// What a C writer is: fields, how many, rows, their ends, text; gives back a status.
  typealias Writer = (
    UnsafePointer<martlet_field>, Int64, Int64, UnsafeMutablePointer<Int64>,
    UnsafeMutablePointer<martlet_text>
  ) -> Int32

  /// The rows as `writer` writes them.
  /// - Parameter unfit: the error for a value that the format cannot write.
  func encoded(
    _ writer: Writer,
    unfit: (_ row: Int, _ field: Int) -> UnfitValue = { row, _ in
      bug("row \(row) does not fit a format that takes all")
    }
  ) throws -> EncodedRows {
    var text = unsafe martlet_text()
    defer { unsafe martlet_text_free(&text) }
    var rowEnds = [Int64](repeating: 0, count: frame.rowCount)
    let names = keys.flatMap(\.self)
    let status = unsafe names.withUnsafeBufferPointer { names in
      var fields: [martlet_field] = unsafe []
      var place = 0
      for (index, column) in frame.columns.enumerated() {
        var field = unsafe Self.field(column)
        if index < keys.count {
          unsafe field.key = unsafe names.baseAddress.map { unsafe $0 + place }
          unsafe field.key_count = Int64(keys[index].count)
          place += keys[index].count
        }
        unsafe fields.append(field)
      }
      return unsafe rowEnds.withUnsafeMutableBufferPointer { ends in
        unsafe fields.withUnsafeBufferPointer { fields -> Int32 in
          guard let first = fields.baseAddress, let ends = ends.baseAddress else { return 0 }
          return withExtendedLifetime(frame) {
            unsafe writer(first, Int64(fields.count), Int64(frame.rowCount), ends, &text)
          }
        }
      }
    }
    switch Int(status) {
    case MARTLET_WRITE_DONE: break
    case MARTLET_WRITE_UNFIT: throw unsafe unfit(Int(text.bad_row), Int(text.bad_field))
    default:
      throw Failure(
        .memory, "there is no memory for the text of \(frame.rowCount) rows",
        hint: "use fewer --threads")
    }
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: text.data, count: text.count))
    return unsafe EncodedRows(bytes: bytes, rowEnds: rowEnds, lostCount: Int(text.lost_count))
  }

  private static func field(_ column: Column) -> martlet_field {
    var field = unsafe martlet_field()
    unsafe field.start = Int64(column.start)
    if let validity = column.validity {
      let (bits, start) = validity.backing
      unsafe field.validity = unsafe UnsafePointer(bits.pointer)
      unsafe field.validity_start = Int64(start)
    }
    func set<T>(_ kind: Int, _ values: Buffer<T>) {
      unsafe field.kind = Int32(kind)
      unsafe field.values = unsafe UnsafeRawPointer(values.pointer)
    }
    switch column.storage {
    case .bool(let bits):
      let (bytes, start) = bits.backing
      set(MARTLET_VALUE_BOOL, bytes)
      unsafe field.start = Int64(start + column.start)
    case .int32(let values): set(MARTLET_VALUE_INT32, values)
    case .int64(let values): set(MARTLET_VALUE_INT64, values)
    case .float32(let values): set(MARTLET_VALUE_FLOAT32, values)
    case .float64(let values): set(MARTLET_VALUE_FLOAT64, values)
    case .date(let values): set(MARTLET_VALUE_DATE, values)
    case .datetime(let values): set(MARTLET_VALUE_DATETIME, values)
    case .timestamp(let values): set(MARTLET_VALUE_TIMESTAMP, values)
    case .text(let offsets, let bytes):
      set(MARTLET_VALUE_TEXT, bytes)
      unsafe field.offsets = unsafe UnsafePointer(offsets.pointer)
      unsafe field.bytes = unsafe UnsafePointer(bytes.pointer)
    case .texts(let offsets, let ends, let bytes):
      set(MARTLET_VALUE_TEXTS, bytes)
      unsafe field.offsets = unsafe UnsafePointer(offsets.pointer)
      unsafe field.ends = unsafe UnsafePointer(ends.pointer)
      unsafe field.bytes = unsafe UnsafePointer(bytes.pointer)
    case .dense(let width, let values):
      set(MARTLET_VALUE_DENSE, values)
      unsafe field.width = Int64(width)
    case .sparse(let width, let offsets, let indices, let values):
      set(MARTLET_VALUE_SPARSE, values)
      unsafe field.offsets = unsafe UnsafePointer(offsets.pointer)
      unsafe field.indices = unsafe UnsafePointer(indices.pointer)
      unsafe field.width = Int64(width)
    }
    return unsafe field
  }
}
