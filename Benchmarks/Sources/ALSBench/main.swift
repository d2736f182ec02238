import CProbe
import Glibc
import Martlet

// Times alternating least squares on ratings in memory, as the peers have them.
//   ALSBench [--toy] [--ratings PREFIX] [--test PREFIX] [--rank N] [--iterations N] [--lambda X]
//            [--implicit] [--solver S] [--threads N] [--rounds N]
// PREFIX.u.npy, PREFIX.i.npy and PREFIX.v.npy hold users, items and ratings. What is timed is the fit
// and the making of both compressed matrices from those arrays. Without --ratings they are drawn
// from planted factors.

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> String? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}
func number(_ name: String, _ standard: Int) -> Int { option(name).flatMap { Int($0) } ?? standard }

// Under mpirun each rank is a worker, with one thread unless told otherwise.
let communicator = WorkerContext.current == nil ? Communicator.solo() : try Communicator.mpi()
let session = Session(
  communicator: communicator,
  threads: option("--threads").flatMap { Int($0) } ?? (communicator.size > 1 ? 1 : nil))
let rounds = number("--rounds", isToy ? 1 : 3)
let lambda = option("--lambda").flatMap { Double($0) } ?? 0.05
let isImplicit = words.contains("--implicit")

/// Ratings as a table.
@MainActor func table(_ prefix: String) throws -> Frame {
  let columns = try ["u", "i", "v"].map {
    try Dataset.reading(["\(prefix).\($0).npy"]).collect(in: session).columns[0]
  }
  return Frame([("user", columns[0]), ("item", columns[1]), ("rating", columns[2])])
}

/// Ratings whose mean is a product of planted factors.
func planted(_ count: Int, users: Int, items: Int) -> Frame {
  func factor(_ side: UInt32, _ row: Int) -> [Double] {
    var draw = Philox(seed: 9, stage: side, row: UInt64(row))
    return (0..<4).map { _ in draw.normal() }
  }
  var (user, item, rating) = ([Int64](), [Int64](), [Double]())
  for row in 0..<count {
    var draw = Philox(seed: 9, stage: 0, row: UInt64(row))
    let (u, i) = (draw.integer(below: users), draw.integer(below: items))
    let product = zip(factor(1, u), factor(2, i)).reduce(0) { $0 + $1.0 * $1.1 }
    user.append(Int64(u))
    item.append(Int64(i))
    rating.append(3 + product / 2 + 0.2 * draw.normal())
  }
  return Frame([
    ("user", Column(user.map { $0 })), ("item", Column(item.map { $0 })),
    ("rating", Column(rating.map { $0 })),
  ])
}

/// How far predictions are from ratings.
@MainActor func error(_ model: ALSModel, _ prefix: String) throws -> Double {
  let frame = try table(prefix)
  guard case .float32(let values) = try frame.column("rating").storage else { return .nan }
  let (users, items) = (try frame.column("user"), try frame.column("item"))
  var (sum, count) = (0.0, 0)
  for row in 0..<frame.rowCount {
    guard let user = model.parts.users.place(of: users.fieldText(at: row)),
      let item = model.parts.items.place(of: items.fieldText(at: row))
    else { continue }
    let apart =
      model.factors.score(user: Int(user), item: Int(item)) - Double(values[row])
    sum += apart * apart
    count += 1
  }
  return (sum / Double(max(1, count))).squareRoot()
}

let frame =
  try option("--ratings").map { try table($0) }
  ?? (isToy
    ? planted(20_000, users: 400, items: 300) : planted(9_000_000, users: 100_000, items: 20_000))
/// Seconds that processors spent on this process.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

var (reading, seconds, spent) = ([Double](), [Double](), [Double]())
var last: RecommenderFit<ALSModel>?
for _ in 0..<rounds {
  last = nil
  try communicator.barrier("before timing")
  let (start, spentBefore) = (monotonicSeconds(), processorSeconds())
  let als = ALS {
    $0.rank = number("--rank", isToy ? 4 : 32)
    $0.maxIterations = number("--iterations", 10)
    $0.regularization = lambda
    $0.implicit = isImplicit
    $0.regularizationScaling = isImplicit ? .none : .count
    $0.biases = words.contains("--biases")
    $0.nonnegative = words.contains("--nonnegative")
    $0.forgetHistory = true
    $0.solver = option("--solver").flatMap { ALS.Solver(rawValue: $0) } ?? .auto
  }
  let (ratings, _) = try Dataset(frame).ratings(
    als.columns, repeated: als.repeated, work: als.work, unusable: .error, in: session)
  let middle = monotonicSeconds()
  last = try als.fit(ratings, in: session)
  let end = monotonicSeconds()
  reading.append(middle - start)
  seconds.append(end - start)
  spent.append(processorSeconds() - spentBefore)
}
let timelines = try communicator.allGather([communicator.timeline]).flatMap { $0 }
if communicator.rank == 0, communicator.size > 1 {
  for (rank, line) in timelines.enumerated() {
    print(
      "worker \(rank), all rounds: \(line.compute) s of its own, \(line.wait) s of waiting, "
        + "\(line.transfer) s of sending")
  }
}
if let last, communicator.rank == 0 {
  let report = last.report
  print(
    "\(frame.rowCount) ratings: median \(seconds.sorted()[seconds.count / 2]) s, least "
      + "\(seconds.min() ?? 0), all \(seconds); of these \(reading) for both matrices; "
      + "processor seconds \(spent)")
  for fact in report.facts { print("  \(fact)") }
  print("  objectives \(report.objectives)")
  let hash = XXH64.hash(report.objectives.map { "\($0)" }.joined(separator: " "), seed: 0)
  print("  hash of the objectives \(hash)")
  if let prefix = option("--test") {
    print("  rmse on \(prefix): \(try error(last.model, prefix))")
  }
}
try communicator.finish(nil)
