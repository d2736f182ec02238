internal import Cluster
internal import Frames
internal import Platform

/// One run that writes a data set as text.
struct TextWriting {
  private let dataset: Dataset
  private let destination: Destination
  private let encoder: any FrameEncoder
  private let session: Session
  private let activity: String

  /// How many splits the threads hold ready before they are written down.
  private static let splitsPerThread = 2

  init(
    _ dataset: Dataset, to destination: Destination, encoder: any FrameEncoder, in session: Session
  ) {
    self.dataset = dataset
    self.destination = destination
    self.encoder = encoder
    self.session = session
    activity = "writing \(destination.path)"
  }

  private var communicator: Communicator { session.communicator }

  /// Into one file, written by rank 0.
  func writeFile() throws -> WriteSummary {
    let file = try communicator.agree(activity) {
      session.isRoot
        ? try TextOutput(
          destination.path, replacing: destination.options.replacesOld,
          packs: destination.options.packs, threads: session.threads) : nil
    }
    let run = try begin(from: 0)
    var summary = WriteSummary(destination)
    try communicator.agree(activity) { try file?.write(encoder.opening(run.schema)) }
    try eachWindow(run, from: 0) { rows, _, _ in
      summary.rowCount += rows.reduce(0) { $0 + $1.rowEnds.count }
      summary.lostCount += rows.reduce(0) { $0 + $1.lostCount }
      if communicator.size == 1 {
        for encoded in rows { try file?.write(encoded.bytes) }
        return
      }
      let gathered = try communicator.gather(rows.flatMap(\.bytes), to: 0)
      try communicator.agree(activity) {
        for bytes in gathered { try file?.write(bytes) }
      }
    }
    try communicator.agree(activity) { try file?.commit() }
    let counts = try communicator.allReduce(
      [summary.rowCount, summary.lostCount, file?.byteCount ?? 0].map { Int64($0) }, by: .sum)
    summary.rowCount = Int(counts[0])
    summary.lostCount = Int(counts[1])
    summary.byteCount = Int(counts[2])
    warn(summary)
    return summary
  }

  /// Into a folder of parts, each written by the rank that it falls to.
  func writeParts() throws -> WriteSummary {
    let options = destination.options
    let job = try communicator.agree(activity) {
      try dataset.identity().map {
        "\(destination.format.rawValue)\n"
          + "\(options.partByteCount) \(options.packs)\n\(options.label)\n\(options.job)\n" + $0
      }
    }
    let folder = try communicator.agree(activity) {
      session.isRoot
        ? try StagedFolder(
          destination.path, replacing: options.replacesOld, keepsFiles: options.resumes) : nil
    }
    var finishedCount = 0
    do {
      return try writeParts(into: folder, job: job, finishedCount: &finishedCount)
    } catch {
      let kind = Failure(error).kind
      // What a stopped run finished may be worth hours; what bad data ended is of no use.
      if job != nil, finishedCount > 0, kind != .data, kind != .usage {
        session.reporter.warn(
          "\(finishedCount) finished parts are kept in "
            + "\(StagedFolder.place(of: destination.path)): go on with --resume, or remove that "
            + "folder")
      } else {
        folder?.abandon()
      }
      throw error
    }
  }

