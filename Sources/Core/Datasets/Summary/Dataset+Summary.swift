public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Counts, extremes, means, exact quantiles and frequent values of every column.
  ///
  /// A collective call; every figure is exact and a function of the rows alone, so any number of
  /// workers and threads gives the same. Cost: one reading; the columns stay in memory, and of eight
  /// columns at a time up to 32 bytes a row more; a sort of each number column's values. Columns that
  /// do not fit in the session's budget together are read in groups, a reading more for each; one
  /// that does not fit alone is refused.
  public func summary(in session: Session) throws -> DatasetSummary {
    let activity = "describing \(source.name)"
    let first = try measuring(in: session, activity)
    let names = first.schema.names
    let groups = first.groups.groups
    var summary = DatasetSummary(
      rowCount: first.rowCount, skippedRowCount: first.skippedRowCount,
      readingCount: groups.count == 1 ? 1 : 1 + groups.count, columns: [])
    for group in groups {
      let reservation = try session.communicator.agree(activity) {
        try session.memory.reserve(
          first.groups.cost(of: group), for: "describing \(first.rowCount) rows")
      }
      defer { withExtendedLifetime(reservation) {} }
      let parts =
        groups.count == 1
        ? first.frames : try rows(of: Array(names[group]), as: first, in: session, activity)
      for start in stride(from: group.lowerBound, to: group.upperBound, by: ColumnGroups.batch) {
        session.reporter.progress(activity, done: start, of: names.count)
        let end = min(group.upperBound, start + ColumnGroups.batch)
        let fields = Array(first.schema.fields[start..<end])
        let contents = try mapConcurrently(end - start, threads: session.threads) { index in
          let place = start - group.lowerBound + index
          return ColumnContents(fields[index].type, parts.map { $0.columns[place] })
        }
        summary.columns += try SummaryBatch(fields, contents, first.rowCount, in: session)
          .columns()
      }
    }
    return summary
  }

  /// What the first reading found.
  private struct Measured {
    let schema: Schema
    let rowCount: Int
    let skippedRowCount: Int
    let groups: ColumnGroups
    /// The rows of this worker, where all of them fit.
    let frames: [Frame]
  }

  /// The rows of this worker, read again, of some columns alone.
  private func rows(
    of names: [String], as first: Measured, in session: Session, _ activity: String
  ) throws -> [Frame] {
    let read = try select(names).mapSplits(in: session, activity) { $0.frame }
    let own = Int64(read.parts.reduce(0) { $0 + $1.rowCount })
    let count = try session.communicator.allReduce([own], by: .sum)[0]
    guard count == first.rowCount, try read.schema == first.schema.selecting(names) else {
      throw Failure(.data, "\(source.name) changed while it was read")
    }
    return read.parts
  }

  /// Reads all rows, and holds them as long as they fit.
  private func measuring(in session: Session, _ activity: String) throws -> Measured {
    let communicator = session.communicator
    let free = session.memory.limit - session.memory.reservedByteCount
    let room = Int(try communicator.allReduce([Int64(free)], by: .minimum)[0])
    let mine = Self.share(
      of: 0..<source.splitCount, rank: communicator.rank, of: communicator.size)
    // Eight bytes are kept of `1,`, of most texts fewer for each.
    let keepsFrames = source.keptByteCount / communicator.size <= room / 8
    let run = try SplitRun(
      self, columns: nil, splits: mine, keepsFrames: keepsFrames, activity: activity, in: session)
    let held = HeldMemory(room: room)
    let parts = try run.parts(of: mine) { rows in
      let sizes = rows.frame.columns.map(\.byteCount)
      let fits = held.take(sizes.reduce(0, +))
      return (sizes: sizes, rowCount: rows.frame.rowCount, frame: fits ? rows.frame : nil)
    }
    var most = run.schema.fields.map { _ in Int64(0) }
    for part in parts {
      for (place, size) in part.sizes.enumerated() { most[place] += Int64(size) }
    }
    let own = Int64(parts.reduce(0) { $0 + $1.rowCount })
    most = try communicator.allReduce(most + [own], by: .maximum)
    let groups = ColumnGroups(
      most.dropLast().map { Int($0) }, rowCount: Int(most.last ?? 0), room: room)
    return Measured(
      schema: run.schema, rowCount: Int(try communicator.allReduce([own], by: .sum)[0]),
      skippedRowCount: run.reading.skippedRowCount, groups: groups,
      frames: groups.groups.count == 1 ? parts.compactMap(\.frame) : [])
  }
}
