import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite struct PartsTests {
  private let frame = numbersFrame(400)
  private let fewCrews = [(ranks: 1, threads: 1), (2, 2), (3, 1), (4, 1)]

  private func destination(
    _ path: String, bytes: Int = 300, _ change: (inout WriteOptions) -> Void = { _ in }
  ) throws -> Destination {
    var options = WriteOptions()
    options.partByteCount = bytes
    change(&options)
    return try Destination(path, options: options)
  }

  /// The files of a folder with what is in them.
  private func contents(_ path: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      files[name] = try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
    return files
  }

  @Test(arguments: [40, 700, 1 << 20])
  func `a part takes the rows that begin in its stretch`(
    size: Int
  ) throws {
    let folder = try TemporaryFolder()
    let few = frame.slice(100..<220)
    let header = String(decoding: CSVWriter().header(few.schema), as: UTF8.self)
    let lines = String(decoding: CSVWriter().lines(few), as: UTF8.self)
      .split(separator: "\n").map { "\($0)\n" }
    var expected = ["_SUCCESS": ""]
    var offset = 0
    for line in lines {
      let number = String(offset / size)
      let name = "part-\(String(repeating: "0", count: 5 - number.count))\(number).csv"
      expected[name, default: header] += line
      offset += line.utf8.count
    }
    for crew in fewCrews {
      for rowsPerSplit in [1, 7, 120] {
        let path = folder.place("out")
        let target = try destination(path, bytes: size) { $0.replacesOld = true }
        let written = try asCrew(crew) { session in
          try Dataset(FrameSource(few, rowsPerSplit: rowsPerSplit)).write(to: target, in: session)
        }
        #expect(try contents(path) == expected, "\(crew), \(rowsPerSplit) rows a split")
        #expect(Set(written.map(\.rowCount)) == [120])
        #expect(Set(written.map(\.fileCount)) == [expected.count - 1])
        #expect(
          Set(written.map(\.byteCount)) == [expected.values.reduce(0) { $0 + $1.utf8.count }])
        #expect(folder.names == ["out"])
      }
    }
  }

  @Test func `a folder is read back in order, with a warning where _SUCCESS is missing`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("out")
    let session = aloneSession()
    try Dataset(frame).write(to: try destination(path), in: session)
    let back = try Dataset.reading([path])
    #expect(try rows(of: back.collect(in: session)) == rows(of: frame))
    #expect(back.source.warnings.isEmpty)
    removePath("\(path)/_SUCCESS")
    let doubted = try Dataset.reading([path])
    #expect(try rows(of: doubted.collect(in: session)) == rows(of: frame))
    #expect(
      doubted.source.warnings
        == ["\(path) has parts but no _SUCCESS: whoever wrote them may not have finished"])
  }

  @Test func `no rows make one part that has the names`() throws {
    let folder = try TemporaryFolder()
    for crew in crews {
      let target = try destination(folder.place("out")) { $0.replacesOld = true }
      let none = frame.slice(0..<0)
      let written = try asCrew(crew) { try Dataset(none).write(to: target, in: $0) }
      #expect(
        try contents(target.path) == ["part-00000.csv": "n,half,even,name\n", "_SUCCESS": ""])
      #expect(Set(written.map(\.fileCount)) == [1])
    }
  }

  @Test func `bad data leaves nothing, and an old folder stays`() throws {
    let folder = try TemporaryFolder()
    let target = try destination(folder.place("out"), bytes: 100) { $0.replacesOld = true }
    try Dataset(frame.slice(0..<3)).write(to: target, in: aloneSession())
    let old = try contents(target.path)
    for crew in crews {
      var source = LoggedSource(frame: frame, rowsPerSplit: 2)
      source.failingSplits = [150]
      let thrown = failure {
        _ = try asCrew(crew) { [source] in try Dataset(source).write(to: target, in: $0) }
      }
      #expect(thrown.message == "split 150 is broken")
      #expect(folder.names == ["out"], "\(crew)")
      #expect(try contents(target.path) == old)
    }
  }

  @Test func `a stopped job is resumed after its last whole part, by any crew, to the same bytes`()
    throws
  {
    let folder = try TemporaryFolder()
    let whole = try destination(folder.place("whole"), bytes: 100)
    try Dataset(StoppingSource(frame: frame)).write(to: whole, in: aloneSession())
    let expected = try contents(whole.path)
    for first in [(ranks: 1, threads: 1), (2, 1), (3, 2)] {
      for second in [(ranks: 1, threads: 2), (2, 2), (3, 1)] {
        let target = try destination(folder.place("out"), bytes: 100) { $0.replacesOld = true }
        let thrown = failure {
          _ = try asCrew(first) { session in
            let source = StoppingSource(frame: frame, stop: .failure, split: 100)
            return try Dataset(source).write(to: target, in: session)
          }
        }
        #expect(thrown.message == "stopped at split 100")
        #expect(folder.names.contains(".out.parts"))
        let log = ReadingLog()
        let resumed = try destination(target.path, bytes: 100) {
          $0.replacesOld = true
          $0.resumes = true
        }
        let written = try asCrew(second) { session in
          var source = StoppingSource(frame: frame)
          source.log = log
          return try Dataset(source).write(to: resumed, in: session)
        }
        #expect(try contents(target.path) == expected, "\(first), then \(second)")
        #expect(Set(written.map(\.rowCount)) == [400])
        #expect(written.allSatisfy { $0.keptPartCount > 10 })
        #expect(try #require(log.readSplits.first) > 50)
        #expect(folder.names == ["out", "whole"])
      }
    }
  }

  @Test func `parts of another job are not kept, nor any where that is not asked for`() throws {
    let folder = try TemporaryFolder()
    for (change, resumes) in [("source", true), ("job", true), ("size", true), ("none", false)] {
      let target = try destination(folder.place("out"), bytes: 100) { $0.replacesOld = true }
      _ = failure {
        let source = StoppingSource(frame: frame, stop: .failure, split: 100)
        try Dataset(source).write(to: target, in: aloneSession())
      }
      #expect(folder.names.contains(".out.parts"))
      let other = try destination(target.path, bytes: change == "size" ? 101 : 100) {
        $0.replacesOld = true
        $0.resumes = resumes
        $0.job = change == "job" ? "other" : ""
      }
      var source = StoppingSource(frame: frame)
      source.version = change == "source" ? "2" : "1"
      let written = try Dataset(source).write(to: other, in: aloneSession())
      #expect(written.keptPartCount == 0, "\(change)")
      #expect(source.log.readSplits == Array(0..<source.splitCount))
      #expect(folder.names == ["out"])
    }
  }

  @Test func `two runs do not write one folder at the same time`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("out")
    let other = try StagedFolder(path, replacing: false, keepsFiles: false)
    let thrown = failure {
      try Dataset(frame).write(to: try destination(path), in: aloneSession())
    }
    #expect(thrown.kind == .cannotWrite)
    #expect(thrown.causes == ["another run is writing it"])
    other.abandon()
  }

  @Test func `libraries that take frames get all rows in order, and parts by rows`() throws {
    let folder = try TemporaryFolder()
    let expected = CSVWriter().header(frame.schema) + CSVWriter().lines(frame)
    for crew in crews {
      let file = try Destination(folder.place("one.csv"), options: overwriting())
      let written = try asCrew(crew) { session in
        try Dataset(FrameSource(frame, rowsPerSplit: 7)).write(
          to: file, frames: { try TextFrames($0, $1, $2) }, in: session)
      }
      #expect(try InputFile(file.path).contents() == expected)
      #expect(Set(written.map(\.rowCount)) == [400])
      var options = overwriting()
      options.partRowCount = 150
      let parts = try Destination(folder.place("parts"), options: options)
      let many = try asCrew(crew) { session in
        try Dataset(FrameSource(frame, rowsPerSplit: 7)).write(
          to: parts, frames: { try TextFrames($0, $1, $2) }, in: session)
      }
      #expect(Set(many.map(\.fileCount)) == [3])
      let back = try Dataset.reading([parts.path]).collect(in: aloneSession())
      #expect(rows(of: back) == rows(of: frame))
      #expect(folder.names == ["one.csv", "parts"])
    }
  }

  private func overwriting() -> WriteOptions {
    var options = WriteOptions()
    options.replacesOld = true
    return options
  }
}

/// A stand-in for a library that writes frames.
private final class TextFrames: FrameFileWriter {
  private let file: OutputFile

  init(_ path: String, _ schema: Schema, _ replacing: Bool) throws {
    file = try OutputFile(path, replacing: replacing)
    try file.write(CSVWriter().header(schema))
  }

  func append(_ frame: Frame) throws { try file.write(CSVWriter().lines(frame)) }
  func close() throws { try file.commit() }
}
