import Martlet
import Synchronization

/// What libFuzzer calls with each input; `MARTLET_FUZZ` says what the input is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  do {
    try FuzzTarget.current.run(input)
  } catch {
    // Bad input is refused with an error; an error that says "our bug" is a finding.
    let failure = Failure(error)
    if failure.kind == .bug { bug("fuzzing: \(failure)") }
  }
  return 0
}

/// One reader of bytes that anybody may have made.
enum FuzzTarget: String, CaseIterable {
  case csv, jsonl, libsvm, npy, npz, archive, parquet, expression, model

  static let current: FuzzTarget = {
    let name = environmentVariable("MARTLET_FUZZ") ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      bug("MARTLET_FUZZ must be one of \(allCases.map(\.rawValue))")
    }
    return target
  }()

  func run(_ input: [UInt8]) throws {
    switch self {
    case .csv, .jsonl, .libsvm, .npy: try DataInput.run(input, format: rawValue)
    case .npz: try NPZInput.run(input)
    case .archive: try ArchiveInput.run(input)
    case .parquet: try ParquetInput.run(input)
    case .expression: try ExpressionInput.run(input)
    case .model: try ModelInput.run(input)
    }
  }

  /// Files in memory, one place a process: libFuzzer may run several.
  static let scratch: String = {
    let path = temporaryName(
      beside: (environmentVariable("MARTLET_FUZZ_SCRATCH") ?? "/tmp") + "/fuzz")
    do { try makeFolder(path) } catch { bug("\(error)") }
    return path
  }()

  /// The lines that the rows of a file become; where a disk is needed, it is the one in memory.
  static func lines(of path: String, _ options: ReadOptions = ReadOptions()) throws -> [UInt8] {
    let session = Session(threads: 1, memoryByteCount: 1 << 30, scratch: scratch)
    // Each value can be shown, and written as it was read.
    let frame = try Dataset.reading([path], options: options, in: session).collect(in: session)
    return CSVWriter().lines(frame)
  }

  /// What lies between lines of `%%`.
  static func parts(of input: some Sequence<UInt8>) -> [[UInt8]] {
    let input = Array(input)
    var parts: [[UInt8]] = [[]]
    var place = 0
    while place < input.count {
      if input[place...].starts(with: mark) {
        parts.append([])
        place += mark.count
      } else {
        parts[parts.count - 1].append(input[place])
        place += 1
      }
    }
    return parts
  }

  private static let mark = Array("\n%%\n".utf8)

  static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let file = try OutputFile(path, replacing: true)
    try file.write(Array(bytes))
    try file.commit()
  }
}

/// A data file: its first byte chooses how it is read, the others are the file.
enum DataInput {
  static func run(_ input: [UInt8], format: String) throws {
    guard let choice = input.first, let format = ReadOptions.Format(rawValue: format) else {
      return
    }
    var options = ReadOptions()
    options.format = format
    if choice & 1 != 0 { options.skipsBadRows = true }
    if format == .csv {
      if choice & 2 != 0 { options.hasHeader = false }
      if choice & 4 != 0 { options.decimalMark = "," }
      if choice & 8 != 0 { options.encoding = .latin1 }
      if choice & 16 != 0 { options.missingWords = ["-", "x"] }
      if choice & 32 != 0 { options.delimiter = choice & 64 != 0 ? "||" : ";" }
    }
    let path = "\(FuzzTarget.scratch)/data"
    try FuzzTarget.write(input.dropFirst(), to: path)
    let frame = try Dataset.reading([path], options: options).collect(in: Session(threads: 1))
    // Each value can be shown, and written as it was read.
    _ = CSVWriter().lines(frame)
  }
}

/// An expression, over columns of each type.
enum ExpressionInput {
  private static let frame = Frame([
    ("n", Column([1, nil, .max, .min, 0, 7] as [Int64?])),
    ("m", Column([0, 3, nil, -1, 2, -9] as [Int32?])),
    ("x", Column([0.5, -0.0, .nan, .infinity, nil, 1e300])),
    ("f", Column([0.5, nil, .nan, 3, 1, -1] as [Float?])),
    ("s", Column(["a", "", "naïve", nil, "it's", "雪"])),
    ("t", Column(["a", "b", nil, "A", "", "%"])),
    ("b", Column([true, false, nil, true, nil, false])),
    ("d", Column(dates: [0, 19_753, nil, .min, .max, -1])),
    ("u", Column(datetimes: [0, 1_700_000_000_000_000, nil, .min, .max, -1])),
    ("z", Column(timestamps: [0, nil, 5, .max, .min, -1])),
    ("w", Column([["a"], nil, [], [], [], []])),
    ("v", Column(vectors: [.dense([1]), nil, .dense([2]), nil, nil, nil], width: 1)),
  ])

  static func run(_ input: [UInt8]) throws {
    let expression = try RowExpression(String(decoding: input, as: UTF8.self))
    let type = try expression.type(over: frame.schema)
    let column = try expression.column(of: frame)
    guard column.type == type, column.count == frame.rowCount else {
      bug("\(expression.text) gave \(column.type), not \(type)")
    }
    for row in 0..<column.count { _ = column[row].description }
    guard type == .bool else { return }
    // A condition keeps the rows for which its value is true.
    let kept = try expression.rows(of: frame)
    guard kept == (0..<column.count).filter({ column[$0] == .bool(true) }) else {
      bug("\(expression.text) kept \(kept)")
    }
  }
}
