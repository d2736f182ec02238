internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

/// The usable ratings of one split, users and items by the codes of a table.
final class RatingChunk: @unchecked Sendable {
  // Proof of Sendable: one thread fills it in `init`, one reads it after the pass.
  /// The place of the table whose codes these are.
  let table: Int
  /// Codes and values, until they are in their place.
  private(set) var userCodes: Buffer<Int32>
  private(set) var itemCodes: Buffer<Int32>
  private(set) var values: Buffer<Float>
  let count: Int
  let skippedCount: Int

  init(
    _ rows: SplitRows, _ columns: RatingColumns, unusable: UnusableRows, tables: NameTables
  ) throws {
    let frame = rows.frame
    let ratings = try columns.rating.map { Self.numbers(try frame.column($0)) }
    let kept = try Self.usable(rows, columns, ratings, unusable)
    skippedCount = frame.rowCount - (kept?.count ?? frame.rowCount)
    func usableColumn(_ name: String) throws -> Column {
      let column = try frame.column(name)
      return kept.map { column.selecting($0) } ?? column
    }
    count = kept?.count ?? frame.rowCount
    let (users, items) = (try usableColumn(columns.user), try usableColumn(columns.item))
    (table, userCodes, itemCodes) = try tables.codes(
      (columns.user, users), (columns.item, items))
    if let ratings, let kept {
      values = Buffer(kept.map { ratings[$0] })
    } else {
      values = ratings ?? Self.ones(count)
    }
  }

  /// Hands its memory over, with places in the place of codes.
  /// - Parameters:
  ///   - users: the place of each code of a user.
  ///   - items: likewise.
  func take(_ users: [Int32], _ items: [Int32]) -> RatingTriples.Piece {
    defer {
      userCodes = Buffer(count: 0)
      itemCodes = Buffer(count: 0)
      values = Buffer(count: 0)
    }
    for row in 0..<count {
      userCodes[row] = users[Int(userCodes[row])]
      itemCodes[row] = items[Int(itemCodes[row])]
    }
    return RatingTriples.Piece(rows: userCodes, columns: itemCodes, values: values)
  }

  /// The numbers of a column; all 1 of one that holds none, which is an error once all is read.
  private static func numbers(_ column: Column) -> Buffer<Float> {
    guard column.type.isNumeric else { return ones(column.count) }
    if let whole: Buffer<Float> = column.wholeMatrix(), whole.count == column.count {
      return whole
    }
    let numbers = Buffer<Float>(count: column.count)
    unsafe column.copyNumbers(0..<column.count, to: numbers.pointer, stride: 1)
    return numbers
  }

  private static func ones(_ count: Int) -> Buffer<Float> {
    let ones = Buffer<Float>(count: count)
    for row in 0..<count { ones[row] = 1 }
    return ones
  }

  /// The rows that can be learned from; nil where all can.
  ///
  /// One that cannot is named, unless such rows are left out.
  private static func usable(
    _ rows: SplitRows, _ columns: RatingColumns, _ ratings: Buffer<Float>?,
    _ unusable: UnusableRows
  ) throws -> [Int]? {
    let frame = rows.frame
    let names = [columns.user, columns.item]
    let keys = try names.map { try frame.column($0) }
    if keys.allSatisfy({ $0.validity == nil }),
      ratings.map({ unsafe allFinite($0.pointer, $0.count) }) ?? true
    {
      return nil
    }
    var isBad = [Int]()
    for row in 0..<frame.rowCount
    where keys[0].isMissing(row) || keys[1].isMissing(row) || ratings?[row].isFinite == false {
      isBad.append(row)
    }
    guard let first = isBad.first else { return nil }
    if unusable == .error {
      let wrong = keys.firstIndex { $0.isMissing(first) }.map { names[$0] }
      throw try fault(rows, wrong ?? columns.rating ?? columns.item, first)
    }
    let bad = Set(isBad)
    return (0..<frame.rowCount).filter { !bad.contains($0) }
  }

  private static func fault(_ rows: SplitRows, _ name: String, _ row: Int) throws -> DataError {
    let column = try rows.frame.column(name)
    let isMissing = column.isMissing(row)
    var problem = isMissing ? "the value is missing" : "is no finite rating"
    if case .number(let number) = column[row], number.isFinite {
      problem = "is too large for a rating, which is held in single precision"
    }
    return DataError(
      place: rows.place(ofRow: row), column: name,
      found: isMissing ? nil : column.fieldText(at: row), problem: problem,
      hint: "--on-bad-row skip leaves such rows out and counts them")
  }
}
