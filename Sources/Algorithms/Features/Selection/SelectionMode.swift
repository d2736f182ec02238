public import Learning

/// By what features are kept once each has a p-value.
public enum SelectionMode: String, CaseIterable, SettingValue {
  /// So many with the least p-values.
  case numTopFeatures
  /// A part of all, those with the least p-values.
  case percentile
  /// p below a threshold: each feature is wrong with that probability.
  case fpr
  /// Benjamini and Hochberg's procedure: of those kept, that part is wrong.
  case fdr
  /// p below a threshold over the number of features: one or more is wrong with that probability.
  case fwe

  var standardThreshold: Double {
    switch self {
    case .numTopFeatures: 50
    case .percentile: 0.1
    case .fpr, .fdr, .fwe: 0.05
    }
  }

  func check(_ threshold: Double?) throws(SettingError) {
    guard let threshold else { return }
    let isWhole = threshold >= 1 && threshold == threshold.rounded() && threshold < 0x1p53
    guard self == .numTopFeatures ? isWhole : threshold <= 1 else {
      throw SettingError(
        name: "selectionThreshold",
        requirement: (self == .numTopFeatures ? "a whole number, at least 1," : "from 0 to 1")
          + " for selectionMode \(rawValue)",
        value: threshold.settingText)
    }
  }

  /// The features to keep, by rising index.
  public func chosen(_ pValues: [Double], threshold: Double?) -> [Int] {
    let threshold = threshold ?? standardThreshold
    let count = Double(pValues.count)
    let ranked = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    switch self {
    case .numTopFeatures: return ranked.prefix(Int(min(threshold, count))).sorted()
    case .percentile: return ranked.prefix(Int(count * threshold)).sorted()
    case .fpr: return pValues.indices.filter { pValues[$0] < threshold }
    case .fwe: return pValues.indices.filter { pValues[$0] < threshold / count }
    case .fdr:
      let step = threshold / count
      let last = ranked.indices.last { pValues[ranked[$0]] <= step * Double($0 + 1) }
      return last.map { ranked[...$0].sorted() } ?? []
    }
  }
}
