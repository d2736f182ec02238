import Blocks
import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

/// Rows of a table of ratings, as a test writes them.
private struct Rated: Hashable {
  let user: String
  let item: Int64
  let value: Float
}

struct `Ratings by users and by items` {
  private func table(_ rows: [Rated], rowsPerSplit: Int = 7) -> Dataset {
    Dataset(
      FrameSource(
        Frame([
          ("who", Column(rows.map { Optional($0.user) })),
          ("what", Column(rows.map { Optional($0.item) })),
          ("stars", Column(rows.map { Optional(Double($0.value)) })),
        ]), rowsPerSplit: rowsPerSplit))
  }

  private let columns = RatingColumns(user: "who", item: "what", rating: "stars")

  /// Few users of many ratings and many of few, with repeated pairs.
  private func rows(_ count: Int, seed: UInt64 = 3) -> [Rated] {
    var draw = RandomSource(seed: seed, purpose: "ratings").stream(row: 0)
    return (0..<count).map { _ in
      let user = draw.integer(below: 1 + draw.integer(below: 40))
      let item = Int64(draw.integer(below: 1 + draw.integer(below: 25))) + (1 << 60)
      return Rated(user: "u\(user)", item: item, value: Float(draw.integer(below: 10)) / 2)
    }
  }

  /// The order of names by how often they occur, and what each row holds: by sorting dictionaries.
  private func expected(_ rows: [Rated]) -> (users: [String], items: [Int64], byUser: [[Entry]]) {
    var (perUser, perItem) = ([String: Int](), [Int64: Int]())
    for row in rows {
      perUser[row.user, default: 0] += 1
      perItem[row.item, default: 0] += 1
    }
    let users = perUser.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let items = perItem.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let byUser = users.map { user in
      rows.enumerated().filter { $0.element.user == user }
        .map { ($0.offset, Entry(items.firstIndex(of: $0.element.item) ?? -1, $0.element.value)) }
        .sorted { ($0.1.column, $0.0) < ($1.1.column, $1.0) }.map(\.1)
    }
    return (users, items, byUser)
  }

  private struct Entry: Equatable {
    let column: Int
    let value: Float
    init(_ column: Int, _ value: Float) {
      self.column = column
      self.value = value
    }
  }

  private func entries(_ rows: RatingRows) -> [[Entry]] {
    (0..<rows.rows.count).map { row in
      (rows.offsets[row]..<rows.offsets[row + 1]).map {
        Entry(Int(rows.indices[$0]), rows.values[$0])
      }
    }
  }

