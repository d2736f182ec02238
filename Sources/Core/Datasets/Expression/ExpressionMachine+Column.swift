internal import Frames
internal import LinearAlgebra
internal import Platform

extension ExpressionMachine {
  /// The values of the expression for all rows, as a column.
  mutating func column() throws -> Column {
    let rowCount = frame.rowCount
    let type = program.type
    let validity = Buffer<UInt8>(count: (rowCount + 7) / 8)
    var isWhole = true
    func note(_ rows: Range<Int>, _ result: Register) {
      // States are not written where every value is there.
      isWhole = isWhole && result.isWhole
      for row in 0..<rows.count {
        let isThere =
          unsafe result.isWhole
          || (type == .bool ? result.states[row] < 2 : result.states[row] == Register.there)
        if isThere {
          unsafe validity.pointer[(rows.lowerBound + row) / 8] |=
            1 << UInt8((rows.lowerBound + row) % 8)
        }
      }
    }
    let storage: Column.Storage
    switch type {
    case .bool:
      let bits = Buffer<UInt8>(count: (rowCount + 7) / 8)
      try run { rows, result in
        for row in 0..<rows.count where unsafe result.states[row] == Register.yes {
          unsafe bits.pointer[(rows.lowerBound + row) / 8] |=
            1 << UInt8((rows.lowerBound + row) % 8)
        }
        note(rows, result)
      }
      storage = .bool(Bitmap(bits, count: rowCount))
    case .number, .missing, .opaque:
      let numbers = Buffer<Double>(count: rowCount)
      try run { rows, result in
        unsafe (numbers.pointer + rows.lowerBound).update(from: result.numbers, count: rows.count)
        note(rows, result)
      }
      storage = .float64(numbers)
    case .date:
      let days = Buffer<Int32>(count: rowCount)
      try run { rows, result in
        // What is missing may be any number.
        for row in 0..<rows.count {
          unsafe days.pointer[rows.lowerBound + row] = unsafe Int32(
            truncatingIfNeeded: result.integers[row])
        }
        note(rows, result)
      }
      storage = .date(days)
    case .integer, .datetime, .timestamp:
      let integers = Buffer<Int64>(count: rowCount)
      try run { rows, result in
        unsafe (integers.pointer + rows.lowerBound).update(from: result.integers, count: rows.count)
        note(rows, result)
      }
      storage =
        type == .integer
        ? .int64(integers) : type == .datetime ? .datetime(integers) : .timestamp(integers)
    case .text:
      let offsets = Buffer<Int64>(count: rowCount + 1)
      let texts = TextArena()
      try run { rows, result in
        for row in 0..<rows.count {
          let isThere = unsafe result.isWhole || result.states[row] == Register.there
          if isThere { unsafe texts.append(result.texts[row].bytes) }
          unsafe offsets.pointer[rows.lowerBound + row + 1] = Int64(texts.count)
        }
        note(rows, result)
      }
      storage = .text(offsets: offsets, bytes: texts.bytes)
    }
    return Column(
      storage, count: rowCount, validity: isWhole ? nil : Bitmap(validity, count: rowCount))
  }
}
