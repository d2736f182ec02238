internal import Frames
internal import LinearAlgebra
internal import Platform

extension RowBatch {
  /// Brings some rows of a column into a register.
  func load(_ load: Binder.Load, _ column: Column, _ rows: Range<Int>) throws {
    switch load.slot {
    case .number(let slot): loadNumbers(self[slot], column, rows)
    case .integer(let slot): loadIntegers(self[slot], column, rows)
    case .text(let slot): loadTexts(self[slot], column, rows)
    case .list(let slot): loadLists(self[slot], column, rows)
    case .vector(let slot): try loadVectors(self[slot], column, rows, load.name)
    }
  }

  private func loadNumbers(_ cells: NumberCells, _ column: Column, _ rows: Range<Int>) {
    unsafe column.copyNumbers(rows, to: cells.pointer, stride: 1)
    guard column.validity != nil else { return }
    for (place, row) in rows.enumerated() where column.isMissing(row) { cells[place] = .missing }
  }

  private func loadIntegers(_ cells: IntegerCells, _ column: Column, _ rows: Range<Int>) {
    for (place, row) in rows.enumerated() {
      let at = column.start + row
      switch column.storage {
      case .date(let days): cells[place] = Int64(days[at])
      case .datetime(let values), .timestamp(let values), .int64(let values):
        cells[place] = values[at]
      default: bug("integers asked of a \(column.type.rawValue) column")
      }
      if column.isMissing(row) { cells[place] = nil }
    }
  }

  private func loadTexts(_ cells: TextCells, _ column: Column, _ rows: Range<Int>) {
    guard case .text(let offsets, let bytes) = column.storage else {
      for row in rows {
        switch column[row] {
        case .missing: cells.appendMissing()
        case .number(let number): cells.append(number: number, column.type)
        case let other: cells.append(other.description)
        }
      }
      return
    }
    let first = column.start + rows.lowerBound
    unsafe cells.append(offsets.pointer + first, bytes.pointer, count: rows.count)
    guard column.validity != nil else { return }
    for (place, row) in rows.enumerated() where column.isMissing(row) { cells.setMissing(place) }
  }

  private func loadLists(_ cells: ListCells, _ column: Column, _ rows: Range<Int>) {
    guard case .texts(let offsets, let ends, let bytes) = column.storage else {
      bug("lists asked of a \(column.type.rawValue) column")
    }
    for row in rows {
      if column.isMissing(row) {
        cells.endMissingRow()
        continue
      }
      let at = column.start + row
      for text in Int(offsets[at])..<Int(offsets[at + 1]) {
        unsafe cells.append(
          UnsafeRawBufferPointer(
            start: bytes.pointer + Int(ends[text]), count: Int(ends[text + 1] - ends[text])))
      }
      cells.endRow()
    }
  }

  private func loadVectors(
    _ cells: VectorCells, _ column: Column, _ rows: Range<Int>, _ name: String
  ) throws {
    let own = column.numbersPerRow
    var isFitting = own == cells.width
    if case .sparse = column.storage { isFitting = own <= cells.width }
    guard isFitting else {
      throw Failure(
        .data,
        "the vectors of '\(name)' have \(own) numbers, and the model learned from \(cells.width)")
    }
    for (place, row) in rows.enumerated() where column.isMissing(row) {
      throw fault(row: place, column: name, found: nil, "the vector is missing")
    }
    if !cells.isSparse, rows.count > 0 {
      let target = unsafe cells.row(0)
      unsafe target.update(repeating: 0, count: rows.count * cells.width)
      unsafe column.copyNumbers(rows, to: target, stride: cells.width)
      return
    }
    for row in rows {
      let at = column.start + row
      switch column.storage {
      case .dense(let width, let values):
        for index in 0..<width where values[at * width + index] != 0 {
          cells.append(index, values[at * width + index])
        }
      case .sparse(_, let offsets, let indices, let values):
        for entry in Int(offsets[at])..<Int(offsets[at + 1]) {
          cells.append(Int(indices[entry]), values[entry])
        }
      default: bug("vectors asked of a \(column.type.rawValue) column")
      }
      cells.endRow()
    }
  }
}
