public import Cluster
internal import Frames
internal import Platform

extension Dataset {
  /// Writes each part of an assignment into a file of its own, in a folder that appears complete or
  /// not at all.
  /// - Parameters:
  ///   - ending: what the files' names end in, behind the names of their parts.
  ///   - record: one more file that says how the rows were split.
  public func write(
    _ assignment: RowAssignment, toFolder path: String, ending: String = ".csv",
    writer: CSVWriter = CSVWriter(), record: (name: String, text: String)? = nil,
    in session: Session, replacing: Bool = false
  ) throws {
    let communicator = session.communicator
    let activity = "writing \(path)"
    let folder = try communicator.agree(activity) {
      for part in assignment.parts { try part.checkFileName() }
      return session.isRoot ? try OutputFolder(path, replacing: replacing) : nil
    }
    for (index, part) in assignment.parts.enumerated() {
      let name = part.name + ending
      try keeping(index, of: assignment).write(
        csv: folder?.unfinishedPath(of: name) ?? name, in: session, writer: writer)
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
