internal import Glibc
internal import LinearAlgebra
internal import Platform

extension Column {
  /// The values of the given rows, in that order, as a column of its own.
  public func selecting(_ rows: [Int]) -> Column {
    let kept: Bitmap? = validity.map { validity in Bitmap(rows.map { validity[$0] }) }
    func gathered<T>(_ values: Buffer<T>) -> Buffer<T> { Buffer(rows.map { values[start + $0] }) }
    let storage: Storage =
      switch self.storage {
      case .bool(let bits): .bool(Bitmap(rows.map { bits[start + $0] }))
      case .int64(let values): .int64(gathered(values))
      case .float32(let values): .float32(gathered(values))
      case .float64(let values): .float64(gathered(values))
      case .text(let offsets, let bytes):
        Column.gatheredText(offsets, bytes, rows.map { start + $0 })
      }
    return Column(storage, count: rows.count, validity: kept)
  }

  private static func gatheredText(
    _ offsets: Buffer<Int64>, _ bytes: Buffer<UInt8>, _ places: [Int]
  ) -> Storage {
    var ends: [Int64] = [0]
    var total = 0
    for place in places {
      total += Int(offsets[place + 1] - offsets[place])
      ends.append(Int64(total))
    }
    let target = Buffer<UInt8>(count: total)
    for (index, place) in places.enumerated() {
      let count = Int(offsets[place + 1] - offsets[place])
      unsafe memcpy(
        target.pointer + Int(ends[index]), bytes.pointer + Int(offsets[place]), count)
    }
    return .text(offsets: Buffer(ends), bytes: target)
  }

  /// One column of all the rows of several, which must be of one type.
  public static func concatenated(_ columns: [Column]) -> Column {
    guard let first = columns.first else { return Column([Double?]()) }
    if columns.count == 1 { return first }
    let count = columns.reduce(0) { $0 + $1.count }
    require(columns.allSatisfy { $0.type == first.type }, "columns of several types in one")
    var valid: Bitmap?
    if columns.contains(where: { $0.validity != nil }) {
      valid = Bitmap(columns.flatMap { column in (0..<column.count).map { !column.isMissing($0) } })
    }
    return Column(joined(columns, type: first.type, count: count), count: count, validity: valid)
  }

  private static func joined(_ columns: [Column], type: ColumnType, count: Int) -> Storage {
    switch type {
    case .bool:
      .bool(
        Bitmap(
          columns.flatMap { column -> [Bool] in
            guard case .bool(let bits) = column.storage else { return [] }
            return (0..<column.count).map { bits[column.start + $0] }
          }))
    case .int64:
      .int64(
        joinedValues(columns, count) { if case .int64(let values) = $0 { values } else { nil } })
    case .float32:
      .float32(
        joinedValues(columns, count) { if case .float32(let values) = $0 { values } else { nil } })
    case .float64:
      .float64(
        joinedValues(columns, count) { if case .float64(let values) = $0 { values } else { nil } })
    case .text: joinedText(columns, count)
    }
  }

  private static func joinedValues<T>(
    _ columns: [Column], _ count: Int, _ values: (Storage) -> Buffer<T>?
  ) -> Buffer<T> {
    let target = Buffer<T>(count: count)
    var done = 0
    for column in columns {
      guard let source = values(column.storage) else { continue }
      unsafe (target.pointer + done).update(
        from: source.pointer + column.start, count: column.count)
      done += column.count
    }
    return target
  }

  private static func joinedText(_ columns: [Column], _ count: Int) -> Storage {
    var byteCount = 0
    for case (.text(let offsets, _), let column) in columns.map({ ($0.storage, $0) }) {
      byteCount += Int(offsets[column.start + column.count] - offsets[column.start])
    }
    let ends = Buffer<Int64>(count: count + 1)
    let target = Buffer<UInt8>(count: byteCount)
    var row = 0
    var end = 0
    for case (.text(let offsets, let bytes), let column) in columns.map({ ($0.storage, $0) }) {
      let from = Int(offsets[column.start])
      let length = Int(offsets[column.start + column.count]) - from
      unsafe memcpy(target.pointer + end, bytes.pointer + from, length)
      for index in 1...max(1, column.count) where index <= column.count {
        ends[row + index] = Int64(end) + offsets[column.start + index] - Int64(from)
      }
      row += column.count
      end += length
    }
    return .text(offsets: ends, bytes: target)
  }
}
