internal import Datasets

/// The areas under the ROC and the precision-recall curve, in four resamples at once.
struct RankingAreas {
  var auc = SIMD4<Double>(repeating: .nan)
  var averagePrecision = SIMD4<Double>(repeating: .nan)
  var areaUnderPR = SIMD4<Double>(repeating: .nan)

  /// Walks the rows from the highest score down, those of one score together.
  ///
  /// - Parameter weight: what a row counts in each resample; 0 leaves it out.
  init(
    _ ranked: RankedRows, isPositive: (_ row: Int) -> Bool,
    weight: (_ row: Int) -> SIMD4<Double>
  ) {
    let zero = SIMD4<Double>(repeating: 0)
    var (positive, negative) = (LaneSum(), LaneSum())
    var (area, steps, trapezoids) = (LaneSum(), LaneSum(), LaneSum())
    var last = zero
    var (above, seen) = (zero, zero)
    ranked.forEachTie(isPositive: isPositive, weight: weight) { _, gained, lost in
      area += lost * (above + gained / 2)
      positive += gained
      negative += lost
      let isFirst = seen .== zero
      above = positive.value
      seen = above + negative.value
      var precision = above / seen
      precision.replace(with: zero, where: seen .== zero)
      // The curve starts at recall 0 with the precision of the highest score.
      last.replace(with: precision, where: isFirst)
      steps += gained * precision
      trapezoids += gained * (last + precision) / 2
      last = precision
    }
    let (all, rest) = (positive.value, negative.value)
    let hasPositive = all .> zero
    auc.replace(with: area.value / all / rest, where: hasPositive .& (rest .> zero))
    averagePrecision.replace(with: steps.value / all, where: hasPositive)
    areaUnderPR.replace(with: trapezoids.value / all, where: hasPositive)
  }
}
