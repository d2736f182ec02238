import Blocks
import Cluster
import Frames
import LinearAlgebra

/// A table with labels, made of a seed.
struct LogisticTable {
  var rows: [[Double]]
  var labels: [Int]
  var weights: [Double]?

  /// - Parameter classCount: of labels that follow linear scores with noise.
  init(rowCount: Int, columnCount: Int, classCount: Int = 2, weighted: Bool = false, seed: UInt64) {
    let source = RandomSource(seed: seed, purpose: "tests.logistic")
    var draw = source.stream()
    let truth = (0..<classCount).map { _ in (0...columnCount).map { _ in draw.normal() * 0.5 } }
    rows = []
    labels = []
    for number in 0..<rowCount {
      var draw = source.stream(round: 1, row: number)
      let row = (0..<columnCount).map { column in
        draw.normal() * (column % 3 == 1 ? 10 : 1) + (column % 4 == 3 ? 5 : 0)
      }
      let scores = truth.map { weights in
        zip(weights, row).enumerated().reduce(weights[columnCount]) {
          $0 + $1.element.0 * $1.element.1 / ($1.offset % 3 == 1 ? 10 : 1)
        } - 2 * Portable.log(-Portable.log(draw.openUniform()))
      }
      rows.append(row)
      labels.append(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
    }
    weights = weighted ? (0..<rowCount).map { $0 % 7 == 3 ? 0 : 0.5 + Double($0 % 5) } : nil
  }

  func matrix<Element: Scalar>(_ type: Element.Type = Element.self) -> Matrix<Element> {
    Matrix(
      rowCount: rows.count, columnCount: rows.first?.count ?? 0,
      elements: rows.flatMap { $0.map { Element($0) } })
  }

  func blocks<Element: Scalar>(
    _ type: Element.Type = Element.self, in session: Session
  ) throws -> BlockMatrix<Element> {
    try BlockMatrix(matrix(type), labels: classLabels, weights: weights, in: session)
  }

  var classLabels: LabelValues {
    LabelValues(.classes("label"), Column(labels.map { Optional(Int64($0)) }))
  }
}

/// Newton's method as textbooks have it, in `Double`, for a few columns: full Hessians, all classes.
struct TextbookLogistic {
  /// One row a score, the intercept behind.
  var point: [[Double]]
  var objective = 0.0

  /// - Parameters:
  ///   - squares: the penalty of half the square of each coefficient.
  ///   - isBinomial: one score for the second of two classes.
  init(
    _ table: LogisticTable, classCount: Int, squares: [Double], hasIntercept: Bool = true,
    classWeights: [Double]? = nil, isBinomial: Bool
  ) {
    let (d, k) = (table.rows[0].count, isBinomial ? 1 : classCount)
    let width = d + (hasIntercept ? 1 : 0)
    point = Array(repeating: Array(repeating: 0, count: width), count: k)
    let weights = table.labels.indices.map {
      (table.weights?[$0] ?? 1) * (classWeights?[table.labels[$0]] ?? 1)
    }
    let total = weights.reduce(0, +)
    func cost(_ point: [[Double]]) -> (value: Double, probabilities: [[Double]]) {
      var (value, all) = (0.0, [[Double]]())
      for (row, (x, y)) in zip(table.rows, table.labels).enumerated() {
        var scores = point.map { w in
          zip(w, x + (hasIntercept ? [1] : [])).reduce(0) { $0 + $1.0 * $1.1 }
        }
        if isBinomial { scores = [0, scores[0]] }
        let most = scores.max() ?? 0
        let exps = scores.map { Portable.exp($0 - most) }
        let sum = exps.reduce(0, +)
        value += weights[row] * (Portable.log(sum) + most - scores[y])
        all.append(exps.map { $0 / sum })
      }
      value /= total
      for w in point { for j in 0..<d { value += 0.5 * squares[j] * w[j] * w[j] } }
      return (value, all)
    }
    var now = cost(point)
    for _ in 0..<60 {
      var gradient = [Double](repeating: 0, count: k * width)
      var hessian = Matrix<Double>(rowCount: k * width, columnCount: k * width)
      for (row, (x, y)) in zip(table.rows, table.labels).enumerated() where weights[row] > 0 {
        let long = x + (hasIntercept ? [1] : [])
        let share = weights[row] / total
        for a in 0..<k {
          let p = now.probabilities[row][isBinomial ? 1 : a]
          let own = isBinomial ? Double(y) : (y == a ? 1 : 0)
          for i in 0..<width {
            gradient[a * width + i] += share * (p - own) * long[i]
            for b in 0..<k {
              let q = now.probabilities[row][isBinomial ? 1 : b]
              let factor = share * (a == b ? p * (1 - p) : -p * q)
              for j in 0..<width {
                hessian[a * width + i, b * width + j] += factor * long[i] * long[j]
              }
            }
          }
        }
      }
      for a in 0..<k {
        for j in 0..<d {
          gradient[a * width + j] += squares[j] * point[a][j]
          hessian[a * width + j, a * width + j] += squares[j]
        }
        // Directions that change nothing are held.
        if !isBinomial { for j in 0..<width { hessian[a * width + j, a * width + j] += 1e-9 } }
      }
      guard let step = try? Cholesky(hessian).solve(gradient) else { break }
      var part = 1.0
      var next = point
      var then = now
      repeat {
        for a in 0..<k {
          for j in 0..<width { next[a][j] = point[a][j] - part * step[a * width + j] }
        }
        then = cost(next)
        part *= 0.5
      } while then.value > now.value + 1e-15 && part > 1e-6
      let moved = step.map(\.magnitude).max() ?? 0
      (point, now) = (next, then)
      if moved < 1e-13 { break }
    }
    objective = now.value
  }
}