  @Test(arguments: [0, 1, 2, 9, 400])
  func `every worker holds whole rows of both sides in one order`(count: Int) throws {
    let rows = rows(count)
    let wanted = expected(rows)
    for ranks in 1...4 {
      for threads in 1...2 {
        for leaves in [LeafPolicy(byteCount: 1, rowCount: 1), LeafPolicy()] {
          let found = try Communicator.withThreads(ranks) { group in
            let session = Session(communicator: group, threads: threads, leaves: leaves)
            return try table(rows).ratings(columns, in: session).0
          }
          let first = try #require(found.first)
          for other in found {
            #expect(other.count == count)
            #expect((0..<other.users.count).map { other.users.text($0) } == wanted.users)
            #expect(other.items == first.items)
          }
          #expect(
            (0..<first.items.count).map { first.items.text($0) } == wanted.items.map { "\($0)" })
          #expect(found.flatMap { entries($0.byUser) } == wanted.byUser)
          let turned = found.flatMap { entries($0.byItem) }
          for (item, users) in turned.enumerated() {
            let own = wanted.byUser.enumerated().flatMap { user, entries in
              entries.filter { $0.column == item }.map { Entry(user, $0.value) }
            }
            #expect(users == own)
          }
          // Leaves cover the rows once, and every worker knows all of them.
          #expect(first.byUser.leaves.starts.last == wanted.users.count)
          #expect(found.map(\.byUser.rows) == first.byUser.leaves.rowsOfRanks)
        }
      }
    }
  }

  @Test func `workers own rows of even work, whatever a row costs`() throws {
    let rows = rows(3000)
    let works = [
      RatingWork(), RatingWork(ofRow: 24, step: 16),
      RatingWork(ofRow: 5, longRow: 100, ofLongRow: 3.5),
    ]
    for work in works {
      let found = try Communicator.withThreads(3) { group in
        try table(rows).ratings(
          columns, work: work,
          in: Session(communicator: group, leaves: LeafPolicy(byteCount: 1, rowCount: 1))
        ).0.byUser
      }
      // By the definition, row after row.
      let costs = found.map { part in
        (0..<part.rows.count).map { row in
          let count = part.offsets[row + 1] - part.offsets[row]
          let taken = (count + work.step - 1) / work.step * work.step
          return Double(work.ofRow) + Double(taken) * (count > work.longRow ? work.ofLongRow : 1)
        }
      }
      let shares = costs.map { $0.reduce(0, +) }
      let largest = costs.flatMap { $0 }.max() ?? 0
      for share in shares {
        #expect(abs(share - shares.reduce(0, +) / 3) <= 2 * largest, "\(work): \(shares)")
      }
    }
  }

  @Test func `few bytes of ratings are cut by their work, so that all have some of it`() throws {
    // 24 kB, of which leaves of a megabyte make one.
    let rows = (0..<3000).map {
      Rated(user: "u\($0 % 700)", item: Int64($0 * 7 % 290), value: 1)
    }
    let found = try Communicator.withThreads(3) { group in
      try table(rows).ratings(
        columns, work: RatingWork(ofRow: 24, step: 16), in: Session(communicator: group)
      ).0
    }
    // The 290 items are too little work for 32.
    for (parts, wanted) in [(found.map(\.byUser), 32), (found.map(\.byItem), 16)] {
      let total = parts[0].rowCount
      for part in parts {
        #expect(abs(part.rows.count - total / 3) <= total / 16, "\(parts.map(\.rows))")
      }
      #expect(parts[0].leaves.starts.count == wanted + 1)
    }
    let (few, _) = try table(Array(rows.prefix(20))).ratings(columns, in: Session())
    #expect(few.byUser.leaves.starts == [0, 20])
  }

  @Test func `sums over leaves have the same bits on any workers`() throws {
    let rows = rows(3000)
    @Sendable func sum(_ ratings: Ratings, _ session: Session) throws -> UInt64 {
      let byUser = ratings.byUser
      return try byUser.leaves.totals("summing", count: 1, in: session, scratch: {}) {
        leaf, _, total in
        for row in leaf {
          let own = row - byUser.rows.lowerBound
          for place in byUser.offsets[own]..<byUser.offsets[own + 1] {
            total[0] += 0.1 * Double(byUser.values[place])
          }
        }
      }[0].bitPattern
    }
    let leaves = LeafPolicy(byteCount: 1, rowCount: 1)
    var bits = Set<UInt64>()
    for ranks in 1...4 {
      for threads in 1...2 {
        bits.formUnion(
          try Communicator.withThreads(ranks) { group in
            let session = Session(communicator: group, threads: threads, leaves: leaves)
            return try sum(table(rows).ratings(columns, in: session).0, session)
          })
      }
    }
    #expect(bits.count == 1)
  }

  @Test func `repeated ratings are kept or added up, and counted`() throws {
    let rows = [
      Rated(user: "b", item: 7, value: 4), Rated(user: "a", item: 7, value: 1),
      Rated(user: "b", item: 7, value: 2), Rated(user: "b", item: 5, value: 3),
      Rated(user: "b", item: 7, value: -1),
    ]
    let (kept, report) = try table(rows).ratings(columns, in: Session())
    #expect(report.repeatedRowCount == 2 && kept.count == 5)
    #expect(
      entries(kept.byUser) == [[4, 2, -1].map { Entry(0, $0) } + [Entry(1, 3)], [Entry(0, 1)]])
    for ranks in 1...3 {
      let found = try Communicator.withThreads(ranks) { group in
        try table(rows, rowsPerSplit: 1).ratings(
          columns, repeated: .summed, in: Session(communicator: group, threads: 1)
        ).0
      }
      #expect(found[0].count == 3)
      #expect(found.flatMap { entries($0.byUser) } == [[Entry(0, 5), Entry(1, 3)], [Entry(0, 1)]])
      #expect(found.flatMap { entries($0.byItem) } == [[Entry(0, 5), Entry(1, 1)], [Entry(0, 3)]])
    }
  }

  @Test func `a rating without a column counts one`() throws {
    let rows = rows(20)
    let (ratings, _) = try table(rows).ratings(
      RatingColumns(user: "who", item: "what"), in: Session())
    #expect(ratings.byUser.values.array == [Float](repeating: 1, count: 20))
  }

  @Test func `what cannot be learned from is named, or left out with its names`() throws {
    let frame = Frame([
      ("who", Column(["a", nil, "b", "a"])),
      ("what", Column([1, 2, 3, 4].map { Optional(Int64($0)) })),
      ("stars", Column([1, 2, Double.nan, 3].map { Optional($0) })),
    ])
    let data = Dataset(FrameSource(frame))
    let error = #expect(throws: Failure.self) { try data.ratings(columns, in: Session()) }
    #expect(error?.message.contains("row 2, column who: the value is missing") == true)
    let (ratings, report) = try data.ratings(columns, unusable: .skip, in: Session())
    #expect(report.unusableRowCount == 2)
    #expect(ratings.users.contents.texts == ["a"] && ratings.items.contents.integers == [1, 4])
  }

  @Test func `a rating beyond single precision is said to be too large`() throws {
    let frame = Frame([
      ("who", Column(["a", "b"])), ("what", Column([1, 2].map { Optional(Int64($0)) })),
      ("stars", Column([1, 1e300].map { Optional($0) })),
    ])
    let error = #expect(throws: Failure.self) {
      try Dataset(FrameSource(frame)).ratings(columns, in: Session())
    }
    #expect(error?.message.contains("'1e+300' is too large") == true)
  }

  @Test func `users and items are whole numbers or texts`() throws {
    let frame = Frame([
      ("who", Column([1.5, 2].map { Optional($0) })), ("what", Column(["x", "y"])),
    ])
    let error = #expect(throws: Failure.self) {
      try Dataset(FrameSource(frame)).ratings(
        RatingColumns(user: "who", item: "what"), in: Session())
    }
    #expect(error?.description.contains("who") == true)
  }
}

