internal import Platform

/// The nodes of some trees in flat arrays, and how a row walks down one of them.
///
/// A tree's nodes follow each other, parents before children: the left child of a node is the next
/// one, the right child is named. Every node has a value, that of a row that ends there.
public struct ForestNodes: Sendable, Equatable {
  /// What a node does with a row.
  public enum Split: Sendable, Equatable {
    /// The row ends here.
    case leaf
    /// The number in a column goes left where it is below the cut.
    case number(column: Int, below: Double)
    /// The category in a column goes left where the coin of the key says so: one toss a category,
    /// whether it was ever seen or not.
    case category(column: Int, key: UInt64)
    /// The sum of `weight * (number - centre)` over some columns goes left where it is below the
    /// cut; a missing number stands at the centre.
    case mixture([Term], below: Double)
  }

  /// A column's part in a mixture.
  public struct Term: Sendable, Equatable {
    public var column: Int
    public var weight: Double
    public var centre: Double

    public init(column: Int, weight: Double, centre: Double) {
      (self.column, self.weight, self.centre) = (column, weight, centre)
    }
  }

  /// The first node of each tree.
  public internal(set) var roots: [Int32] = []
  /// The kind of each node, and 4 more where a row goes left whose number is missing.
  public internal(set) var kinds: [UInt8] = []
  /// The column of a split; of a mixture its first term.
  public internal(set) var columns: [Int32] = []
  /// The right child; 0 for leaves.
  public internal(set) var rights: [Int32] = []
  public internal(set) var cuts: [Double] = []
  /// What tosses the coins of categories; of a mixture how many terms it has.
  public internal(set) var keys: [UInt64] = []
  public internal(set) var termColumns: [Int32] = []
  public internal(set) var termWeights: [Double] = []
  public internal(set) var termCentres: [Double] = []

  public init() {}

  public var count: Int { kinds.count }
  public var treeCount: Int { roots.count }

  /// The memory of so many nodes, and of terms of mixtures.
  public static func byteCount(nodes: Int, terms: Int = 0) -> Int { nodes * 25 + terms * 20 }
}

// MARK: Growing

extension ForestNodes {
  /// A leaf behind the last node.
  public mutating func addLeaf() -> Int {
    kinds.append(0)
    columns.append(0)
    rights.append(0)
    cuts.append(0)
    keys.append(0)
    return count - 1
  }

  /// The next node begins a tree.
  public mutating func beginTree() { roots.append(Int32(count)) }

  /// Makes a leaf a split whose left child is the next node to come.
  public mutating func split(_ node: Int, _ split: Split, missingGoLeft: Bool) {
    let side: UInt8 = missingGoLeft ? 4 : 0
    switch split {
    case .leaf: return
    case .number(let column, let cut):
      kinds[node] = side + 1
      columns[node] = Int32(column)
      cuts[node] = cut
    case .category(let column, let key):
      kinds[node] = side + 2
      columns[node] = Int32(column)
      keys[node] = key
    case .mixture(let terms, let cut):
      kinds[node] = side + 3
      columns[node] = Int32(termColumns.count)
      cuts[node] = cut
      keys[node] = UInt64(terms.count)
      termColumns += terms.map { Int32($0.column) }
      termWeights += terms.map(\.weight)
      termCentres += terms.map(\.centre)
    }
  }

  /// The right child of a split is the next node to come.
  public mutating func beginRight(of node: Int) { rights[node] = Int32(count) }

  /// Adds the trees of others behind these.
  public mutating func append(_ other: ForestNodes) {
    let (nodes, terms) = (Int32(count), Int32(termColumns.count))
    roots += other.roots.map { $0 + nodes }
    columns += zip(other.kinds, other.columns).map { $0 & 3 == 3 ? $1 + terms : $1 }
    rights += zip(other.kinds, other.rights).map { $0 & 3 == 0 ? 0 : $1 + nodes }
    kinds += other.kinds
    cuts += other.cuts
    keys += other.keys
    termColumns += other.termColumns
    termWeights += other.termWeights
    termCentres += other.termCentres
  }
}

// MARK: Walking

extension ForestNodes {
  /// What a node does.
  public func split(_ node: Int) -> Split {
    switch kinds[node] & 3 {
    case 0: return .leaf
    case 1: return .number(column: Int(columns[node]), below: cuts[node])
    case 2: return .category(column: Int(columns[node]), key: keys[node])
    default:
      let first = Int(columns[node])
      let terms = (first..<first + Int(keys[node])).map {
        Term(column: Int(termColumns[$0]), weight: termWeights[$0], centre: termCentres[$0])
      }
      return .mixture(terms, below: cuts[node])
    }
  }

  /// Whether a row goes left whose number is missing.
  public func missingGoLeft(_ node: Int) -> Bool { kinds[node] & 4 != 0 }

  /// Where a row goes from a node; nil at a leaf.
  public func next(_ node: Int, _ row: [Double]) -> Int? {
    let split = split(node)
    if split == .leaf { return nil }
    return split.sendsLeft({ row[$0] }) ?? missingGoLeft(node) ? node + 1 : Int(rights[node])
  }
}

extension ForestNodes.Split {
  /// Whether a row goes left; nil where the number that decides is missing.
  public func sendsLeft(_ number: (Int) -> Double) -> Bool? {
    switch self {
    case .leaf: return nil
    case .number(let column, let cut):
      let value = number(column)
      return value.isNaN ? nil : value < cut
    case .category(let column, let key):
      let code = number(column)
      return code.isNaN ? nil : Self.coin(key, code)
    case .mixture(let terms, let cut): return Self.sum(terms, number) < cut
    }
  }

  /// Where a row lies along a mixture.
  public static func sum(_ terms: [ForestNodes.Term], _ number: (Int) -> Double) -> Double {
    var sum = 0.0
    for term in terms {
      let value = number(term.column)
      if !value.isNaN { sum += (value - term.centre) * term.weight }
    }
    return sum
  }

  /// The mixing steps of SplitMix64; the highest bit is the coin.
  public static func coin(_ key: UInt64, _ code: Double) -> Bool {
    var bits = (code.bitPattern ^ key) &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits >> 63 == 1
  }
}
