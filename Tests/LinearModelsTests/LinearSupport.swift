import Blocks
import Cluster
import Datasets
import Foundation
import Frames
import Learning
import LinearAlgebra
import LinearModels

let smallLeaves = LeafPolicy(byteCount: 1, rowCount: 16)

func smallSession(_ communicator: Communicator = .solo()) -> Session {
  Session(
    communicator: communicator, threads: 2, memoryByteCount: 1 << 30, leaves: smallLeaves)
}

/// Rows with a label, of which columns are features by name.
struct LabelledRows {
  var names: [String]
  var rows: [[Double]]
  var labels: [Double]
  var weights: [Double]?

  /// - Parameter coefficients: the label is these times the features, plus 1, plus noise.
  init(
    seed: UInt64, rowCount: Int, coefficients: [Double], noise: Double = 0.5,
    isWeighted: Bool = false
  ) {
    var draw = RandomSource(seed: seed, purpose: "tests.linear").stream()
    names = coefficients.indices.map { "x\($0)" }
    rows = []
    labels = []
    for _ in 0..<rowCount {
      // Values that Float holds exactly, so that both precisions see the same rows.
      let row = coefficients.map { _ in Double(Float(draw.normal())) }
      rows.append(row)
      labels.append(zip(row, coefficients).reduce(1 + noise * draw.normal()) { $0 + $1.0 * $1.1 })
    }
    weights = isWeighted ? rows.map { _ in 0.5 + draw.uniform() } : nil
  }

  init(names: [String], rows: [[Double]], labels: [Double], weights: [Double]? = nil) {
    self.names = names
    self.rows = rows
    self.labels = labels
    self.weights = weights
  }

  func matrix<Element: Scalar>(of type: Element.Type = Element.self) -> Matrix<Element> {
    Matrix(
      rowCount: rows.count, columnCount: names.count,
      elements: rows.flatMap { $0 }.map { Element($0) })
  }

  var labelValues: LabelValues {
    LabelValues(.numbers("y"), Column(labels.map { Optional($0) }))
  }

  func blocks<Element: Scalar>(
    of type: Element.Type = Double.self, in session: Session = smallSession()
  ) throws -> BlockMatrix<Element> {
    try BlockMatrix(
      matrix(of: type), featureNames: FeatureNames(names), labels: labelValues, weights: weights,
      in: session)
  }
}

func fit(
  _ estimator: LinearRegression = LinearRegression(), _ data: LabelledRows
) throws -> Fit<LinearRegressionModel> {
  let session = smallSession()
  return try estimator.fit(data.blocks(in: session), inputs: [:], in: session)
}

/// The largest difference of two lists.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { ($0 - $1).magnitude }.max() ?? 0 : .infinity
}

extension FitReport {
  func count(_ name: String) -> Int? { counts.first { $0.name == name }?.value }
}

extension LinearRegressionModel {
  /// Predictions for rows; NaN where there is none.
  func predictions(_ rows: Matrix<Double>) -> [Double] {
    (predict(rows)[0].doubles ?? []).map { $0 ?? .nan }
  }
}
