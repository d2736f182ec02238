internal import LinearAlgebra

/// Grows one tree on the rows of its sample.
struct IsolationTreeBuilder {
  /// Rows of numbers, one behind the other.
  let values: [Double]
  let columnCount: Int
  let isCategory: [Bool]
  let extensionLevel: Int
  let depthLimit: Int
  var draw: Philox
  private(set) var nodes = ForestNodes()
  /// How many rows came to each node.
  private(set) var sizes: [Int32] = []
  /// Where the rows of the sample begin; those of a node lie together.
  var starts: [Int]
  /// All columns; those that a node found without two values stand in front for its children.
  var columns: [Int]

  /// - Parameter rows: the rows of the sample, by their place among the values.
  init(
    values: [Double], columnCount: Int, isCategory: [Bool], rows: [Int], extensionLevel: Int,
    draw: Philox
  ) {
    self.values = values
    self.columnCount = columnCount
    self.isCategory = isCategory
    self.extensionLevel = extensionLevel
    self.draw = draw
    depthLimit = IsolationForest.depthLimit(rows.count)
    starts = rows.map { $0 * columnCount }
    columns = Array(0..<columnCount)
  }

  mutating func grow() {
    nodes.beginTree()
    grow(0..<starts.count, depth: 0, constants: 0)
  }

  /// Grows the subtree of some rows.
  /// - Parameter constants: how many columns are known to have no two values among them.
  private mutating func grow(_ rows: Range<Int>, depth: Int, constants: Int) {
    let node = nodes.addLeaf()
    sizes.append(Int32(rows.count))
    var constants = constants
    guard rows.count > 1, depth < depthLimit, let split = drawSplit(rows, &constants) else {
      return
    }
    // Each side gets the rows without a number in proportion to those with one.
    let (lefts, known) = count(split, rows)
    let missingGoLeft = draw.uniform() * Double(known) < Double(lefts)
    nodes.split(node, split, missingGoLeft: missingGoLeft)
    let middle = part(rows, by: split, missingGoLeft)
    grow(rows.lowerBound..<middle, depth: depth + 1, constants: constants)
    nodes.beginRight(of: node)
    grow(middle..<rows.upperBound, depth: depth + 1, constants: constants)
  }

  func sendsLeft(_ split: ForestNodes.Split, _ start: Int) -> Bool? {
    // The most usual first: no closure, no switch inside.
    if case .number(let column, let cut) = split {
      let value = values[start + column]
      return value.isNaN ? nil : value < cut
    }
    return split.sendsLeft { values[start + $0] }
  }

  private func count(_ split: ForestNodes.Split, _ rows: Range<Int>) -> (lefts: Int, known: Int) {
    var (lefts, known) = (0, 0)
    for place in rows {
      guard let isLeft = sendsLeft(split, starts[place]) else { continue }
      known += 1
      lefts += isLeft ? 1 : 0
    }
    return (lefts, known)
  }

  /// Brings the rows that go left in front of the others; the place of the first other.
  private mutating func part(
    _ rows: Range<Int>, by split: ForestNodes.Split, _ missingGoLeft: Bool
  ) -> Int {
    var (low, high) = (rows.lowerBound, rows.upperBound)
    while low < high {
      if sendsLeft(split, starts[low]) ?? missingGoLeft {
        low += 1
      } else {
        high -= 1
        starts.swapAt(low, high)
      }
    }
    return low
  }
}
