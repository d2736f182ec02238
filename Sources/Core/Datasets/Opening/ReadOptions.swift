/// How files are to be read; what a file says of itself need not be given.
public struct ReadOptions: Sendable {
  /// The formats that can be read.
  public enum Format: String, Sendable, CaseIterable {
    case csv, tsv, npy
    case jsonl
    case libsvm
    case npz
    case parquet

    /// The endings of names that stand for it.
    var endings: [String] {
      switch self {
      case .jsonl: ["jsonl", "ndjson"]
      case .libsvm: ["libsvm", "svm"]
      default: [rawValue]
      }
    }
  }
  /// How text is encoded.
  public enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
  }

  /// The format; nil for what the names of the files say.
  public var format: Format?
  /// What stands between fields; nil to find out.
  public var delimiter: String?
  /// Whether the first line holds names.
  public var hasHeader = true
  /// Names instead of the header's, or for a file that has none.
  public var columnNames: [String]?
  /// The decimal mark, `.` or `,`.
  public var decimalMark = "."
  public var encoding = TextEncoding.utf8
  /// More texts that mean that a value is missing, in every column.
  public var missingWords: [String] = []
  /// Whether rows that cannot be read are left out and counted, instead of being an error.
  public var skipsBadRows = false
  /// Columns of identifiers: text unless every value is a whole number in its plain form.
  public var textUnlessCanonical: [String] = []
  /// Whether all columns of a text file are such, so that what is written has the letters that were
  /// read: `007` and `0.50` stay what they are.
  public var keepsSpelling = false
  /// Columns that have their types all the same.
  public var typedColumns: [String] = []
  /// How many features rows of libsvm have; nil for the greatest index of all rows.
  public var width: Int?
  /// Whether the first feature of libsvm has index 0 instead of 1.
  public var isZeroBased = false

  public init() {}
}
