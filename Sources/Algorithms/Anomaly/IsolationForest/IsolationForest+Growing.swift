internal import Blocks
internal import Cluster
internal import LinearAlgebra
internal import Platform

extension IsolationForest {
  /// The trees, and how many rows of its sample came to each node; a collective call.
  ///
  /// A tree is a function of the seed, its number and the rows: each worker grows some of them.
  func grow<Element: Scalar>(
    _ rows: BlockMatrix<Element>, in session: Session
  ) throws -> (ForestNodes, [Int32]) {
    let samples = try drawSamples(of: rows.rowCount, in: session)
    let numbers = distinct(samples, of: rows.rowCount)
    let sampled = try rows.gathered(numbers, in: session)
    let values = sampled.elements
    try session.communicator.agree("looking at the sampled rows") {
      guard !values.contains(where: \.isInfinite) else {
        throw Failure(.data, "a number of the training rows is infinite")
      }
    }
    let isCategory = (0..<rows.columnCount).map { rows.categoryColumns.contains($0) }
    let source = RandomSource(seed: session.seed, purpose: "isolation-forest.splits")
    let own = share(of: session.communicator)
    let grown = try mapConcurrently(own.count, threads: session.threads) { place in
      let tree = own.lowerBound + place
      var builder = IsolationTreeBuilder(
        values: values, columnCount: rows.columnCount, isCategory: isCategory,
        rows: samples[tree].map { numbers.isEmpty ? $0 : Self.place(of: $0, in: numbers) },
        extensionLevel: extensionLevel, draw: source.stream(row: tree))
      builder.grow()
      return (builder.nodes, builder.sizes)
    }
    return try together(grown, in: session)
  }

  /// The trees that a worker grows.
  private func share(of group: Communicator) -> Range<Int> {
    group.rank * trees / group.size..<(group.rank + 1) * trees / group.size
  }

  /// The row numbers of each tree, rising.
  private func drawSamples(of rowCount: Int, in session: Session) throws -> [[Int]] {
    if sampleSize >= rowCount { return Array(repeating: Array(0..<rowCount), count: trees) }
    let source = RandomSource(seed: session.seed, purpose: "isolation-forest.rows")
    return try mapConcurrently(trees, threads: session.threads) { tree in
      var draw = source.stream(row: tree)
      return draw.sample(sampleSize, of: rowCount)
    }
  }

  /// The rows that any tree has, rising: all where samples are many.
  private func distinct(_ samples: [[Int]], of rowCount: Int) -> [Int] {
    if Self.takesAll(trees: trees, sampleSize: sampleSize, of: rowCount) {
      return Array(0..<rowCount)
    }
    var numbers = samples.flatMap { $0 }
    numbers.sort()
    var count = 0
    for number in numbers where count == 0 || numbers[count - 1] != number {
      numbers[count] = number
      count += 1
    }
    return Array(numbers.prefix(count))
  }

  /// Whether all rows are gathered rather than those that some tree has.
  static func takesAll(trees: Int, sampleSize: Int, of rowCount: Int) -> Bool {
    sampleSize >= rowCount || trees * sampleSize >= rowCount / 2
  }

  private static func place(of number: Int, in numbers: [Int]) -> Int {
    var (low, high) = (0, numbers.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if numbers[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }

  /// The trees of all workers, in order.
  private func together(
    _ grown: [(ForestNodes, [Int32])], in session: Session
  ) throws -> (ForestNodes, [Int32]) {
    var nodes = ForestNodes()
    for (tree, _) in grown { nodes.append(tree) }
    let sizes = grown.flatMap { $0.1 }
    let group = session.communicator
    if group.size == 1 { return (nodes, sizes) }
    let own = nodes.arrays
    let (roots, kinds) = (try group.allGather(own.roots), try group.allGather(own.kinds))
    let (columns, rights) = (try group.allGather(own.columns), try group.allGather(own.rights))
    let (cuts, keys) = (try group.allGather(own.cuts), try group.allGather(own.keys))
    let termColumns = try group.allGather(own.termColumns)
    let termWeights = try group.allGather(own.termWeights)
    let termCentres = try group.allGather(own.termCentres)
    var all = ForestNodes()
    for rank in 0..<group.size {
      var arrays = ForestNodes.Arrays()
      (arrays.roots, arrays.kinds, arrays.columns) = (roots[rank], kinds[rank], columns[rank])
      (arrays.rights, arrays.cuts, arrays.keys) = (rights[rank], cuts[rank], keys[rank])
      (arrays.termColumns, arrays.termWeights) = (termColumns[rank], termWeights[rank])
      arrays.termCentres = termCentres[rank]
      all.append(ForestNodes(arrays))
    }
    return (all, try group.allGather(sizes).flatMap { $0 })
  }

  /// Refuses before the first pass what the budget could not hold later.
  func reserveMemory<Element: Scalar>(
    for rows: BlockMatrix<Element>, in session: Session
  ) throws -> MemoryReservation {
    let size = min(sampleSize, rows.rowCount)
    let all = Self.takesAll(trees: trees, sampleSize: size, of: rows.rowCount)
    let gathered = all ? rows.rowCount : trees * size
    return try session.communicator.agree("planning an isolation forest") {
      // Trees of samples of which no two rows are equal.
      let (nodes, overflow) = trees.multipliedReportingOverflow(by: 2 * size)
      guard !overflow, nodes < Int(Int32.max) else {
        throw Failure(
          .memory, "\(trees) trees of \(size) rows have more nodes than can be numbered",
          hint: "lower --trees or --sample-size")
      }
      let terms = extensionLevel == 0 ? 0 : nodes / 2 * (extensionLevel + 1)
      let drawn = (sampleSize >= rows.rowCount ? size : 2 * trees * size) * 8
      let forest = 3 * (ForestNodes.byteCount(nodes: nodes, terms: terms) + 4 * nodes)
      return try session.memory.reserve(
        2 * gathered * rows.columnCount * 8 + gathered * 8 + drawn
          + session.threads * 8 * size + forest,
        for: "growing \(trees) trees of \(size) rows")
    }
  }
}
