internal import Frames
public import Learning
internal import LinearAlgebra

extension LogisticRegressionModel {
  public var summary: [SummaryLine] {
    var lines = [
      SummaryLine("label", label),
      SummaryLine("classes", shownClasses),
      SummaryLine("objective", numberText(objective)),
    ]
    for output in 0..<coefficients.rowCount {
      lines += scoreLines(output)
      if output == 9, coefficients.rowCount > 10 {
        lines.append(SummaryLine("...", "and \(coefficients.rowCount - 10) more classes"))
        break
      }
    }
    return lines
  }

  /// What the odds of a class are made of: the intercept, and the largest coefficients.
  private func scoreLines(_ output: Int) -> [SummaryLine] {
    let place = coefficients.rowCount == 1 ? 1 : output
    let row = coefficients.row(output)
    let found = row.indices.filter { row[$0] != 0 }
    let order = found.sorted { (-row[$0].magnitude, $0) < (-row[$1].magnitude, $1) }
    let limit = coefficients.rowCount == 1 ? 20 : 8
    var lines = [
      SummaryLine(
        "score of \(classes.texts[place])",
        "\(found.count) of \(row.count) coefficients are not 0")
    ]
    if hasIntercept {
      lines.append(SummaryLine("  intercept", shown(intercepts[output], row.count)))
    }
    for column in order.prefix(limit) {
      lines.append(SummaryLine("  \(featureNames[column])", shown(row[column], column)))
    }
    if order.count > limit {
      lines.append(SummaryLine("  ...", "and \(order.count - limit) smaller ones"))
    }
    return lines
  }

  private func shown(_ value: Double, _ place: Int) -> String {
    let number = numberText((value * 1e6).rounded() / 1e6)
    guard let error = standardErrors?[place], error > 0 else { return number }
    let z = value / error
    let p = ChiSquared(degrees: 1).upperTail(z * z)
    func short(_ value: Double) -> String { numberText((value * 1e6).rounded() / 1e6) }
    return "\(number), standard error \(short(error)), z \(short(z)), p \(numberText(p))"
  }

  private var shownClasses: String {
    classes.texts.prefix(20).joined(separator: ", ")
      + (classes.count > 20 ? " and \(classes.count - 20) more" : "")
  }
}
