internal import Platform

extension FactorObservations {
  /// The sum of squares that a solution leaves of a row's ratings, one rating after the other, with
  /// what all rows have in common and the ridge; in double.
  ///
  /// The product of the solution with the right side gives the same for nothing, as the difference
  /// from the squares of the targets. With confidences in the thousands both are large and all but
  /// equal, and single precision leaves little of what is between them. Cost: d operations a rating.
  /// - Parameter solution: the unknowns of the row.
  public func loss(
    of ratings: Range<Int>, leftBy solution: [Double], common: CommonPart?, ridge: Double
  ) -> Double {
    require(solution.count == dimension, "\(solution.count) of \(dimension) unknowns")
    var loss = 0.0
    for rating in ratings {
      let start = Int(indices[rating]) * stride
      var score = 0.0
      for place in 0..<dimension {
        score = score.addingProduct(solution[place], Double(factors[start + place]))
      }
      let (weight, wanted) = exactTerms(of: rating)
      switch target {
      case .value: loss += (wanted - score) * (wanted - score)
      case .preference:
        // The common part has the square of each score once already.
        loss +=
          wanted > 0
          ? wanted * (1 - score) * (1 - score) - score * score : weight * score * score
      }
    }
    if let common {
      for row in 0..<dimension {
        var product = common.upper[row * dimension + row] * solution[row]
        for column in (row + 1)..<max(row + 1, dimension) {
          product += 2 * common.upper[row * dimension + column] * solution[column]
        }
        loss += product * solution[row]
      }
    }
    return loss + ridge * solution.reduce(0) { $0.addingProduct($1, $1) }
  }
}
