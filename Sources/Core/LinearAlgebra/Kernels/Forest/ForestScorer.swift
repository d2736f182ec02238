internal import CKernels
internal import Platform

/// Sums, for each row, the values of the leaves that it comes to.
///
/// Values are whole numbers, so that no order of trees shows in a sum. Forests whose splits compare
/// single numbers, at most eight on any path, are walked by vectors of rows (`isShort`); others,
/// with deeper trees, categories or mixtures, a step at a time, which is several times slower. Both give
/// what `ForestNodes.next` gives, step by step, at every level of the kernels.
///
/// Built once for rows of one element type, shared by all threads.
public struct ForestScorer<Element: Scalar>: Sendable {
  public let level: KernelLevel
  /// How many numbers a row has.
  public let dimension: Int
  /// Whether vectors of rows are walked.
  public var isShort: Bool { heaps != nil }
  private let heaps: ForestHeaps<Element>?
  private let walk: Walk?

  /// - Parameters:
  ///   - values: what each node adds to the sum of a row that ends there; from 0 to below 2^31.
  ///   - dimension: how many numbers a row has.
  public init(_ nodes: ForestNodes, values: [Int32], dimension: Int, level: KernelLevel) {
    require(
      values.count == nodes.count && values.allSatisfy { $0 >= 0 },
      "\(values.count) values for \(nodes.count) nodes, or one below 0")
    self.level = level
    self.dimension = dimension
    heaps = ForestHeaps(nodes, values: values)
    walk = heaps == nil ? Walk(nodes, values) : nil
  }

  /// The sum of each row.
  public func sums(_ rows: RowBlock<Element>) -> [Int64] {
    require(
      rows.columnCount == dimension, "rows of \(rows.columnCount) for a forest of \(dimension)")
    var rows = unsafe rows.forBridge(shift: nil)
    defer { withExtendedLifetime(self) {} }
    return unsafe [Int64](unsafeUninitializedCapacity: max(1, rows.count)) { sums, count in
      guard let start = sums.baseAddress, unsafe rows.count > 0 else { return }
      if let heaps {
        let scratch = Buffer<Element>(count: heaps.scratchCount)
        var forest = unsafe heaps.forBridge
        unsafe martlet_short_paths(
          level.rawValue, Element.kernelPrecision, &rows, &forest, start, scratch.pointer)
        withExtendedLifetime(scratch) {}
      } else if let walk {
        var forest = unsafe walk.forBridge
        unsafe martlet_forest_paths(Element.kernelPrecision, &rows, &forest, start)
      }
      count = unsafe rows.count
    }
  }
}

/// The nodes of a forest where the bridge finds them.
private struct Walk {
  let treeCount: Int
  let form: Int32
  let roots: Buffer<Int32>
  let nodes: Buffer<martlet_node>
  let termColumns: Buffer<Int32>
  let termWeights: Buffer<Double>
  let termCentres: Buffer<Double>

  init(_ forest: ForestNodes, _ values: [Int32]) {
    treeCount = forest.treeCount
    let most = forest.kinds.reduce(0) { max($0, $1 & 3) }
    form = max(1, Int32(most)) - 1
    roots = Buffer(forest.roots)
    nodes = Buffer(forest.kinds.indices.map { Self.node(forest, $0, values[$0]) })
    (termColumns, termWeights) = (Buffer(forest.termColumns), Buffer(forest.termWeights))
    termCentres = Buffer(forest.termCentres)
  }

  /// A leaf is its own right child, to which it sends every row.
  private static func node(_ forest: ForestNodes, _ place: Int, _ value: Int32) -> martlet_node {
    let isLeaf = forest.kinds[place] & 3 == 0
    return martlet_node(
      cut: isLeaf ? -.infinity : forest.cuts[place], key: forest.keys[place],
      column: forest.columns[place], right: isLeaf ? Int32(place) : forest.rights[place],
      value: value, kind: isLeaf ? 0 : UInt32(forest.kinds[place]))
  }

  @unsafe var forBridge: martlet_forest {
    unsafe martlet_forest(
      trees: treeCount, roots: roots.pointer, nodes: nodes.pointer,
      form: form, term_columns: termColumns.pointer,
      term_weights: termWeights.pointer, term_centres: termCentres.pointer)
  }
}
