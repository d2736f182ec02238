import CProbe
import Martlet

// Times detectors of anomalies on rows in memory, as the peers have them.
//   AnomalyBench [NAME...] [--toy] [--data X.npy] [--contamination X] [--double] [--rounds N]
// NAME is a detector, such as hbos; without one, all are timed. What is timed is the making of the design matrix from
// the array and the fit, which with a contamination above 0 scores the training rows; then the
// scoring of all rows by the model. Under mpirun each worker takes its part of the rows:
// mpirun --bind-to none -n 2 AnomalyBench hbos --threads 1 ...

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
let rounds = isToy ? 1 : option("--rounds").flatMap { Int($0) } ?? 5

@MainActor func rows<Element: Scalar>(of type: Element.Type) throws -> Matrix<Element> {
  if let path = option("--data") {
    let frame = try Dataset.reading([path]).collect(in: alone)
    let mine = part(frame.rowCount)
    return Matrix<Element>(columns: frame.columns.map { $0.slice(mine) }, rowCount: mine.count)
  }
  let (mine, width) = (part(isToy ? 2_000 : 1_000_000), 16)
  var matrix = Matrix<Element>(rowCount: mine.count, columnCount: width)
  for row in mine {
    var draw = Philox(seed: 9, stage: 0, row: UInt64(row))
    for place in 0..<width { matrix[row - mine.lowerBound, place] = Element(draw.normal()) }
  }
  return matrix
}

@MainActor func time<D: AnomalyDetector, Element: Scalar>(
  _ type: D.Type, _ matrix: Matrix<Element>
) throws {
  var (fits, scorings) = ([Double](), [Double]())
  var anomalies = 0
  let detector = try D(settings: ["contamination": option("--contamination") ?? "0.1"])
  for _ in 0..<rounds {
    try session.communicator.barrier("beginning")
    let start = monotonicSeconds()
    let rows = try BlockMatrix(matrix, in: session)
    let fit = try detector.fit(rows, inputs: [:], in: session)
    let middle = monotonicSeconds()
    let scores = try rows.map("scoring", in: session) { fit.model.scores(of: $0) }
    scorings.append(monotonicSeconds() - middle)
    fits.append(middle - start)
    anomalies = fit.model.threshold?.reachedCount ?? 0
    guard scores.count == matrix.rowCount else { throw Failure(.bug, "scores are missing") }
  }
  guard rank == 0 else { return }
  print(
    "\(D.name): fit median \(fits.sorted()[rounds / 2]) s, least \(fits.min() ?? 0) s; scoring "
      + "median \(scorings.sorted()[rounds / 2]) s, least \(scorings.min() ?? 0) s; \(anomalies) anomalies"
  )
}

@MainActor func run<Element: Scalar>(_ type: Element.Type) throws {
  let matrix = try rows(of: type)
  let detectors = Catalog.estimators.compactMap { $0 as? any AnomalyDetector.Type }
  let named = detectors.filter { words.contains($0.name) }
  for detector in named.isEmpty ? detectors : named { try time(detector, matrix) }
}

if words.contains("--double") { try run(Double.self) } else { try run(Float.self) }
try session.communicator.finish(nil)
