import Cluster
import Datasets
import Frames
import Platform
import Testing

@Suite struct LibSVMTests {
  private func sparse(_ width: Int, _ entries: [(Int32, Double)]) -> Value {
    .vector(.sparse(width: width, indices: entries.map(\.0), values: entries.map(\.1)))
  }

  @Test func `labels and sparse features are read exactly, comments and gaps passed over`() throws {
    let table = try libsvm(
      "# a file\n+1 1:0.5 3:-2e-3 # good: 9\n\n-1  2:1\t7:12345678901234567890  \r\n0.25\n3 2:0 5:nan#c\n"
    )
    #expect(table.names == ["label", "features"])
    #expect(table.types == [.float64, .vector])
    let expected: [[Value]] = [
      [.number(1), sparse(7, [(0, 0.5), (2, -0.002)])],
      [.number(-1), sparse(7, [(1, 1), (6, 12_345_678_901_234_567_168)])],
      [.number(0.25), sparse(7, [])],
    ]
    #expect(table.rows.count == 4)
    #expect(Array(table.rows.prefix(3)) == expected)
    guard case .vector(.sparse(7, [4], let last)) = table.rows[3][1] else {
      Issue.record("\(table.rows[3])")
      return
    }
    #expect(last[0].isNaN)
  }

  @Test func `the width is that of all files, or the one that is given`() throws {
    let folder = try TemporaryFolder()
    let paths = [
      try folder.file("1 2:1\n", "a.svm"), try folder.file("0 9:2", "b.svm"),
      try folder.file("", "c.svm"),
    ]
    for ranks in 1...3 {
      let tables = try Communicator.withThreads(ranks) { communicator in
        let source = try LibSVMSource(paths: paths)
        return Table(
          try Dataset(source).collect(in: Session(communicator: communicator, threads: 2)))
      }
      for table in tables {
        #expect(
          table.rows == [
            [.number(1), sparse(9, [(1, 1)])], [.number(0), sparse(9, [(8, 2)])],
          ])
      }
    }
    #expect(try libsvm("1 2:1") { $0.width = 5 }.rows == [[.number(1), sparse(5, [(1, 1)])]])
    #expect(
      try libsvm("1 0:1 2:1") { $0.isZeroBased = true }.rows
        == [[.number(1), sparse(3, [(0, 1), (2, 1)])]])
    #expect(failure { _ = try libsvm("1 2:1") { $0.width = 0 } }.kind == .usage)
  }

  @Test func `queries are a column where the first line has one`() throws {
    let table = try libsvm("1 qid:3 1:1\n2 1:2\n0 qid:-4\n")
    #expect(table.names == ["label", "qid", "features"])
    #expect(table.rows.map { $0[1] } == [.integer(3), .missing, .integer(-4)])
    let refused = failure { _ = try libsvm("1 1:1\n2 qid:3 1:2\n") }
    #expect(
      refused.message.hasSuffix(
        ":2, column 3: 'qid:3' names a query, where the first line of the data does not"))
  }

  @Test(arguments: [
    ("1 0:1", ":1, column 3: '0:1' has the index 0, where the first feature is 1"),
    ("1 2:1 2:1", ":1, column 7: '2:1' has an index that is not above the one before it"),
    ("1 1:1\n1 2:1 1:5", ":2, column 7: '1:5' has an index that is not above"),
    ("1:1 2:2", ":1, column 1: '1:1' is no label"), ("a 1:1", "'a' is no label"),
    ("1,2 1:1", "'1,2' is no label"), ("1 2", ":1, column 3: '2' is no pair index:value"),
    ("1 x:2", "'x:2' has no whole number before the colon"), ("1 :2", "':2' has no whole number"),
    ("1 -1:2", "'-1:2' has no whole number"), ("1 1:x", ":1, column 5: 'x' is no number"),
    ("1 1:", "is no number"), ("1 1:2:3", "'2:3' is no number"),
    ("1 2147483648:1", "has an index that is beyond 2147483647"),
    ("1 99999999999999999999:1", "has no whole number"),
    ("1 1: 2", "is no number"), ("1 1 :2", "'1' is no pair"),
  ])
  func `what is no row is refused with its place`(text: String, message: String) {
    for size in [1, 5, 1 << 20] {
      let refused = failure { _ = try libsvm(text, splitByteCount: size) }
      #expect(refused.kind == .data)
      #expect(refused.message.contains(message), "\(refused.message)")
    }
  }

  @Test func `rows that cannot be read are left out whole and counted`() throws {
    let table = try libsvm("1 1:1\n2 1:1 9:x\n3 qid:1 4:1\n4 2:1\n") { $0.skipsBadRows = true }
    #expect(table.rows == [[.number(1), sparse(2, [(0, 1)])], [.number(4), sparse(2, [(1, 1)])]])
    let folder = try TemporaryFolder()
    var options = LibSVMOptions()
    options.skipsBadRows = true
    options.splitByteCount = 4
    let source = try LibSVMSource(
      paths: [folder.file("1 1:1\nx\ny\n2 1:1\n", "t.svm")], options: options)
    let reading = try source.reading(
      ["label"], splits: 0..<source.splitCount, keepsFrames: true, in: Session(threads: 1))
    #expect(reading.skippedRowCount == 2)
    #expect(reading.schema.names == ["label"])
  }

  @Test func `random rows read the same by any cut, kept or read again`() throws {
    for seed in 0..<12 {
      var chance = SeededGenerator(seed: UInt64(seed))
      let width = Int(chance.next() % 50) + 1
      var lines: [String] = []
      var expected: [[Value]] = []
      var greatest = 0
      for _ in 0..<Int(chance.next() % 60) + 1 {
        let label = Double(Int64(chance.next() % 2000)) / 8 - 100
        var entries: [(Int32, Double)] = []
        var text = "\(label)"
        for index in 0..<width where chance.next() % 3 == 0 {
          let value =
            chance.next() % 2 == 0
            ? Double(Int64(chance.next() % 1_000_000) + 1) / 1000
            : Double(bitPattern: chance.next() % 0x7FEF_FFFF_FFFF_FFFF + 1)
          entries.append((Int32(index), value))
          greatest = max(greatest, index + 1)
          text += " \(index + 1):\(value)"
        }
        lines.append(text)
        expected.append([
          .number(label),
          .vector(.sparse(width: 0, indices: entries.map(\.0), values: entries.map(\.1))),
        ])
      }
      let rows = expected.map { row -> [Value] in
        guard case .vector(.sparse(_, let indices, let values)) = row[1] else { return row }
        return [row[0], .vector(.sparse(width: greatest, indices: indices, values: values))]
      }
      let text = lines.joined(separator: "\n")
      for size in [1, 10, 100, 1 << 20] {
        #expect(try libsvm(text, splitByteCount: size).rows == rows, "seed \(seed), \(size)")
      }
    }
  }

  @Test func `rows have places`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("# c\n1 1:1\n\n2 1:2\n3 1:3\n", "t.svm")
    let source = try LibSVMSource(paths: [path])
    let reading = try source.reading(
      ["label"], splits: 0..<1, keepsFrames: false, in: Session(threads: 1))
    #expect(
      (0..<3).map { reading.place(ofRow: $0, inSplit: 0) } == [2, 4, 5].map { "\(path):\($0)" })
  }
}
