import Datasets
import Frames
import Glibc
import Platform
import Testing

@Suite struct OpeningTests {
  private func rowTexts(_ names: [String], _ options: ReadOptions = ReadOptions()) throws
    -> [String]
  {
    let frame = try Dataset.reading(names, options: options).collect(in: aloneSession())
    return rows(of: frame).map { $0.map(\.description).joined(separator: "|") }
  }

  @Test func `a folder and a glob are read in byte order, files as they are named`() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a10", "a2", "B"] {
      _ = try folder.write(Array("x\n\(name)\n".utf8), to: "\(name).csv")
    }
    for name in [".hidden.csv", "_part.csv", "notes.txt"] {
      _ = try folder.write(Array("never,read\n".utf8), to: name)
    }
    #expect(try rowTexts([folder.path]) == ["B", "a10", "a2", "b"])
    #expect(try rowTexts([folder.path + "/"]) == ["B", "a10", "a2", "b"])
    #expect(try rowTexts([folder.place("a*.csv")]) == ["a10", "a2"])
    #expect(try rowTexts([folder.place("b.csv"), folder.place("B.csv")]) == ["b", "B"])
  }

  @Test func `a name that is there is taken as it is, signs of a glob or not`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("x\nstar\n".utf8), to: "a[1]*.csv")
    #expect(try rowTexts([path]) == ["star"])
  }

  @Test func `nothing to read is a missing input, with the name`() throws {
    let folder = try TemporaryFolder()
    for (name, message) in [
      (folder.place("absent.csv"), "there is no \(folder.place("absent.csv"))"),
      (folder.place("*.csv"), "nothing matches \(folder.place("*.csv"))"),
      (folder.path, "there is no file to read in \(folder.path)"),
    ] {
      let refused = failure { _ = try rowTexts([name]) }
      #expect(refused.kind == .missingInput)
      #expect(refused.message == message)
    }
  }

  @Test func `the ending says the format, or the option does`() throws {
    let folder = try TemporaryFolder()
    let tabs = try folder.write(Array("x\ty\n1\t2,5\n".utf8), to: "a.TSV")
    let plain = try folder.write(Array("x,y\n1,2\n".utf8), to: "a.data")
    let numbers = try folder.write(
      NumPyBytes(type: "<i4", shape: "(1, 2)", [3, 4] as [Int32]).bytes, to: "a.npy")
    #expect(try rowTexts([tabs]) == ["1|2,5"])
    #expect(try rowTexts([numbers]) == ["3|4"])
    var options = ReadOptions()
    options.format = .csv
    #expect(try rowTexts([plain], options) == ["1|2"])
    #expect(failure { _ = try rowTexts([plain]) }.kind == .usage)
    #expect(
      failure { _ = try rowTexts([tabs, numbers]) }.message == "the files are of several formats")
  }

  @Test func `standard input is read as often as any file, and its copy goes with the data set`()
    async
  {
    // In a process of its own, whose standard input is nobody else's.
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let lines = (0..<500).map { "\($0),\($0 * 2)\n" }.joined()
      let path = try folder.write(Array("n,twice\n\(lines)".utf8), to: "input.csv")
      #expect(unsafe setenv("TMPDIR", folder.path, 1) == 0)
      #expect(dup2(unsafe open(path, O_RDONLY), 0) == 0)
      do {
        let data = try Dataset.reading(["-"])
        #expect(data.source.name == "standard input")
        for _ in 0..<2 {
          #expect(try data.count(in: aloneSession()) == 500)
          let frame = try data.collect(in: aloneSession())
          #expect(try integers(frame, "twice") == (0..<500).map { Int64($0 * 2) })
        }
        #expect(folder.names.count == 2)
      }
      #expect(folder.names == ["input.csv"])
    }
  }

  @Test func `errors in what came on standard input say so, not where its copy lies`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      #expect(unsafe setenv("TMPDIR", folder.path, 1) == 0)
      for (text, message) in [
        ("", "standard input is empty"),
        ("a,b\n1,2\n3\n", "standard input:3: 1 fields, where the file has 2 columns"),
        ("a,b\r1,2\r", "standard input: its lines end in a carriage return alone"),
      ] {
        let path = try folder.write(Array(text.utf8), to: "input.csv")
        #expect(dup2(unsafe open(path, O_RDONLY), 0) == 0)
        let refused = failure {
          _ = try Dataset.reading(["-"]).collect(in: aloneSession())
        }
        #expect(refused.message == message)
      }
    }
  }

  @Test func `text in an object store is refused before anybody asks for it`() {
    let refused = failure { _ = try Dataset.reading(["s3://birds/iris.csv"]) }
    #expect(refused.kind == .usage)
    #expect(
      refused.message == "only Parquet is read from an object store, not s3://birds/iris.csv")
  }
}
