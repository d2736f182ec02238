internal import Cluster
internal import Platform

/// Files as they can be read: compressed ones decompressed into a scratch folder, once a host.
final class UnpackedFiles: Sendable {
  /// What to read instead of the files named.
  let paths: [String]
  /// What was done, for the user.
  let notes: [String]
  /// The temporary file and the name it stands for.
  private let names: [(path: String, shown: String)]
  private let folder: HostScratch?

  var isEmpty: Bool { names.isEmpty }

  /// Decompresses what needs it; a collective call.
  ///
  /// The workers of a host share the files; each of these knows afterwards where all are.
  /// - Parameter standardInput: the copy of standard input, where one of the files is that.
  init(_ paths: [String], standardInput: String? = nil, in session: Session) throws {
    let copies = paths.contains { $0 == standardInput } ? [standardInput].compactMap { $0 } : []
    let known = copies.map { (path: $0, shown: "standard input") }
    let packed = paths.indices.filter { Compression(ending: paths[$0]) != nil }
    guard !packed.isEmpty else {
      (self.paths, notes, names, folder) = (paths, [], known, nil)
      return
    }
    let communicator = session.communicator
    let scratch = try HostScratch(in: session)
    let targets = packed.indices.map { scratch.path(of: $0, Self.stem(paths[packed[$0]])) }
    let mine = packed.indices.filter { scratch.isMine($0) }
    let sizes = try communicator.agree("decompressing") {
      try mapConcurrently(mine.count, threads: session.threads) { index in
        try Self.unpack(paths[packed[mine[index]]], to: targets[mine[index]])
      }
    }
    let counts = try communicator.allGather(
      zip(mine, sizes).flatMap { [Int64($0), Int64($1)] })
    var byteCounts = Array(repeating: 0, count: packed.count)
    for words in counts {
      for pair in stride(from: 0, to: words.count, by: 2) {
        byteCounts[Int(words[pair])] = Int(words[pair + 1])
      }
    }
    var all = paths
    for (index, target) in zip(packed, targets) { all[index] = target }
    self.paths = all
    folder = scratch
    names = known + zip(targets, packed.map { paths[$0] }).map { (path: $0, shown: $1) }
    let total = byteText(byteCounts.reduce(0, +))
    let what = packed.count == 1 ? paths[packed[0]] : "\(packed.count) files"
    notes = ["\(what): decompressed to \(total) in \(session.scratch)"]
  }

  /// Decompresses one file; how many bytes there were.
  private static func unpack(_ path: String, to target: String) throws -> Int {
    let input = try InputFile(path)
    guard let compression = Compression(ending: path), input.byteCount > 0 else {
      throw Failure(.data, "cannot decompress \(path)", causes: ["it is empty"])
    }
    let output = try ScratchFile(target)
    let stream = UnpackedStream(
      kind: compression.kind, file: input, range: 0..<input.byteCount)
    unsafe try stream.forEachPiece { try unsafe output.write($0) }
    return output.byteCount
  }

  /// `train.csv` for `data/train.csv.gz`.
  private static func stem(_ path: String) -> String {
    let name = lastComponent(path)
    let ending = Compression(ending: name)?.ending.count ?? 0
    return String(name.dropLast(ending))
  }

  /// A text that speaks of the files by the names that the user knows.
  func renamed(_ text: String) -> String {
    var text = text
    for name in names { text = text.replacing(name.path, with: name.shown) }
    return text
  }

  func renamed(_ error: any Error) -> any Error {
    if isEmpty { return error }
    var failure = Failure(error)
    failure.message = renamed(failure.message)
    failure.causes = failure.causes.map { renamed($0) }
    failure.hint = failure.hint.map { renamed($0) }
    return failure
  }
}
