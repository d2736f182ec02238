import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct CSVWriterTests {
  private func text(_ frame: Frame, _ writer: CSVWriter = CSVWriter()) -> String {
    String(decoding: writer.header(frame.schema) + writer.lines(frame), as: UTF8.self)
  }

  @Test func `fields with separators, quotes, line ends and spaces are quoted, others are not`() {
    let frame = Frame([
      (
        "a, b",
        Column(["plain", "x,y", "say \"hi\"", "two\nlines", "cr\r", " lead", "trail ", "é;"])
      ),
      ("c", Column((0..<8).map { Optional(Int64($0)) })),
    ])
    #expect(
      text(frame) == #"""
        "a, b",c
        plain,0
        "x,y",1
        "say ""hi""",2
        "two
        lines",3
        "cr\#r",4
        " lead",5
        "trail ",6
        é;,7

        """#)
    #expect(text(frame, CSVWriter(delimiter: UInt8(ascii: ";"))).contains("\nx,y;1\n"))
    #expect(text(frame, CSVWriter(delimiter: UInt8(ascii: ";"))).contains("\n\"é;\";7\n"))
  }

  @Test func `what is missing is nothing, an empty text is a pair of quotes`() {
    let frame = Frame([
      ("t", Column(["", nil, "x"])), ("b", Column([true, nil, false])),
      ("i", Column([nil, -1, .max] as [Int64?])), ("f", Column([0.1, nil, 1] as [Float?])),
      ("d", Column([nil, .infinity, 1e-7] as [Double?])),
    ])
    #expect(
      text(frame) == """
        t,b,i,f,d
        "",true,,0.1,
        ,,-1,,Infinity
        x,false,9223372036854775807,1,1e-07

        """)
  }

  @Test func `a lone missing number does not make a blank line`() {
    #expect(text(Frame([("x", Column([1, nil] as [Double?]))])) == "x\n1\nNA\n")
  }
}

@Suite struct WritingTests {
  @Test(arguments: [0, 1, 50]) func `what was written is read back as it was`(count: Int) throws {
    let folder = try TemporaryFolder()
    let texts = ["x", "", nil, "a,b", "\"q\"", "l1\nl2", "cr\r\nlf", " sp ", "é", "\t"]
    let numbers: [Int64?] = (0..<count).map { Int64($0) * 1_000_003 }
    let fractions = (0..<count).map { (row: Int) -> Double? in
      row % 3 == 1 ? nil : Double(row) / 7 + 0.5
    }
    let flags = (0..<count).map { (row: Int) -> Bool? in row % 5 == 4 ? nil : row % 2 == 0 }
    let frame = Frame([
      ("n", Column(numbers)), ("part", Column(fractions)), ("flag", Column(flags)),
      ("a \"name\", quoted", Column((0..<count).map { texts[$0 % texts.count] })),
    ])
    let path = folder.place("out.csv")
    let session = aloneSession()
    #expect(
      try Dataset(FrameSource(frame, rowsPerSplit: 7)).write(csv: path, in: session) == count)
    let back = try Dataset.reading([path]).collect(in: session)
    #expect(back.schema.names == frame.schema.names)
    #expect(rows(of: back) == rows(of: frame))
    if count > 9 { #expect(back.schema == frame.schema) }
  }

  @Test func `every crew writes the same bytes`() throws {
    let folder = try TemporaryFolder()
    for (count, rowsPerSplit) in [(0, 1), (1, 1), (23, 1), (23, 5), (200, 3)] {
      let frame = numbersFrame(count)
      let expected =
        CSVWriter().header(frame.schema)
        + CSVWriter().lines(frame.selecting(rows: (0..<count).filter { $0 % 7 != 2 }))
      for crew in crews {
        let path = folder.place("out.csv")
        let counts = try asCrew(crew) { session in
          try Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
            .whereNumber { $0 % 7 != 2 }.write(csv: path, in: session, replacing: true)
        }
        #expect(counts.allSatisfy { $0 == (0..<count).count { $0 % 7 != 2 } })
        #expect(try InputFile(path).contents() == expected, "\(crew), \(count) rows")
        #expect(folder.names == ["out.csv"])
      }
    }
  }

  @Test func `a type that shows in a late split is the type of every line`() throws {
    let folder = try TemporaryFolder()
    // More splits than a window holds, and a whole number that float64 cannot tell apart.
    let splits = (0..<40).map { [Double($0)] } + [[0.5], [9_007_199_254_740_992]]
    for crew in crews {
      let path = folder.place("out.csv")
      let source = WideningSource(splits: splits)
      _ = try asCrew(crew) { session in
        try Dataset(source).write(csv: path, in: session, replacing: true)
      }
      let lines = (0..<40).map { "\($0)\n" }.joined()
      #expect(try folder.text("out.csv") == "x\n\(lines)0.5\n9007199254740992\n", "\(crew)")
    }
  }

  @Test func `a failure in a late split leaves no half file, and the old one stays`() throws {
    let folder = try TemporaryFolder()
    let old = Array("old\n".utf8)
    let path = try folder.write(old, to: "kept.csv")
    for crew in crews {
      for target in [path, folder.place("new.csv")] {
        let thrown = failure {
          _ = try asCrew(crew) { session in
            var source = LoggedSource(frame: numbersFrame(120), rowsPerSplit: 1)
            source.failingSplits = [113, 117]
            return try Dataset(source).write(csv: target, in: session, replacing: true)
          }
        }
        #expect(thrown.message == "split 113 is broken", "\(crew)")
        #expect(folder.names == ["kept.csv"], "\(crew)")
        #expect(try InputFile(path).contents() == old)
      }
    }
  }

  @Test func `an output that is there or cannot be written is refused before any row is read`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "out.csv")
    for crew in crews {
      for (target, message) in [
        (path, "\(path) is there already"),
        (folder.place("no/out.csv"), "cannot write \(folder.place("no/out.csv"))"),
      ] {
        let log = ReadingLog()
        let thrown = failure {
          _ = try asCrew(crew) { session in
            var source = LoggedSource(frame: numbersFrame(9), rowsPerSplit: 2)
            source.log = log
            return try Dataset(source).write(csv: target, in: session)
          }
        }
        #expect(thrown.kind == .cannotWrite)
        #expect(thrown.message == message)
        #expect(thrown.rank == (crew.ranks == 1 ? nil : 0))
        #expect(log.askedColumns.isEmpty)
      }
    }
  }
}
