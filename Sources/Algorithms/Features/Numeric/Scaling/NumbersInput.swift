internal import Frames
internal import Learning
internal import Platform

/// A column of numbers, or of vectors of which each number is looked at on its own.
struct NumbersInput: Sendable {
  enum Slot: Sendable {
    case number(NumberSlot)
    case vector(VectorSlot)
  }

  let name: String
  let slot: Slot
  private let slotNames: [String]?

  init(_ name: String, _ binder: inout Binder) throws {
    self.name = name
    let field = try binder.field(name)
    if field.type == .vector {
      slot = .vector(try binder.vectors(name))
      slotNames = field.metadata.slots
    } else {
      slot = .number(try binder.numbers(name))
      slotNames = nil
    }
  }

  /// How many variables it has.
  var width: Int {
    switch slot {
    case .number: 1
    case .vector(let slot): slot.width
    }
  }

  var isVector: Bool {
    if case .vector = slot { true } else { false }
  }

  var isSparse: Bool {
    if case .vector(let slot) = slot { slot.isSparse } else { false }
  }

  /// What a person calls one of its variables.
  func name(of variable: Int) -> String {
    guard isVector else { return name }
    if let slotNames, slotNames.count == width { return slotNames[variable] }
    return "\(name)[\(variable)]"
  }

  /// The error about a variable in which there is no number to learn from.
  func withoutNumbers(_ variable: Int) -> Failure {
    Failure(
      .data, "the column '\(name(of: variable))' has no number to learn from",
      hint: "leave it out of the inputs")
  }

  /// The error where there is nothing to learn from at all.
  static var withoutRows: Failure { Failure(.data, "there are no rows to learn from") }

  /// The error about an infinite number in a batch.
  func infinite(in batch: RowBatch) -> any Error {
    for row in 0..<batch.rowCount {
      var found: (index: Int, value: Double)?
      switch slot {
      case .number(let slot):
        if batch[slot][row].isInfinite { found = (0, batch[slot][row]) }
      case .vector(let slot):
        batch[slot].forEachEntry(row) { if $1.isInfinite, found == nil { found = ($0, $1) } }
      }
      if let found {
        return batch.fault(
          row: row, column: name(of: found.index), found: numberText(found.value),
          "an infinite number has no place on a scale", hint: "leave such rows out with --where")
      }
    }
    bug("an infinity that is not there")
  }
}
