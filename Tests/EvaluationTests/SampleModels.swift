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
