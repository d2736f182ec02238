internal import Frames
internal import LinearAlgebra
internal import Platform

/// Says of each row which features made it strange: `amount: 3.21, hour: 0.8`.
///
/// The features that add most to the score, largest first, each with what it adds beyond what it
/// adds to a usual row; those that add nothing are not named, and those that make the row less
/// strange come last. A feature that stages made of a column is called by the column.
struct Explanation: Sendable {
  static let output = Schema.Field("explanation", .text)

  let model: any AnomalyModel
  /// How many features are named at most.
  let count: Int
  /// What the features are called.
  var names: [String]
  private let usual: [Double]?

  init(_ model: any AnomalyModel, count: Int) {
    self.model = model
    self.count = count
    names = Array(model.featureNames)
    usual = model.usualContributions
  }

  /// The same with names that people know, from what is known of the columns behind the features.
  func named(after columns: [String], in binder: Binder) throws -> Explanation {
    var copy = self
    var names: [String] = []
    for name in columns {
      let field = try binder.field(name)
      if field.type != .vector {
        names.append(field.metadata.origin ?? name)
      } else if let slots = field.metadata.slots {
        names += slots
      } else {
        names += Array(model.featureNames).dropFirst(names.count).prefix(field.metadata.width ?? 0)
      }
    }
    if names.count == copy.names.count { copy.names = names }
    return copy
  }

  /// A text for each row; missing where the row has no score.
  func column<Element: Scalar>(for rows: Matrix<Element>, scores: Column) -> Column {
    let contributions = rows.withRows { model.contributions(to: $0) }
    return Column(
      (0..<rows.rowCount).map { row in
        scores.isMissing(row) ? nil : text(contributions.row(row))
      })
  }

  private func text(_ contributions: [Double]) -> String {
    let contributions = usual.map { zip(contributions, $0).map { $0 - $1 } } ?? contributions
    let found = contributions.indices.filter { contributions[$0] != 0 }
    let first = found.sorted { (-contributions[$0], $0) < (-contributions[$1], $1) }.prefix(count)
    return first.map { "\(names[$0]): \(shortText(contributions[$0]))" }.joined(separator: ", ")
  }

  /// Four digits that count.
  private func shortText(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var scale = 1.0
    while number.magnitude * scale < 1000, scale < 1e12 { scale *= 10 }
    return numberText((number * scale).rounded() / scale)
  }
}

extension PipelineModel {
  /// The detector at its end, where there is one.
  public var detector: (any AnomalyModel)? { model as? any AnomalyModel }

  /// The same pipeline with a column `explanation` behind the scores, which names the features that
  /// made a row strange, at most so many of them.
  ///
  /// Costs for each row what its contributions cost, beside the score.
  public func explaining(_ count: Int) throws -> PipelineModel {
    guard let step = modelStep, let detector else { throw noDetector("be explained") }
    return ending(with: step.with(detector, explanation: Explanation(detector, count: count)))
  }

  /// The same pipeline with another threshold.
  public func with(threshold: AnomalyThreshold?) throws -> PipelineModel {
    guard let step = modelStep, let detector else { throw noDetector("have a threshold") }
    return ending(with: step.with(detector.with(threshold: threshold)))
  }

  private func ending(with step: ModelStep) -> PipelineModel {
    PipelineModel(input: input, steps: steps.dropLast() + [step], document: document)
  }

  private func noDetector(_ wish: String) -> Failure {
    Failure(.usage, "only scores of anomalies can \(wish), and this model gives none")
  }
}
