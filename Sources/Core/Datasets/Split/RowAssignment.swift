/// One part that rows are split into.
public struct SplitPart: Sendable, Equatable {
  public let name: String
  /// The share of the rows, above 0; nil where the method says how many.
  public let share: Double?

  public init(_ name: String, share: Double? = nil) {
    self.name = name
    self.share = share
  }
}

/// How rows are given to parts.
///
/// Each is a function of the seed, the rows and their order.
public enum SplitMethod: Sendable, Equatable {
  /// By chance; each part's count differs from its share by less than one row.
  case random
  /// By chance, the shares kept within each class of a column: in two parts a class's counts
  /// differ from the shares by at most one row, in more parts by less than two, and in all by less
  /// than one. Rows without a class are one of their own.
  case stratified(by: String)
  /// Whole groups by chance: in random order each goes to the part that lacks most rows.
  case grouped(by: String)
  /// In the order of a column, the first part earliest. Rows of one time stay together: those at a
  /// cut are in the later part.
  case inTime(by: String)
  /// The last rows of each group in the order of a column, ties by row number, into the second
  /// part. A group that has no more rows than that stays whole in the first part.
  case leavingLast(Int, by: String, order: String)
  /// Some rows of each group by chance into the second part. A group that has no more rows than
  /// that stays whole in the first part.
  case leavingOut(Int, by: String)

  /// In a word: `random`, `stratified`, `grouped`, `time`, `leave-last`, `leave-out`.
  public var name: String {
    switch self {
    case .random: "random"
    case .stratified: "stratified"
    case .grouped: "grouped"
    case .inTime: "time"
    case .leavingLast: "leave-last"
    case .leavingOut: "leave-out"
    }
  }

  /// How many rows of each group it leaves to the second part; nil where shares decide.
  public var leftCount: Int? {
    switch self {
    case .leavingLast(let count, _, _), .leavingOut(let count, _): count
    case .random, .stratified, .grouped, .inTime: nil
    }
  }

  /// The columns that decide.
  public var columns: [String] {
    switch self {
    case .random: []
    case .stratified(let column), .grouped(let column), .inTime(let column),
      .leavingOut(_, let column):
      [column]
    case .leavingLast(_, let group, let order): group == order ? [group] : [group, order]
    }
  }
}

/// Which row goes to which part.
///
/// Cost: a byte a row on each worker.
public struct RowAssignment: Sendable, Equatable {
  public let parts: [SplitPart]
  public let method: SplitMethod
  public let seed: UInt64
  /// How many rows each part has.
  public let rowCounts: [Int]
  /// What the method found and is worth saying: the times of the cuts, the groups that stayed whole.
  public let notes: [String]
  public let numbers: RowNumbers
  /// The part of each row, by row number.
  let partOfRow: [UInt8]

  /// The part that a row goes to.
  public func part(ofRow row: Int) -> Int { Int(partOfRow[row]) }
}

extension Dataset {
  /// The rows of one part; for the data set whose rows were assigned, or another with the same rows.
  public func keeping(_ part: Int, of assignment: RowAssignment) -> Dataset {
    let wanted = UInt8(part)
    return keepingRows(assignment.numbers) { range in
      range.filter { assignment.partOfRow[$0] == wanted }
    }
  }
}
