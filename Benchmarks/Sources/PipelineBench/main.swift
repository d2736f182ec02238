import CProbe
import Martlet

// Times pipelines: fitted and applied to files in memory, and row after row.
//   PipelineBench [--toy] [--table FILE] [--texts FILE] [--numbers FILE]
// The table has numbers x0...x7 and a text column city; the texts are a file with a column text; the
// numbers are any file of numbers, whose eight principal components are found.

let words = Array(CommandLine.arguments.dropFirst())
let isToy = words.contains("--toy")
func option(_ name: String) -> String? {
  words.firstIndex(of: name).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Reads a file, fits a pipeline and takes all rows through it, into columns in memory.
func measure(_ name: String, _ pipeline: Pipeline, _ path: String, keeping output: String) throws {
  let session = Session()
  var (fitted, applied) = ([Double](), [Double]())
  var (rowCount, byteCount) = (0, 0)
  for _ in 0..<(isToy ? 1 : 5) {
    let start = monotonicSeconds()
    let data = try Dataset.reading([path])
    let schema = try data.expectedSchema()
    let read = Set(pipeline.stages.flatMap(\.reads))
    let held = try data.held(schema.names.filter { read.contains($0) }, in: session)
    let model = try pipeline.fit(held, in: session).model
    let middle = monotonicSeconds()
    let parts = try held.handedOver().scored(by: model, keeping: { $0 == output })
      .select([output]).mapSplits(in: session, "applying") { $0.frame }.parts
    let end = monotonicSeconds()
    fitted.append(middle - start)
    applied.append(end - middle)
    rowCount = parts.reduce(0) { $0 + $1.rowCount }
    byteCount = parts.first?.columns.first?.numbersPerRow ?? 0
  }
  let total = zip(fitted, applied).map { $0 + $1 }
  print(
    "\(name): \(rowCount) rows of \(byteCount): read and fit \(median(fitted)) s, "
      + "apply \(median(applied)) s, both \(median(total)) s, first \(total[0]) s, "
      + "least \(total.min() ?? 0) s")
}

/// Ten stages, one row at a time.
func measureRows() throws {
  let table = LawTable.frame()
  let pipeline = Pipeline {
    Imputer { $0.inputs = ["visits"] }
    StandardScaler { $0.inputs = ["age", "price"] }
    MinMaxScaler { $0.inputs = ["visits_imputed"] }
    Binarizer {
      $0.inputs = ["price"]
      $0.threshold = 30
    }
    StringIndexer {
      $0.inputs = ["city"]
      $0.handleInvalid = .keep
    }
    OneHotEncoder { $0.inputs = ["city_index"] }
    Tokenizer { $0.inputs = ["note"] }
    HashingTF {
      $0.inputs = ["note_words"]
      $0.numFeatures = 1024
    }
    IDF { $0.inputs = ["note_words_tf"] }
    VectorAssembler {
      $0.inputs = ["age_scaled", "price_scaled"]
    }
  }
  let fit = try pipeline.fit(Dataset(table), in: Session())
  let scorer = RowScorer(
    try Scorer(fit.model, for: table.schema, keeping: { $0 == "features" }))
  let rows = (0..<table.rowCount).map { row in
    (0..<table.columns.count).map { table.columns[$0][row] }
  }
  let wanted = try fit.model.input.names.map { try table.schema.place(of: $0) }
  func score(_ row: [Value]) throws {
    for place in wanted { try scorer.set(place, row[place]) }
    _ = try scorer.score()
  }
  for row in rows { try score(row) }
  let count = isToy ? 2_000 : 400_000
  var times = [Double](repeating: 0, count: count)
  let before = probe_allocations()
  for index in 0..<count {
    let start = monotonicSeconds()
    try score(rows[index % rows.count])
    times[index] = monotonicSeconds() - start
  }
  let allocations = probe_allocations() - before
  times.sort()
  print(
    "rows, one at a time, \(pipeline.stages.count) stages: median \(times[count / 2] * 1e6) us, "
      + "99th percentile \(times[count * 99 / 100] * 1e6) us, greatest \(times[count - 1] * 1e6) us, "
      + "\(allocations) allocations in \(count) rows")
}

let made = temporaryName(beside: "/tmp/pipeline-bench") + ".csv"
defer { removePath(made) }
if option("--table") == nil {
  var text = (0..<8).map { "x\($0)," }.joined() + "city\n"
  for row in 0..<(isToy ? 2_000 : 500_000) {
    var draw = Philox(seed: 7, stage: 0, row: UInt64(row))
    for _ in 0..<8 { text += "\((draw.normal() * 1e6).rounded() / 1e6)," }
    text += "city\(draw.integer(below: 50))\n"
  }
  let file = try OutputFile(made, replacing: true)
  try file.write(text)
  try file.commit()
}
let numbers = (0..<8).map { "x\($0)" }
try measure(
  "scale, one-hot, assemble",
  Pipeline {
    StandardScaler {
      $0.inputs = numbers; $0.withMean = true
    }
    StringIndexer { $0.inputs = ["city"] }
    OneHotEncoder {
      $0.inputs = ["city_index"]; $0.dropLast = false
    }
    VectorAssembler { $0.inputs = numbers.map { "\($0)_scaled" } + ["city_index_onehot"] }
  }, option("--table") ?? made, keeping: "features")
if let path = option("--texts") {
  try measure(
    "tokenizer, hashing-tf, idf",
    Pipeline {
      Tokenizer { $0.inputs = ["text"] }
      HashingTF { $0.inputs = ["text_words"] }
      IDF { $0.inputs = ["text_words_tf"] }
    }, path, keeping: "text_words_tf_idf")
}
if let path = option("--numbers") {
  let session = Session()
  let data = try Dataset.reading([path])
  let names = try data.expectedSchema().names
  let pipeline = Pipeline {
    VectorAssembler { $0.inputs = names }
    PCA {
      $0.inputs = ["features"]
      $0.k = 8
    }
  }
  var seconds: [Double] = []
  let held = try data.held(names, in: session)
  for _ in 0..<5 {
    let start = monotonicSeconds()
    _ = try pipeline.fit(held, in: session)
    seconds.append(monotonicSeconds() - start)
  }
  print(
    "components of \(held.numbers.count) rows x \(names.count), from columns in memory: "
      + "median \(median(seconds)) s, \(seconds)")
  let (rows, _): (BlockMatrix<Double>, _) = try held.handedOver().blocks(
    features: names, in: session)
  seconds = try (0..<9).map { _ in
    let start = monotonicSeconds()
    _ = try PCA { $0.k = 8 }.fit(rows, in: session)
    return monotonicSeconds() - start
  }
  print("  from a matrix in memory: median \(median(seconds)) s, \(seconds)")
}
try measureRows()
