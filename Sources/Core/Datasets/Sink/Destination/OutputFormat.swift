internal import Frames

/// The formats that rows can be written in.
public enum OutputFormat: String, Sendable, CaseIterable {
  case csv, tsv, jsonl, libsvm
  case parquet

  /// The endings of file names that stand for it; the first is what parts are called.
  var endings: [String] {
    switch self {
    case .csv: ["csv"]
    case .tsv: ["tsv"]
    case .jsonl: ["jsonl", "ndjson"]
    case .libsvm: ["libsvm", "svm"]
    case .parquet: ["parquet"]
    }
  }

  /// What writes it.
  enum Form: Sendable {
    /// Text, encoded on all threads.
    case text(any FrameEncoder)
    /// A library that takes frames.
    case frames(FrameFileMaker)
  }

  func form(_ options: WriteOptions) -> Form {
    switch self {
    case .csv: .text(CSVWriter())
    case .tsv: .text(CSVWriter(delimiter: UInt8(ascii: "\t")))
    case .jsonl: .text(JSONLinesWriter())
    case .libsvm: .text(LibSVMWriter(label: options.label))
    case .parquet: .frames { try ParquetWriter(path: $0, schema: $1, replacing: $2) }
    }
  }
}
