import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite struct DestinationTests {
  @Test(arguments: [
    ("a.csv", OutputFormat.csv, false), ("A.CSV", .csv, false), ("x/a.tsv", .tsv, false),
    ("a.b.jsonl", .jsonl, false), ("a.ndjson", .jsonl, false), ("a.svm", .libsvm, false),
    ("a.libsvm", .libsvm, false), ("a.jsonl.gz", .jsonl, false), ("out", .csv, true),
    ("out/", .csv, true),
    ("v1.2/", .csv, true), ("a.csv/", .csv, true), ("x.y/out", .csv, true), (".out", .csv, true),
  ]) func `a name says whether it is a file or a folder, and the format`(
    name: String, format: OutputFormat, isFolder: Bool
  ) throws {
    let destination = try Destination(name)
    #expect(destination.format == format)
    #expect(destination.isFolder == isFolder)
    var options = WriteOptions()
    options.format = .jsonl
    #expect(try Destination(name, options: options).format == .jsonl)
  }

  @Test func `an ending that cannot be written is refused, with those that can`() {
    for name in ["a.xlsx", "a.gz", "v1.2", "a.csv.bz2"] {
      let thrown = failure { _ = try Destination(name) }
      #expect(thrown.kind == .usage)
      #expect(thrown.message == "the ending of '\(name)' is none that can be written")
      #expect(thrown.hint?.contains(".csv .tsv .jsonl .ndjson .libsvm .svm") == true)
    }
    #expect(failure { _ = try Destination("") }.kind == .usage)
  }

  @Test func `what is there is never replaced unasked, and a folder of other things not at all`()
    throws
  {
    let folder = try TemporaryFolder()
    let frame = numbersFrame(5)
    var options = WriteOptions()
    for name in ["a.csv", "a"] {
      try Dataset(frame).write(to: Destination(folder.place(name)), in: aloneSession())
      let thrown = failure {
        try Dataset(frame).write(to: Destination(folder.place(name)), in: aloneSession())
      }
      #expect(thrown.message == "\(folder.place(name)) is there already")
      options.replacesOld = true
      try Dataset(frame).write(
        to: Destination(folder.place(name), options: options), in: aloneSession())
    }
    try Data().write(to: URL(fileURLWithPath: folder.place("a/letter.txt")))
    let strange = failure {
      try Dataset(frame).write(
        to: Destination(folder.place("a"), options: options), in: aloneSession())
    }
    #expect(strange.causes == ["it holds 'letter.txt', which is no part"])
    #expect(FileManager.default.fileExists(atPath: folder.place("a/letter.txt")))
    let file = failure {
      try Dataset(frame).write(
        to: Destination(folder.place("a.csv/"), options: options), in: aloneSession())
    }
    #expect(file.causes == ["it is a file, not a folder of parts"])
    let missing = failure {
      try Dataset(frame).write(to: Destination(folder.place("no/such")), in: aloneSession())
    }
    #expect(missing.kind == .cannotWrite)
    #expect(folder.names == ["a", "a.csv"])
  }

  @Test func `killed in the middle, a file is absent or the old one`() async throws {
    let folder = try TemporaryFolder()
    for name in ["new.csv", "old.csv"] {
      let path = folder.place(name)
      if name == "old.csv" { _ = try folder.write(Array("old\n".utf8), to: name) }
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        var options = WriteOptions()
        options.replacesOld = true
        let source = StoppingSource(frame: numbersFrame(400), stop: .kill, split: 100)
        try Dataset(source).write(to: Destination(path, options: options), in: aloneSession())
      }
    }
    #expect(!pathExists(folder.place("new.csv")))
    #expect(try folder.text("old.csv") == "old\n")
  }

  @Test func `killed in the middle, a folder is absent, and a later run goes on`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.place("out")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      var options = WriteOptions()
      options.partByteCount = 100
      let source = StoppingSource(frame: numbersFrame(400), stop: .kill, split: 100)
      try Dataset(source).write(to: Destination(path, options: options), in: aloneSession())
    }
    #expect(!pathExists(path))
    var options = WriteOptions()
    options.partByteCount = 100
    options.resumes = true
    let source = StoppingSource(frame: numbersFrame(400))
    let written = try Dataset(source).write(
      to: Destination(path, options: options), in: aloneSession())
    #expect(written.keptPartCount > 10)
    let back = try Dataset.reading([path]).collect(in: aloneSession())
    #expect(rows(of: back) == rows(of: numbersFrame(400)))
    #expect(folder.names == ["out"])
  }

  @Test func `a disk that takes no more leaves nothing half-written`() async throws {
    let folder = try TemporaryFolder()
    for name in ["out.csv", "out"] {
      let path = folder.place(name)
      await #expect(processExitsWith: .success) { [path = path as String] in
        limitFileSize(to: 2000)
        let thrown = failure {
          try Dataset(numbersFrame(4000)).write(to: Destination(path), in: aloneSession())
        }
        guard thrown.kind == .cannotWrite, thrown.message.hasPrefix("cannot write \(path)") else {
          exit(1)
        }
      }
    }
    #expect(folder.names.isEmpty)
  }
}

/// A limit on the size of files, which stands for a full disk.
private func limitFileSize(to byteCount: UInt) {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: byteCount, rlim_max: byteCount)
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
