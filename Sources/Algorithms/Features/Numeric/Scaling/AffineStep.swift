internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// What a scaler does with one variable: (x - subtrahend) * factor + addend.
struct AffineMap: Sendable {
  var subtrahend: Double
  /// Where it is 0, each number becomes the addend.
  var factor: Double
  var addend: Double

  @inline(__always)
  func callAsFunction(_ number: Double) -> Double {
    if number.isNaN { return number }
    return factor == 0 ? addend : (number - subtrahend) * factor + addend
  }

  var isFinite: Bool { subtrahend.isFinite && factor.isFinite && addend.isFinite }
}

/// The fitted form of every scaler: a straight line for each variable.
///
/// A missing value stays missing, and a NaN stays a NaN.
public struct AffineStep: Step {
  public static let kind = "affine-scaler"

  /// One input with its output.
  struct Part: Sendable {
    var input: String
    var output: String
    var isVector: Bool
    /// Whether sparse vectors become dense, since 0 does not stay 0.
    var makesDense: Bool
    var maps: [AffineMap]
  }

  private let settings: JSONValue
  private let parts: [Part]

  init(settings: JSONValue, parts: [Part]) {
    self.settings = settings
    self.parts = parts
  }

  public var summary: [SummaryLine] {
    parts.filter { !$0.isVector }.map { part in
      let map = part.maps[0]
      return SummaryLine(
        part.output,
        "(\(part.input) - \(numberText(map.subtrahend))) * \(numberText(map.factor)) + "
          + numberText(map.addend))
    }
  }

  // MARK: Running

  public func bind(to binder: inout Binder) throws {
    for part in parts {
      let input = try NumbersInput(part.input, &binder)
      guard input.isVector == part.isVector, input.width == part.maps.count else {
        throw Failure(
          .data,
          "the column '\(part.input)' has \(input.width) numbers a row, "
            + "and the scaler learned from \(part.maps.count)")
      }
      switch input.slot {
      case .number(let slot):
        Self.run(part.maps[0], from: slot, to: try binder.addNumbers(part.output), &binder)
      case .vector(let slot):
        let output = try binder.addVectors(
          part.output, width: slot.width, isSparse: slot.isSparse && !part.makesDense,
          slots: binder.field(part.input).metadata.slots)
        Self.run(part.maps, from: slot, to: output, &binder)
      }
    }
  }

  private static func run(
    _ map: AffineMap, from input: NumberSlot, to output: NumberSlot, _ binder: inout Binder
  ) {
    binder.run { batch in
      let (from, to) = unsafe (batch[input].pointer, batch[output].pointer)
      for row in 0..<batch.rowCount { unsafe to[row] = map(from[row]) }
    }
  }

  private static func run(
    _ maps: [AffineMap], from input: VectorSlot, to output: VectorSlot, _ binder: inout Binder
  ) {
    let width = input.width
    let zeros = maps.map { $0(0) }
    binder.run { batch in
      let (from, to) = (batch[input], batch[output])
      for row in 0..<batch.rowCount {
        if output.isSparse {
          from.forEachEntry(row) { index, value in
            let scaled = maps[index](value)
            if scaled != 0 { to.append(index, scaled) }
          }
          to.endRow()
          continue
        }
        let target = unsafe to.row(row)
        if input.isSparse {
          for index in 0..<width { unsafe target[index] = zeros[index] }
          from.forEachEntry(row) { unsafe target[$0] = maps[$0]($1) }
        } else {
          let source = unsafe from.row(row)
          for index in 0..<width { unsafe target[index] = maps[index](source[index]) }
        }
      }
    }
  }

  // MARK: Storing

  public var saved: SavedStep {
    let maps = parts.flatMap(\.maps)
    let columns = parts.map { part in
      JSONValue.object(
        JSONObject([
          .init("input", .text(part.input)), .init("output", .text(part.output)),
          .init("vector", .flag(part.isVector)), .init("dense", .flag(part.makesDense)),
          .init("width", .integer(part.maps.count)),
        ]))
    }
    return SavedStep(
      settings: settings, values: .object(JSONObject([.init("columns", .list(columns))])),
      tensors: [
        "subtrahends": Tensor(maps.map(\.subtrahend)), "factors": Tensor(maps.map(\.factor)),
        "addends": Tensor(maps.map(\.addend)),
      ])
  }

  public init(_ saved: SavedStep) throws {
    settings = saved.settings
    let subtrahends = try saved.vector("subtrahends")
    let factors = try saved.vector("factors", count: subtrahends.count)
    let addends = try saved.vector("addends", count: subtrahends.count)
    let maps = subtrahends.indices.map {
      AffineMap(subtrahend: subtrahends[$0], factor: factors[$0], addend: addends[$0])
    }
    guard maps.allSatisfy(\.isFinite) else {
      throw Failure(.data, "a scaler has numbers that are not finite")
    }
    var left = maps[...]
    parts = try saved.values.list("columns").map { column in
      let isVector = try column.flag("vector")
      let width = try column.integer("width", in: 0...left.count)
      guard isVector || width == 1 else {
        throw Failure(.data, "a scaler of a number has \(width) lines")
      }
      defer { left = left.dropFirst(width) }
      let part = Part(
        input: try column.text("input"), output: try column.text("output"), isVector: isVector,
        makesDense: try column.flag("dense"), maps: Array(left.prefix(width)))
      guard part.makesDense || part.maps.allSatisfy({ $0(0) == 0 }) else {
        throw Failure(.data, "a scaler moves 0 and says that it does not")
      }
      return part
    }
    guard left.isEmpty else { throw Failure(.data, "a scaler has lines of no column") }
  }
}