struct `Names of things` {
  @Test func `numbers are found as they are written shortest`() throws {
    let ids = try Identifiers([7, -3, 0, .max, .min])
    #expect(ids.place(of: "7") == 0 && ids.place(of: "-3") == 1 && ids.place(of: "0") == 2)
    #expect(ids.place(of: "\(Int64.max)") == 3 && ids.place(of: "\(Int64.min)") == 4)
    for text in [
      "007", "+7", "-0", "", "-", "7 ", "9223372036854775808", "-9223372036854775809", "é",
    ] {
      #expect(ids.place(of: text) == nil)
    }
    #expect(ids.places(of: Column(["7", nil, "x", "-3"])) == [0, -1, -1, 1])
    #expect(ids.ascending == [4, 1, 2, 0, 3])
  }

  @Test func `texts are compared by their bytes`() throws {
    var counts = try IdentifierCounts(.text)
    #expect(
      counts.add(Column(["é", "e\u{301}", nil, "007", "é", "7"])).array == [0, 1, -1, 2, 0, 3])
    let (names, times) = counts.ordered()
    #expect(names.contents.texts == ["é", "007", "7", "e\u{301}"])
    #expect(times == [2, 1, 1, 1])
    #expect(names.places(of: Column([7, 8].map { Optional(Int32($0)) })) == [2, -1])
    let column = names.column([1, -1, 0])
    #expect(column[0] == .text("007") && column[1] == .missing && column[2] == .text("é"))
  }

  @Test func `tables of several workers become one, whatever the order of ids`() throws {
    var draw = RandomSource(seed: 1, purpose: "names").stream(row: 0)
    var (whole, parts) = (try IdentifierCounts(.int64), [IdentifierCounts]())
    for _ in 0..<5 {
      var part = try IdentifierCounts(.int64)
      let ids = Column((0..<200).map { _ in Optional(Int64(draw.integer(below: 90)) << 33) })
      _ = part.add(ids)
      _ = whole.add(ids)
      parts.append(part)
    }
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 1, 3]] {
      var joined = try IdentifierCounts(.int64)
      for place in order { joined.add(encoded: parts[place].encoded()) }
      #expect(joined.ordered().names == whole.ordered().names)
      #expect(joined.ordered().counts == whole.ordered().counts)
    }
  }

  @Test func `what was stored is not trusted`() throws {
    #expect(throws: Failure.self) { try Identifiers([1, 2, 1]) }
    #expect(throws: Failure.self) { try Identifiers(bytes: [65, 65], ends: [1, 2]) }
    for ends: [Int64] in [[3], [-1, 2], [2, 1], [1]] {
      #expect(throws: Failure.self) { try Identifiers(bytes: [65, 66], ends: ends) }
    }
    #expect(try Identifiers(bytes: [65, 66], ends: [0, 2]).contents.texts == ["", "AB"])
  }
}

extension Identifiers.Contents {
  fileprivate var texts: [String]? {
    guard case .texts(let bytes, let ends) = self else { return nil }
    return ends.indices.map { place in
      let start = place == 0 ? 0 : Int(ends[place - 1])
      return String(decoding: bytes[start..<Int(ends[place])], as: UTF8.self)
    }
  }
  fileprivate var integers: [Int64]? {
    if case .integers(let integers) = self { integers } else { nil }
  }
}
