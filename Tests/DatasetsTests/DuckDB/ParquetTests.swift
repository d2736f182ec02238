import Cluster
import Datasets
import Foundation
import Frames
import Platform
import Testing

@Suite(.needsDuckDB) struct ParquetTests {
  @Test(arguments: [0, 1, 7, 2048, 5000])
  func `every type comes back as it was written`(_ count: Int) throws {
    let folder = try TemporaryFolder()
    let frame = everyType(count, seed: 11)
    let path = folder.place("all.parquet")
    try writeParquet(path, [frame])
    let back = try Dataset.reading([path]).collect(in: aloneSession())
    #expect(back.schema == frame.schema)
    #expect(bitwise(back) == bitwise(frame))
    #expect(folder.names == ["all.parquet"])
  }

  @Test func `the same rows give the same bytes, however they are cut`() throws {
    let folder = try TemporaryFolder()
    let frame = everyType(3000, seed: 5)
    let cuts = [[0, 3000], [0, 1, 2047, 2048, 2999, 3000], [0, 1500, 1500, 3000]]
    for (index, cut) in cuts.enumerated() {
      try writeParquet(
        folder.place("\(index).parquet"), zip(cut, cut.dropFirst()).map { frame.slice($0..<$1) })
    }
    let bytes = try cuts.indices.map { index in
      try Data(contentsOf: URL(fileURLWithPath: folder.place("\(index).parquet")))
    }
    #expect(bytes[0] == bytes[1])
    #expect(bytes[0] == bytes[2])
  }

