internal import Frames
public import Learning
internal import Platform

/// What a target-encoder has learned: the mean label of each category.
public struct TargetEncoderModel: Step {
  public static let kind = TargetEncoder.name

  /// The means of one column.
  public struct Means: Sendable, Equatable {
    /// The mean over all rows.
    public let overall: Double
    /// The mean for missing codes, then for code 0, 1, ...; NaN for what was not seen.
    public let categories: [Double]

    /// The mean for a code; NaN where it was not seen.
    @inline(__always)
    func mean(_ code: Double) -> Double {
      if code.isMissing { return categories.first ?? .nan }
      guard let code = Codes.code(code, below: categories.count - 1) else { return .nan }
      return categories[code + 1]
    }
  }

  public let stage: TargetEncoder
  public let columns: [Means]
  /// For each column and fold the means over the other folds, for the fit of later stages alone:
  /// not stored, and empty without folds.
  let folds: [[Means]]

  init(_ stage: TargetEncoder, columns: [Means], folds: [[Means]] = []) throws {
    guard columns.count == stage.inputs.count,
      columns.allSatisfy({ means in
        means.overall.isFinite && means.categories.allSatisfy { !$0.isInfinite }
      })
    else {
      throw Failure(.data, "the means do not fit the columns")
    }
    self.stage = stage
    self.columns = columns
    self.folds = folds
  }

  public var summary: [SummaryLine] {
    zip(stage.inputs, columns).map { input, means in
      SummaryLine(input, "\(means.categories.count { !$0.isNaN }) categories")
    }
  }

  public func bind(to binder: inout Binder) throws {
    for (place, pair) in stage.pairs.enumerated() {
      let source = try binder.numbers(pair.input)
      let output = try binder.addNumbers(pair.output)
      let (means, folds) = (columns[place], folds.isEmpty ? [] : folds[place])
      let handling = stage.handleInvalid
      binder.run { batch in
        let (codes, target) = (batch[source], batch[output])
        // Rows have numbers only while a pipeline is fitted.
        let isLearning = !folds.isEmpty && batch.firstRowNumber >= 0
        for row in 0..<batch.rowCount {
          if isLearning {
            let fold = TargetEncoder.fold(ofRow: batch.rowNumber(row), of: folds.count)
            let mean = folds[fold].mean(codes[row])
            target[row] = mean.isNaN ? folds[fold].overall : mean
            continue
          }
          let mean = means.mean(codes[row])
          if mean.isNaN, handling == .error {
            throw batch.unseen(
              codes[row], row: row, column: pair.input,
              hint: "handleInvalid keep gives such rows the mean of all")
          }
          target[row] = mean.isNaN ? means.overall : mean
        }
      }
    }
  }

  public var saved: SavedStep {
    var tensors = ["overall": Tensor(columns.map(\.overall))]
    for (place, means) in columns.enumerated() {
      tensors["categories.\(place)"] = Tensor(means.categories)
    }
    return SavedStep(settings: stage.json, tensors: tensors)
  }

  public init(_ saved: SavedStep) throws {
    let stage = try TargetEncoder(saved: saved.settings)
    let overall = try saved.vector("overall", count: stage.inputs.count)
    try self.init(
      stage,
      columns: overall.enumerated().map { place, mean in
        Means(overall: mean, categories: try saved.vector("categories.\(place)"))
      })
  }
}
