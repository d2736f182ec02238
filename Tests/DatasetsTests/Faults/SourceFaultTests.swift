import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

/// Files that change under whoever reads them: an error that names the file, or all rows as they
/// were, but never something between.
@Suite struct SourceFaultTests {
  static let cases = FaultySource.usable.flatMap { kind in
    FileChange.allCases.map { (kind, $0) }
  }

  /// The numbers of the last column.
  private func numbers(_ frames: [Frame]) -> [Double?] {
    frames.flatMap { frame -> [Double?] in
      let column = frame.columns[frame.columns.count - 1]
      return (0..<column.count).map { row in
        switch column[row] {
        case .number(let value): value
        case .vector(.sparse(_, _, let values)): values.first
        default: nil
        }
      }
    }
  }

  private func check(
    _ failure: Failure, _ path: String, _ change: FileChange,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(failure.description.contains(path), sourceLocation: location)
    switch change {
    case .cut:
      #expect(
        failure.causes == ["it became shorter while it was read"], sourceLocation: location)
    case .grown:
      #expect(failure.causes == ["it became longer while it was read"], sourceLocation: location)
    case .rewritten, .replaced:
      #expect(failure.causes[0].hasSuffix("while it was read"), sourceLocation: location)
    case .removed: #expect(failure.kind == .missingInput, sourceLocation: location)
    case .folder:
      #expect(failure.causes == ["it is no regular file"], sourceLocation: location)
    }
  }

  @Test(arguments: cases)
  func `a file that changes between its opening and its reading is named, by any crew`(
    kind: FaultySource, change: FileChange
  ) throws {
    for crew in [(ranks: 1, threads: 2), (ranks: 2, threads: 1)] {
      let folder = try TemporaryFolder()
      let path = folder.place("t.\(kind.rawValue)")
      try kind.write(to: path)
      let outcome = Result {
        try asCrew(crew) { session in
          let source = try kind.open(path, in: session)
          #expect(source.splitCount > 1)
          // Not before all have opened it.
          try session.communicator.agree("opening") {}
          try session.onRoot("a change") { try change.happen(to: path, of: kind) }
          return try Dataset(source).collect(in: session)
        }
      }
      switch outcome.mapError({ Failure($0) }) {
      case .failure(let failure): check(failure, path, change)
      case .success(let frames):
        #expect(kind.holdsItsFile && !change.isInPlace)
        for frame in frames { #expect(numbers([frame]) == kind.numbers(seed: 3)) }
      }
    }
  }

  @Test(arguments: cases)
  func `a file that changes between two of its splits is named`(
    kind: FaultySource, change: FileChange
  ) throws {
    let folder = try TemporaryFolder()
    let path = folder.place("t.\(kind.rawValue)")
    try kind.write(to: path)
    let session = Session(threads: 1)
    let source = try kind.open(path, in: session)
    let reading = try source.reading(
      source.columnNames, splits: 0..<source.splitCount, keepsFrames: false, in: session)
    let last = source.splitCount - 1
    let first = try (0..<last).map { try reading.frame(ofSplit: $0) }
    try change.happen(to: path, of: kind)
    switch Result(catching: { try reading.frame(ofSplit: last) }).mapError({ Failure($0) }) {
    case .failure(let failure): check(failure, path, change)
    case .success(let frame):
      // A text file stays open from split to split.
      #expect(kind != .parquet && !change.isInPlace)
      #expect(numbers(first + [frame]) == kind.numbers(seed: 3))
    }
  }

  @Test(arguments: FaultySource.texts, FileChange.allCases)
  func `a compressed file may change once it is open, since a copy is read`(
    kind: FaultySource, change: FileChange
  ) throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let path = folder.place("t.\(kind.rawValue).gz")
    try kind.write(to: path)
    let session = Session(threads: 1, scratch: scratch.path)
    let data = try Dataset.reading([path], in: session)
    try change.happen(to: path, of: kind)
    #expect(try numbers([data.collect(in: session)]) == kind.numbers(seed: 3))
  }

  @Test(arguments: FaultySource.texts)
  func `a compressed file that was cut is named, whatever it holds`(kind: FaultySource) throws {
    let (folder, scratch) = (try TemporaryFolder(), try TemporaryFolder())
    let path = folder.place("t.\(kind.rawValue).gz")
    try kind.write(to: path)
    let bytes = try InputFile(path).contents()
    for count in [0, 7, bytes.count / 2, bytes.count - 1] {
      let cut = try folder.write(Array(bytes[..<count]), to: "cut.\(kind.rawValue).gz")
      let refused = failure {
        _ = try Dataset.reading([cut], in: Session(threads: 1, scratch: scratch.path))
      }
      #expect(refused.kind == .data)
      #expect(refused.message == "cannot decompress \(cut)")
    }
    #expect(scratch.names.isEmpty)
  }
}

extension FaultySource {
  /// The numbers that are written: from 100 to 999, since all their spellings are of one length.
  func numbers(seed: Int) -> [Double] {
    (0..<rowCount).map { Double(($0 * 7 + seed * 13) % 900 + 100) + 0.5 }
  }
}
