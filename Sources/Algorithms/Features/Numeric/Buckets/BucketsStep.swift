internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Puts numbers into buckets: what a bucketizer is, and what a quantile discretizer learns.
public struct BucketsStep: Step {
  public static let kind = "bucketizer"

  /// One column with the ends of its buckets.
  struct Part: Sendable {
    var input: String
    var output: String
    var splits: [Double]
  }

  private let settings: JSONValue
  private let parts: [Part]
  private let handling: InvalidRows

  init(settings: JSONValue, parts: [Part], handling: InvalidRows) {
    self.settings = settings
    self.parts = parts
    self.handling = handling
  }

  public var summary: [SummaryLine] {
    parts.map { SummaryLine($0.output, $0.splits.map { numberText($0) }.joined(separator: ", ")) }
  }

  public func bind(to binder: inout Binder) throws {
    let slots = try parts.map { try binder.numbers($0.input) }
    if handling == .skip {
      let parts = parts
      binder.run { batch in
        try batch.handleInvalid(.skip) { row in
          zip(parts, slots).first { batch[$1][row].isNaN }.map(\.0.input)
        }
      }
    }
    for (part, from) in zip(parts, slots) { try bind(part, from, &binder) }
  }

  private func bind(_ part: Part, _ from: NumberSlot, _ binder: inout Binder) throws {
    var labels = Self.labels(of: part.splits)
    if handling == .keep { labels.append("NaN") }
    let to = try binder.addNumbers(part.output, metadata: ColumnMetadata(labels: labels))
    let (splits, handling) = (part.splits, handling)
    binder.run { batch in
      for row in 0..<batch.rowCount {
        let number = batch[from][row]
        if number.isMissing {
          batch[to][row] = number
        } else if number.isNaN {
          guard handling == .keep else {
            throw batch.fault(
              row: row, column: part.input, found: "NaN", "a NaN belongs into no bucket",
              hint: "handleInvalid keep gives NaN a bucket, skip leaves such rows out")
          }
          batch[to][row] = Double(splits.count - 1)
        } else if let bucket = Self.bucket(of: number, splits) {
          batch[to][row] = Double(bucket)
        } else {
          throw batch.fault(
            row: row, column: part.input, found: numberText(number),
            "the number lies outside of the buckets, which go from "
              + "\(numberText(splits[0])) to \(numberText(splits[splits.count - 1]))",
            hint: "let the splits begin with -inf and end with inf")
        }
      }
    }
  }

  /// The bucket of a number, the last one with its upper end; nil outside of all.
  static func bucket(of number: Double, _ splits: [Double]) -> Int? {
    let last = splits.count - 1
    if number == splits[last] { return last - 1 }
    guard number >= splits[0], number < splits[last] else { return nil }
    var (low, high) = (0, last)
    while high - low > 1 {
      let middle = (low + high) / 2
      if splits[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }

  /// What the buckets are called: `[0, 10)`.
  static func labels(of splits: [Double]) -> [String] {
    (0..<splits.count - 1).map { place in
      let isLast = place == splits.count - 2 && splits[place + 1].isFinite
      let isOpen = splits[place].isInfinite
      return (isOpen ? "(" : "[") + numberText(splits[place]) + ", "
        + numberText(splits[place + 1]) + (isLast ? "]" : ")")
    }
  }

  // MARK: Storing

  public var saved: SavedStep {
    let columns = parts.map { part in
      JSONValue.object(
        JSONObject([
          .init("input", .text(part.input)), .init("output", .text(part.output)),
          .init("splits", .integer(part.splits.count)),
        ]))
    }
    return SavedStep(
      settings: settings,
      values: .object(
        JSONObject([
          .init("handleInvalid", .text(handling.rawValue)), .init("columns", .list(columns)),
        ])),
      tensors: ["splits": Tensor(parts.flatMap(\.splits))])
  }

  public init(_ saved: SavedStep) throws {
    settings = saved.settings
    let word = try saved.values.text("handleInvalid")
    guard let handling = InvalidRows(rawValue: word) else {
      throw Failure(.data, "there is no way '\(word)' to handle invalid rows")
    }
    self.handling = handling
    var left = try saved.vector("splits")[...]
    parts = try saved.values.list("columns").map { column in
      let count = try column.integer("splits", in: 2...max(2, left.count))
      guard count <= left.count, Splits.isRising(Array(left.prefix(count))) else {
        throw Failure(.data, "the ends of buckets do not rise")
      }
      defer { left = left.dropFirst(count) }
      return Part(
        input: try column.text("input"), output: try column.text("output"),
        splits: Array(left.prefix(count)))
    }
    guard left.isEmpty else { throw Failure(.data, "there are ends of buckets of no column") }
  }
}

extension ColumnwiseStage {
  /// Names and types of a stage that puts numbers into buckets.
  func outlineBuckets(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      _ = try binder.numbers(input)
      _ = try binder.addNumbers(output)
    }
  }
}
