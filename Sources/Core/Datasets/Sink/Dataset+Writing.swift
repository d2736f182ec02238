public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Writes all rows, in order, to a file or a folder that appears complete or not at all.
  ///
  /// Rows go from the source to the disk a window of splits at a time, so memory does not grow with
  /// the data; a text source is read twice for that, first for its types. The bytes are the same for
  /// any number of workers and threads. A collective call.
  ///
  /// ```swift
  /// let flowers = try Dataset.reading(["iris.csv"])
  /// let written = try flowers.write(to: Destination("iris.jsonl"), in: Session())
  /// print(written.rowCount, written.byteCount)
  /// ```
  /// - Returns: what was written; the same on all ranks.
  @discardableResult
  public func write(to destination: Destination, in session: Session) throws -> WriteSummary {
    let activity = "writing \(destination.path)"
    try session.communicator.agree(activity) {
      guard session.isRoot else { return }
      try destination.check()
      session.removeAbandoned(beside: destination.path)
    }
    switch destination.format.form(destination.options) {
    case .text(let encoder):
      let job = TextWriting(self, to: destination, encoder: encoder, in: session)
      return destination.isFolder ? try job.writeParts() : try job.writeFile()
    case .frames(let maker): return try write(to: destination, frames: maker, in: session)
    }
  }

  /// The same through a library that takes frames.
  package func write(
    to destination: Destination, frames maker: @escaping FrameFileMaker, in session: Session
  ) throws -> WriteSummary {
    try FrameWriting(self, to: destination, maker: maker, in: session).write()
  }

  /// Writes all rows, in order, into one CSV file that appears complete or not at all.
  /// - Returns: how many rows were written.
  @discardableResult
  public func write(
    csv path: String, in session: Session, replacing: Bool = false, writer: CSVWriter = CSVWriter()
  ) throws -> Int {
    var options = WriteOptions()
    options.replacesOld = replacing
    let destination = Destination(file: path, format: .csv, options: options)
    return try TextWriting(self, to: destination, encoder: writer, in: session).writeFile().rowCount
  }
}
