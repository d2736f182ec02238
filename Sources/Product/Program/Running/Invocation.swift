import Cluster
import Datasets
import Frames
import Learning
import LinearAlgebra
import Platform

/// One run of one command: what it was given, and what it works with.
final class Invocation {
  let command: String
  let arguments: Arguments
  let console: Console
  let session: Session
  let programStart: Double
  /// What `--where` read and kept.
  private var tally: RowTally?

  init(
    command: String, arguments: Arguments, console: Console, communicator: Communicator,
    worker: WorkerContext?, breadcrumb: Breadcrumb, programStart: Double
  ) throws {
    self.command = command
    self.arguments = arguments
    self.console = console
    self.programStart = programStart
    let threads = try arguments.integer("threads", in: 1...1024)
    let share = worker?.defaultThreadCount ?? Machine.coreCount
    if let threads, threads > share {
      console.note("\(threads) threads as asked, on \(share) cores for this worker")
    }
    let memory = try arguments["memory"].map { try Self.byteCount($0, of: "memory") }
    session = Session(
      communicator: communicator, threads: threads ?? share,
      memoryByteCount: memory
        ?? MemoryBudget.standardLimit(localWorkers: worker?.localCount ?? 1),
      seed: try arguments.seed(), leaves: try Self.leafPolicy(arguments),
      scratch: arguments["scratch"], reporter: console,
      breadcrumb: breadcrumb)
  }

  /// What the words after the command must be; says how many are wrong.
  func operand(_ name: String) throws -> String {
    guard let word = arguments.words.first else {
      throw Failure(
        .usage, "martlet \(command) needs its \(name)", hint: "martlet \(command) --help shows how")
    }
    if let extra = arguments.words.dropFirst().first {
      throw Failure(.usage, "'\(extra)' belongs to no option")
    }
    return word
  }

  /// The value of an option that must be there.
  func required(_ name: String) throws -> String {
    guard let value = arguments[name] else {
      throw Failure(
        .usage, "martlet \(command) needs --\(name)", hint: "martlet \(command) --help shows how")
    }
    return value
  }

  /// The rows that `--data` and `--where` name, or the words given.
  /// - Parameter textUnlessCanonical: columns that name things: text, unless every value is a whole
  ///   number as it is written shortest.
  /// - Parameter isFiltered: whether `--where` is for these rows.
  func dataset(
    _ names: [String]? = nil, textUnlessCanonical: [String] = [], isFiltered: Bool = true
  ) throws -> Dataset {
    let paths = names ?? arguments.list("data")
    guard !paths.isEmpty else {
      throw Failure(
        .usage, "martlet \(command) needs --data", hint: "say --data FILE, or --data - for a pipe")
    }
    return try dataset(
      of: paths, textUnlessCanonical: textUnlessCanonical, isFiltered: isFiltered)
  }

  /// The data that the words after the command name.
  /// - Parameter keepsSpelling: whether the values of text files shall stay as they are spelled.
  func operandDataset(keepsSpelling: Bool = false) throws -> Dataset {
    guard !arguments.words.isEmpty else {
      throw Failure(
        .usage, "martlet \(command) needs its SOURCE", hint: "say a file, or - for a pipe")
    }
    return try dataset(of: arguments.words, keepsSpelling: keepsSpelling)
  }

  /// What the data that the words name is called, the same in a worker as alone.
  func operandName(_ dataset: Dataset) -> String {
    arguments.words == ["-"] ? "standard input" : dataset.source.name
  }

  private func dataset(
    of paths: [String], keepsSpelling: Bool = false, textUnlessCanonical: [String] = [],
    isFiltered: Bool = true
  ) throws -> Dataset {
    let options = try session.communicator.agree("reading the options") {
      var options = try ReadOptions(arguments)
      options.keepsSpelling = keepsSpelling
      options.textUnlessCanonical += textUnlessCanonical
      // A condition needs to know what a column holds.
      let condition = isFiltered ? arguments["where"] : nil
      options.typedColumns = try condition.map { try RowExpression($0).columns } ?? []
      return options
    }
    let dataset = try Dataset.reading(paths, options: options, in: session)
    for note in dataset.source.notes { console.note(note) }
    for warning in dataset.source.warnings { console.warn(warning) }
    return isFiltered ? try filtered(dataset) : dataset
  }

  /// Where rows go, checked before the work whose result it shall hold.
  /// - Parameter job: what the rows depend on beside the source, for `--resume`.
  func destination(_ name: String, job: String = "") throws -> Destination {
    var options = WriteOptions()
    options.format = try arguments.choice("to", OutputFormat.self)
    options.packs = arguments.flag("gzip")
    options.replacesOld = arguments.flag("overwrite")
    if let size = arguments["part-size"] {
      options.partByteCount = try Self.byteCount(size, of: "part-size")
    }
    if let label = arguments["label"] { options.label = label }
    options.resumes = arguments.flag("resume")
    // Other rows are another job.
    options.job = arguments["where"].map { "\(job) where \($0)" } ?? job
    let destination = try Destination(name, options: options)
    try session.onRoot("writing \(destination.path)") { try destination.check() }
    return destination
  }

