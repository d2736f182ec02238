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
