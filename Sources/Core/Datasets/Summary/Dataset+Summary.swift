public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Counts, extremes, means, exact quantiles and frequent values of every column.
  ///
  /// A collective call; every figure is exact and a function of the rows alone, so any number of
  /// workers and threads gives the same. Cost: one reading; the columns stay in memory, and of eight
  /// columns at a time up to 32 bytes a row more; a sort of each number column's values.
  public func summary(in session: Session) throws -> DatasetSummary {
    let activity = "describing \(source.name)"
    let read = try mapSplits(in: session, activity) { $0.frame }
    let own = read.parts.reduce(0) { $0 + $1.rowCount }
    let rowCount = Int(try session.communicator.allReduce([Int64(own)], by: .sum)[0])
    let fields = read.schema.fields
    let batch = 8
    let held = read.parts.reduce(0) { $0 + $1.columns.reduce(0) { $0 + $1.byteCount } }
    let reservation = try session.communicator.agree(activity) {
      try session.memory.reserve(
        held + min(batch, fields.count) * own * 32, for: "describing \(rowCount) rows")
    }
    defer { withExtendedLifetime(reservation) {} }
    var columns: [ColumnSummary] = []
    for start in stride(from: 0, to: fields.count, by: batch) {
      session.reporter.progress(activity, done: start, of: fields.count)
      let end = min(fields.count, start + batch)
      let contents = try mapConcurrently(end - start, threads: session.threads) { index in
        let place = start + index
        return ColumnContents(fields[place].type, read.parts.map { $0.columns[place] })
      }
      columns += try SummaryBatch(Array(fields[start..<end]), contents, rowCount, in: session)
        .columns()
    }
    return DatasetSummary(
      rowCount: rowCount, skippedRowCount: read.skippedRowCount, columns: columns)
  }
}
