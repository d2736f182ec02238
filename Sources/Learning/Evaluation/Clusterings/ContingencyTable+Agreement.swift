extension ContingencyTable {
  /// The metrics of agreement between labels and clusters.
  public var metrics: [MetricValue] { [MetricValue(.adjustedRandIndex, adjustedRandIndex)] }

  /// The adjusted Rand index of Hubert and Arabie (1985); NaN without a labelled row.
  ///
  /// From exact counts of ordered pairs of rows: together in both partitions (`both`), only by
  /// label, only by cluster, in neither. Up to 2^31 rows all products are exact too, and the value
  /// is scikit-learn's to the last bit.
  public var adjustedRandIndex: Double {
    let rows = Int128(rowCount)
    guard rows > 0 else { return .nan }
    let squares = cells.reduce(Int128(0)) { $0 + square($1.count) }
    let labelSquares = sumOfSquares(by: \.label)
    let clusterSquares = sumOfSquares(by: \.cluster)
    let both = squares - rows
    let onlyLabel = labelSquares - squares
    let onlyCluster = clusterSquares - squares
    let neither = rows * rows - labelSquares - clusterSquares + squares
    if onlyLabel == 0, onlyCluster == 0 { return 1 }
    if rows < 1 << 31 {
      let agreement = both * neither - onlyLabel * onlyCluster
      let extent =
        (both + onlyLabel) * (onlyLabel + neither)
        + (both + onlyCluster) * (onlyCluster + neither)
      return 2 * Double(agreement) / Double(extent)
    }
    let (b, l) = (Double(both), Double(onlyLabel))
    let (c, n) = (Double(onlyCluster), Double(neither))
    return 2 * (b * n - l * c) / ((b + l) * (l + n) + (b + c) * (c + n))
  }

  private func square(_ count: Int) -> Int128 { Int128(count) * Int128(count) }

  private func sumOfSquares(by key: KeyPath<Cell, ClassLabel>) -> Int128 {
    let sorted = cells.sorted { $0[keyPath: key] < $1[keyPath: key] }
    var sum: Int128 = 0
    var (last, count): (ClassLabel?, Int) = (nil, 0)
    for cell in sorted {
      let label = cell[keyPath: key]
      if label != last {
        sum += square(count)
        (last, count) = (label, 0)
      }
      count += cell.count
    }
    return sum + square(count)
  }
}
