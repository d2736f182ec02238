public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// How many bytes of output the workers hold ready before rank 0 writes them down.
  private static let splitsPerThread = 2

  /// Writes all rows, in order, into one CSV file that appears complete or not at all.
  ///
  /// Rows go from the source to the file a window of splits at a time, so memory does not grow with
  /// the data; a text source is read twice for that, first for its types.
  /// - Returns: how many rows were written.
  @discardableResult
  public func write(
    csv path: String, in session: Session, replacing: Bool = false, writer: CSVWriter = CSVWriter()
  ) throws -> Int {
    let communicator = session.communicator
    let activity = "writing \(path)"
    let file = try communicator.agree(activity) {
      session.isRoot ? try OutputFile(path, replacing: replacing) : nil
    }
    let all = 0..<source.splitCount
    let run = try SplitRun(
      self, columns: nil,
      splits: Self.share(of: all, rank: communicator.rank, of: communicator.size),
      keepsFrames: false, activity: activity, in: session)
    try communicator.agree(activity) { try file?.write(writer.header(run.schema)) }
    var rowCount = 0
    let window = communicator.size * session.threads * Self.splitsPerThread
    for start in stride(from: 0, to: all.upperBound, by: window) {
      let splits = start..<min(all.upperBound, start + window)
      let mine = Self.share(of: splits, rank: communicator.rank, of: communicator.size)
      let parts = try run.parts(of: mine) { rows in
        (rows.frame.rowCount, writer.lines(rows.frame))
      }
      rowCount += parts.reduce(0) { $0 + $1.0 }
      let gathered = try communicator.gather(parts.flatMap(\.1), to: 0)
      try communicator.agree(activity) {
        for bytes in gathered { try file?.write(bytes) }
      }
      session.reporter.progress(activity, done: splits.upperBound, of: all.upperBound)
    }
    try communicator.agree(activity) { try file?.commit() }
    return Int(try communicator.allReduce([Int64(rowCount)], by: .sum)[0])
  }
}
