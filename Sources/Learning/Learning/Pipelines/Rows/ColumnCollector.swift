internal import Frames
internal import LinearAlgebra
internal import Platform

/// Puts a column together from the register of batch after batch.
final class ColumnCollector {
  private let slot: Binder.Slot
  private let type: ColumnType
  private let rowLimit: Int
  private var rowCount = 0
  /// Which rows are there, up to the last missing one.
  private var present: [Bool] = []
  private var numbers: Column.Storage?
  private var dense: Buffer<Double>?
  private var offsets = GrowingBuffer<Int64>(capacity: 0)
  private var ends = GrowingBuffer<Int64>(capacity: 0)
  private var bytes = GrowingBuffer<UInt8>(capacity: 0)
  private var indices = GrowingBuffer<Int32>(capacity: 0)
  private var values = GrowingBuffer<Double>(capacity: 0)

  /// - Parameter rowLimit: the most rows that will come.
  init(_ slot: Binder.Slot, _ type: ColumnType, rowLimit: Int) {
    self.slot = slot
    self.type = type
    self.rowLimit = rowLimit
    switch slot {
    case .number:
      switch type {
      case .int32: numbers = .int32(Buffer(count: rowLimit))
      case .int64: numbers = .int64(Buffer(count: rowLimit))
      case .float32: numbers = .float32(Buffer(count: rowLimit))
      case .bool: numbers = .float64(Buffer(count: rowLimit))
      default: numbers = .float64(Buffer(count: rowLimit))
      }
    case .integer:
      switch type {
      case .date: numbers = .date(Buffer(count: rowLimit))
      case .datetime: numbers = .datetime(Buffer(count: rowLimit))
      case .int64: numbers = .int64(Buffer(count: rowLimit))
      default: numbers = .timestamp(Buffer(count: rowLimit))
      }
    case .text: offsets.append(0)
    case .list:
      offsets.append(0)
      ends.append(0)
    case .vector(let vector):
      if vector.isSparse {
        offsets.append(0)
      } else {
        dense = Buffer(count: rowLimit * vector.width)
      }
    }
  }

  func add(_ batch: RowBatch) {
    switch slot {
    case .number(let slot): add(batch[slot], batch.rowCount)
    case .integer(let slot): add(batch[slot], batch.rowCount)
    case .text(let slot): add(batch[slot], batch.rowCount)
    case .list(let slot): add(batch[slot], batch.rowCount)
    case .vector(let slot): add(batch[slot], batch.rowCount)
    }
    rowCount += batch.rowCount
  }

  var column: Column {
    let rest = Array(repeating: true, count: rowCount - present.count)
    let validity = present.isEmpty ? nil : Bitmap(present + rest)
    let storage: Column.Storage
    switch slot {
    case .number, .integer:
      guard let numbers else { bug("no numbers") }
      if type == .bool, case .float64(let values) = numbers {
        storage = .bool(Bitmap((0..<rowCount).map { values[$0] != 0 }))
      } else {
        storage = numbers
      }
    case .text: storage = .text(offsets: offsets.buffer, bytes: bytes.buffer)
    case .list: storage = .texts(offsets: offsets.buffer, ends: ends.buffer, bytes: bytes.buffer)
    case .vector(let vector):
      storage =
        dense.map { .dense(width: vector.width, values: $0) }
        ?? .sparse(
          width: vector.width, offsets: offsets.buffer, indices: indices.buffer,
          values: values.buffer)
    }
    return Column(storage, count: rowCount, validity: validity)
  }

  /// Notes that a row of the batch that comes in is missing.
  private func note(missing row: Int) {
    present += Array(repeating: true, count: rowCount + row - present.count)
    present.append(false)
  }

  private func add(_ cells: NumberCells, _ count: Int) {
    for row in 0..<count where cells[row].isMissing { note(missing: row) }
    switch numbers {
    case .int32(let target):
      for row in 0..<count {
        target[rowCount + row] = Int32(exactly: cells[row].rounded(.towardZero)) ?? 0
      }
    case .int64(let target):
      for row in 0..<count {
        target[rowCount + row] = Int64(exactly: cells[row].rounded(.towardZero)) ?? 0
      }
    case .float32(let target): for row in 0..<count { target[rowCount + row] = Float(cells[row]) }
    case .float64(let target):
      unsafe (target.pointer + rowCount).update(from: cells.pointer, count: count)
    default: bug("numbers of another type")
    }
  }

  private func add(_ cells: IntegerCells, _ count: Int) {
    for row in 0..<count where cells[row] == nil { note(missing: row) }
    switch numbers {
    case .date(let target):
      for row in 0..<count {
        target[rowCount + row] = Int32(truncatingIfNeeded: cells[row] ?? 0)
      }
    case .datetime(let target), .timestamp(let target), .int64(let target):
      for row in 0..<count { target[rowCount + row] = cells[row] ?? 0 }
    default: bug("integers of another type")
    }
  }

  private func add(_ cells: TextCells, _ count: Int) {
    for row in 0..<count {
      if cells.isMissing(row) { note(missing: row) }
      unsafe cells.withBytes(row) { unsafe bytes.append($0) }
      offsets.append(Int64(bytes.count))
    }
  }

  private func add(_ cells: ListCells, _ count: Int) {
    for row in 0..<count {
      if cells.isMissing(row) { note(missing: row) }
      for index in 0..<cells.count(row) {
        unsafe cells.withBytes(row, index) { unsafe bytes.append($0) }
        ends.append(Int64(bytes.count))
      }
      offsets.append(Int64(ends.count - 1))
    }
  }

  private func add(_ cells: VectorCells, _ count: Int) {
    if let dense {
      if count == 0 || cells.width == 0 { return }
      unsafe (dense.pointer + rowCount * cells.width).update(
        from: cells.row(0), count: count * cells.width)
      return
    }
    if rowCount == 0, count > 0 {
      // About as many entries a row as in the first batch.
      let entryCount = (0..<count).reduce(0) { $0 + cells.entryCount($1) }
      let guess = (entryCount * rowLimit / count) * 9 / 8
      indices.reserve(guess)
      values.reserve(guess)
      offsets.reserve(rowLimit + 1)
    }
    for row in 0..<count {
      unsafe cells.withEntries(row) { from, numbers, count in
        unsafe indices.grow(by: count).update(from: from, count: count)
        unsafe values.grow(by: count).update(from: numbers, count: count)
      }
      offsets.append(Int64(indices.count))
    }
  }
}

extension GrowingBuffer<UInt8> {
  fileprivate mutating func append(_ text: UnsafeRawBufferPointer) {
    guard let source = text.baseAddress, text.count > 0 else { return }
    let target = unsafe UnsafeMutableRawPointer(grow(by: text.count))
    unsafe target.copyMemory(from: source, byteCount: text.count)
  }
}
