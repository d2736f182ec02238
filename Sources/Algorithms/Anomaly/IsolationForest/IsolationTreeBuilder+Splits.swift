internal import LinearAlgebra

extension IsolationTreeBuilder {
  /// A split with rows on both sides, by a column drawn among those that vary; nil where none does.
  mutating func drawSplit(_ rows: Range<Int>, _ constants: inout Int) -> ForestNodes.Split? {
    while let (column, range) = drawVaried(rows, &constants, taken: 0) {
      if !isCategory[column] {
        return extensionLevel == 0
          ? .number(column: column, below: drawCut(range.low, range.high))
          : drawMixture(rows, &constants, column, range)
      }
      if let split = drawCoins(rows, column) { return split }
      setAside(column, &constants)
    }
    return nil
  }

  /// A column with two values among the rows, and the least and greatest of them.
  /// - Parameter taken: how many columns at the end are not to be drawn.
  private mutating func drawVaried(
    _ rows: Range<Int>, _ constants: inout Int, taken: Int
  ) -> (Int, (low: Double, high: Double))? {
    while constants < columnCount - taken {
      let place = constants + draw.integer(below: columnCount - taken - constants)
      let range = range(of: columns[place], rows)
      if range.low < range.high { return (columns[place], range) }
      columns.swapAt(place, constants)
      constants += 1
    }
    return nil
  }

  /// Counts a column among those that cannot split these rows.
  private mutating func setAside(_ column: Int, _ constants: inout Int) {
    guard let place = columns[constants...].firstIndex(of: column) else { return }
    columns.swapAt(place, constants)
    constants += 1
  }

  /// The least and the greatest number; none where all are missing.
  private func range(of column: Int, _ rows: Range<Int>) -> (low: Double, high: Double) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for place in rows {
      let value = values[starts[place] + column]
      if value < low { low = value }
      if value > high { high = value }
    }
    return (low, high)
  }

  /// A number above the least and not above the greatest, so that each side has one of them.
  private mutating func drawCut(_ low: Double, _ high: Double) -> Double {
    let part = draw.uniform()
    let cut = low * (1 - part) + high * part
    return min(max(cut, low.nextUp), high)
  }

  /// Coins that send the categories among the rows to both sides.
  private mutating func drawCoins(_ rows: Range<Int>, _ column: Int) -> ForestNodes.Split? {
    // Of two categories every other key parts them; 64 keys that do not are no accident.
    for _ in 0..<64 {
      let split = ForestNodes.Split.category(column: column, key: draw.next())
      var (isLeft, isRight) = (false, false)
      for place in rows {
        guard let side = sendsLeft(split, starts[place]) else { continue }
        if side { isLeft = true } else { isRight = true }
        if isLeft && isRight { return split }
      }
    }
    return nil
  }

  /// A sum of columns of numbers, each by its range, with normal weights; the cut is uniform between
  /// the least and the greatest sum among the rows.
  private mutating func drawMixture(
    _ rows: Range<Int>, _ constants: inout Int, _ first: Int, _ range: (low: Double, high: Double)
  ) -> ForestNodes.Split {
    var terms = [drawTerm(rows, first, range)]
    var taken = 1
    take(first, taken)
    while terms.count <= extensionLevel,
      let (column, range) = drawVaried(rows, &constants, taken: taken)
    {
      taken += 1
      take(column, taken)
      if !isCategory[column] { terms.append(drawTerm(rows, column, range)) }
    }
    var (low, high) = (Double.infinity, -Double.infinity)
    for place in rows {
      let sum = ForestNodes.Split.sum(terms) { values[starts[place] + $0] }
      (low, high) = (min(low, sum), max(high, sum))
    }
    // Rounding may leave no two sums; the first column varies all the same.
    guard low < high, low.isFinite, high.isFinite else {
      return .number(column: first, below: drawCut(range.low, range.high))
    }
    return .mixture(terms, below: drawCut(low, high))
  }

  /// Puts a column at the place that many from the end.
  private mutating func take(_ column: Int, _ place: Int) {
    guard let found = columns.firstIndex(of: column) else { return }
    columns.swapAt(found, columnCount - place)
  }

  private mutating func drawTerm(
    _ rows: Range<Int>, _ column: Int, _ range: (low: Double, high: Double)
  ) -> ForestNodes.Term {
    var (sum, count) = (0.0, 0.0)
    for place in rows where !values[starts[place] + column].isNaN {
      sum += values[starts[place] + column] - range.low
      count += 1
    }
    // Numbers at both ends of what a Double holds have no range that it holds.
    let width = min(range.high - range.low, Double.greatestFiniteMagnitude)
    let weight = draw.normal() / max(width, Double.leastNormalMagnitude)
    return ForestNodes.Term(column: column, weight: weight, centre: range.low + sum / count)
  }
}
