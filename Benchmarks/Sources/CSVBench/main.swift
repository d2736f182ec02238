import FoundationEssentials
import Martlet

// Times reading a CSV file into typed columns in memory, all columns, types from all rows.
//   CSVBench [--toy] [FILE]      without a file, a table made here

/// A table of 11 columns as shops have them: id, eight numbers, a city, a label.
func makeTable(rowCount: Int, at path: String) throws {
  var text = "id," + (0..<8).map { "x\($0)," }.joined() + "city,label\n"
  for row in 0..<rowCount {
    var stream = Philox(seed: 7, stage: 0, row: UInt64(row))
    text += "\(row),"
    for _ in 0..<8 { text += "\((stream.normal() * 1e6).rounded() / 1e6)," }
    text += "city\(stream.integer(below: 50)),\(stream.integer(below: 2))\n"
  }
  let file = try OutputFile(path, replacing: true)
  try file.write(text)
  try file.commit()
}

let words = CommandLine.arguments.dropFirst()
let isToy = words.contains("--toy")
let made = temporaryName(beside: "/tmp/csv-bench") + ".csv"
let given = words.first { !$0.hasPrefix("--") }
if given == nil { try makeTable(rowCount: isToy ? 5_000 : 500_000, at: made) }
let path = given ?? made
defer { if given == nil { removePath(path) } }

let session = Session()
var seconds: [Double] = []
var rowCount = 0
var columnHash: UInt64 = 0
for _ in 0..<(isToy ? 2 : 9) {
  let start = monotonicSeconds()
  let frames = try Dataset.reading([path]).mapSplits(in: session, "reading") { $0.frame }.parts
  seconds.append(monotonicSeconds() - start)
  rowCount = frames.reduce(0) { $0 + $1.rowCount }
  columnHash = XXH64.hash(
    frames.prefix(1).flatMap { frame in
      frame.rowCount == 0 ? [] : frame.columns.flatMap { Array($0.fieldText(at: 0).utf8) }
    })
}
let size = try InputFile(path).byteCount
let sorted = seconds.sorted()
let median = sorted[sorted.count / 2]
print(
  "csv: \(rowCount) rows, \(size) bytes, \(session.threads) threads: first \(seconds[0]) s, "
    + "median \(median) s, least \(sorted[0]) s, \(Int(Double(size) / median / 1e6)) MB/s, "
    + "hash of the first row \(String(columnHash, radix: 16))")
