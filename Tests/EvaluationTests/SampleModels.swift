import Martlet

/// A classifier that takes its probabilities from the features: one column for each class, which
/// need not sum up to 1.
struct ColumnClassifier: Classifier {
  static let kind = "column-classifier"
  static let formatVersion = 1

  let label = "y"
  let classes: Classes
  var featureNames: FeatureNames { FeatureNames(classes.texts.map { "score_\($0)" }) }
  var precision: Precision { .double }
  var summary: [SummaryLine] { [] }

  init(_ classes: [String]) throws {
    self.classes = try Classes(Column(classes.map { Optional($0) }))
  }

  init(_ saved: SavedModel) throws { throw Failure(.data, "these models are not stored") }

  var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: .null, values: .null,
      tensors: [:])
  }

  func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    var places: [Int32] = []
    for row in 0..<rows.rowCount {
      let scores = rows.row(row)
      let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      places.append(scores.contains { $0.isNaN } ? -1 : Int32(best))
    }
    let scores = classes.texts.indices.map { place in
      Column(
        (0..<rows.rowCount).map { row -> Double? in
          places[row] < 0 ? nil : Double(rows[row, place])
        })
    }
    return [classes.column(places)] + scores
  }
}

/// A regressor that predicts twice its one feature.
struct DoublingRegressor: Regressor {
  static let kind = "doubling-regressor"
  static let formatVersion = 1

  let label = "y"
  let featureNames = FeatureNames(["x"])
  let precision = Precision.double
  var summary: [SummaryLine] { [] }

  init() {}
  init(_ saved: SavedModel) throws { throw Failure(.data, "these models are not stored") }

  var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: .null, values: .null,
      tensors: [:])
  }

  func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column] {
    [Column((0..<rows.rowCount).map { Double?(2 * Double(rows[$0, 0])) })]
  }
}

/// A detector whose score is the sum of its features.
struct SummingDetector: AnomalyModel {
  static let kind = "summing-detector"
  static let formatVersion = 1

  let featureNames: FeatureNames
  var threshold: AnomalyThreshold?
  let precision = Precision.double
  let contributionsSumToScore = true
  var summary: [SummaryLine] { [] }

  init(_ names: String..., threshold: Double? = nil) {
    featureNames = FeatureNames(names)
    self.threshold = threshold.map { AnomalyThreshold(score: $0) }
  }
  init(_ saved: SavedModel) throws { throw Failure(.data, "these models are not stored") }

  var saved: SavedModel {
    SavedModel(
      featureNames: featureNames, precision: precision, settings: .null, values: .null,
      tensors: [:])
  }

  func with(threshold: AnomalyThreshold?) -> SummingDetector {
    var copy = self
    copy.threshold = threshold
    return copy
  }

  func scores<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    (0..<rows.count).map { row in
      (0..<rows.columnCount).reduce(0) { $0 + Double(rows[row, $1]) }
    }
  }

  func contributions<Element: Scalar>(to rows: RowBlock<Element>) -> Matrix<Double> {
    Matrix(
      rowCount: rows.count, columnCount: rows.columnCount,
      elements: (0..<rows.count).flatMap { row in
        (0..<rows.columnCount).map { Double(rows[row, $0]) }
      })
  }
}
