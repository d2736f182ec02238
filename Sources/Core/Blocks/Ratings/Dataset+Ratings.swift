public import Cluster
public import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

extension Dataset {
  /// Reads a table of ratings; a collective call.
  ///
  /// Each worker reads its share and gives its users and items codes of its own; then the names of
  /// all are numbered together, and every rating goes to the owners of its user and of its item.
  /// Cost: one pass; at the worst 28 bytes a rating beside what the source keeps, 16 afterwards.
  public func ratings(
    _ columns: RatingColumns, repeated: RepeatedRatings = .kept, work: RatingWork = RatingWork(),
    unusable: UnusableRows = .error, in session: Session
  ) throws -> (Ratings, RatingReport) {
    let communicator = session.communicator
    let tables = NameTables()
    let read = try mapSplits(in: session, "reading \(source.name)", columns: columns.names) {
      try RatingChunk($0, columns, unusable: unusable, tables: tables)
    }
    var report = RatingReport()
    report.unreadableRowCount = read.skippedRowCount
    if let name = columns.rating {
      let type = read.schema.fields[try read.schema.place(of: name)].type
      guard type.isNumeric else {
        throw TextColumnError(column: name, type: type, reason: read.reasonForText(name))
      }
    }
    let own = read.parts.reduce(0) { $0 + $1.count }
    let totals = try communicator.allReduce(
      [Int64(own), Int64(read.parts.reduce(0) { $0 + $1.skippedCount })], by: .sum)
    report.unusableRowCount = Int(totals[1])
    let held = try communicator.agree("reading the ratings") {
      try session.memory.reserve(
        own * (RatingTriples.byteCountOfOne + 8), for: "reading \(totals[0]) ratings")
    }
    func numbered(
      _ name: String, _ counts: (NameTables.Table) -> IdentifierCounts
    ) throws -> NumberedNames {
      try NumberedNames(
        tables.all.map(counts),
        type: read.schema.fields[try read.schema.place(of: name)].type, in: session)
    }
    let users = try numbered(columns.user) { $0.users }
    let items = try numbered(columns.item) { $0.items }
    Machine.returnFreeMemory()
    let parts = read.parts
    let triples = RatingTriples(
      pieces: try mapConcurrently(parts.count, threads: session.threads) { part in
        parts[part].take(
          users.places[parts[part].table], items.places[parts[part].table])
      })
    let (byUser, byItem) = try Self.gathered(triples, users, items, work, in: session)
    withExtendedLifetime(held) {}
    let ownRepeated = byUser.repeatedCount
    report.repeatedRowCount = Int(
      try communicator.allReduce([Int64(ownRepeated)], by: .sum)[0])
    let isSummed = repeated == .summed && report.repeatedRowCount > 0
    let ratings = Ratings(
      columns: columns, users: users.names, items: items.names,
      count: Int(totals[0]) - (isSummed ? report.repeatedRowCount : 0),
      byUser: isSummed ? byUser.summed(ownRepeated) : byUser,
      byItem: isSummed ? byItem.summed(byItem.repeatedCount) : byItem)
    return (ratings, report)
  }

  /// This worker's rows of both sides, out of the ratings that all workers have; a collective call.
  private static func gathered(
    _ triples: RatingTriples, _ users: NumberedNames, _ items: NumberedNames, _ work: RatingWork,
    in session: Session
  ) throws -> (byUser: RatingRows, byItem: RatingRows) {
    func leaves(_ names: NumberedNames) throws -> (RatingLeaves, MemoryReservation) {
      let leaves = RatingLeaves(counts: names.counts, work: work, in: session)
      let own = leaves.rows.reduce(0) { $0 + Int(names.counts[$1]) }
      let held = try session.communicator.agree("holding the ratings") {
        try session.memory.reserve(own * 8 + leaves.rows.count * 8, for: "\(own) ratings")
      }
      return (leaves, held)
    }
    let ((userLeaves, ofUsers), (itemLeaves, ofItems)) = (try leaves(users), try leaves(items))
    let byUser = RatingRows(
      try triples.dealt(userLeaves, in: session), counts: users.counts,
      columnCount: items.names.count, leaves: userLeaves, reservation: ofUsers,
      threads: session.threads)
    if session.communicator.size == 1 {
      return (
        byUser,
        RatingRows(
          turning: byUser, counts: items.counts, leaves: itemLeaves, reservation: ofItems,
          threads: session.threads)
      )
    }
    let byItem = RatingRows(
      try triples.turned.dealt(itemLeaves, in: session), counts: items.counts,
      columnCount: users.names.count, leaves: itemLeaves, reservation: ofItems,
      threads: session.threads)
    return (byUser, byItem)
  }
}

/// The names of all workers in one order.
private struct NumberedNames {
  let names: Identifiers
  /// How often each occurs over all workers.
  let counts: [Int64]
  /// For each table of this worker the place of each of its codes.
  let places: [[Int32]]

  /// A collective call.
  init(_ tables: [IdentifierCounts], type: ColumnType, in session: Session) throws {
    let communicator = session.communicator
    let empty = try communicator.agree("numbering names") { try IdentifierCounts(type) }
    var own = empty
    let codes = tables.map { own.add($0) }
    var all = own
    if communicator.size > 1 {
      all = empty
      for other in try communicator.allGather(own.encoded()) { all.add(encoded: other) }
    }
    (names, counts) = all.ordered()
    let placeOfCode = names.places(of: own)
    places = codes.map { $0.map { placeOfCode[Int($0)] } }
  }
}
