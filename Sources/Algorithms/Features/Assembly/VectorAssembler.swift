internal import Frames
public import Learning
internal import Platform

/// Puts columns of numbers and vectors side by side into one column of vectors.
///
/// The names of the numbers travel along: `age`, `city=Lviv`. True and false become 1 and 0. The
/// result is sparse where an input is.
public struct VectorAssembler: Transformer {
  @Setting("the columns to put side by side", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["features"]
  @Setting("what to do with a row in which a number is missing or NaN", spark: "handleInvalid")
  public var handleInvalid = InvalidRows.error

  public init() {}

  public static let name = "vector-assembler"
  public static let summary = "puts columns of numbers and vectors side by side into vectors"
  public static var example: Self {
    Self {
      $0.inputs = ["age", "visits", "point"]
      $0.handleInvalid = .skip
    }
  }

  public var reads: [String] { inputs }
  public var dropsRows: Bool { handleInvalid == .skip }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let parts = try inputs.map { try Part($0, &binder) }
    let width = parts.reduce(0) { $0 + $1.width }
    let isSparse = parts.contains { $0.isSparse }
    let names = try zip(inputs, parts).flatMap { name, part in
      part.names(try binder.field(name))
    }
    let output = try binder.addVectors(
      outputs[0], width: width, isSparse: isSparse, slots: names)
    let (inputs, handling) = (inputs, handleInvalid)
    binder.run { batch in
      if handling != .keep {
        try batch.handleInvalid(handling) { row in
          for (name, part) in zip(inputs, parts) where part.isInvalid(row, batch) {
            return name
          }
          return nil
        }
      }
      let target = batch[output]
      for row in 0..<batch.rowCount {
        var first = 0
        for part in parts {
          part.copy(row, from: batch, to: target, at: first)
          first += part.width
        }
        if isSparse { target.endRow() }
      }
    }
  }

  /// One input: a number or a vector.
  private enum Part {
    case number(NumberSlot)
    case vector(VectorSlot)

    init(_ name: String, _ binder: inout Binder) throws {
      if try binder.field(name).type == .vector {
        self = .vector(try binder.vectors(name))
      } else {
        self = .number(try binder.numbers(name))
      }
    }

    var width: Int {
      switch self {
      case .number: 1
      case .vector(let slot): slot.width
      }
    }

    var isSparse: Bool {
      switch self {
      case .number: false
      case .vector(let slot): slot.isSparse
      }
    }

    func names(_ field: Schema.Field) -> [String] {
      switch self {
      case .number: [field.name]
      case .vector(let slot): slotNames(of: field, width: slot.width)
      }
    }

    func isInvalid(_ row: Int, _ batch: RowBatch) -> Bool {
      switch self {
      case .number(let slot): return batch[slot][row].isNaN
      case .vector(let slot):
        var found = false
        batch[slot].forEachEntry(row) { found = found || $1.isNaN }
        return found
      }
    }

    func copy(_ row: Int, from batch: RowBatch, to target: VectorCells, at first: Int) {
      switch self {
      case .number(let slot):
        let number = batch[slot][row]
        if !target.isSparse { target[row, first] = number }
        if target.isSparse, number != 0 { target.append(first, number) }
      case .vector(let slot):
        if target.isSparse {
          batch[slot].forEachEntry(row) { if $1 != 0 { target.append(first + $0, $1) } }
        } else {
          batch[slot].forEachEntry(row) { target[row, first + $0] = $1 }
        }
      }
    }
  }
}
