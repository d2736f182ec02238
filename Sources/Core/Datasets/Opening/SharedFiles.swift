internal import Cluster
internal import Platform

/// The files of a source, seen to be the same for all workers while each of them opens it.
///
/// Workers cut files by their sizes; two sizes would give two ways to cut.
struct SharedFiles {
  private let paths: [String]
  private let stamps: [FileStamp]

  /// Looks at the files before they are opened; a collective call.
  init(_ paths: [String], in session: Session) throws {
    let local = paths.filter { !isAddress($0) }
    let communicator = session.communicator
    let stamps = try communicator.agree("opening the data") {
      try local.map { try FileStamp(of: $0) }
    }
    (self.paths, self.stamps) = (local, stamps)
    let sizes = try communicator.allGather(stamps.map { Int64($0.byteCount) })
    guard let worker = sizes.firstIndex(where: { $0 != sizes[0] }) else { return }
    guard let file = zip(sizes[0], sizes[worker]).enumerated().first(where: { $1.0 != $1.1 })
    else {
      throw Failure(
        .data, "the workers do not see the same files",
        causes: ["worker 0 sees \(sizes[0].count), worker \(worker) \(sizes[worker].count)"])
    }
    throw Failure(
      .data, "\(local[file.offset]) is not the same file for all workers",
      causes: [
        "worker 0 sees \(file.element.0) bytes, worker \(worker) \(file.element.1)"
      ], hint: "is it written at the moment, or do the hosts hold other copies of it?")
  }

  /// Refuses files that changed while they were opened; a collective call.
  func checkUnchanged(in session: Session) throws {
    try session.communicator.agree("opening the data") {
      for (path, stamp) in zip(paths, stamps) {
        try FileStamp(of: path).require(sameAs: stamp, name: path)
      }
    }
  }
}
