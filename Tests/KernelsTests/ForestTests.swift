import LinearAlgebra
import Platform
import Testing

/// Trees drawn at random, and what each node adds to a sum.
private struct RandomForest {
  enum Kind: CaseIterable {
    /// Splits of single numbers, at most eight deep.
    case short
    /// The same, deeper.
    case deep
    /// With categories and mixtures.
    case mixed
  }

  var nodes = ForestNodes()
  var values: [Int32] = []
  private var random: SplitMix

  init(_ kind: Kind, trees: Int, columnCount: Int, seed: UInt64) {
    random = SplitMix(state: seed)
    for tree in 0..<trees {
      nodes.beginTree()
      // The first trees are a leaf alone, one split, and so on.
      grow(kind, columnCount, depth: min(tree, kind == .deep ? 13 : 8))
    }
    values = (0..<nodes.count).map { _ in Int32(random.below(1 << 26)) }
  }

  private mutating func grow(_ kind: Kind, _ columnCount: Int, depth: Int) {
    let node = nodes.addLeaf()
    guard depth > 0, random.below(8) > 0 else { return }
    let column = random.below(columnCount)
    let split: ForestNodes.Split =
      switch kind == .mixed ? random.below(3) : 0 {
      case 0: .number(column: column, below: cut())
      case 1: .category(column: column, key: random.next())
      default:
        .mixture(
          (0...random.below(4)).map { _ in
            .init(column: random.below(columnCount), weight: random.double(), centre: cut())
          }, below: cut())
      }
    nodes.split(node, split, missingGoLeft: random.below(2) == 0)
    grow(kind, columnCount, depth: depth - 1)
    nodes.beginRight(of: node)
    grow(kind, columnCount, depth: depth - 1)
  }

  /// Mostly numbers that no Float holds, some that rows have, and the ends of the line.
  private mutating func cut() -> Double {
    switch random.below(12) {
    case 0: 0
    case 1: Double(Float.greatestFiniteMagnitude) * 1.5
    case 2: -Double(Float.greatestFiniteMagnitude) * 1.5
    case 3: Double(Float(random.double()))
    default: random.double()
    }
  }

  /// The sum of a row, a step at a time.
  func sum(_ row: [Double]) -> Int64 {
    nodes.roots.reduce(0) { sum, root in
      var node = Int(root)
      while let next = nodes.next(node, row) { node = next }
      return sum + Int64(values[node])
    }
  }
}

@Suite struct ForestTests {
  @Test(arguments: RandomForest.Kind.allCases.indices, [1, 2, 5, 16, 40])
  private func `rows come to the leaves of a slow walk, at every level`(kind: Int, width: Int)
    throws
  {
    try compare(Float.self, RandomForest.Kind.allCases[kind], width)
    try compare(Double.self, RandomForest.Kind.allCases[kind], width)
  }

  private func compare<Element: Scalar>(
    _ type: Element.Type, _ kind: RandomForest.Kind, _ width: Int
  ) throws {
    let seed = UInt64(width) * 31 + 700
    let rows = TestRows<Element>(rowCount: 263, columnCount: width, seed: seed)
    for trees in [1, 3, 31, 32, 70] {
      let forest = RandomForest(kind, trees: trees, columnCount: width, seed: seed + UInt64(trees))
      // Some rows have numbers that are cuts, one above and one below.
      let cuts = forest.nodes.cuts.filter { $0.magnitude < 2 }
      for (place, cut) in cuts.prefix(60).enumerated() {
        let near = [Element(cut), Element(cut).nextUp, Element(cut).nextDown][place % 3]
        rows.buffer[rows.offset + (100 + place) * rows.stride + place % width] = near
      }
      let expected = (0..<263).map { forest.sum(rows.row($0).map { Double($0) }) }
      for level in KernelLevel.supported {
        let scorer = ForestScorer<Element>(
          forest.nodes, values: forest.values, dimension: width, level: level)
        let note = "\(type) \(kind) \(level) width \(width), \(trees) trees, seed \(seed)"
        if kind != .mixed { #expect(scorer.isShort == (kind == .short || trees < 10), "\(note)") }
        for count in [0, 1, 2, 15, 16, 17, 63, 64, 65, 128, 129, 263] {
          #expect(
            scorer.sums(rows.block(count)) == Array(expected.prefix(count)),
            "\(count) rows, \(note)")
        }
        let chosen = (0..<77).map { Int32($0 * 89 % 263) }
        unsafe chosen.withUnsafeBufferPointer { places in
          guard let start = places.baseAddress else { return }
          let some = unsafe rows.block(263).selecting(start, count: 77)
          #expect(scorer.sums(some) == chosen.map { expected[Int($0)] }, "\(note)")
        }
      }
    }
  }