  /// The rows for which `--where` holds.
  private func filtered(_ dataset: Dataset) throws -> Dataset {
    guard let condition = arguments["where"] else { return dataset }
    let tally = RowTally()
    self.tally = tally
    return try dataset.filter(where: condition, tally: tally)
  }

  /// Refuses to go on without any row where `--where` is why; a collective call.
  func requireRows(_ count: Int, of dataset: Dataset) throws {
    guard count == 0, let tally, let condition = arguments["where"] else { return }
    let total = try tally.total(in: session)
    guard total.read > 0, total.kept == 0 else { return }
    throw Failure(
      .data,
      "--where '\(condition)' holds for none of the \(total.read) rows of \(dataset.source.name)")
  }

  /// Says how many rows `--where` kept, and gives it for the JSON object; a collective call.
  private func filteredMember() throws -> [JSONObject.Member] {
    guard let tally, let condition = arguments["where"] else { return [] }
    let total = try tally.total(in: session)
    // Nothing was read where a plan is all that was asked for.
    guard total.read > 0 else { return [] }
    console.note("--where kept \(total.kept) of \(total.read) rows")
    return [
      .init(
        "where",
        .object(
          JSONObject([
            .init("condition", .text(condition)), .init("rowsRead", .integer(total.read)),
            .init("rowsKept", .integer(total.kept)),
          ])))
    ]
  }

  /// Prints the result: one JSON object, or text; a collective call.
  /// - Parameter isTalk: whether the text only tells of a file that was written, and is left out
  ///   when the user wants quiet.
  func finish(json members: [JSONObject.Member], isTalk: Bool = false, text: () -> String) throws {
    let members = members + (try filteredMember())
    guard session.isRoot else { return }
    if arguments.flag("json") {
      let object = JSONObject([.init("command", .text(command))] + members)
      try console.print(JSONValue.object(object).printed(.line))
    } else if !isTalk || !arguments.flag("quiet") {
      try console.print(text())
    }
  }

  /// `4GiB`, `500M`, `1000000`.
  static func byteCount(_ text: String, of option: String) throws -> Int {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count).lowercased()
    let powers = ["": 0, "b": 0, "k": 1, "kib": 1, "kb": 1, "m": 2, "mib": 2, "mb": 2]
    let more = ["g": 3, "gib": 3, "gb": 3, "t": 4, "tib": 4, "tb": 4]
    guard let number = Double(digits), let power = powers[unit] ?? more[unit], number > 0,
      number * Double(1 << (10 * power)) < 9e18
    else { throw Failure(.usage, "--\(option) must be a size like 4GiB, not '\(text)'") }
    return Int(number * Double(1 << (10 * power)))
  }

  private static func leafPolicy(_ arguments: Arguments) throws -> LeafPolicy {
    guard let text = arguments["leaf-bytes"] else { return LeafPolicy() }
    let bytes = try byteCount(text, of: "leaf-bytes")
    return bytes >= 1 << 20
      ? LeafPolicy(byteCount: bytes) : LeafPolicy(byteCount: bytes, rowCount: 1)
  }
}

extension Arguments {
  /// The seed, by default 42.
  func seed() throws -> UInt64 {
    guard let text = self["seed"] else { return 42 }
    guard let seed = UInt64(text) else {
      throw Failure(.usage, "--seed must be a whole number that is not negative, not '\(text)'")
    }
    return seed
  }
}

extension ReadOptions {
  /// What the reading options say.
  init(_ arguments: Arguments) throws {
    self.init()
    format = try arguments.choice("format", Format.self)
    delimiter = arguments["delimiter"].map { $0 == "\\t" ? "\t" : $0 }
    hasHeader = !arguments.flag("no-header")
    columnNames = arguments.parts("columns")
    if let mark = arguments["decimal"] {
      guard mark == "." || mark == "," else {
        throw Failure(.usage, "--decimal must be '.' or ',', not '\(mark)'")
      }
      decimalMark = mark
    }
    encoding = try arguments.choice("encoding", TextEncoding.self) ?? .utf8
    missingWords = arguments.parts("missing") ?? []
    skipsBadRows = try arguments.choice("on-bad-row", UnusableRowsWish.self) == .skip
    textUnlessCanonical = ["id", "user", "item"].compactMap { arguments[$0] }
    width = try arguments.integer("width", in: 1...Int(Int32.max))
    isZeroBased = arguments.flag("zero-based")
  }
}

/// What `--on-bad-row` may say.
enum UnusableRowsWish: String, CaseIterable { case error, skip }
