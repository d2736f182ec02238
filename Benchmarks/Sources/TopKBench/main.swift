import CProbe
import Martlet

// Times the best items of many users out of factors in memory, as the peers have them.
//   TopKBench [--toy] [--top N] [--seen N]
// 100,000 users and 20,000 items with 64 factors each, on two threads; --seen leaves out as many
// random items of each user, which peers do afterwards.

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> Int? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil }
}

let level = try KernelLevel.current()
let (userCount, itemCount, width) = isToy ? (3_000, 700, 64) : (100_000, 20_000, 64)
let (limit, seenCount) = (option("--top") ?? 10, option("--seen") ?? 0)
let (threads, together) = (2, 1024)

func factors(_ count: Int, stage: UInt32) -> Matrix<Float> {
  var matrix = Matrix<Float>(rowCount: count, columnCount: width)
  for row in 0..<count {
    var draw = Philox(seed: 3, stage: stage, row: UInt64(row))
    for place in 0..<width { matrix[row, place] = Float(draw.normal()) }
  }
  return matrix
}

let users = factors(userCount, stage: 0)
let items = factors(itemCount, stage: 1)
var seen = [Int32]()
for user in 0..<(seenCount > 0 ? userCount : 0) {
  var draw = Philox(seed: 3, stage: 2, row: UInt64(user))
  seen += (0..<seenCount).map { _ in Int32(draw.uniform() * Double(itemCount)) }.sorted()
}
let members = Buffer(seen)

/// The best items of all users; a number that changes when any of them does.
func run() throws -> Int64 {
  let scorer = TopScorer(columns: items, level: level)
  let batches = (userCount + together - 1) / together
  let parts = try mapConcurrently(batches, threads: threads) { batch -> Int64 in
    let rows = batch * together..<min(userCount, (batch + 1) * together)
    let lists = rows.map { $0 * seenCount..<($0 + 1) * seenCount }
    let found = scorer.top(
      limit, of: users, at: rows.map { Int32($0) },
      without: seenCount > 0 ? RowLists(members: members, stretches: lists) : nil,
      scratch: PanelScratch())
    return rows.indices.reduce(0) { sum, row in
      found.places(ofRow: row - rows.lowerBound).reduce(sum) { sum, place in
        sum &* 31 &+ Int64(found.columns[place])
      }
    }
  }
  return parts.reduce(0) { $0 &* 31 &+ $1 }
}

var operations = 0.0
let begun = monotonicSeconds()
operations = probe_fma(level == .avx512 ? 64 : level == .avx2 ? 32 : 16, 5_000_000)
let rate = operations / (monotonicSeconds() - begun) / 1e9
print("level \(level.name), fma \(rate) GF/s of Float on one thread")
var (seconds, sums) = ([Double](), Set<Int64>())
for _ in 0..<(isToy ? 1 : 5) {
  let start = monotonicSeconds()
  sums.insert(try run())
  seconds.append(monotonicSeconds() - start)
}
let median = seconds.sorted()[seconds.count / 2]
let work = 2 * Double(userCount) * Double(itemCount) * Double(width)
print(
  "top \(limit) of \(itemCount) for \(userCount), \(width) factors, \(seenCount) left out:"
    + " median \(median) s, \(seconds), \(work / median / 1e9) GF/s, result \(sums.sorted())")