  @Test func `rows too wide for the cache are walked one by one, to the same leaves`() {
    let (width, seed) = (900, UInt64(77))
    let rows = TestRows<Float>(rowCount: 40, columnCount: width, seed: seed)
    let forest = RandomForest(.short, trees: 60, columnCount: width, seed: seed)
    let scorer = ForestScorer<Float>(
      forest.nodes, values: forest.values, dimension: width, level: KernelLevel.supported[0])
    #expect(!scorer.isShort)
    #expect(
      scorer.sums(rows.block(40)) == (0..<40).map { forest.sum(rows.row($0).map { Double($0) }) })
  }

  @Test func `trees put behind each other are the same trees`() {
    let (one, other) = (
      RandomForest(.mixed, trees: 9, columnCount: 4, seed: 1),
      RandomForest(.mixed, trees: 5, columnCount: 4, seed: 2)
    )
    var both = one.nodes
    both.append(other.nodes)
    #expect(both.treeCount == 14)
    var random = SplitMix(state: 3)
    for _ in 0..<100 {
      let row = (0..<4).map { _ in random.double() }
      for tree in 0..<14 {
        let (part, first) = tree < 9 ? (one.nodes, tree) : (other.nodes, tree - 9)
        var (a, b) = (Int(both.roots[tree]), Int(part.roots[first]))
        while let next = part.next(b, row) {
          #expect(both.split(a) == part.split(b))
          b = next
          a = both.next(a, row) ?? -1
        }
        #expect(both.split(a) == .leaf)
      }
    }
  }

  // MARK: Trust

  @Test func `what was stored comes back`() throws {
    let forest = RandomForest(.mixed, trees: 20, columnCount: 5, seed: 4)
    #expect(try ForestNodes(forest.nodes.arrays, columnCount: 5) == forest.nodes)
  }

  @Test func `arrays that are no trees are refused`() throws {
    let forest = RandomForest(.mixed, trees: 20, columnCount: 5, seed: 4)
    let arrays = forest.nodes.arrays
    let kinds = arrays.kinds
    func places(_ kind: UInt8) -> [Int] { kinds.indices.filter { kinds[$0] & 3 == kind } }
    func refused(_ what: String, _ change: (inout ForestNodes.Arrays) -> Void) {
      var copy = arrays
      change(&copy)
      #expect(throws: Failure.self, "\(what)") { try ForestNodes(copy, columnCount: 5) }
    }
    let (number, mixture) = (try #require(places(1).first), try #require(places(3).first))
    let (leaf, category) = (try #require(places(0).last), try #require(places(2).first))
    refused("no trees") { $0 = ForestNodes.Arrays() }
    refused("no roots") { $0.roots = [] }
    refused("a root that is no root") { $0.roots[3] += 1 }
    refused("roots that fall") { $0.roots.swapAt(3, 4) }
    refused("a root behind the end") { $0.roots.append(Int32(kinds.count)) }
    refused("a cycle") { $0.rights[number] = Int32(number) }
    refused("a child before its parent") { $0.rights[number] = 0 }
    refused("a child of no number") { $0.rights[number] = -1 }
    refused("a child of another") { $0.rights[number] += 1 }
    refused("a child behind the end") { $0.rights[number] = .max }
    refused("an end without a leaf") { $0.kinds[leaf] = 1 }
    refused("a leaf in the middle") { $0.kinds[number] = 0 }
    refused("an unknown kind") { $0.kinds[leaf] = 16 }
    refused("a column behind the last") { $0.columns[number] = 5 }
    refused("a column before the first") { $0.columns[category] = -1 }
    refused("a cut that is no number") { $0.cuts[number] = .nan }
    refused("an endless mixture") { $0.keys[mixture] = .max }
    refused("a mixture of nothing") { $0.keys[mixture] = 0 }
    refused("terms behind the last") { $0.columns[mixture] = Int32(arrays.termColumns.count) }
    refused("a term of no column") { $0.termColumns[0] = 5 }
    refused("a weight that is none") { $0.termWeights[0] = .infinity }
    refused("fewer cuts") { $0.cuts.removeLast() }
    refused("fewer columns") { $0.columns.removeLast() }
    refused("fewer keys") { $0.keys.removeLast() }
    refused("fewer centres") { $0.termCentres.removeLast() }
  }
}