  @Test(arguments: crews)
  func `any crew writes and reads the same`(_ crew: (ranks: Int, threads: Int)) throws {
    let folder = try TemporaryFolder()
    let frame = everyType(400, seed: 3)
    let (one, other) = (folder.place("one.parquet"), folder.place("other.parquet"))
    try Dataset(FrameSource(frame, rowsPerSplit: 400)).write(
      to: Destination(one), in: aloneSession())
    let counts = try asCrew(crew) { session in
      try Dataset(FrameSource(frame, rowsPerSplit: 23)).write(to: Destination(other), in: session)
        .rowCount
    }
    #expect(counts.allSatisfy { $0 == 400 })
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: one))
        == Data(contentsOf: URL(fileURLWithPath: other)))
    let read = try asCrew(crew) { session in
      try Dataset.reading([other, one]).collect(in: session)
    }
    for back in read { #expect(bitwise(back) == bitwise(frame) + bitwise(frame)) }
  }

  @Test func `row groups are the splits, and each is read alone`() throws {
    let source = try ParquetSource(paths: [golden("arrow-types.parquet")], rowsPerSplit: 1)
    #expect(source.splitCount == 3)
    let reading = try source.reading(
      ["n", "dictionary"], splits: 0..<3, keepsFrames: false, in: aloneSession())
    #expect(
      try rows(of: reading.frame(ofSplit: 1)) == [
        [.integer(2), .text("")], [.integer(3), .text("y")],
      ])
    #expect(try rows(of: reading.frame(ofSplit: 2)) == [[.integer(4), .text("x")]])
    #expect(
      reading.place(ofRow: 0, inSplit: 2) == "\(golden("arrow-types.parquet")), row 5")
    #expect(try Dataset(source).count(in: aloneSession()) == 5)
  }

  @Test func `labels, slots and widths are kept in the file`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("m.parquet")
    let schema = Schema([
      .init("species", .int32, metadata: ColumnMetadata(labels: ["a\"'", "ї"])),
      .init("v", .vector, metadata: ColumnMetadata(slots: ["x", "y=1"])),
    ])
    let frame = Frame(
      schema, [Column([0, nil, 1] as [Int32?]), Column(vectors: [nil, nil, nil], width: 2)])
    try writeParquet(path, [frame])
    let back = try Dataset.reading([path]).collect(in: aloneSession())
    #expect(back.schema == schema)
    #expect(rows(of: back) == rows(of: frame))
  }

  @Test func `columns whose names differ only in case are read apart, and not written`() throws {
    let back = try Dataset.reading([golden("case.parquet")]).collect(in: aloneSession())
    #expect(back.schema.names == ["a", "A"])
    #expect(rows(of: back) == [[.integer(1), .integer(2)]])
    let folder = try TemporaryFolder()
    let refused = failure { try writeParquet(folder.place("case.parquet"), [back]) }
    #expect(refused.kind == .data)
    #expect(refused.message.hasPrefix("columns 'a' and 'A' differ only in case"))
  }

  @Test func `a name with quotes is a name`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("it's.parquet")
    let frame = Frame([("with \"quotes\" and 'more'", Column(["x", nil]))])
    try writeParquet(path, [frame])
    let back = try Dataset.reading([path]).collect(in: aloneSession())
    #expect(back.schema == frame.schema)
    #expect(rows(of: back) == rows(of: frame))
  }

  @Test func `nothing is half-written, and nothing is replaced unasked`() throws {
    let folder = try TemporaryFolder()
    let frame = everyType(10, seed: 1)
    let path = folder.place("out.parquet")
    do {
      let writer = try ParquetWriter(path: path, schema: frame.schema)
      try writer.append(frame)
    }
    #expect(folder.names == [])
    try writeParquet(path, [frame])
    let refused = failure { try writeParquet(path, [frame]) }
    #expect(refused == .alreadyThere(path))
    try writeParquet(path, [frame.slice(0..<3)], replacing: true)
    #expect(try Dataset.reading([path]).count(in: aloneSession()) == 3)
    #expect(
      failure { try writeParquet(folder.place("none/out.parquet"), [frame]) }.kind == .cannotWrite)
    #expect(folder.names == ["out.parquet"])
  }

  @Test func `what is no Parquet, cut short or changed is named`() throws {
    let folder = try TemporaryFolder()
    let path = folder.place("a.parquet")
    try writeParquet(path, [everyType(300, seed: 2)])
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = try folder.write(Array(whole.prefix(whole.count / 2)), to: "cut.parquet")
    let text = try folder.write(Array("no parquet at all\n".utf8), to: "text.parquet")
    for broken in [cut, text] {
      let refused = failure { _ = try Dataset.reading([broken]) }
      #expect(refused.kind == .data)
      #expect(refused.message == "cannot read \(broken)")
      #expect(!refused.causes.isEmpty)
    }
    let absent = failure { _ = try Dataset.reading([folder.place("absent.parquet")]) }
    #expect(absent == Failure(.missingInput, "there is no \(folder.place("absent.parquet"))"))
    let dataset = try Dataset.reading([path])
    try writeParquet(path, [everyType(299, seed: 2)], replacing: true)
    let changed = failure { _ = try dataset.collect(in: aloneSession()) }
    #expect(changed.description.contains("\(path), because it became shorter while it was read"))
    _ = try folder.write([], to: "a.parquet")
    #expect(failure { _ = try dataset.collect(in: aloneSession()) }.kind == .data)
  }

  @Test func `files of one folder are joined, types widened, strangers refused`() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ column: Column, as columnName: String = "x") throws {
      try writeParquet(folder.place(name), [Frame([(columnName, column)])])
    }
    try write("1.parquet", Column([1] as [Int32?]))
    try write("2.parquet", Column([Int64.max]))
    let back = try Dataset.reading([folder.path]).collect(in: aloneSession())
    #expect(back.schema.fields.map(\.type) == [.int64])
    #expect(rows(of: back) == [[.integer(1)], [.integer(.max)]])
    try write("3.parquet", Column([0.5] as [Double?]))
    #expect(try Dataset.reading([folder.path]).expectedSchema().fields.map(\.type) == [.float64])
    try write("4.parquet", Column(["a"]))
    let apart = failure { _ = try Dataset.reading([folder.path]) }
    #expect(apart.message == "the files do not belong together")
    #expect(apart.causes.last == "VARCHAR in \(folder.place("4.parquet"))")
    try write("4.parquet.x", Column(["a"]))
    let named = folder.place("5.parquet")
    try write("5.parquet", Column([1] as [Int32?]), as: "y")
    #expect(
      failure { _ = try Dataset.reading([folder.place("1.parquet"), named]) }.causes.last
        == "\(named) has none")
  }
}
