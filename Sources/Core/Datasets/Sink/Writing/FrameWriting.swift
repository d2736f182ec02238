internal import Cluster
internal import Frames
internal import Platform

/// One run that hands a data set to a library that writes frames; all rows go through rank 0.
struct FrameWriting {
  private let dataset: Dataset
  private let destination: Destination
  private let maker: FrameFileMaker
  private let session: Session
  private let activity: String

  init(
    _ dataset: Dataset, to destination: Destination, maker: @escaping FrameFileMaker,
    in session: Session
  ) {
    self.dataset = dataset
    self.destination = destination
    self.maker = maker
    self.session = session
    activity = "writing \(destination.path)"
  }

  private var communicator: Communicator { session.communicator }

  func write() throws -> WriteSummary {
    let options = destination.options
    if options.packs {
      throw Failure(.usage, "gzip is for text; \(destination.format.rawValue) compresses itself")
    }
    let folder = try communicator.agree(activity) {
      session.isRoot && destination.isFolder
        ? try StagedFolder(destination.path, replacing: options.replacesOld, keepsFiles: false)
        : nil
    }
    do {
      let summary = try write(into: folder)
      try communicator.agree(activity) {
        guard let folder else { return }
        try OutputFile(
          "\(folder.place)/\(Destination.successName)", replacing: true,
          shownAs: "\(destination.path)/\(Destination.successName)"
        ).commit()
        try folder.commit()
      }
      return summary
    } catch {
      folder?.abandon()
      throw error
    }
  }

  private func write(into folder: StagedFolder?) throws -> WriteSummary {
    let count = dataset.source.splitCount
    let run = try SplitRun(
      dataset, columns: nil,
      splits: Dataset.share(of: 0..<count, rank: communicator.rank, of: communicator.size),
      keepsFrames: false, activity: activity, in: session)
    var queue = FrameQueue(destination, folder: folder?.place, maker: maker, schema: run.schema)
    let size = communicator.size * session.threads
    for start in stride(from: 0, to: count, by: size) {
      let window = start..<min(count, start + size)
      let mine = Dataset.share(of: window, rank: communicator.rank, of: communicator.size)
      let frames = try run.parts(of: mine) { $0.frame }
      let gathered = try gather(frames, run.schema)
      try communicator.agree(activity) {
        for frame in gathered where session.isRoot { try queue.append(frame) }
      }
      session.reporter.progress(activity, done: window.upperBound, of: count)
    }
    try communicator.agree(activity) { if session.isRoot { try queue.finish() } }
    let counts = try communicator.allReduce(
      [queue.rowCount, queue.byteCount, queue.fileCount].map { Int64($0) }, by: .sum)
    var summary = WriteSummary(destination)
    summary.rowCount = Int(counts[0])
    summary.byteCount = Int(counts[1])
    summary.fileCount = Int(counts[2])
    return summary
  }

  /// The frames of all ranks in the order of the rows, on rank 0.
  private func gather(_ frames: [Frame], _ schema: Schema) throws -> [Frame] {
    guard communicator.size > 1 else { return frames }
    let mine = Frame.concatenated(frames, schema: schema)
    return try communicator.gather(mine.rowCount > 0 ? mine.encoded() : [], to: 0)
      .filter { !$0.isEmpty }.map { try Frame(decoding: $0, schema: schema) }
  }
}

/// Frames on their way into one file, or into parts of so many rows.
private struct FrameQueue {
  let destination: Destination
  let folder: String?
  let maker: FrameFileMaker
  let schema: Schema
  private(set) var rowCount = 0
  private(set) var byteCount = 0
  private(set) var fileCount = 0
  private var current: (path: String, file: any FrameFileWriter, rowCount: Int)?

  init(
    _ destination: Destination, folder: String?, maker: @escaping FrameFileMaker, schema: Schema
  ) {
    self.destination = destination
    self.folder = folder
    self.maker = maker
    self.schema = schema
  }

  mutating func append(_ frame: Frame) throws {
    var rest = 0..<frame.rowCount
    while !rest.isEmpty {
      if current == nil { try begin() }
      let limit = folder == nil ? Int.max : destination.options.partRowCount
      let count = min(rest.count, limit - (current?.rowCount ?? 0))
      try current?.file.append(frame.slice(rest.lowerBound..<rest.lowerBound + count))
      current?.rowCount += count
      rowCount += count
      rest = rest.lowerBound + count..<rest.upperBound
      if folder != nil, current?.rowCount == limit { try finishPart() }
    }
  }

  mutating func finish() throws {
    if current == nil, fileCount == 0 { try begin() }
    try finishPart()
  }

  private mutating func begin() throws {
    let path = folder.map { "\($0)/\(destination.partName(fileCount))" } ?? destination.path
    let replacing = folder != nil || destination.options.replacesOld
    current = (path, try maker(path, schema, replacing), 0)
  }

  private mutating func finishPart() throws {
    guard let (path, file, _) = current else { return }
    try file.close()
    current = nil
    fileCount += 1
    byteCount += try InputFile(path).byteCount
  }
}
