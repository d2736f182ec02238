import Cluster
import Datasets
import Foundation
import Frames
import LinearAlgebra
import Platform
import Testing

/// Each row goes to one part, the same on every crew, and the shares are what was asked for.
@Suite struct SplitTests {
  private let three = [
    SplitPart("train", share: 0.7), SplitPart("check", share: 0.1), SplitPart("test", share: 0.2),
  ]

  /// Visits of some users: `n`, `user`, `class`, `day` as a date, `when` as its text.
  private func visits(_ count: Int) -> Frame {
    var draw = Philox(seed: 3, stage: 0, row: UInt64(count))
    let users = (0..<count).map { _ in draw.integer(below: max(1, count / 4)) }
    let days = (0..<count).map { _ in Int32(draw.integer(below: max(3, count / 3))) }
    return Frame([
      ("n", Column((0..<count).map { Optional(Int64($0)) })),
      ("user", Column(users.map { Optional("user \($0)") })),
      ("class", Column(users.map { $0 % 5 == 4 ? nil : Int64($0 % 5) })),
      ("day", Column(dates: days.map { Optional($0) })),
      (
        "when",
        Column(days.map { Optional(CivilDate(daysSinceEpoch: Int($0)).description) })
      ),
    ])
  }

  /// The part of each row as every crew finds it; they must agree.
  private func parts(
    of frame: Frame, into parts: [SplitPart], by method: SplitMethod, seed: UInt64? = nil
  ) throws -> [Int] {
    var found: [Int]?
    for crew in crews {
      for rowsPerSplit in [1, 5, 1000] {
        for answer in try asCrew(
          crew,
          { session in
            let data = Dataset(FrameSource(frame, rowsPerSplit: rowsPerSplit))
            let assignment = try data.assignRows(to: parts, by: method, seed: seed, in: session)
            return (0..<frame.rowCount).map { assignment.part(ofRow: $0) }
          })
        {
          if let found { #expect(answer == found, "\(crew)") }
          found = answer
        }
      }
    }
    return found ?? []
  }

  private func counts(_ assigned: [Int], _ count: Int) -> [Int] {
    (0..<count).map { part in assigned.count { $0 == part } }
  }

  @Test(arguments: [10, 11, 37, 200])
  func `by chance, every part is less than one row off its share`(count: Int) throws {
    let assigned = try parts(of: visits(count), into: three, by: .random)
    for (part, own) in zip(three, counts(assigned, 3)) {
      #expect((Double(own) - Double(count) * (part.share ?? 0)).magnitude < 1)
    }
    #expect(assigned != assigned.sorted())
    let other = try parts(of: visits(count), into: three, by: .random, seed: 43)
    #expect(other != assigned)
  }

  @Test func `every row has the same chance`() throws {
    let frame = Frame([("n", Column((0..<20).map { Optional(Int64($0)) }))])
    var hits = [Double](repeating: 0, count: 20)
    let seeds = 2000
    for seed in 0..<seeds {
      let assignment = try Dataset(frame).assignRows(
        to: [SplitPart("a", share: 0.75), SplitPart("b", share: 0.25)], seed: UInt64(seed),
        in: aloneSession())
      for row in 0..<20 where assignment.part(ofRow: row) == 1 { hits[row] += 1 }
    }
    // Five standard deviations of a binomial count.
    let tolerance = 5 * (Double(seeds) * 0.25 * 0.75).squareRoot()
    for count in hits { #expect((count - Double(seeds) * 0.25).magnitude < tolerance) }
  }

  @Test func `within each class the shares are kept`() throws {
    let frame = visits(200)
    let column = try frame.column("class")
    for into in [three, [SplitPart("a", share: 0.8), SplitPart("b", share: 0.2)]] {
      let assigned = try parts(of: frame, into: into, by: .stratified(by: "class"))
      for value in [Value.missing] + (0..<4).map({ .integer($0) }) {
        let rows = (0..<200).filter { column[$0] == value }
        #expect(!rows.isEmpty)
        for (part, own) in zip(into, counts(rows.map { assigned[$0] }, into.count)) {
          let lack = (Double(own) - Double(rows.count) * (part.share ?? 0)).magnitude
          #expect(into.count == 2 ? lack <= 1 : lack < 2)
        }
      }
      for (part, own) in zip(into, counts(assigned, into.count)) {
        #expect((Double(own) - 200 * (part.share ?? 0)).magnitude < 1)
      }
    }
  }

  @Test func `groups stay whole, near their shares`() throws {
    let frame = visits(200)
    let column = try frame.column("user")
    let assigned = try parts(of: frame, into: three, by: .grouped(by: "user"))
    var sizes: [String: Int] = [:]
    var partOf: [String: Int] = [:]
    for row in 0..<200 {
      let user = column.text(at: row)
      sizes[user, default: 0] += 1
      #expect(partOf[user, default: assigned[row]] == assigned[row])
      partOf[user] = assigned[row]
    }
    let largest = sizes.values.max() ?? 0
    for (part, own) in zip(three, counts(assigned, 3)) {
      #expect((Double(own) - 200 * (part.share ?? 0)).magnitude <= Double(largest))
    }
  }

  @Test(arguments: ["day", "when"])
  func `in time, no part has a row later than those of the next`(name: String) throws {
    let frame = visits(200)
    let assigned = try parts(of: frame, into: three, by: .inTime(by: name))
    let texts = (0..<200).map { (try? frame.column(name))?.fieldText(at: $0) ?? "" }
    for part in 0..<2 {
      let earlier = (0..<200).filter { assigned[$0] <= part }.map { texts[$0] }.max() ?? ""
      let later = (0..<200).filter { assigned[$0] > part }.map { texts[$0] }.min() ?? ""
      #expect(earlier < later)
      // The cut is the value at its place among the sorted ones.
      #expect(later == texts.sorted()[[140, 160][part]])
    }
    let notes = try Dataset(frame).assignRows(to: three, by: .inTime(by: name), in: aloneSession())
      .notes
    #expect(notes[1] == "test begins at \(texts.sorted()[160])")
  }

  @Test func `of each group the last rows are left, and small groups stay whole`() throws {
    let frame = visits(200)
    let two = [SplitPart("train"), SplitPart("test")]
    let assigned = try parts(
      of: frame, into: two, by: .leavingLast(2, by: "user", order: "day"))
    let users = (0..<200).map { (try? frame.column("user").text(at: $0)) ?? "" }
    for user in Set(users).sorted() {
      let rows = (0..<200).filter { users[$0] == user }.sorted { a, b in
        let (first, second) = (frame.columns[4].text(at: a), frame.columns[4].text(at: b))
        return first == second ? a < b : first < second
      }
      let left = rows.count > 2 ? Set(rows.suffix(2)) : []
      for row in rows { #expect(assigned[row] == (left.contains(row) ? 1 : 0)) }
    }
  }

  @Test func `of each group so many rows are left by chance, and small groups stay whole`() throws {
    let frame = visits(200)
    let two = [SplitPart("train"), SplitPart("test")]
    let method = SplitMethod.leavingOut(2, by: "user")
    let assigned = try parts(of: frame, into: two, by: method)
    let column = try frame.column("user")
    let users = (0..<200).map { column.text(at: $0) }
    for user in Set(users).sorted() {
      let rows = (0..<200).filter { users[$0] == user }
      let left = rows.filter { assigned[$0] == 1 }
      #expect(left.count == (rows.count > 2 ? 2 : 0), "\(user) of \(rows.count) rows")
    }
    #expect(try parts(of: frame, into: two, by: method, seed: 43) != assigned)
    // Of a group of four rows each is left as often as the others.
    let four = Frame([("user", Column([String?](repeating: "a", count: 4)))])
    var hits = [Double](repeating: 0, count: 4)
    for seed in 0..<2000 {
      let assignment = try Dataset(four).assignRows(
        to: two, by: .leavingOut(1, by: "user"), seed: UInt64(seed), in: aloneSession())
      #expect(assignment.rowCounts == [3, 1])
      for row in 0..<4 where assignment.part(ofRow: row) == 1 { hits[row] += 1 }
    }
    // Five standard deviations of a binomial count.
    for count in hits { #expect((count - 500).magnitude < 5 * (2000 * 0.25 * 0.75).squareRoot()) }
  }

  @Test func `the parts are the rows, each once, in their order, behind a filter too`() throws {
    let frame = visits(60)
    for crew in crews {
      for answer in try asCrew(
        crew,
        { session in
          let data = Dataset(FrameSource(frame, rowsPerSplit: 7)).whereNumber { $0 % 4 != 1 }
          let found = try data.split(into: three, in: session)
          return try found.map { try integers(try $0.data.collect(in: session), "n") }
        })
      {
        #expect(answer.flatMap { $0 }.sorted() == (0..<60).filter { $0 % 4 != 1 })
        for part in answer { #expect(part == part.sorted()) }
      }
    }
  }

  @Test func `row numbers count what comes out of the steps`() throws {
    for crew in crews {
      for answer in try asCrew(
        crew,
        { session in
          let data = Dataset(FrameSource(numbersFrame(40), rowsPerSplit: 3))
            .whereNumber { $0 % 3 == 0 }
          let numbers = try data.rowNumbers(in: session)
          let kept = data.keepingRows(numbers) { $0.filter { $0 % 5 == 2 } }
          let places = try kept.mapSplits(in: session, "test") { rows in
            (0..<rows.frame.rowCount).map { rows.place(ofRow: $0) }
          }.parts.flatMap { $0 }
          return (
            numbers.count, try integers(try kept.collect(in: session), "n"),
            try session.communicator.allGather(places.map { $0.utf8.count }).flatMap { $0 }.count
          )
        })
      {
        #expect(answer.0 == 14)
        #expect(answer.1 == [6, 21, 36])
        #expect(answer.2 == 3)
      }
    }
    let data = Dataset(FrameSource(numbersFrame(40), rowsPerSplit: 3)).whereNumber { $0 % 3 == 0 }
    let kept = data.keepingRows(try data.rowNumbers(in: aloneSession())) { $0.filter { $0 == 7 } }
    let places = try kept.mapSplits(in: aloneSession(), "test") { rows in
      (0..<rows.frame.rowCount).map { rows.place(ofRow: $0) }
    }.parts
    #expect(places.flatMap { $0 } == ["memory, row 22"])
  }

  @Test func `what cannot be split is refused with its reason`() throws {
    let frame = visits(20)
    func refusal(_ parts: [SplitPart], _ method: SplitMethod, _ frame: Frame) -> Failure {
      failure { _ = try Dataset(frame).assignRows(to: parts, by: method, in: aloneSession()) }
    }
    let half = [SplitPart("a", share: 0.5), SplitPart("b", share: 0.4)]
    #expect(refusal(half, .random, frame).message.contains("add up to 1"))
    #expect(refusal([], .random, frame).kind == .usage)
    let twins = [SplitPart("a", share: 0.5), SplitPart("a", share: 0.5)]
    #expect(refusal(twins, .random, frame).message == "there are two parts called 'a'")
    #expect(refusal(three, .leavingLast(1, by: "user", order: "day"), frame).kind == .usage)
    #expect(refusal(three, .leavingOut(1, by: "user"), frame).kind == .usage)
    #expect(
      refusal([SplitPart("a"), SplitPart("b")], .leavingOut(0, by: "user"), frame).kind == .usage)
    #expect(refusal(three, .stratified(by: "klass"), frame).hint == "did you mean 'class'?")
    #expect(refusal(three, .random, visits(2)).message == "the part 'check' would have no row")
    let gaps = Frame([("t", Column([Double?]([1, nil, 3])))])
    #expect(refusal(three, .inTime(by: "t"), gaps).message.hasPrefix("memory, row 2, column t"))
    #expect(refusal(three, .grouped(by: "t"), gaps).message.contains("the group is missing"))
    let mixed = Frame([("t", Column([String?](["2026-01-02", "soon"])))])
    let problem = refusal(three, .inTime(by: "t"), mixed)
    #expect(problem.message == "memory, row 2, column t: 'soon' is no date, as the first value is")
  }

  @Test func `files keep the spelling, appear together, and are the same for every crew`() throws {
    let folder = try TemporaryFolder()
    var lines = ["id,price,note"]
    for row in 0..<30 { lines.append("00\(row),\(row).50,\(row % 7 == 0 ? "NA" : "x y")") }
    let path = try folder.write(
      Array((lines.joined(separator: "\n") + "\n").utf8), to: "shop.csv")
    for (index, crew) in crews.enumerated() {
      _ = try asCrew(crew) { session in
        var options = ReadOptions()
        options.keepsSpelling = true
        let data = try Dataset.reading([path], options: options)
        let assignment = try data.assignRows(to: three, in: session)
        try data.write(
          assignment, toFolder: folder.place("out\(index)"), record: ("split.json", "{}\n"),
          in: session)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.place("out\(index)"))
      #expect(names.sorted() == ["check.csv", "split.json", "test.csv", "train.csv"])
      for name in names {
        #expect(try folder.text("out\(index)/\(name)") == folder.text("out0/\(name)"))
      }
    }
    let written = try ["train", "check", "test"].flatMap { name in
      try folder.text("out0/\(name).csv").split(separator: "\n").dropFirst().map(String.init)
    }
    #expect(written.sorted() == lines.dropFirst().sorted())
    #expect(folder.names.filter { $0.hasPrefix(".") }.isEmpty)
    let again = failure {
      let data = try Dataset.reading([path])
      let assignment = try data.assignRows(to: three, in: aloneSession())
      try data.write(assignment, toFolder: folder.place("out0"), in: aloneSession())
    }
    #expect(again.kind == .cannotWrite)
    let slash = failure {
      let data = try Dataset.reading([path])
      let assignment = try data.assignRows(
        to: [SplitPart("../a", share: 0.5), SplitPart("b", share: 0.5)], in: aloneSession())
      try data.write(assignment, toFolder: folder.place("new"), in: aloneSession())
    }
    #expect(slash.kind == .usage)
    #expect(!FileManager.default.fileExists(atPath: folder.place("new")))
  }
}
