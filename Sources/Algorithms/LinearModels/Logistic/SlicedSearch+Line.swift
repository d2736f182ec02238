internal import Blocks
internal import Cluster
internal import Learning
internal import LinearAlgebra
internal import Platform

extension SlicedSearch {
  /// What rank 0 needs to know of the line that is searched.
  struct Line {
    var slope: Double
    /// How the penalty changes: times the step, and times half its square.
    var price: Double
    var curvature: Double
  }

  /// Makes the direction and what the margins change by along it; nil at the end.
  mutating func descend() throws -> Line? {
    let (rows, session) = (problem.rows, problem.session)
    let communicator = session.communicator
    let products = products
    let weights = try communicator.decideValues("choosing a direction") {
      products.descent().numbers
    }
    let combination = StepWeights(numbers: weights)
    var parts = try state.descend(combination, into: direction, from: slice.lowerBound)
    parts = try gathered(parts)
    var numbers = [0.0, 0, 0]
    if communicator.rank == 0 {
      if var head {
        self.head = nil
        parts.append(try head.descend(combination))
        self.head = head
      }
      numbers = parts.isEmpty ? numbers : Self.added(parts)
      progress.seen(decrement: -numbers[0])
    }
    let (progress, way) = (progress, head?.direction ?? [])
    let decided = try communicator.decideValues("choosing a direction") {
      let reason = progress.endsWith.flatMap { QuasiNewton.StopReason.allCases.firstIndex(of: $0) }
      return [reason.map { Double($0) } ?? -1] + numbers + way
    }
    if decided[0] >= 0 {
      self.progress.endsWith = QuasiNewton.StopReason.allCases[Int(decided[0])]
      return nil
    }
    try rows.gatherSlices(direction, in: session)
    for (place, column) in frequent.columns.enumerated() {
      direction[column] = decided[4 + place]
    }
    let intercept = problem.layout.hasIntercept ? decided[4 + frequent.columns.count] : 0
    try rows.measure(margins, along: direction, intercept: intercept, isPoint: false, in: session)
    return Line(slope: decided[1], price: decided[2], curvature: decided[3])
  }

  /// How far to go; nil where no step is better.
  mutating func search(
    _ line: Line
  ) throws -> (step: Double, value: Double, found: LineLoss)? {
    var narrowing = QuasiNewton.LineSearch(slope: line.slope)
    let weight = problem.totalWeight
    let start = progress.value
    let communicator = problem.session.communicator
    var step = 1.0
    while true {
      let found = try loss(at: step)
      let value =
        found.loss / weight + progress.penalty + step * (line.price + 0.5 * step * line.curvature)
      let slope = found.slope / weight + line.price + step * line.curvature
      let isNoWorse = value.isFinite && value <= start + 1e-13 * start.magnitude
      // Rank 0 says whether to go there, to try another step, or that there is none.
      let decided = try communicator.decideValues("choosing a step") {
        if isNoWorse, slope.magnitude <= -0.1 * line.slope || narrowing.tries >= 40 {
          return [1, step]
        }
        guard narrowing.tries < 40 else { return [-1, 0] }
        narrowing.narrow(
          value.isFinite ? slope : .nan, isTooLong: !value.isFinite || !(slope < 0))
        return [0, narrowing.step]
      }
      if decided[0] < 0 {
        progress.endsWith = .noProgress
        return nil
      }
      if decided[0] > 0 {
        progress.penalty += step * (line.price + 0.5 * step * line.curvature)
        return (step, value, found)
      }
      step = decided[1]
    }
  }

  /// The parts of all workers on rank 0, in the order of their slices.
  func gathered(_ parts: [[Double]]) throws -> [[Double]] {
    let communicator = problem.session.communicator
    guard communicator.size > 1 else { return parts }
    let width = parts.first?.count ?? 0
    let all = try communicator.gather([Double(width)] + parts.flatMap { $0 }, to: 0)
    return all.flatMap { numbers in
      let width = Int(numbers[0])
      return stride(from: 1, to: numbers.count, by: max(1, width)).map {
        Array(numbers[$0..<$0 + width])
      }
    }
  }

  static func added(_ parts: [[Double]]) -> [Double] {
    var sum = parts.first ?? []
    for part in parts.dropFirst() {
      for place in sum.indices { sum[place] += part[place] }
    }
    return sum
  }
}
