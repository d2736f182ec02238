internal import Platform

/// What a user really chose: items, each with what it was worth.
public struct RelevantItems: Sendable, Equatable {
  /// Places of items that the ranking knows, ascending, each once.
  let items: [Int32]
  /// What each of them was worth.
  let gains: [Double]
  /// What those were worth that the ranking does not know: it can only miss them.
  let unknownGains: [Double]

  /// - Parameters:
  ///   - items: places from 0; of an item that comes twice the greater gain counts.
  ///   - gains: one an item; nil for 1.
  ///   - unknownGains: one for each chosen item that no list can hold.
  public init(_ items: [Int32], gains: [Double]? = nil, unknownGains: [Double] = []) {
    require(
      (gains?.count ?? items.count) == items.count,
      "\(gains?.count ?? 0) gains for \(items.count) items")
    let pairs = items.indices.map { (item: items[$0], gain: gains?[$0] ?? 1) }
      .sorted { $0.item != $1.item ? $0.item < $1.item : $0.gain > $1.gain }
    var distinct: [(item: Int32, gain: Double)] = []
    for pair in pairs where distinct.last?.item != pair.item { distinct.append(pair) }
    self.items = distinct.map(\.item)
    self.gains = distinct.map(\.gain)
    self.unknownGains = unknownGains
  }

  public var count: Int { items.count + unknownGains.count }

  /// Where an item stands among those that are known; nil for one that was not chosen.
  func index(of item: Int32) -> Int? {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low] == item ? low : nil
  }
}
