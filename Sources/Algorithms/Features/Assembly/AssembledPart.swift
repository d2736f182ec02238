internal import Frames
internal import Learning
internal import Platform

/// One of the columns that are put side by side: a number or a vector.
///
/// It holds no reference, so that the loops over rows count none.
struct AssembledPart: Sendable {
  private enum Source {
    case number(NumberSlot)
    case vector(VectorSlot)
  }

  let width: Int
  let isSparse: Bool
  private let source: Source

  init(_ name: String, _ binder: inout Binder) throws {
    if try binder.field(name).type == .vector {
      let slot = try binder.vectors(name)
      source = .vector(slot)
      (width, isSparse) = (slot.width, slot.isSparse)
    } else {
      source = .number(try binder.numbers(name))
      (width, isSparse) = (1, false)
    }
  }

  var isVector: Bool { if case .vector = source { true } else { false } }

  /// What its numbers stand for.
  func names(_ field: Schema.Field) -> [String] {
    switch source {
    case .number: [field.name]
    case .vector(let slot): slotNames(of: field, width: slot.width)
    }
  }

  /// Whether a number of any row is missing or NaN.
  func hasInvalid(_ batch: RowBatch) -> Bool {
    switch source {
    case .number(let slot): batch[slot].hasNaN(batch.rowCount)
    case .vector(let slot): batch[slot].hasNaN(batch.rowCount)
    }
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

  /// Its vectors; nil for numbers.
  func vectors(_ batch: RowBatch) -> VectorCells? {
    if case .vector(let slot) = source { batch[slot] } else { nil }
  }

  /// Appends what is not 0 to sparse rows.
  func append(_ batch: RowBatch, to target: VectorCells, at first: Int) {
    switch source {
    case .number(let slot): target.append(batch[slot], at: first)
    case .vector(let slot): target.append(batch[slot], at: first)
    }
  }

  /// Writes the numbers of all rows to dense ones.
  func copy(_ batch: RowBatch, to target: VectorCells, at first: Int) {
    switch source {
    case .number(let slot): target.copy(batch[slot], batch.rowCount, at: first)
    case .vector(let slot): target.copy(batch[slot], batch.rowCount, at: first)
    }
  }
}
