public import Learning
internal import LinearAlgebra
internal import Platform

extension IsolationForest.Knowledge {
  public var values: [JSONObject.Member] { [.init("sampleSize", .integer(sampleSize))] }

  public var tensors: [String: Tensor] {
    let arrays = nodes.arrays
    var tensors = [
      "roots": Tensor(arrays.roots), "kinds": Tensor(arrays.kinds),
      "columns": Tensor(arrays.columns), "rights": Tensor(arrays.rights),
      "cuts": Tensor(arrays.cuts), "sizes": Tensor(sizes),
    ]
    // Only categories and mixtures need these.
    if arrays.keys.contains(where: { $0 != 0 }) { tensors["keys"] = Tensor(arrays.keys) }
    if !arrays.termColumns.isEmpty {
      tensors["termColumns"] = Tensor(arrays.termColumns)
      tensors["termWeights"] = Tensor(arrays.termWeights)
      tensors["termCentres"] = Tensor(arrays.termCentres)
    }
    return tensors
  }

  public init(_ saved: SavedModel) throws {
    var arrays = ForestNodes.Arrays()
    guard let roots = saved.tensors["roots"]?.int32s, let kinds = saved.tensors["kinds"]?.uint8s,
      let columns = saved.tensors["columns"]?.int32s,
      let rights = saved.tensors["rights"]?.int32s, let sizes = saved.tensors["sizes"]?.int32s
    else { throw Failure(.data, "the model lacks a part of its trees") }
    (arrays.roots, arrays.kinds, arrays.columns, arrays.rights) = (roots, kinds, columns, rights)
    arrays.cuts = try saved.vector("cuts")
    arrays.keys = saved.tensors["keys"]?.int64s ?? [Int64](repeating: 0, count: kinds.count)
    if let columns = saved.tensors["termColumns"]?.int32s {
      arrays.termColumns = columns
      arrays.termWeights = try saved.vector("termWeights")
      arrays.termCentres = try saved.vector("termCentres")
    }
    let nodes = try ForestNodes(arrays, columnCount: saved.featureNames.count)
    let sampleSize = try saved.values.integer("sampleSize", in: 1...Int(Int32.max))
    try Self.check(sizes, of: nodes, sampleSize: sampleSize)
    try self.init(
      nodes: nodes, sizes: sizes, sampleSize: sampleSize, dimension: saved.featureNames.count)
  }

  /// Each tree begins with its sample, and a split gives each of its rows to one side.
  private static func check(_ sizes: [Int32], of nodes: ForestNodes, sampleSize: Int) throws {
    let fits =
      sizes.count == nodes.count && sizes.allSatisfy { $0 >= 1 }
      && nodes.roots.allSatisfy { Int(sizes[Int($0)]) == sampleSize }
      && nodes.kinds.indices.allSatisfy { node in
        nodes.kinds[node] & 3 == 0
          || Int(sizes[node]) == Int(sizes[node + 1]) + Int(sizes[Int(nodes.rights[node])])
      }
    guard fits, nodes.depths.allSatisfy({ $0 <= IsolationForest.depthLimit(sampleSize) }) else {
      throw Failure(.data, "the sizes of the nodes do not fit the trees of the model")
    }
  }
}
