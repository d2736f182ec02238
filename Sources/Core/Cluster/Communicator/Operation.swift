/// Which collective a message belongs to.
enum Operation: UInt32 {
  case barrier = 1
  case broadcast, allGather, gather, allToAll, allReduce, agree, decide, orderedSum
  case orderedSumSliced, gatherSlices, requireSame, split, finish

  var name: String {
    switch self {
    case .barrier: "barrier"
    case .broadcast: "broadcast"
    case .allGather: "allGather"
    case .gather: "gather"
    case .allToAll: "allToAll"
    case .allReduce: "allReduce"
    case .agree: "agree"
    case .decide: "decide"
    case .orderedSum: "orderedSum"
    case .orderedSumSliced: "orderedSumSliced"
    case .gatherSlices: "gatherSlices"
    case .requireSame: "requireSame"
    case .split: "split"
    case .finish: "finish"
    }
  }
}

/// How whole numbers of all ranks become one.
public enum IntegerReduction: Int, Sendable {
  case sum, minimum, maximum

  /// Two numbers as one; a sum wraps past 64 bits, which counts of rows never reach.
  @inline(__always)
  func callAsFunction(_ left: Int64, _ right: Int64) -> Int64 {
    switch self {
    case .sum: left &+ right
    case .minimum: min(left, right)
    case .maximum: max(left, right)
    }
  }
}
