internal import LinearAlgebra
internal import Platform

/// What a thread needs for itself while it looks for neighbours.
public final class NeighbourScratch {
  let panel = PanelScratch<Float>()
  /// The squared distances of what was added.
  private(set) var squares = Buffer<Double>(count: 0)
  private var candidates = Buffer<Int32>(count: 0)
  private var queries = Buffer<Int32>(count: 0)
  private var count = 0

  public init() {}

  /// Forgets all pairs, and makes room for so many.
  func begin(capacity: Int) {
    count = 0
    if candidates.count >= capacity { return }
    squares = Buffer(count: capacity)
    candidates = Buffer(count: capacity)
    queries = Buffer(count: capacity)
  }

  func add(point: Int32, query: Int32) {
    candidates[count] = point
    queries[count] = query
    count += 1
  }

  /// The squared distances of the pairs that were added.
  func measure(_ points: Matrix<Double>, from centres: Matrix<Double>, level: KernelLevel) {
    if count == 0 { return }
    points.withRows { rows in
      unsafe rows.selecting(candidates.pointer, count: count).squaredDistances(
        to: centres, chosen: queries.pointer, into: squares.pointer, level: level)
    }
  }

  /// The squared distances of consecutive points to one query.
  func measure(
    _ points: Matrix<Double>, _ range: Range<Int>, from centres: Matrix<Double>, _ query: Int,
    level: KernelLevel
  ) {
    unsafe queries.pointer.update(
      repeating: Int32(truncatingIfNeeded: query), count: range.count)
    points.withRows(range) { rows in
      unsafe rows.squaredDistances(
        to: centres, chosen: queries.pointer, into: squares.pointer, level: level)
    }
  }

  /// Takes the nearest of some pairs, if those are all that count.
  ///
  /// - Parameters:
  ///   - range: the pairs of one query, roughly nearest first.
  ///   - own: a point that is not to be taken.
  ///   - isSure: whether no other point lies within the greatest of the squared distances.
  /// - Returns: whether the answer was given.
  func select(
    _ range: Range<Int>, without own: Int?, into found: Neighbours, at target: Int,
    isSure: (Double) -> Bool
  ) -> Bool {
    var kept = NearestKept(count: found.count)
    for pair in range where Int(candidates[pair]) != own {
      kept.offer(Int(candidates[pair]), squares[pair])
    }
    guard kept.choices.count == found.count, let last = kept.choices.last, isSure(last.square)
    else { return false }
    for (rank, choice) in kept.choices.enumerated() {
      found.places[target * found.count + rank] = Int32(truncatingIfNeeded: choice.place)
      found.distances[target * found.count + rank] = choice.square.squareRoot()
    }
    return true
  }
}

/// The nearest so far, nearest first; of equally near ones the earlier point first.
struct NearestKept {
  private(set) var choices: [(square: Double, place: Int)] = []
  private let count: Int

  init(count: Int) {
    self.count = count
    choices.reserveCapacity(count + 1)
  }

  mutating func offer(_ place: Int, _ square: Double) {
    if choices.count == count, let last = choices.last, (last.square, last.place) < (square, place)
    {
      return
    }
    var at = choices.count
    choices.append((square, place))
    while at > 0, (square, place) < choices[at - 1] {
      choices[at] = choices[at - 1]
      at -= 1
    }
    choices[at] = (square, place)
    if choices.count > count { choices.removeLast() }
  }
}
