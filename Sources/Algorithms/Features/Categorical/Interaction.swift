internal import Frames
public import Learning
internal import Platform

/// Multiplies columns with each other: each number of one with each of the next.
///
/// Numbers count as they are, codes with labels as a 1 for their label, all of them, and vectors by
/// their numbers. The first column varies slowest, and a product is named after its factors:
/// `city=Lviv:age`. A missing factor or an unseen code stops it, as in Spark.
///
/// Ours: vectors need no names (Spark refuses them without), and true and false count as 1 and 0.
/// Cost: none to fit; a product for each combination, of sparse columns for each that is not 0.
public struct Interaction: Transformer {
  @Setting("the columns to multiply", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("the name of the new column", spark: "outputCol")
  public var outputs = ["interaction"]

  public init() {}

  public static let name = "interaction"
  public static let summary = "multiplies each number of a column with each of the next"
  public static var example: Self { Self { $0.inputs = ["age", "point"] } }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
    guard outputs.count == 1 else {
      throw SettingError(name: "outputs", requirement: "one name", value: outputs.settingText)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let factors = try inputs.map { try Factor($0, &binder) }
    var width = 1
    for factor in factors {
      let (product, overflow) = width.multipliedReportingOverflow(by: factor.width)
      guard !overflow, product <= Codes.limit else {
        throw Failure(
          .data,
          "there are too many products of \(inputs.joined(separator: ", ")): more than "
            + "\(Codes.limit)", hint: "feature-hasher makes room for as many as you like")
      }
      width = product
    }
    var names = [""]
    for (input, factor) in zip(inputs, factors) {
      let own = factor.names(try binder.field(input))
      names = names.flatMap { name in own.map { name.isEmpty ? $0 : "\(name):\($0)" } }
    }
    let isSparse = factors.contains { $0.isSparse }
    let output = try binder.addVectors(
      outputs[0], width: width, isSparse: isSparse, slots: names)
    let inputs = inputs
    binder.run { batch in
      for (input, factor) in zip(inputs, factors) { try factor.check(batch, input) }
      let target = batch[output]
      for row in 0..<batch.rowCount {
        if isSparse {
          Self.append(factors[...], row, batch, to: target, at: 0, 1)
          target.endRow()
        } else {
          Self.multiply(factors, row, batch, into: target)
        }
      }
    }
  }

  /// Appends the products of the factors that are left to a sparse row, by rising index.
  private static func append(
    _ factors: ArraySlice<Factor>, _ row: Int, _ batch: RowBatch, to target: VectorCells,
    at first: Int, _ product: Double
  ) {
    guard let factor = factors.first else { return target.append(first, product) }
    factor.forEachNonZero(row, batch) { index, value in
      append(
        factors.dropFirst(), row, batch, to: target, at: first * factor.width + index,
        product * value)
    }
  }

  /// Writes all products of a dense row.
  private static func multiply(
    _ factors: [Factor], _ row: Int, _ batch: RowBatch, into target: VectorCells
  ) {
    if target.width == 0 { return }
    target[row, 0] = 1
    var count = 1
    for factor in factors {
      // From behind, so that no product is written over before it was used.
      for index in (0..<count).reversed() {
        let product = target[row, index]
        factor.forEach(row, batch) { target[row, index * factor.width + $0] = product * $1 }
      }
      count *= factor.width
    }
  }
}

/// One of the columns that are multiplied.
///
/// It holds no reference, so that the loops over rows count none.
private struct Factor: Sendable {
  private enum Source {
    case number(NumberSlot)
    case code(NumberSlot)
    case vector(VectorSlot)
  }

  private let source: Source
  let width: Int
  var isSparse: Bool {
    switch source {
    case .number: false
    case .code: true
    case .vector(let slot): slot.isSparse
    }
  }

  init(_ name: String, _ binder: inout Binder) throws {
    let field = try binder.field(name)
    if field.type == .vector {
      let slot = try binder.vectors(name)
      (source, width) = (.vector(slot), slot.width)
    } else if let labels = field.metadata.labels {
      (source, width) = (.code(try binder.numbers(name)), labels.count)
    } else {
      (source, width) = (.number(try binder.numbers(name)), 1)
    }
  }

  /// What its numbers stand for.
  func names(_ field: Schema.Field) -> [String] {
    switch source {
    case .number: [field.name]
    case .code:
      (field.metadata.labels ?? []).map { "\(field.metadata.origin ?? field.name)=\($0)" }
    case .vector: slotNames(of: field, width: width)
    }
  }

  /// Stops at a row whose number is missing or whose code has no label.
  func check(_ batch: RowBatch, _ column: String) throws {
    switch source {
    case .vector: return
    case .number(let slot):
      let numbers = batch[slot]
      for row in 0..<batch.rowCount where numbers[row].isMissing {
        throw batch.fault(row: row, column: column, found: nil, "the value is missing")
      }
    case .code(let slot):
      let codes = batch[slot]
      for row in 0..<batch.rowCount where Codes.code(codes[row], below: width) == nil {
        throw batch.fault(
          row: row, column: column, found: Codes.text(codes[row]),
          codes[row].isMissing ? "the code is missing" : "is no code of \(width) labels")
      }
    }
  }

  func forEach(_ row: Int, _ batch: RowBatch, _ body: (Int, Double) -> Void) {
    switch source {
    case .number(let slot): body(0, batch[slot][row])
    case .code(let slot):
      let code = batch[slot][row]
      for index in 0..<width { body(index, Double(index) == code ? 1 : 0) }
    case .vector(let slot): batch[slot].forEachEntry(row, body)
    }
  }

  func forEachNonZero(_ row: Int, _ batch: RowBatch, _ body: (Int, Double) -> Void) {
    switch source {
    case .number(let slot):
      let number = batch[slot][row]
      if number != 0 { body(0, number) }
    case .code(let slot): body(Int(batch[slot][row]), 1)
    case .vector(let slot):
      batch[slot].forEachEntry(row) { index, value in if value != 0 { body(index, value) } }
    }
  }
}
