import CProbe
import Martlet

// Times logistic regression on rows in memory, as the peers have them.
//   LinearBench [--toy] [--dense X.npy --labels y.npy] [--csr PREFIX --width N] [--lambda X]
// Dense rows are a matrix; sparse ones PREFIX.data.npy, PREFIX.indices.npy, PREFIX.indptr.npy and
// PREFIX.y.npy. What is timed is the fit and the making of the design matrix from those arrays.

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> String? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}

let session = Session()
let rounds = isToy ? 1 : 5
let lambda = option("--lambda").flatMap { Double($0) } ?? 1e-4

@MainActor func column(_ path: String) throws -> Column {
  try Dataset.reading([path]).collect(in: session).columns[0]
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
  print(
    "\(name): median \(seconds.sorted()[seconds.count / 2]) s, \(seconds), objective \(objective), "
      + "\(iterations) iterations")
  for fact in last?.facts ?? [] { print("  \(fact)") }
  if let last { print("  \(last.stopReason); objectives \(last.objectives)") }
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
  let frame = try Dataset.reading([path]).collect(in: session)
  let matrix = Matrix<Double>(columns: frame.columns, rowCount: frame.rowCount)
  let labels = try column(target)
  try fit("dense \(matrix.rowCount) x \(matrix.columnCount)") {
    try BlockMatrix(matrix, labels: LabelValues(.classes("y"), labels), in: session)
  }
} else if let prefix = option("--csr") {
  let indices = try column("\(prefix).indices.npy")
  let width = option("--width").flatMap { Int($0) } ?? 0
  guard case .int64(let given) = indices.storage,
    case .int64(let offsets) = try column("\(prefix).indptr.npy").storage,
    case .float64(let values) = try column("\(prefix).data.npy").storage
  else { throw Failure(.data, "\(prefix) is no matrix by its entries") }
  let labels = try column("\(prefix).y.npy")
  let places = Buffer<Int32>((0..<indices.count).map { Int32(given[$0]) })
  try fit("sparse \(labels.count) x \(width), \(indices.count) entries") {
    let starts = Buffer<Int>((0..<offsets.count).map { Int(offsets[$0]) })
    let rows = SparseRows(columnCount: width, offsets: starts, indices: places, values: values)
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
