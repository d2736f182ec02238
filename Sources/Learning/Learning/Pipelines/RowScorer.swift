public import Frames
internal import Platform

/// Scores row after row with memory of its own: in its steady state the steps allocate nothing.
///
/// ```swift
/// let row = RowScorer(try model.scorer(for: schema))
/// try row.set(0, 41.5)
/// try row.set(1, "Lviv")
/// if try row.score() { print(row.number(0)) }
/// ```
///
/// Columns are given by their place in the schema that the scorer was bound to, outputs asked by
/// their place in `outputs`. What is not set is missing. One thread's; make one a thread.
public final class RowScorer {
  public let scorer: Scorer
  private let batch: RowBatch
  /// For each column the registers that it goes to.
  private let slots: [[Binder.Slot]]
  private let outputs: [Binder.Slot]
  private var isOpen = false

  public init(_ scorer: Scorer) {
    self.scorer = scorer
    batch = scorer.program.makeBatch()
    slots = scorer.program.input.fields.indices.map { place in
      scorer.program.loads.filter { $0.source == place }.map(\.slot)
    }
    outputs = scorer.places.map { place in
      guard let slot = scorer.program.slot(ofColumn: place) else { bug("an output in no register") }
      return slot
    }
  }

  /// Gives a column of the next row a number.
  public func set(_ column: Int, _ number: Double) throws {
    open()
    for slot in slots[column] {
      switch slot {
      case .number(let slot): batch[slot][0] = number
      case .text(let slot):
        batch[slot].removeAll()
        batch[slot].append(number: number, scorer.program.input.fields[column].type)
      case .integer(let slot):
        guard scorer.program.input.fields[column].type == .int64 else {
          throw unfit(column, "a number")
        }
        batch[slot][0] = Int64(exactly: number.rounded(.towardZero))
      case .list, .vector: throw unfit(column, "a number")
      }
    }
  }

  /// Gives a column of the next row an integer, with all its digits where the column has them.
  private func set(_ column: Int, integer: Int64) throws {
    try set(column, Double(integer))
    guard scorer.program.input.fields[column].type == .int64 else { return }
    for slot in slots[column] {
      switch slot {
      case .integer(let slot): batch[slot][0] = integer
      case .text(let slot):
        batch[slot].removeAll()
        batch[slot].append(integer: integer)
      case .number, .list, .vector: break
      }
    }
  }

  /// Gives a column of the next row a text.
  public func set(_ column: Int, _ text: String) throws {
    open()
    for slot in slots[column] {
      guard case .text(let slot) = slot else { throw unfit(column, "a text") }
      batch[slot].removeAll()
      batch[slot].append(text)
    }
  }

  /// Gives a column of the next row a value of any kind.
  public func set(_ column: Int, _ value: Value) throws {
    open()
    switch value {
    case .missing: return
    case .bool(let flag): try set(column, flag ? 1 : 0)
    case .integer(let integer): try set(column, integer: integer)
    case .number(let number): try set(column, number)
    case .text(let text): try set(column, text)
    case .date, .datetime, .timestamp, .texts, .vector: try load(column, value)
    }
  }

  /// Takes the row through the steps; false where they take it out.
  public func score() throws -> Bool {
    open()
    isOpen = false
    try scorer.program.run(batch)
    return batch.rowCount == 1
  }

  /// An output as a number: NaN where it is missing.
  public func number(_ output: Int) -> Double {
    switch outputs[output] {
    case .number(let slot): batch[slot][0]
    case .integer(let slot) where scorer.outputs[output].type == .int64:
      batch[slot][0].map { Double($0) } ?? .nan
    default: .nan
    }
  }

  /// An output of whatever kind.
  public subscript(output: Int) -> Value {
    let collector = ColumnCollector(
      outputs[output], scorer.outputs[output].type, rowLimit: 1)
    collector.add(batch)
    return collector.column[0]
  }

  private func open() {
    if isOpen { return }
    isOpen = true
    batch.begin(1)
    for load in scorer.program.loads {
      switch load.slot {
      case .number(let slot): batch[slot][0] = .missing
      case .integer(let slot): batch[slot][0] = nil
      case .text(let slot): batch[slot].appendMissing()
      case .list(let slot): batch[slot].endMissingRow()
      case .vector(let slot):
        let cells = batch[slot]
        if cells.isSparse {
          cells.endRow()
        } else {
          for index in 0..<slot.width { cells[0, index] = .missing }
        }
      }
    }
  }

  private func load(_ column: Int, _ value: Value) throws {
    let cells: Column
    switch value {
    case .date(let days): cells = Column(dates: [days])
    case .datetime(let time): cells = Column(datetimes: [time])
    case .timestamp(let time): cells = Column(timestamps: [time])
    case .texts(let texts): cells = Column([texts])
    case .vector(let vector): cells = Column(vectors: [vector], width: vector.width)
    case .missing, .bool, .integer, .number, .text: bug("a single value")
    }
    guard cells.type == scorer.program.input.fields[column].type else {
      throw unfit(column, "a \(cells.type.words)")
    }
    for load in scorer.program.loads where load.source == column {
      switch load.slot {
      case .text(let slot): batch[slot].removeAll()
      case .list(let slot): batch[slot].removeAll()
      case .vector(let slot): batch[slot].prepare(1)
      case .number, .integer: break
      }
      try batch.load(load, cells, 0..<1)
    }
  }

  private func unfit(_ column: Int, _ found: String) -> Failure {
    let field = scorer.program.input.fields[column]
    return Failure(.data, "the column '\(field.name)' is \(field.type.words), not \(found)")
  }
}
