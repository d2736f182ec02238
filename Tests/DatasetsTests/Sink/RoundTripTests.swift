import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: 10...19 as ClosedRange<UInt64>) func `CSV and TSV give back what they can keep`(
    seed: UInt64
  ) throws {
    let folder = try TemporaryFolder()
    var random = RandomFrames(seed: seed)
    let frame = random.frame(random.below(300) + 1)
    for name in ["out.csv", "out.tsv"] {
      try Dataset(FrameSource(frame, rowsPerSplit: 17)).write(
        to: Destination(folder.place(name)), in: aloneSession())
      let back = try Dataset.reading([folder.place(name)]).collect(in: aloneSession())
      #expect(back.schema.names == frame.schema.names)
      #expect(back.rowCount == frame.rowCount)
      for (index, column) in frame.columns.enumerated() {
        // Dates, lists and vectors come back as their text, or as what it stands for.
        for row in 0..<frame.rowCount {
          let found = back.columns[index]
          #expect(found.isMissing(row) == column.isMissing(row), "seed \(seed), \(name)")
          if column.isMissing(row) { continue }
          #expect(
            isSame(found, column, row),
            "seed \(seed), \(name), row \(row): \(column[row]) became \(found[row])")
        }
      }
    }
  }

  private func isSame(_ found: Column, _ column: Column, _ row: Int) -> Bool {
    if column.type == .float32, let one = found[row].double, let other = column[row].double {
      return Float(one).bitPattern == Float(other).bitPattern
    }
    // A vector comes back as its text, in which a negative zero keeps its point.
    return found[row] == column[row]
      || found.fieldText(at: row).replacing("-0.0,", with: "-0,").replacing("-0.0]", with: "-0]")
        == column.fieldText(at: row)
  }

  @Test(arguments: 20...29 as ClosedRange<UInt64>) func `JSON lines give back what they can keep`(
    seed: UInt64
  ) throws {
    let folder = try TemporaryFolder()
    var random = RandomFrames(seed: seed)
    let frame = random.frame(random.below(300) + 40)
    let kept = try frame.selecting(frame.schema.names.filter { $0 != "sparse" })
    try Dataset(FrameSource(kept, rowsPerSplit: 17)).write(
      to: Destination(folder.place("out.jsonl.gz")), in: aloneSession())
    let back = try Dataset.reading([folder.place("out.jsonl.gz")]).collect(in: aloneSession())
    #expect(back.schema.names == kept.schema.names)
    #expect(back.rowCount == kept.rowCount)
    for (index, column) in kept.columns.enumerated() {
      let found = back.columns[index]
      switch column.type {
      case .int32: #expect(found.type == .int64)
      case .float32: #expect(found.type == .float64)
      default: #expect(found.type == column.type, "seed \(seed)")
      }
      for row in 0..<kept.rowCount {
        #expect(
          isSame(found, column, row),
          "seed \(seed), row \(row): \(column[row]) became \(found[row])")
      }
    }
  }

  @Test func `sparse vectors of JSON lines come back as three columns`() throws {
    let folder = try TemporaryFolder()
    let vectors: [VectorValue?] = [
      .sparse(width: 5, indices: [0, 3], values: [1, 2.5]),
      .sparse(width: 5, indices: [1, 4], values: [-0.5, 1e300]),
    ]
    let path = folder.place("out.jsonl")
    try Dataset(Frame([("v", Column(vectors: vectors, width: 5))])).write(
      to: Destination(path), in: aloneSession())
    let back = try Dataset.reading([path]).collect(in: aloneSession())
    #expect(back.schema.names == ["v.size", "v.indices", "v.values"])
    #expect(try back.column("v.size")[1] == .integer(5))
    #expect(try back.column("v.indices")[1] == .vector(.dense([1, 4])))
    #expect(try back.column("v.values")[1] == .vector(.dense([-0.5, 1e300])))
  }

  @Test(arguments: 30...34 as ClosedRange<UInt64>) func `libsvm gives back labels and features`(
    seed: UInt64
  ) throws {
    let folder = try TemporaryFolder()
    var random = RandomFrames(seed: seed)
    let count = random.below(200) + 1
    let labels = (0..<count).map { _ in random.number() as Double? }
    let rows = (0..<count).map { _ in
      (0..<7).map { _ in random.below(2) == 0 ? 0 : random.number() }
    }
    let dense = Frame([
      ("first", Column(rows.map { $0[0] as Double? })), ("label", Column(labels)),
      ("rest", Column(vectors: rows.map { .dense(Array($0.dropFirst())) }, width: 6)),
    ])
    for name in ["out.svm", "out.libsvm.gz"] {
      try Dataset(FrameSource(dense, rowsPerSplit: 11)).write(
        to: Destination(folder.place(name)), in: aloneSession())
      let back = try Dataset.reading([folder.place(name)]).collect(in: aloneSession())
      for row in 0..<count {
        #expect(try back.column("label")[row] == labels[row].map { .number($0) })
        let expected = rows[row].enumerated().filter { $1 != 0 || $1.sign == .minus }
        guard case .vector(let vector) = try back.column("features")[row] else {
          Issue.record("no vector, seed \(seed)")
          return
        }
        let found = vector.entries.filter { $0.value != 0 }
        #expect(
          found.map(\.value) == expected.map(\.element).filter { $0 != 0 },
          "seed \(seed), row \(row)")
        #expect(found.map { Int($0.index) } == expected.filter { $1 != 0 }.map(\.offset))
      }
    }
  }

  @Test func `gzip is the same for every crew, and reads back, block by block`() throws {
    let folder = try TemporaryFolder()
    var random = RandomFrames(seed: 40)
    // More than two blocks of a MiB.
    let frame = Frame([
      ("t", Column((0..<40_000).map { "\($0) \(random.bits())  " + "x" } as [String?]))
    ])
    let large = Frame.concatenated([frame, frame, frame], schema: frame.schema)
    var options = WriteOptions()
    options.replacesOld = true
    let whole = try Destination(folder.place("out.csv.gz"), options: options)
    options.packs = true
    options.partByteCount = 1_500_000
    let parts = try Destination(folder.place("parts"), options: options)
    var first: [[UInt8]] = []
    for crew in [(ranks: 1, threads: 1), (1, 3), (3, 2)] {
      _ = try asCrew(crew) { session in
        let rows = Dataset(FrameSource(large, rowsPerSplit: 9001))
        try rows.write(to: whole, in: session)
        try rows.write(to: parts, in: session)
      }
      let names = try namesInFolder(parts.path)
      #expect(names == ["_SUCCESS", "part-00000.csv.gz", "part-00001.csv.gz", "part-00002.csv.gz"])
      let bytes = try ([whole.path] + names.map { "\(parts.path)/\($0)" }).map {
        try InputFile($0).contents()
      }
      if first.isEmpty { first = bytes }
      #expect(bytes == first, "\(crew)")
    }
    for destination in [whole, parts] {
      let back = try Dataset.reading([destination.path]).collect(in: aloneSession())
      #expect(back.rowCount == large.rowCount)
      #expect(CSVWriter().lines(back) == CSVWriter().lines(large))
    }
    let none = try Destination(folder.place("none.csv.gz"))
    try Dataset(large.slice(0..<0)).write(to: none, in: aloneSession())
    #expect(try Dataset.reading([none.path]).count(in: aloneSession()) == 0)
  }

  @Test func `negative zero stays one, alone in its column too`() throws {
    let folder = try TemporaryFolder()
    let frame = Frame([("x", Column([-0.0, 1] as [Double?]))])
    try Dataset(frame).write(to: Destination(folder.place("x.csv")), in: aloneSession())
    let back = try Dataset.reading([folder.place("x.csv")]).collect(in: aloneSession())
    #expect(back.columns[0][0] == .number(0))
    guard case .number(let zero) = back.columns[0][0] else { return }
    #expect(zero.sign == .minus)
  }
}

extension Value {
  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
