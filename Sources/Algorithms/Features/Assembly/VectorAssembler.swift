internal import Frames
public import Learning
internal import Platform

/// Puts columns of numbers and vectors side by side into one column of vectors.
///
/// The names of the numbers travel along: `age`, `city=Lviv`. True and false become 1 and 0. The
/// result is sparse where an input is. Cost: a copy of each number; where nothing is sparse a column
/// at a time.
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

  /// Where the codes of its inputs come to lie.
  private func codes(_ parts: [AssembledPart], _ binder: Binder) throws -> [Range<Int>] {
    var (codes, first) = ([Range<Int>](), 0)
    for (name, part) in zip(inputs, parts) {
      for run in try binder.field(name).metadata.codes ?? [] {
        codes.append(first + run.lowerBound..<first + run.upperBound)
      }
      first += part.width
    }
    return codes
  }

  public func bind(to binder: inout Binder) throws {
    let parts = try inputs.map { try AssembledPart($0, &binder) }
    let width = parts.reduce(0) { $0 + $1.width }
    let isSparse = parts.contains { $0.isSparse }
    let names = try zip(inputs, parts).flatMap { name, part in
      part.names(try binder.field(name))
    }
    let output = try binder.addVectors(
      outputs[0], width: width, isSparse: isSparse, slots: names, codes: try codes(parts, binder))
    if handleInvalid != .skip { binder.note(outputs[0], isSideBySide: inputs) }
    let (inputs, handling) = (inputs, handleInvalid)
    let numberCount = parts.count { !$0.isVector }
    binder.run { batch in
      if handling != .keep, parts.contains(where: { $0.hasInvalid(batch) }) {
        try batch.handleInvalid(handling) { row in
          zip(inputs, parts).first { $1.isInvalid(row, batch) }?.0
        }
      }
      let target = batch[output]
      if isSparse {
        target.openRows(
          batch.rowCount, room: numberCount, and: parts.lazy.compactMap { $0.vectors(batch) })
        var first = 0
        for part in parts {
          part.append(batch, to: target, at: first)
          first += part.width
        }
      } else {
        var first = 0
        for part in parts {
          part.copy(batch, to: target, at: first)
          first += part.width
        }
      }
    }
  }
}
