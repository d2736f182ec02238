internal import Frames
internal import Learning
internal import Platform

/// One of the columns that are put side by side: a number or a vector.
struct AssembledPart: Sendable {
  private enum Source {
    case number(NumberSlot)
    case vector(VectorSlot)
  }

  let name: String
  /// What its numbers stand for.
  let names: [String]
  let width: Int
  let isSparse: Bool
  private let source: Source

  init(_ name: String, _ binder: inout Binder) throws {
    self.name = name
    let field = try binder.field(name)
    if field.type == .vector {
      let slot = try binder.vectors(name)
      source = .vector(slot)
      (width, isSparse) = (slot.width, slot.isSparse)
      names = slotNames(of: field, width: slot.width)
    } else {
      source = .number(try binder.numbers(name))
      (width, isSparse) = (1, false)
      names = [name]
    }
  }

  /// Whether a number of any row is missing or NaN; without a branch for each.
  func hasInvalid(_ batch: RowBatch) -> Bool {
    // 0 times anything but a NaN or an infinity is 0, and these are rare enough to look twice.
    var sum = 0.0
    switch source {
    case .number(let slot):
      let numbers = unsafe batch[slot].pointer
      for row in 0..<batch.rowCount { unsafe sum += numbers[row] * 0 }
    case .vector(let slot):
      let cells = batch[slot]
      for row in 0..<batch.rowCount { cells.forEachEntry(row) { sum += $1 * 0 } }
    }
    return sum.isNaN
  }

  func isInvalid(_ row: Int, _ batch: RowBatch) -> Bool {
    switch source {
    case .number(let slot): return batch[slot][row].isNaN
    case .vector(let slot):
      var found = false
      batch[slot].forEachEntry(row) { found = found || $1.isNaN }
      return found
    }
  }

  /// Appends what is not 0 to a sparse row.
  func append(_ row: Int, of batch: RowBatch, to target: VectorCells, at first: Int) {
    switch source {
    case .number(let slot):
      let number = batch[slot][row]
      if number != 0 { target.append(first, number) }
    case .vector(let slot):
      batch[slot].forEachEntry(row) { if $1 != 0 { target.append(first + $0, $1) } }
    }
  }

  /// Writes the numbers of all rows to dense ones.
  func copy(_ batch: RowBatch, to target: VectorCells, at first: Int) {
    if batch.rowCount == 0 || width == 0 { return }
    let stride = target.width
    let start = unsafe target.row(0) + first
    switch source {
    case .number(let slot):
      let numbers = unsafe batch[slot].pointer
      for row in 0..<batch.rowCount { unsafe start[row * stride] = numbers[row] }
    case .vector(let slot):
      let numbers = unsafe batch[slot].row(0)
      for row in 0..<batch.rowCount {
        unsafe (start + row * stride).update(from: numbers + row * width, count: width)
      }
    }
  }
}
