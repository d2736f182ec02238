import Foundation
import Testing

/// The golden answers are answers: a textbook's objective at them is theirs, and flat.
@Suite struct `The golden file of linear models` {
  @Test func `is there`() {
    #expect(GoldenCase.logistic.count >= 70)
    #expect(GoldenCase.linear.count > 40)
  }

  @Test(arguments: GoldenCase.logistic + GoldenCase.linear)
  func `has answers that a textbook finds no better`(golden: GoldenCase) throws {
    let data = try golden.data()
    let textbook = try Textbook(golden, data)
    let objective = golden.expected.objective
    #expect(abs(textbook.objective - objective) <= 1e-12 * abs(objective))
    let bounds = golden.settings.lowerBoundsOnIntercepts ?? golden.settings.upperBoundsOnIntercepts
    if golden.settings.fitIntercept, bounds == nil {
      let noise = 1e-12 + 1e-15 * textbook.reach
      #expect(textbook.interceptSlopes.allSatisfy { abs($0) <= noise })
    }
    for (row, coefficients) in golden.expected.coefficients.enumerated() {
      for (column, value) in coefficients.enumerated() {
        // Rounding of sums over rows and of scores: the slope is told to this.
        let noise = 1e-12 + textbook.sizes[column] * (1e-12 + 1e-15 * textbook.reach)
        let slope = textbook.slopes[row][column]
        let l1 = golden.penalty?.l1[column] ?? 0
        let low = golden.settings.lowerBoundsOnCoefficients?[row][column]
        let high = golden.settings.upperBoundsOnCoefficients?[row][column]
        let name = data.names[column]
        if let low, value == low {
          #expect(slope > 0, "\(name) would like to be below its bound")
        } else if let high, value == high {
          #expect(slope < 0, "\(name) would like to be above its bound")
        } else if value == 0 {
          #expect(abs(slope) <= l1 + noise, "\(name) would like to be other than 0")
        } else {
          #expect(abs(slope + (value > 0 ? l1 : -l1)) <= noise, "\(name) is not where it is flat")
        }
      }
    }
  }

  @Test(arguments: GoldenCase.logistic + GoldenCase.linear)
  func `has the first rows as a textbook scores them`(golden: GoldenCase) throws {
    let textbook = try Textbook(golden, try golden.data())
    for (row, wanted) in (golden.expected.predictions ?? []).enumerated() {
      #expect(abs(textbook.scores[row][0] - wanted) <= 1e-9 * max(1, abs(wanted)))
    }
    for (row, wanted) in (golden.expected.probabilities ?? []).enumerated() {
      for (found, wanted) in zip(textbook.probabilities(row), wanted) {
        #expect(abs(found - wanted) <= 1e-9)
      }
    }
  }
}

/// The objective and its slope by the formulas as they are written, at a golden answer.
private struct Textbook {
  let scores: [[Double]]
  private(set) var objective = 0.0
  /// Of the loss and the squared penalty, a row per class.
  private(set) var slopes: [[Double]]
  private(set) var interceptSlopes: [Double]
  /// The mean magnitude of each column.
  private(set) var sizes: [Double]
  /// The mean magnitude of what a score is a sum of.
  private(set) var reach = 0.0

  init(_ golden: GoldenCase, _ data: GoldenTable) throws {
    let expected = golden.expected
    let targets = try data.targets(golden.classes)
    var weights = data.weights
    if golden.settings.classWeight == "balanced", let classes = golden.classes {
      for place in classes.indices {
        let own = targets.indices.filter { targets[$0] == Double(place) }
        let sum = own.reduce(0) { $0 + data.weights[$1] }
        for row in own {
          weights[row] *= data.weights.reduce(0, +) / (Double(classes.count) * sum)
        }
      }
    }
    let total = weights.reduce(0, +)
    scores = data.rows.map { row in
      zip(expected.coefficients, expected.intercepts).map { coefficients, intercept in
        zip(row, coefficients).reduce(intercept) { $0 + $1.0 * $1.1 }
      }
    }
    slopes = expected.coefficients.map { $0.map { _ in 0 } }
    interceptSlopes = expected.intercepts.map { _ in 0 }
    sizes = data.names.map { _ in 0 }
    for (place, row) in data.rows.enumerated() {
      let share = weights[place] / total
      let (loss, pulls) = Self.loss(golden, scores[place], targets[place])
      objective += share * loss
      for (other, pull) in pulls.enumerated() { interceptSlopes[other] += share * pull }
      for (column, value) in row.enumerated() where value != 0 {
        sizes[column] += share * abs(value)
        reach += expected.coefficients.reduce(0) { $0 + share * abs($1[column] * value) }
        for (other, pull) in pulls.enumerated() {
          slopes[other][column] += share * pull * value
        }
      }
    }
    guard let penalty = golden.penalty else { return }
    for (row, coefficients) in expected.coefficients.enumerated() {
      for (column, value) in coefficients.enumerated() {
        objective += penalty.l1[column] * abs(value) + penalty.l2[column] * value * value / 2
        slopes[row][column] += penalty.l2[column] * value
      }
    }
  }

  /// The loss of a row, and its slope in each score.
  private static func loss(
    _ golden: GoldenCase, _ scores: [Double], _ target: Double
  ) -> (Double, [Double]) {
    if golden.classes != nil {
      let chances = probabilities(of: scores)
      let own = Int(target)
      let pulls = chances.enumerated().map { $1 - ($0 == own ? 1 : 0) }
      if scores.count == 1 {
        let margin = target == 1 ? scores[0] : -scores[0]
        return (max(-margin, 0) + log1p(exp(-abs(margin))), [pulls[1]])
      }
      let top = scores.max() ?? 0
      let sum = scores.reduce(0) { $0 + exp($1 - top) }
      return (top - scores[own] + log(sum), pulls)
    }
    let error = target - scores[0]
    guard let scale = golden.expected.scale, let epsilon = golden.settings.epsilon else {
      return (error * error / 2, [-error])
    }
    if abs(error) <= epsilon * scale {
      return ((scale + error * error / scale) / 2, [-error / scale])
    }
    let far = 2 * epsilon * abs(error) - epsilon * epsilon * scale
    return ((scale + far) / 2, [error > 0 ? -epsilon : epsilon])
  }

  func probabilities(_ row: Int) -> [Double] { Self.probabilities(of: scores[row]) }

  private static func probabilities(of scores: [Double]) -> [Double] {
    let scores = scores.count == 1 ? [0, scores[0]] : scores
    let top = scores.max() ?? 0
    let parts = scores.map { exp($0 - top) }
    return parts.map { $0 / parts.reduce(0, +) }
  }
}
