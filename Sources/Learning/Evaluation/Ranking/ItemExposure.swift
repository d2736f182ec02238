/// How often each item was shown to the users judged, for each cutoff.
struct ItemExposure: Sendable {
  let itemCount: Int
  let cutoffs: [Int]
  /// By cutoff, then by item.
  var counts: [Int64]

  init(itemCount: Int, cutoffs: [Int]) {
    self.itemCount = itemCount
    self.cutoffs = cutoffs
    counts = [Int64](repeating: 0, count: itemCount * cutoffs.count)
  }

  mutating func add(_ list: [Int32]) {
    for (index, k) in cutoffs.enumerated() {
      for item in list.prefix(k) { counts[index * itemCount + Int(item)] += 1 }
    }
  }

  static func += (total: inout Self, more: Self) {
    for index in total.counts.indices { total.counts[index] += more.counts[index] }
  }

  private func counts(_ cutoff: Int) -> ArraySlice<Int64> {
    counts[cutoff * itemCount..<(cutoff + 1) * itemCount]
  }

  /// The share of items that were shown at all; NaN without an item.
  func coverage(_ cutoff: Int) -> Double {
    itemCount > 0
      ? Double(counts(cutoff).count { $0 > 0 }) / Double(itemCount) : .nan
  }

  /// Gini's coefficient; NaN where nothing was shown.
  ///
  /// From counts alone, exact up to the last division: sum (2 i - n - 1) x_i over n sum x, the
  /// counts x rising.
  func gini(_ cutoff: Int) -> Double {
    let rising = counts(cutoff).sorted()
    let total = rising.reduce(0, +)
    if total == 0 { return .nan }
    var sum = 0
    for (index, count) in rising.enumerated() { sum += (2 * index + 1 - itemCount) * Int(count) }
    return Double(sum) / (Double(itemCount) * Double(total))
  }
}
