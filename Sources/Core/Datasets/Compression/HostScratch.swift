internal import Cluster
internal import Platform

/// A scratch folder for the workers of one host, who share the work of filling it.
final class HostScratch: Sendable {
  private let folder: ScratchFolder?
  private let path: String
  private let localRank: Int
  private let localCount: Int

  /// Makes it; a collective call.
  init(in session: Session) throws {
    let communicator = session.communicator
    let host = Array("\(Machine.hostName)\n\(session.scratch)".utf8)
    let hosts = try communicator.allGather(host)
    let locals = hosts.indices.filter { hosts[$0] == host }
    localRank = locals.firstIndex(of: communicator.rank) ?? 0
    localCount = max(1, locals.count)
    let isFirst = localRank == 0
    let folder = try communicator.agree("making a scratch folder") {
      isFirst ? try ScratchFolder(in: session.scratch) : nil
    }
    let paths = try communicator.allGather(Array((folder?.path ?? "").utf8))
    path = String(decoding: paths[locals.first ?? 0], as: UTF8.self)
    self.folder = folder
  }

  /// Where piece of work `index` goes.
  func path(of index: Int, _ name: String) -> String { "\(path)/\(index)-\(name)" }

  /// Whether this worker does piece of work `index`.
  func isMine(_ index: Int) -> Bool { index % localCount == localRank }
}
