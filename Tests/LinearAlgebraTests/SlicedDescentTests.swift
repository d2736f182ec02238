import LinearAlgebra
import Testing

/// L-BFGS on slices against its two loops on whole vectors.
@Suite struct SlicedDescentTests {
  /// The gradient of a convex function, no quadratic, at a point: far from round, so that pairs
  /// differ from each other.
  private func slope(_ point: [Double]) -> [Double] {
    point.indices.map { place in
      let steep = 1 + Double(place % 97)
      return steep * (point[place] - 1) + 0.1 * point[place] * point[place] * point[place]
    }
  }

  /// The textbook: two loops over whole vectors, from a metric of 1.
  private func direction(
    _ slope: [Double], _ pairs: [(step: [Double], change: [Double])]
  ) -> [Double] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var (side, parts) = (slope, [Double]())
    for pair in pairs.reversed() {
      let part = dot(pair.step, side) / dot(pair.step, pair.change)
      parts.append(part)
      for j in side.indices { side[j] -= part * pair.change[j] }
    }
    for (pair, part) in zip(pairs, parts.reversed()) {
      let other = dot(pair.change, side) / dot(pair.step, pair.change)
      for j in side.indices { side[j] += (part - other) * pair.step[j] }
    }
    return side.map { -$0 }
  }

  @Test(arguments: [1, 3])
  func `the direction is that of the two loops, also when old steps go`(threads: Int) throws {
    let count = 70_000
    var point = (0..<count).map { Double($0 % 13) * 0.2 - 1 }
    let none = [Double](repeating: 0, count: count)
    var state = SlicedDescent(
      point[...], prices: none[...], memory: 3, threads: threads, level: .plain)
    for place in 0..<count { state.scales[place] = 1 }
    var products = StepProducts(memory: 3)
    var pairs: [(step: [Double], change: [Double])] = []
    let way = Buffer<Double>(count: count)
    var (old, moved) = ([Double](), [Double]())
    let part = 0.01
    for round in 0..<7 {
      let now = slope(point)
      if round > 0 {
        pairs.append((moved, zip(now, old).map { $0 - $1 }))
        pairs = Array(pairs.suffix(3))
      }
      let parts = try state.advance(Buffer(now), factor: 1, step: round > 0 ? part : nil)
      #expect(parts.count == 2)
      products.take(parts[0].indices.map { parts[0][$0] + parts[1][$0] })
      let more = try state.descend(products.descent(), into: way)
      let book = direction(now, pairs)
      let length = book.map(\.magnitude).max() ?? 0
      let apart = zip(way.array, book).map { ($0 - $1).magnitude }.max() ?? 1
      #expect(apart <= 1e-5 * length, "round \(round): \(apart) of \(length)")
      let falls = zip(book, now).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(more[0][0] + more[1][0] - falls) <= 1e-5 * abs(falls))
      try state.move(part, along: way)
      (old, moved) = (now, way.array.map { part * $0 })
      for j in point.indices { point[j] += moved[j] }
      let held = zip(state.point.array, point).map { ($0 - $1).magnitude }.max() ?? 1
      #expect(held < 1e-12)
    }
  }

  @Test func `two slices give the blocks that one gives, on any threads`() throws {
    let (count, cut) = (150_000, 1 << 16)
    let point = (0..<count).map { Double($0 % 11) * 0.3 - 1 }
    let prices = (0..<count).map { Double($0 % 5) * 0.01 }
    var found: [[[Double]]] = []
    for (ranges, threads) in [([0..<count], 1), ([0..<count], 2), ([0..<cut, cut..<count], 2)] {
      var blocks: [[Double]] = []
      for range in ranges {
        var state = SlicedDescent(
          point[range], prices: prices[range], memory: 2, threads: threads, level: .plain)
        for place in 0..<range.count { state.scales[place] = 0.5 }
        let way = Buffer<Double>(count: count)
        let sums = Buffer(slope(point))
        _ = try state.advance(sums, from: range.lowerBound, factor: 0.5, step: nil)
        let parts = try state.descend(
          StepWeights(numbers: [-1]), into: way, from: range.lowerBound)
        try state.move(0.1, along: way, from: range.lowerBound)
        let next = Buffer(slope(point.map { $0 * 0.9 }))
        let more = try state.advance(next, from: range.lowerBound, factor: 0.5, step: 0.1)
        blocks += zip(parts, more).map { $0 + $1 }
      }
      found.append(blocks)
    }
    #expect(found[0].count == 3)
    #expect(found[0] == found[1] && found[0] == found[2])
  }
}
