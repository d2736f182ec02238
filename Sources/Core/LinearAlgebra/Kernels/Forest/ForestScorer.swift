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
  let roots: Buffer<Int32>
  let nodes: Buffer<martlet_node>
  let termColumns: Buffer<Int32>
  let termWeights: Buffer<Double>
  let termCentres: Buffer<Double>

  init(_ forest: ForestNodes, _ values: [Int32]) {
    treeCount = forest.treeCount
    roots = Buffer(forest.roots)
    nodes = Buffer(
      forest.kinds.indices.map { node in
        martlet_node(
          cut: forest.cuts[node], key: forest.keys[node], column: forest.columns[node],
          right: forest.rights[node], value: values[node], kind: UInt32(forest.kinds[node]))
      })
    (termColumns, termWeights) = (Buffer(forest.termColumns), Buffer(forest.termWeights))
    termCentres = Buffer(forest.termCentres)
  }

  @unsafe var forBridge: martlet_forest {
    unsafe martlet_forest(
      trees: treeCount, roots: roots.pointer, nodes: nodes.pointer,
      has_mixtures: termColumns.count > 0 ? 1 : 0, term_columns: termColumns.pointer,
      term_weights: termWeights.pointer, term_centres: termCentres.pointer)
  }
}
