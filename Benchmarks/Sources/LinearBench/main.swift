import CProbe
import Martlet

// Times logistic regression on rows in memory, as the peers have them.
//   LinearBench [--toy] [--dense X.npy --labels y.npy] [--csr PREFIX --width N] [--lambda X]
//     [--regression]
// Dense rows are a matrix; sparse ones PREFIX.data.npy, PREFIX.indices.npy, PREFIX.indptr.npy and
// PREFIX.y.npy. With --regression it is ridge regression on the labels as numbers, of dense rows.
// What is timed is the fit and the making of the design matrix from those arrays. Under mpirun each
// worker takes its part of the rows: mpirun --bind-to none -n 2 LinearBench --threads 1 ...

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> String? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}

let alone = Session()
let session = Session(
  communicator: WorkerContext.current == nil ? .solo() : try .mpi(),
  threads: option("--threads").flatMap { Int($0) } ?? alone.threads)
let (rank, size) = (session.communicator.rank, session.communicator.size)
func part(_ count: Int) -> Range<Int> { count * rank / size..<count * (rank + 1) / size }
let rounds = isToy ? 1 : 5
let lambda = option("--lambda").flatMap { Double($0) } ?? 1e-4

@MainActor func column(_ path: String) throws -> Column {
  try Dataset.reading([path]).collect(in: alone).columns[0]
}

@MainActor func fit(_ name: String, _ rows: () throws -> BlockMatrix<Double>) throws {
  var (seconds, objective, iterations) = ([Double](), 0.0, 0)
  var last: FitReport?
  for _ in 0..<rounds {
    let start = monotonicSeconds()
    let fit = try LogisticRegression {
      $0.lambda = lambda
      $0.standardization = false
      if let tolerance = option("--tolerance").flatMap({ Double($0) }) { $0.tolerance = tolerance }
    }.fit(rows(), inputs: [:], in: session)
    seconds.append(monotonicSeconds() - start)
    objective = fit.report.objective ?? .nan
    iterations = fit.report.iterations
    last = fit.report
  }
  guard rank == 0 else { return }
  print(
    "\(name): median \(seconds.sorted()[seconds.count / 2]) s, \(seconds), objective \(objective), "
      + "\(iterations) iterations")
  for fact in last?.facts ?? [] { print("  \(fact)") }
  if let last { print("  \(last.stopReason); objectives \(last.objectives)") }
}

/// The same for ridge regression.
@MainActor func fitLine(_ name: String, _ rows: () throws -> BlockMatrix<Double>) throws {
  var (seconds, objective) = ([Double](), 0.0)
  for _ in 0..<rounds {
    let start = monotonicSeconds()
    let fit = try LinearRegression {
      $0.lambda = lambda
      $0.standardization = false
    }.fit(rows(), inputs: [:], in: session)
    seconds.append(monotonicSeconds() - start)
    objective = fit.report.objective ?? .nan
  }
  guard rank == 0 else { return }
  print(
    "\(name): median \(seconds.sorted()[seconds.count / 2]) s, \(seconds), objective \(objective)")
}

/// Labels of two classes that some columns tell, with noise.
func labels(_ score: (Int) -> Double, _ count: Int) -> Column {
  Column(
    (0..<count).map { row -> Double? in
      var draw = Philox(seed: 9, stage: 1, row: UInt64(row))
      return draw.uniform() < 1 / (1 + Portable.exp(-score(row))) ? 1 : 0
    })
}

if let path = option("--dense"), let target = option("--labels") {
  let frame = try Dataset.reading([path]).collect(in: alone)
  let mine = part(frame.rowCount)
  let matrix = Matrix<Double>(
    columns: frame.columns.map { $0.slice(mine) }, rowCount: mine.count)
  let labels = try column(target).slice(mine)
  if words.contains("--regression") {
    try fitLine("line through \(matrix.rowCount) x \(matrix.columnCount)") {
      try BlockMatrix(matrix, labels: LabelValues(.numbers("y"), labels), in: session)
    }
  } else {
    try fit("dense \(matrix.rowCount) x \(matrix.columnCount)") {
      try BlockMatrix(matrix, labels: LabelValues(.classes("y"), labels), in: session)
    }
  }
} else if let prefix = option("--csr") {
  let indices = try column("\(prefix).indices.npy")
  let width = option("--width").flatMap { Int($0) } ?? 0
  guard case .int64(let given) = indices.storage,
    case .int64(let offsets) = try column("\(prefix).indptr.npy").storage,
    case .float64(let values) = try column("\(prefix).data.npy").storage
  else { throw Failure(.data, "\(prefix) is no matrix by its entries") }
  let all = try column("\(prefix).y.npy")
  let mine = part(all.count)
  let labels = all.slice(mine)
  let entries = Int(offsets[mine.lowerBound])..<Int(offsets[mine.upperBound])
  let places = Buffer<Int32>(entries.map { Int32(given[$0]) })
  let numbers = size == 1 ? values : Buffer(entries.map { values[$0] })
  try fit("sparse \(all.count) x \(width), \(indices.count) entries") {
    let starts = Buffer<Int>(
      (mine.lowerBound...mine.upperBound).map { Int(offsets[$0]) - entries.lowerBound })
    let rows = SparseRows(columnCount: width, offsets: starts, indices: places, values: numbers)
    return try BlockMatrix(rows, labels: LabelValues(.classes("y"), labels), in: session)
  }
} else {
  let (count, width) = isToy ? (2_000, 8) : (1_000_000, 64)
  var matrix = Matrix<Double>(rowCount: count, columnCount: width)
  for row in 0..<count {
    var draw = Philox(seed: 9, stage: 0, row: UInt64(row))
    for place in 0..<width { matrix[row, place] = draw.normal() }
  }
  let given = labels({ matrix[$0, 0] - 2 * matrix[$0, 1] }, count)
  try fit("dense \(count) x \(width)") {
    try BlockMatrix(matrix, labels: LabelValues(.classes("y"), given), in: session)
  }
}
try session.communicator.finish(nil)
