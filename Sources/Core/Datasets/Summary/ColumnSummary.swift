public import Frames

/// What a data set holds, column by column, as `Dataset.summary(in:)` finds it.
public struct DatasetSummary: Sendable, Equatable {
  public let rowCount: Int
  /// Rows that could not be read and are not in any figure.
  public let skippedRowCount: Int
  /// How often the rows were read: once, or once more for each group of columns that fits in memory.
  public let readingCount: Int
  public internal(set) var columns: [ColumnSummary]
}

/// What one column holds; every figure is exact.
public struct ColumnSummary: Sendable, Equatable {
  /// The quantiles that a summary has.
  public static let probabilities = [0.05, 0.25, 0.5, 0.75, 0.95]

  public let name: String
  public let type: ColumnType
  public internal(set) var missingCount = 0
  /// Values that are NaN: numbers by type alone, they are in no other figure.
  public internal(set) var notNumberCount = 0
  /// How many different values there are; nil for vectors, which are not compared.
  public internal(set) var distinctCount: Int?
  /// The smallest and largest value, texts in the order of their bytes; `.missing` without any.
  public internal(set) var minimum = Value.missing
  public internal(set) var maximum = Value.missing
  /// The exact sum over the count, true as 1; nil for anything but finite numbers.
  public internal(set) var mean: Double?
  /// Of the sample: the divisor is the count less one; nil below two values.
  public internal(set) var standardDeviation: Double?
  /// The quantiles of ``probabilities``: numbers interpolated as ``ExactQuantiles`` says, dates and
  /// times the value at the place below; none of true and false.
  public internal(set) var quantiles: [Value] = []
  /// The most frequent values of those that occur more than once, the smaller first among equals.
  public internal(set) var frequent: [Frequency] = []
  /// How many values lie in each of some equally wide stretches from the smallest finite number to
  /// the largest; a stretch has its lower end, the last one both.
  public internal(set) var histogram: [Int] = []
  /// Of texts in Unicode scalars, of lists in elements.
  public internal(set) var lengths: Lengths?
  /// For vectors.
  public internal(set) var vectors: Vectors?

  /// A value and how often it occurs.
  public struct Frequency: Sendable, Equatable {
    public let value: Value
    public let count: Int
  }

  /// How long texts or lists are.
  public struct Lengths: Sendable, Equatable {
    public let minimum: Int
    public let maximum: Int
    public let mean: Double
  }

  /// How wide vectors are, and how full.
  public struct Vectors: Sendable, Equatable {
    public let width: Int
    public let nonZeroCount: Int
    /// The share of entries that are not zero.
    public let density: Double
  }

  init(_ field: Schema.Field) {
    name = field.name
    type = field.type
  }
}
