public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Splits the rows into parts, each a data set of its own.
  ///
  /// A collective call that reads the deciding columns once; the parts are read when they are used.
  public func split(
    into parts: [SplitPart], by method: SplitMethod = .random, seed: UInt64? = nil,
    in session: Session
  ) throws -> [(name: String, data: Dataset)] {
    let assignment = try assignRows(to: parts, by: method, seed: seed, in: session)
    return parts.indices.map { (parts[$0].name, keeping($0, of: assignment)) }
  }

  /// Decides which row goes to which part; a collective call.
  ///
  /// Rank 0 decides for all. Cost: one reading of the deciding columns, which rank 0 holds together;
  /// there up to 48 bytes a row for a while.
  /// - Parameter seed: from which chance follows; nil for the session's.
  public func assignRows(
    to parts: [SplitPart], by method: SplitMethod = .random, seed: UInt64? = nil,
    in session: Session
  ) throws -> RowAssignment {
    let communicator = session.communicator
    let activity = "splitting \(source.name)"
    try communicator.agree(activity) { try Self.check(parts, method) }
    let columns = method.columns
    let read = try mapSplits(in: session, activity, columns: columns) { rows in
      try rows.frame.selecting(columns)
    }
    let numbers = try RowNumbers(counting: read.parts.map(\.rowCount), in: session)
    let schema = try read.schema.selecting(columns)
    let all =
      columns.isEmpty ? [] : try communicator.gather(Self.encoded(read.parts, schema), to: 0)
    let seed = seed ?? session.seed
    var notes: [String] = []
    let partOfRow = try communicator.decideValues(activity) {
      let reservation = try session.memory.reserve(numbers.count * 48, for: activity)
      defer { withExtendedLifetime(reservation) {} }
      let frame =
        columns.isEmpty
        ? Frame(schema, [], rowCount: numbers.count)
        : Frame.concatenated(
          try all.map { try Frame(decoding: $0, schema: schema) }, schema: schema)
      var assigner = RowAssigner(frame, parts, seed: seed, source: source.name)
      try assigner.assign(by: method)
      notes = assigner.notes
      return assigner.partOfRow
    }
    notes = try communicator.decide(activity) { notes }
    var counts = [Int](repeating: 0, count: parts.count)
    for part in partOfRow { counts[Int(part)] += 1 }
    try communicator.agree(activity) { try Self.checkFilled(parts, counts) }
    return RowAssignment(
      parts: parts, method: method, seed: seed, rowCounts: counts, notes: notes, numbers: numbers,
      partOfRow: partOfRow)
  }

  private static func encoded(_ frames: [Frame], _ schema: Schema) -> [UInt8] {
    Frame.concatenated(frames, schema: schema).encoded()
  }

  private static func check(_ parts: [SplitPart], _ method: SplitMethod) throws {
    guard (1...255).contains(parts.count) else {
      throw Failure(.usage, "rows can be split into 1 to 255 parts, not \(parts.count)")
    }
    for (index, part) in parts.enumerated() {
      guard !parts[..<index].contains(where: { $0.name.utf8.elementsEqual(part.name.utf8) }) else {
        throw Failure(.usage, "there are two parts called '\(part.name)'")
      }
    }
    let shares = parts.compactMap(\.share)
    if let count = method.leftCount {
      guard count >= 1 else {
        throw Failure(.usage, "at least 1 row must be left of each group, not \(count)")
      }
      guard parts.count == 2, shares.isEmpty else {
        throw Failure(
          .usage, "leaving rows of each group needs two parts without shares",
          hint: "name them: train,test; the rows that are left go to the second")
      }
      return
    }
    guard shares.count == parts.count, shares.allSatisfy({ $0 > 0 && $0.isFinite }),
      (shares.reduce(0, +) - 1).magnitude < 1e-9
    else {
      throw Failure(
        .usage, "the shares of the parts must be above 0 and add up to 1",
        hint: "for example train=0.8,test=0.2")
    }
  }

  private static func checkFilled(_ parts: [SplitPart], _ counts: [Int]) throws {
    for (part, count) in zip(parts, counts) where count == 0 {
      throw Failure(
        .data, "the part '\(part.name)' would have no row",
        hint: "there are too few rows, groups or times for these parts")
    }
  }
}
