import CProbe
import Martlet

// Times the detectors of anomalies that compare all rows with each other, fit and threshold.
//   NeighboursBench [--toy] [--data X.npy] [--rows N] [--columns D] [--threads T] [--neighbors K]
// Without data the rows are normal ones, 50,000 x 16. Under mpirun each worker gives its part of the
// rows: mpirun --bind-to none -n 2 NeighboursBench --threads 1 ...

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
let rounds = isToy ? 1 : 5

/// The first rows and columns of a file, or normal ones.
@MainActor func matrix() throws -> Matrix<Float> {
  let width = number("--columns") ?? 16
  let wanted = isToy ? 600 : number("--rows") ?? 50_000
  func part(_ count: Int) -> Range<Int> { count * rank / size..<count * (rank + 1) / size }
  if let path = option("--data") {
    let frame = try Dataset.reading([path]).collect(in: alone)
    let mine = part(min(wanted, frame.rowCount))
    return Matrix(
      columns: frame.columns.prefix(width).map { $0.slice(mine) }, rowCount: mine.count)
  }
  let mine = part(wanted)
  var matrix = Matrix<Float>(rowCount: mine.count, columnCount: width)
  for row in mine {
    var draw = Philox(seed: 4, stage: 0, row: UInt64(row))
    for column in 0..<width { matrix[row - mine.lowerBound, column] = Float(draw.normal()) }
  }
  return matrix
}

let own = try matrix()

@MainActor func time<E: AnomalyDetector>(_ estimator: E) throws {
  var (seconds, threshold) = ([Double](), 0.0)
  var report = FitReport()
  for _ in 0..<rounds {
    let start = monotonicSeconds()
    let fit = try estimator.fit(BlockMatrix(own, in: session), inputs: [:], in: session)
    seconds.append(monotonicSeconds() - start)
    (threshold, report) = (fit.model.threshold?.score ?? .nan, fit.report)
  }
  guard rank == 0 else { return }
  let counts = report.counts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
  print(
    "\(E.name) of \(own.columnCount) columns: median \(seconds.sorted()[seconds.count / 2]) s, "
      + "least \(seconds.min() ?? 0), threshold \(threshold); \(counts)")
}

if rank == 0 {
  let begun = monotonicSeconds()
  let operations = probe_fma(64, 5_000_000)
  print("fma \(operations / (monotonicSeconds() - begun) / 1e9) GF/s of Float on one thread")
}
try time(
  LocalOutlierFactor {
    $0.neighbors = number("--neighbors") ?? 20
    $0.standardize = false
  })
try time(
  NeighbourDistance {
    $0.neighbors = number("--neighbors") ?? 5
    $0.standardize = false
  })
try session.communicator.finish(nil)
