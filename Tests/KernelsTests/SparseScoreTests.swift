import LinearAlgebra
import Testing

@Suite struct SparseScoreTests {
  /// Rows of up to 40 entries in 90 columns, one without any.
  private func rows<Element: Scalar>(_: Element.Type, seed: UInt64) -> SparseRows<Element> {
    var random = SplitMix(state: seed)
    return SparseRows(
      (0..<67).map { row in
        let columns = Set((0..<(row == 5 ? 0 : 1 + random.below(40))).map { _ in random.below(90) })
        return columns.sorted().map { ($0, random.element()) }
      }, columnCount: 90)
  }

  @Test(arguments: [1, 2, 7, 8, 9, 16, 31, 32, 33, 70])
  func `scores and distances are the chains of the definition, bit for bit, at every level`(
    count: Int
  ) {
    compare(Float.self, count)
    compare(Double.self, count)
  }

  private func compare<Element: Scalar>(_ type: Element.Type, _ k: Int) {
    let seed = UInt64(900 + k)
    let rows = rows(type, seed: seed)
    var random = SplitMix(state: seed + 1)
    // Columns that no point has, and points that are rows.
    let points = (0..<k).map { point in
      point % 3 == 2
        ? rows.row(point % 67).map { Double($0) }
        : (0..<90).map { $0 % 5 == 0 ? 0 : random.double() }
    }
    let squares = points.map { $0.reduce(0.0) { $0.addingProduct($1, $1) } }
    let flat = Matrix(rowCount: k, columnCount: 90, elements: points.flatMap { $0 })
    let (n, best, out) = (67, Buffer<Int32>(count: 67), Buffer<Double>(count: 67))
    let expected = (0..<n).map { row -> (Int32, Double) in
      let entries = rows.entries(ofRow: row).map { ($0.column, Double($0.value)) }
      let scores = points.indices.map { c in
        entries.reduce(-0.5 * squares[c]) { $0.addingProduct($1.1, points[c][$1.0]) }
      }
      let nearest = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
      let apart = entries.reduce(0.0) {
        let difference = $1.1 - points[nearest][$1.0]
        return $0.addingProduct(difference, difference)
      }
      let covered = entries.reduce(0.0) {
        $0.addingProduct(points[nearest][$1.0], points[nearest][$1.0])
      }
      return (Int32(nearest), apart + max(0, squares[nearest] - covered))
    }
    for level in KernelLevel.supported {
      for points in [Points.dense(flat), .sparse(SparseRows(flat))] {
        let scorer = SparseScorer<Element>(points, level: level)
        for range in [0..<41, 41..<n] {
          let block = unsafe rows.block(range)
          unsafe scorer.assign(block, best: best.pointer + range.lowerBound)
          unsafe scorer.squaredDistances(
            block, chosen: best.pointer + range.lowerBound, into: out.pointer + range.lowerBound)
        }
        let note = "\(type) \(level) \(k) points seed \(seed)"
        #expect(best.array == expected.map(\.0), "\(note)")
        #expect(firstDifference(out.array, expected.map(\.1)) == nil, "\(note)")
      }
    }
    for row in 0..<min(k, n) where row % 3 == 2 {
      #expect(out[row] == 0 || best[row] != Int32(row), "a row on its point is at \(out[row])")
    }
  }

  @Test func `sparse rows add to their clusters in order`() {
    let (rows, d, k, n) = (rows(Double.self, seed: 950), 90, 4, 67)
    var random = SplitMix(state: 951)
    let chosen = Buffer<Int32>((0..<n).map { _ in Int32(random.below(k)) })
    let weights = Buffer((0..<n).map { _ in random.double() + 1 })
    let expected = SumsMemory(k, d)
    for row in 0..<n {
      let c = Int(chosen[row])
      for (column, value) in rows.entries(ofRow: row) {
        expected.values[c * d + column] =
          expected.values[c * d + column].addingProduct(weights[row], value)
      }
      expected.weights[c] += weights[row]
      expected.counts[c] += 1
    }
    for level in KernelLevel.supported {
      let found = SumsMemory(k, d)
      unsafe found.sums.add(
        rows.block(0..<n), to: chosen.pointer, weights: weights.pointer, level: level)
      #expect(firstDifference(found.values.array, expected.values.array) == nil, "\(level)")
      #expect(firstDifference(found.weights.array, expected.weights.array) == nil, "\(level)")
      #expect(found.counts.array == expected.counts.array, "\(level)")
    }
  }
}
