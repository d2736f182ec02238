public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Writes each part of an assignment into a file of its own, in a folder that appears complete or
  /// not at all.
  /// - Parameters:
  ///   - format: how the files are written; their names end in it.
  ///   - record: one more file that says how the rows were split.
  public func write(
    _ assignment: RowAssignment, toFolder path: String, format: OutputFormat = .csv,
    record: (name: String, text: String)? = nil, in session: Session, replacing: Bool = false
  ) throws {
    let communicator = session.communicator
    let activity = "writing \(path)"
    let folder = try communicator.agree(activity) {
      for part in assignment.parts { try part.checkFileName() }
      guard session.isRoot else { return nil as OutputFolder? }
      session.removeAbandoned(beside: path)
      return try OutputFolder(path, replacing: replacing)
    }
    for (index, part) in assignment.parts.enumerated() {
      let name = "\(part.name).\(format.endings[0])"
      let place = try communicator.decide(activity) { folder?.unfinishedPath(of: name) ?? name }
      try keeping(index, of: assignment).write(
        to: Destination(file: place, format: format, options: WriteOptions()), in: session)
    }
    try communicator.agree(activity) {
      if let record { try folder?.write(record.name) { try $0.write(record.text) } }
      try folder?.commit()
    }
  }
}

extension SplitPart {
  /// Refuses a name that no file can have, or that reading a folder would pass over.
  fileprivate func checkFileName() throws {
    let isPlain = !name.isEmpty && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    guard isPlain, !name.hasPrefix("."), !name.hasPrefix("_") else {
      throw Failure(
        .usage, "a part cannot be called '\(name)'",
        hint: "the name becomes that of a file: no slash, no dot or underscore in front")
    }
  }
}
