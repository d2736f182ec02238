internal import Frames
public import Learning
internal import Platform

/// The features that a univariate selection keeps, and what it found of each.
public struct SelectedFeatures: Step {
  public static let kind = UnivariateFeatureSelector.name

  /// What the numbers of a vector stand for.
  public let featureNames: [String]
  /// The features that are kept, rising.
  public let indices: [Int]
  /// The test's statistic of each feature.
  public let statistics: [Double]
  /// How probable a statistic as large is where feature and label have nothing to do with each
  /// other, for each feature.
  public let pValues: [Double]
  private let settings: UnivariateFeatureSelector
  /// For each feature its place among those kept; -1 for the others.
  private let places: [Int32]

  init(
    settings: UnivariateFeatureSelector, featureNames: [String], indices: [Int],
    statistics: [Double], pValues: [Double]
  ) throws {
    let width = featureNames.count
    guard indices.allSatisfy({ $0 >= 0 && $0 < width }),
      zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }), statistics.count == width,
      pValues.count == width, statistics.allSatisfy({ $0 >= 0 }),
      pValues.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else {
      throw Failure(.data, "the parts of the feature selection do not fit each other")
    }
    self.settings = settings
    self.featureNames = featureNames
    self.indices = indices
    self.statistics = statistics
    self.pValues = pValues
    var places = [Int32](repeating: -1, count: width)
    for (place, index) in indices.enumerated() { places[index] = Int32(place) }
    self.places = places
  }

  public var summary: [SummaryLine] {
    let kept = indices.prefix(20).map { featureNames[$0] }
    return [
      SummaryLine("selected", "\(indices.count) of \(featureNames.count) features"),
      SummaryLine(
        "features", kept.joined(separator: ", ") + (indices.count > 20 ? ", ..." : "")),
    ]
  }

  /// A line a feature, by rising p-value, at most so many.
  func lines(limit: Int) -> [String] {
    let ranked = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    let lines = ranked.prefix(limit).map { index in
      "\(featureNames[index]): statistic \(numberText(statistics[index])), p "
        + "\(numberText(pValues[index]))" + (places[index] < 0 ? "" : ", selected")
    }
    return lines + (ranked.count > limit ? ["... and \(ranked.count - limit) more"] : [])
  }

  public func bind(to binder: inout Binder) throws {
    let name = settings.inputs[0]
    let input = try binder.vectors(name)
    guard input.width == featureNames.count || binder.isOutline else {
      throw Failure(
        .data,
        "the selection is one of \(featureNames.count) numbers, the vectors of '\(name)' have "
          + "\(input.width)")
    }
    let slots = slotNames(of: try binder.field(name), width: input.width)
    let output = try binder.addVectors(
      settings.outputs[0], width: indices.count, isSparse: input.isSparse,
      slots: binder.isOutline ? nil : indices.map { slots[$0] })
    let (indices, places) = (indices, places)
    binder.run { batch in
      let (from, to) = (batch[input], batch[output])
      for row in 0..<batch.rowCount {
        if from.isSparse {
          from.forEachEntry(row) { index, value in
            if places[index] >= 0 { to.append(Int(places[index]), value) }
          }
          to.endRow()
        } else {
          let (source, target) = unsafe (from.row(row), to.row(row))
          for (place, index) in indices.enumerated() { unsafe target[place] = source[index] }
        }
      }
    }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: settings.json,
      values: .object(
        JSONObject([.init("features", .list(featureNames.map { .text($0) }))])),
      tensors: [
        "indices": Tensor(indices.map { Int64($0) }), "statistics": Tensor(statistics),
        "pValues": Tensor(pValues),
      ])
  }

  public init(_ saved: SavedStep) throws {
    guard let indices = saved.tensors["indices"]?.int64s else {
      throw Failure(.data, "the step lacks the vector 'indices'")
    }
    try self.init(
      settings: UnivariateFeatureSelector(saved: saved.settings),
      featureNames: saved.values.texts("features"), indices: indices.map { Int($0) },
      statistics: saved.vector("statistics"), pValues: saved.vector("pValues"))
  }
}
