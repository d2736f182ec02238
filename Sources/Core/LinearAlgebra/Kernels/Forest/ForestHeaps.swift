internal import CKernels
internal import Platform

/// The trees of a forest as perfect heaps of eight levels, which vectors of rows walk in step.
///
/// Splits look at slots: a column, and the side of its missing numbers.
struct ForestHeaps<Element: Scalar>: Sendable {
  /// More slots than this would fill the second-level cache.
  private static var slotLimit: Int { 1024 }

  private let treeCount: Int
  private let slots: Buffer<Int32>
  private let cuts: Buffer<Element>
  /// In the integer of the element's width.
  private let places: Buffer<Element>
  private let values: Buffer<Element>

  /// Nil where the forest is not of that form.
  init?(_ nodes: ForestNodes, values leaves: [Int32]) {
    guard let tables = HeapTables(nodes, leaves), tables.slots.count <= Self.slotLimit else {
      return nil
    }
    treeCount = nodes.treeCount
    slots = Buffer(tables.slots)
    let count = tables.cuts.count
    (cuts, places, values) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    let (given, found, ends) = (
      Buffer(tables.cuts), Buffer(tables.slotsOfSplits), Buffer(tables.values)
    )
    unsafe martlet_pack_heaps(
      Element.kernelPrecision, given.pointer, found.pointer, ends.pointer, count, cuts.pointer,
      places.pointer, values.pointer)
    withExtendedLifetime((given, found, ends)) {}
  }

  /// Elements of scratch that a call wants.
  var scratchCount: Int { slots.count * martlet_forest_rows }

  @unsafe var forBridge: martlet_short_forest {
    unsafe martlet_short_forest(
      trees: treeCount, slots: slots.pointer, slot_count: slots.count, cuts: cuts.pointer,
      places: places.pointer, values: values.pointer)
  }
}

/// The same tables for any element type.
private struct HeapTables {
  /// Levels of splits, and splits or leaves of a tree, with the place 0 that no split has.
  private static let (levelCount, width) = (8, 256)

  /// Twice the column, and 1 where missing numbers go left; rising.
  let slots: [Int32]
  private(set) var cuts: [Double]
  /// Where among the slots the one of each split is.
  private(set) var slotsOfSplits: [Int32]
  private(set) var values: [Int32]

  init?(_ nodes: ForestNodes, _ leaves: [Int32]) {
    guard nodes.kinds.allSatisfy({ $0 & 3 < 2 }),
      nodes.depths.allSatisfy({ $0 <= Self.levelCount }),
      leaves.allSatisfy({ $0 < 1 << 26 })
    else { return nil }
    let wanted = nodes.kinds.indices.filter { nodes.kinds[$0] & 3 == 1 }
      .map { Self.slot(nodes, $0) }.sorted()
    let distinct = wanted.indices.filter { $0 == 0 || wanted[$0] != wanted[$0 - 1] }
    // A forest without splits looks at the first column, and does not mind what is there.
    slots = distinct.isEmpty ? [0] : distinct.map { wanted[$0] }
    let count = nodes.treeCount * Self.width
    cuts = Array(repeating: 0, count: count)
    slotsOfSplits = Array(repeating: 0, count: count)
    values = Array(repeating: 0, count: count)
    for (tree, root) in nodes.roots.enumerated() {
      fill(tree * Self.width, place: 1, level: 0, nodes, leaves, from: Int(root))
    }
  }

  private static func slot(_ nodes: ForestNodes, _ node: Int) -> Int32 {
    2 * nodes.columns[node] + (nodes.missingGoLeft(node) ? 1 : 0)
  }

  /// Writes the subtree of a node into the heap that begins at `start`.
  private mutating func fill(
    _ start: Int, place: Int, level: Int, _ nodes: ForestNodes, _ leaves: [Int32], from node: Int
  ) {
    if level == Self.levelCount {
      values[start + place - Self.width] = leaves[node]
      return
    }
    // A path that ends early goes on with splits both sides of which are this leaf.
    var (left, right) = (node, node)
    if nodes.kinds[node] & 3 == 1 {
      cuts[start + place] = nodes.cuts[node]
      slotsOfSplits[start + place] = index(ofSlot: Self.slot(nodes, node))
      (left, right) = (node + 1, Int(nodes.rights[node]))
    }
    fill(start, place: 2 * place, level: level + 1, nodes, leaves, from: left)
    fill(start, place: 2 * place + 1, level: level + 1, nodes, leaves, from: right)
  }

  private func index(ofSlot slot: Int32) -> Int32 {
    var (low, high) = (0, slots.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if slots[middle] <= slot { low = middle } else { high = middle }
    }
    return Int32(low)
  }
}
