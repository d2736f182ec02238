public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// How many bytes of output the workers hold ready before rank 0 writes them down.
  private static let splitsPerThread = 2

  /// Writes all rows, in order, into one CSV file that appears complete or not at all.
  ///
  /// Rows go from the source to the file a window of splits at a time, so memory does not grow with
  /// the data. Should a text source find that a column is wider than its first rows said, the file,
  /// which has no name yet, is begun again.
  /// - Returns: how many rows were written.
  @discardableResult
  public func write(
    csv path: String, in session: Session, replacing: Bool = false, writer: CSVWriter = CSVWriter()
  ) throws -> Int {
    let communicator = session.communicator
    let activity = "writing \(path)"
    let reading = try communicator.agree(activity) {
      let reading = try source.reading(sourceColumns(for: nil))
      _ = try steps.reduce(reading.schema) { try $1.schema($0) }
      return reading
    }
    let runner = SplitRunner(reading: reading, steps: steps, session: session, activity: activity)
    while true {
      if let rowCount = try attempt(runner, path, replacing, writer) { return rowCount }
    }
  }

  /// One run over the source; nil where the schema had to be widened and the file begun again.
  private func attempt(
    _ runner: SplitRunner, _ path: String, _ replacing: Bool, _ writer: CSVWriter
  ) throws -> Int? {
    let session = runner.session
    let communicator = session.communicator
    let file = try communicator.agree(runner.activity) {
      session.isRoot ? try OutputFile(path, replacing: replacing) : nil
    }
    let schema = try steps.reduce(runner.reading.schema) { try $1.schema($0) }
    try communicator.agree(runner.activity) { try file?.write(writer.header(schema)) }
    var rowCount = 0
    let window = communicator.size * session.threads * Self.splitsPerThread
    for start in stride(from: 0, to: source.splitCount, by: window) {
      let splits = start..<min(source.splitCount, start + window)
      let mine = Self.share(of: splits, rank: communicator.rank, of: communicator.size)
      let (parts, widened) = try runner.run(mine) { rows in
        (rows.frame.rowCount, writer.lines(rows.frame))
      }
      if widened { return nil }
      rowCount += parts.reduce(0) { $0 + $1.0 }
      let gathered = try communicator.gather(parts.flatMap(\.1), to: 0)
      try communicator.agree(runner.activity) {
        for bytes in gathered { try file?.write(bytes) }
      }
      session.reporter.progress(runner.activity, done: splits.upperBound, of: source.splitCount)
    }
    try communicator.agree(runner.activity) { try file?.commit() }
    return Int(try communicator.allReduce([Int64(rowCount)], by: .sum)[0])
  }
}
