internal import Frames
internal import LinearAlgebra

/// Rows of lists on the way to a frame: whose list, what is on it, where, with which score.
struct ListTable {
  /// The columns of a table of lists, by name.
  struct Names: Sendable {
    var target: String
    var partner: String
    var reasons: String?
  }

  private(set) var targets: [Int] = []
  private(set) var partners: [Int32] = []
  private(set) var ranks: [Int32?] = []
  private(set) var scores: [Double?] = []
  private(set) var reasons: [[Reason]?] = []

  /// Adds a row; `rank` counts from 1.
  mutating func add(
    target: Int, partner: Int32, rank: Int, score: Double?, reasons: [Reason]? = nil
  ) {
    targets.append(target)
    partners.append(partner)
    ranks.append(Int32(rank))
    scores.append(score)
    self.reasons.append(reasons)
  }

  /// Adds the row of a target that gets nothing.
  mutating func addNothing(target: Int) {
    targets.append(target)
    partners.append(-1)
    ranks.append(nil)
    scores.append(nil)
    reasons.append(nil)
  }

  static func schema(_ names: Names, target: ColumnType, partner: ColumnType) -> Schema {
    var fields = [
      Schema.Field(names.target, target), Schema.Field(names.partner, partner),
      Schema.Field("rank", .int32), Schema.Field("score", .float64),
    ]
    if let name = names.reasons { fields.append(Schema.Field(name, .text)) }
    return Schema(fields)
  }

  /// - Parameters:
  ///   - names: of all targets.
  ///   - partnerNames: of everything that may be on a list, by place.
  func frame(_ schema: Schema, names: Column, partnerNames: Column) -> Frame {
    var columns = [
      names.selecting(targets), Self.column(partnerNames, partners), Column(ranks),
      Column(scores),
    ]
    if schema.fields.count > columns.count {
      columns.append(Column(reasons.map { $0.map(Reason.text) }))
    }
    return Frame(schema, columns, rowCount: targets.count)
  }

  /// Values by their places, missing where a place is below 0.
  private static func column(_ values: Column, _ places: [Int32]) -> Column {
    if places.allSatisfy({ $0 >= 0 }) { return values.selecting(places.map { Int($0) }) }
    guard values.count > 0 else { return Column.missing(values.type, count: places.count) }
    let found = values.selecting(places.map { max(0, Int($0)) })
    return Column(
      found.storage, start: found.start, count: found.count,
      validity: Bitmap(places.map { $0 >= 0 }))
  }
}

extension Column {
  /// A column of identifiers none of which is there.
  fileprivate static func missing(_ type: ColumnType, count: Int) -> Column {
    type == .text
      ? Column([String?](repeating: nil, count: count))
      : Column([Int64?](repeating: nil, count: count))
  }
}
