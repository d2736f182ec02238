import Blocks
import Cluster
import Learning
import LinearAlgebra

@testable import Anomaly

/// Rows around one centre, some of them farther out; a column more of noise.
func planted(_ count: Int, strange: Int, seed: UInt64) -> ([[Double]], [Bool]) {
  var rows: [[Double]] = []
  for row in 0..<count {
    var draw = Philox(seed: seed, stage: 0, row: UInt64(row))
    let scale = row < strange ? 4.0 : 1.0
    rows.append((0..<4).map { $0 == 3 ? draw.uniform() : scale * draw.normal() })
  }
  return (rows, (0..<count).map { $0 < strange })
}

func fit(
  _ forest: IsolationForest, _ rows: [[Double]], categories: [Int] = [], in session: Session? = nil
) throws -> Fit<IsolationForest.Fitted> {
  let session = session ?? Session(threads: 2, seed: 5)
  let blocks = try BlockMatrix(matrix(rows), in: session)
  let named = blocks.named(blocks.featureNames, categories: categories)
  return try forest.fit(named, inputs: [:], in: session)
}

extension DetectorModel where Detector == IsolationForest {
  func scores(_ rows: [[Double]]) -> [Double] {
    matrix(rows).withRows { scores(of: $0) }
  }
  func contributions(_ rows: [[Double]]) -> Matrix<Double> {
    matrix(rows).withRows { contributions(to: $0) }
  }
}

/// The area under the ROC curve.
func area(_ scores: [Double], _ isStrange: [Bool]) -> Double {
  var (wins, pairs) = (0.0, 0.0)
  for (score, strange) in zip(scores, isStrange) where strange {
    for (other, isOther) in zip(scores, isStrange) where !isOther {
      wins += score > other ? 1 : score == other ? 0.5 : 0
      pairs += 1
    }
  }
  return wins / pairs
}
