internal import Datasets
internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// Keeps those numbers of vectors whose variance exceeds a threshold; what does not vary goes.
///
/// The variance is that of a sample (n - 1), as in Spark. The names of the numbers travel along.
/// Where none is left the vectors are empty, as in Spark, and the report warns. NaN is left out of
/// the variances; an infinite number is refused.
public struct VarianceThresholdSelector: ColumnwiseStage {
  @Setting("columns of vectors", spark: "featuresCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting(
    "what a variance must exceed", in: 0..., spark: "varianceThreshold", sklearn: "threshold")
  public var varianceThreshold = 0.0

  public init() {}

  public static let name = "variance-threshold-selector"
  public static let summary = "keeps those numbers of vectors whose variance exceeds a threshold"
  public static let suffix = "_selected"
  public static var example: Self { Self { $0.inputs = ["point", "counts"] } }

  public func outline(_ binder: inout Binder) throws {
    try check()
    for (input, output) in pairs {
      let slot = try binder.vectors(input)
      _ = try binder.addVectors(output, width: 0, isSparse: slot.isSparse)
    }
  }

  public func prepare(_ binder: inout Binder) throws -> Preparation {
    let columns = try inputs.map { name in
      _ = try binder.vectors(name)
      return try NumbersInput(name, &binder)
    }
    return .learn(
      MomentsLearner(Self.name, columns, wantsSquares: true) { moments, report in
        var report = report
        let parts = pairs.enumerated().map { place, pair in
          let all = moments[place]
          let kept = all.indices.filter { all[$0].variance > varianceThreshold }
          report.counts.append(
            .init("numbers of \(pair.input) left out", all.count - kept.count))
          if kept.isEmpty {
            report.warnings.append(
              "no number of '\(pair.input)' has a variance above "
                + "\(numberText(varianceThreshold)): nothing of it is left")
          }
          return VarianceSelection.Part(
            input: pair.input, output: pair.output, width: all.count, kept: kept)
        }
        return Learned(VarianceSelection(settings: document, parts: parts), report)
      })
  }
}

/// Keeps some numbers of vectors: what a variance threshold selector learned.
public struct VarianceSelection: Step {
  public static let kind = VarianceThresholdSelector.name

  /// One column, and which of its numbers stay, by rising place.
  struct Part: Sendable {
    var input: String
    var output: String
    var width: Int
    var kept: [Int]
  }

  private let settings: JSONValue
  private let parts: [Part]

  init(settings: JSONValue, parts: [Part]) {
    self.settings = settings
    self.parts = parts
  }

  public var summary: [SummaryLine] {
    parts.map { SummaryLine($0.output, "\($0.kept.count) of \($0.width) numbers of \($0.input)") }
  }

  public func bind(to binder: inout Binder) throws {
    for part in parts {
      let from = try binder.vectors(part.input)
      guard from.width == part.width else {
        throw Failure(
          .data,
          "the vectors of '\(part.input)' have \(from.width) numbers, and the selector "
            + "learned from \(part.width)")
      }
      let names = slotNames(of: try binder.field(part.input), width: part.width)
      let to = try binder.addVectors(
        part.output, width: part.kept.count, isSparse: from.isSparse,
        slots: part.kept.map { names[$0] })
      var places = [Int](repeating: -1, count: part.width)
      for (place, index) in part.kept.enumerated() { places[index] = place }
      let (kept, targets) = (part.kept, places)
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount {
          if to.isSparse {
            source.forEachEntry(row) { if targets[$0] >= 0 { target.append(targets[$0], $1) } }
            target.endRow()
          } else {
            let (numbers, results) = unsafe (source.row(row), target.row(row))
            for (place, index) in kept.enumerated() {
              unsafe results[place] = numbers[index]
            }
          }
        }
      }
    }
  }

  public var saved: SavedStep {
    let columns = parts.map { part in
      JSONValue.object(
        JSONObject([
          .init("input", .text(part.input)), .init("output", .text(part.output)),
          .init("width", .integer(part.width)), .init("kept", .integer(part.kept.count)),
        ]))
    }
    return SavedStep(
      settings: settings, values: .object(JSONObject([.init("columns", .list(columns))])),
      tensors: ["kept": Tensor(parts.flatMap { $0.kept.map { Int64($0) } })])
  }

  public init(_ saved: SavedStep) throws {
    settings = saved.settings
    guard let tensor = saved.tensors["kept"], tensor.shape.count == 1, let all = tensor.int64s
    else {
      throw Failure(.data, "the step lacks the vector 'kept'")
    }
    var left = all[...]
    parts = try saved.values.list("columns").map { column in
      let width = try column.integer("width", in: 0...Int(Int32.max))
      let count = try column.integer("kept", in: 0...left.count)
      defer { left = left.dropFirst(count) }
      let kept = Array(left.prefix(count))
      guard zip(kept, kept.dropFirst()).allSatisfy({ $0 < $1 }),
        kept.allSatisfy({ (0..<Int64(width)).contains($0) })
      else {
        throw Failure(.data, "the places of kept numbers do not rise from 0 to \(width)")
      }
      return Part(
        input: try column.text("input"), output: try column.text("output"), width: width,
        kept: kept.map { Int($0) })
    }
    guard left.isEmpty else { throw Failure(.data, "there are places of no column") }
  }
}
