import Datasets
import Foundation
import Frames
import LinearAlgebra
import Testing

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where DuckDB is.
  static var needsDuckDB: Self {
    .enabled(if: DuckDBLibrary.isAvailable, "DuckDB is not set up: run scripts/setup --duckdb")
  }
}

/// A file of the folder Golden; Tests/DatasetsTests/Golden/make-golden.py says how it was made.
func golden(_ name: String) -> String {
  let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
  return tests.appendingPathComponent("Golden/\(name)").path
}

/// The values of one column of a file.
func values(_ path: String, _ column: String) throws -> [Value] {
  let frame = try Dataset.reading([path]).select([column]).collect(in: aloneSession())
  return (0..<frame.rowCount).map { frame.columns[0][$0] }
}

/// Writes frames as one Parquet file.
func writeParquet(_ path: String, _ frames: [Frame], replacing: Bool = false) throws {
  let writer = try ParquetWriter(
    path: path, schema: frames[0].schema, replacing: replacing)
  for frame in frames { try writer.append(frame) }
  try writer.close()
}

/// A frame of every type, with missing values, texts that need care and extreme numbers.
func everyType(_ count: Int, seed: UInt64) -> Frame {
  var random = TestRandom(state: seed)
  func some<T>(_ make: (inout TestRandom) -> T) -> [T?] {
    (0..<count).map { _ in random.next() % 7 == 0 ? nil : make(&random) }
  }
  let texts = ["", "a", "NA", "null", "\"q\",\n", "Львів", "тринадцять байтів", "\u{1F600}", "\0"]
  func text(_ random: inout TestRandom) -> String {
    texts[Int(random.next() % UInt64(texts.count))]
  }
  func bits(_ random: inout TestRandom) -> Double {
    let value = Double(bitPattern: random.next())
    return value.isNaN ? -0.0 : value
  }
  let rare = [
    Double.infinity, -.infinity, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude, 0.1,
  ]
  return Frame([
    ("bool", Column(some { $0.next() % 2 == 0 })),
    ("int32", Column(some { Int32(truncatingIfNeeded: $0.next()) })),
    ("int64", Column(some { Int64(bitPattern: $0.next()) })),
    ("float32", Column(some { Float(Int32(truncatingIfNeeded: $0.next())) / 3 })),
    ("float64", Column(some { $0.next() % 3 == 0 ? rare[Int($0.next() % 6)] : bits(&$0) })),
    ("date", Column(dates: some { Int32($0.next() % 3_652_059) - 719_162 })),
    ("datetime", Column(datetimes: some { Int64($0.next() % (1 << 56)) - (1 << 54) })),
    ("timestamp", Column(timestamps: some { Int64($0.next() % (1 << 56)) - (1 << 54) })),
    ("text", Column(some(text))),
    (
      "texts",
      Column(some { random in (0..<Int(random.next() % 4)).map { _ in text(&random) } })
    ),
    ("dense", Column(vectors: some { .dense([bits(&$0), 0, bits(&$0)]) }, width: 3)),
    (
      "sparse",
      Column(
        vectors: some {
          $0.next() % 2 == 0
            ? .sparse(width: 9, indices: [], values: [])
            : .sparse(width: 9, indices: [1, 8], values: [bits(&$0), 0.5])
        }, width: 9)
    ),
  ])
}

/// Random numbers that a seed decides (splitmix64).
struct TestRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Values by their bits, so that -0 is not 0.
func bitwise(_ frame: Frame) -> [[String]] {
  rows(of: frame).map { $0.map { "\($0)" } }
}