  private func writeParts(into folder: StagedFolder?, job: String?, finishedCount: inout Int) throws
    -> WriteSummary
  {
    var progress = try communicator.decide(activity) {
      try earlierProgress(in: folder, job: job)
    }
    let start = progress.next
    let keptCount = progress.parts.count
    finishedCount = keptCount
    if keptCount > 0 {
      session.reporter.note(
        "\(keptCount) parts with \(start.rowCount) rows were finished before and are kept")
    }
    let run = try begin(from: start.split)
    let sink = PartsSink(
      destination, in: StagedFolder.place(of: destination.path),
      opening: encoder.opening(run.schema), from: start, in: session)
    try eachWindow(run, from: start.split) { rows, first, window in
      var rows = rows
      if first == start.split, !rows.isEmpty {
        rows[0] = rows[0].dropping(first: start.skippedByteCount)
      }
      guard try sink.take(rows, from: first, window: window, activity) else { return }
      try record(&progress, sink, in: folder, isKept: job != nil)
      finishedCount = progress.parts.count
    }
    try sink.finish(activity)
    try record(&progress, sink, in: folder, isKept: false)
    try communicator.agree(activity) {
      guard let folder else { return }
      try folder.keepOnly(progress.parts.map { destination.partName($0.number) })
      let mark = "\(folder.place)/\(Destination.successName)"
      try OutputFile(
        mark, replacing: true, shownAs: "\(destination.path)/\(Destination.successName)"
      ).commit()
      try folder.commit()
    }
    var summary = WriteSummary(destination)
    summary.rowCount = sink.rowCount
    summary.lostCount = sink.lostCount
    let sizes = try communicator.allReduce(
      [
        session.isRoot ? Int64(progress.parts.reduce(0) { $0 + $1.byteCount }) : 0,
        session.isRoot ? Int64(progress.parts.count) : 0,
      ], by: .sum)
    summary.byteCount = Int(sizes[0])
    summary.fileCount = Int(sizes[1])
    summary.keptPartCount = keptCount
    warn(summary)
    return summary
  }

  /// Where to begin, on rank 0: after the parts of an earlier run, if it was the same job.
  private func earlierProgress(in folder: StagedFolder?, job: String?) throws -> PartsProgress {
    let options = destination.options
    if options.resumes, let folder {
      if let job, let found = PartsProgress(in: folder, job: job, name: destination.partName) {
        try folder.keepOnly(
          found.parts.map { destination.partName($0.number) } + [PartsProgress.name])
        return found
      }
      try folder.keepOnly([])
      session.reporter.note("there is no finished part of this job: it begins anew")
    }
    return PartsProgress(job: job ?? "")
  }

  /// Notes the parts that are whole now, for a later run to go on.
  private func record(
    _ progress: inout PartsProgress, _ sink: PartsSink, in folder: StagedFolder?, isKept: Bool
  ) throws {
    progress.parts += try sink.takeFinished()
    progress.next = sink.open
    let noted = progress
    try communicator.agree(activity) {
      if isKept, let folder { try noted.write(into: folder) }
    }
  }

  /// Settles the types of this rank's share of the splits.
  private func begin(from first: Int) throws -> SplitRun {
    // What the format cannot keep is refused before a byte is read, as far as types are known.
    try communicator.agree(activity) { try encoder.check(dataset.expectedSchema()) }
    let run = try SplitRun(
      dataset, columns: nil,
      splits: Dataset.share(
        of: 0..<dataset.source.splitCount, rank: communicator.rank, of: communicator.size),
      keepsFrames: false, activity: activity, in: session)
    try communicator.agree(activity) { try encoder.check(run.schema) }
    return run
  }

  /// Encodes all splits from `first` on, a window at a time, each rank its share.
  private func eachWindow(
    _ run: SplitRun, from first: Int,
    _ body: ([EncodedRows], _ first: Int, _ window: Range<Int>) throws -> Void
  ) throws {
    let encoder = encoder
    let count = dataset.source.splitCount
    let size = communicator.size * session.threads * Self.splitsPerThread
    for start in stride(from: first, to: count, by: size) {
      let window = start..<min(count, start + size)
      let mine = Dataset.share(of: window, rank: communicator.rank, of: communicator.size)
      let encoded = try run.parts(of: mine) { rows in
        do { return try encoder.encoded(rows.frame) } catch let unfit as UnfitValue {
          throw unfit.located(rows.place(ofRow: unfit.row))
        }
      }
      try body(encoded, mine.lowerBound, window)
      session.reporter.progress(activity, done: window.upperBound, of: count)
    }
  }

  private func warn(_ summary: WriteSummary) {
    if summary.lostCount > 0 { session.reporter.warn(encoder.lossWords(summary.lostCount)) }
  }
}
