import CProbe
import Martlet

// Times an isolation forest on rows in memory, as the peers have them: the fit, and the scores of
// all rows, on two threads.
//   ForestBench [--toy] [--data X.npy] [--labels y.npy] [--trees N] [--sample N] [--extension N]
//     [--contamination X] [--double] [--threads N] [--rounds N]
// A contamination above 0 scores the training rows in the fit. With labels the area under the ROC
// curve is told. Under mpirun each worker takes its part of the rows.

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> String? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}
func number(_ name: String) -> Int? { option(name).flatMap { Int($0) } }

let alone = Session()
let session = Session(
  communicator: WorkerContext.current == nil ? .solo() : try .mpi(),
  threads: number("--threads") ?? alone.threads)
let (rank, size) = (session.communicator.rank, session.communicator.size)
let rounds = number("--rounds") ?? (isToy ? 1 : 5)

/// The area under the ROC curve, by ranks; ties count half.
func area(_ scores: [Double], _ isStrange: [Bool]) -> Double {
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  var (sum, place) = (0.0, 0)
  while place < order.count {
    var end = place
    while end < order.count, scores[order[end]] == scores[order[place]] { end += 1 }
    let strange = order[place..<end].reduce(0) { $0 + (isStrange[$1] ? 1 : 0) }
    sum += Double(strange) * (Double(place + end + 1) / 2)
    place = end
  }
  let count = Double(isStrange.reduce(0) { $0 + ($1 ? 1 : 0) })
  return (sum - count * (count + 1) / 2) / (count * (Double(isStrange.count) - count))
}

@MainActor func time<Element: Scalar>(_ matrix: Matrix<Element>, _ isStrange: [Bool]) throws {
  let rows = try BlockMatrix(matrix, in: session)
  var (fits, scorings, scores) = ([Double](), [Double](), [Double]())
  for _ in 0..<rounds {
    let start = monotonicSeconds()
    let fit = try IsolationForest {
      $0.trees = number("--trees") ?? 100
      $0.sampleSize = number("--sample") ?? 256
      $0.extensionLevel = number("--extension") ?? 0
      $0.contamination = option("--contamination").flatMap { Double($0) } ?? 0
    }.fit(rows, inputs: [:], in: session)
    let fitted = monotonicSeconds()
    scores = try rows.map("scoring", in: session) { fit.model.scores(of: $0) }
    scorings.append(monotonicSeconds() - fitted)
    fits.append(fitted - start)
  }
  guard rank == 0 else { return }
  let both = zip(fits, scorings).map { $0 + $1 }.sorted()
  var sum: UInt64 = 0
  for score in scores { sum = sum &* 31 &+ score.bitPattern }
  print(
    "\(matrix.rowCount) x \(matrix.columnCount) \(Element.precisionName): fit \(fits.sorted()[rounds / 2]),"
      + " score \(scorings.sorted()[rounds / 2]), both: median \(both[rounds / 2]), least \(both[0]) s,"
      + " result \(sum)" + (isStrange.isEmpty ? "" : ", area \(area(scores, isStrange))"))
}

let level = try KernelLevel.current()
let begun = monotonicSeconds()
let operations = probe_fma(level == .avx512 ? 64 : level == .avx2 ? 32 : 16, 5_000_000)
if rank == 0 {
  print(
    "level \(level.name), fma \(operations / (monotonicSeconds() - begun) / 1e9) GF/s on one thread"
  )
}
if let path = option("--data") {
  let frame = try Dataset.reading([path]).collect(in: alone)
  let part = frame.rowCount * rank / size..<frame.rowCount * (rank + 1) / size
  var isStrange: [Bool] = []
  if let path = option("--labels") {
    let column = try Dataset.reading([path]).collect(in: alone).columns[0]
    let values = Matrix<Double>(columns: [column.slice(part)], rowCount: part.count)
    isStrange = values.elements.map { $0 != 0 }
  }
  let columns = frame.columns.map { $0.slice(part) }
  if words.contains("--double") {
    try time(Matrix<Double>(columns: columns, rowCount: part.count), isStrange)
  } else {
    try time(Matrix<Float>(columns: columns, rowCount: part.count), isStrange)
  }
} else {
  let (count, width) = isToy ? (2_000, 8) : (1_000_000, 16)
  let part = count * rank / size..<count * (rank + 1) / size
  var matrix = Matrix<Float>(rowCount: part.count, columnCount: width)
  for row in part {
    var draw = Philox(seed: 9, stage: 0, row: UInt64(row))
    // Every hundredth row is three times as far out.
    let scale = row % 100 == 0 ? 3.0 : 1.0
    for place in 0..<width {
      matrix[row - part.lowerBound, place] = Float(scale * draw.normal())
    }
  }
  try time(matrix, part.map { $0 % 100 == 0 })
}
try session.communicator.finish(nil)
