internal import Platform

extension ForestNodes {
  /// The arrays of a forest as a file gave them.
  public struct Arrays {
    public var roots: [Int32] = []
    public var kinds: [UInt8] = []
    public var columns: [Int32] = []
    public var rights: [Int32] = []
    public var cuts: [Double] = []
    public var keys: [Int64] = []
    public var termColumns: [Int32] = []
    public var termWeights: [Double] = []
    public var termCentres: [Double] = []

    public init() {}
  }

  /// As they are stored.
  public var arrays: Arrays {
    var arrays = Arrays()
    (arrays.roots, arrays.kinds, arrays.columns) = (roots, kinds, columns)
    (arrays.rights, arrays.cuts, arrays.keys) = (rights, cuts, keys.map { Int64(bitPattern: $0) })
    (arrays.termColumns, arrays.termWeights) = (termColumns, termWeights)
    arrays.termCentres = termCentres
    return arrays
  }

  /// Takes arrays of this process's making, or of a worker's.
  public init(_ arrays: Arrays) {
    (roots, kinds, columns) = (arrays.roots, arrays.kinds, arrays.columns)
    (rights, cuts, keys) = (arrays.rights, arrays.cuts, arrays.keys.map { UInt64(bitPattern: $0) })
    (termColumns, termWeights) = (arrays.termColumns, arrays.termWeights)
    termCentres = arrays.termCentres
  }

  /// Takes arrays that anybody may have written, and trusts none of them: every walk over what
  /// comes out of here stays within its arrays, and ends.
  /// - Throws: a failure where they are no trees over so many columns.
  public init(_ arrays: Arrays, columnCount: Int) throws {
    let count = arrays.kinds.count
    guard arrays.columns.count == count, arrays.rights.count == count, arrays.cuts.count == count,
      arrays.keys.count == count, arrays.termWeights.count == arrays.termColumns.count,
      arrays.termCentres.count == arrays.termColumns.count, count < Int(Int32.max),
      arrays.termColumns.count < Int(Int32.max)
    else { throw Self.broken("its arrays have different lengths") }
    self.init(arrays)
    try checkShape()
    try checkSplits(columnCount)
  }

  /// How many splits lie above each node.
  public var depths: [Int] {
    var depths = [Int](repeating: 0, count: count)
    for node in 0..<count where kinds[node] & 3 != 0 {
      depths[node + 1] = depths[node] + 1
      depths[Int(rights[node])] = depths[node] + 1
    }
    return depths
  }

  /// The nodes of each tree are its splits and leaves in preorder, and nothing else: the right child
  /// of a split comes when its left side is at an end.
  private func checkShape() throws {
    guard roots.first == 0, zip(roots, roots.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw Self.broken("its trees do not follow each other")
    }
    var tree = 0
    var waiting: [Int] = []
    for node in 0..<count {
      if waiting.isEmpty {
        guard tree < roots.count, Int(roots[tree]) == node else {
          throw Self.broken("node \(node) is in no tree")
        }
        tree += 1
      } else if waiting[waiting.count - 1] >= 0 {
        // Left children wait as -1 above the right child of their parent.
        guard waiting.removeLast() == node else {
          throw Self.broken("node \(node) is not where its parent says")
        }
      } else {
        waiting.removeLast()
      }
      if kinds[node] & 3 == 0 { continue }
      guard Int(rights[node]) > node else { throw Self.broken("node \(node) goes back") }
      waiting += [Int(rights[node]), -1]
    }
    guard waiting.isEmpty, tree == roots.count else { throw Self.broken("a tree has no end") }
  }

  private func checkSplits(_ columnCount: Int) throws {
    for node in 0..<count {
      guard kinds[node] < 8 else { throw Self.broken("node \(node) is of no known kind") }
      switch kinds[node] & 3 {
      case 0:
        guard columns[node] == 0 else { throw Self.broken("leaf \(node) looks at a column") }
        continue
      case 3:
        let first = Int(columns[node])
        guard first >= 0, keys[node] >= 1, keys[node] <= UInt64(termColumns.count),
          first + Int(keys[node]) <= termColumns.count
        else { throw Self.broken("node \(node) has terms that are not there") }
      default:
        guard columns[node] >= 0, Int(columns[node]) < columnCount else {
          throw Self.broken("node \(node) looks at a column that is not there")
        }
      }
      guard cuts[node].isFinite else { throw Self.broken("the cut of node \(node) is no number") }
    }
    guard termColumns.allSatisfy({ $0 >= 0 && Int($0) < columnCount }),
      termWeights.allSatisfy(\.isFinite), termCentres.allSatisfy(\.isFinite)
    else { throw Self.broken("a term looks at a column that is not there") }
  }

  private static func broken(_ reason: String) -> Failure {
    Failure(.data, "the trees of the model make no sense: \(reason)")
  }
}
