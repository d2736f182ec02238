public import LinearAlgebra
internal import Platform

/// The values of one column over a batch of rows, in Arrow's memory layout.
///
/// Numbers lie contiguously, text as offsets and UTF-8 bytes, and a bitmap says which values are
/// there. A column is immutable; a slice shares its memory.
public struct Column: Sendable {
  /// The memory behind a column; may hold more than the column shows.
  public enum Storage: Sendable {
    case bool(Bitmap)
    case int32(Buffer<Int32>)
    case int64(Buffer<Int64>)
    case float32(Buffer<Float>)
    case float64(Buffer<Double>)
    /// Days since 1970-01-01.
    case date(Buffer<Int32>)
    /// Microseconds since 1970-01-01 00:00, on clocks without a zone.
    case datetime(Buffer<Int64>)
    /// Microseconds since 1970-01-01 00:00, in UTC.
    case timestamp(Buffer<Int64>)
    /// Value `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
    case text(offsets: Buffer<Int64>, bytes: Buffer<UInt8>)
    /// Value `i` is the texts `offsets[i]..<offsets[i + 1]`; text `j` is
    /// `bytes[ends[j]..<ends[j + 1]]`.
    case texts(offsets: Buffer<Int64>, ends: Buffer<Int64>, bytes: Buffer<UInt8>)
    /// Vector `i` is `values[i * width..<(i + 1) * width]`.
    case dense(width: Int, values: Buffer<Double>)
    /// The entries of vector `i` are `offsets[i]..<offsets[i + 1]`, by rising index.
    case sparse(
      width: Int, offsets: Buffer<Int64>, indices: Buffer<Int32>, values: Buffer<Double>)

    /// How many values there is room for.
    var capacity: Int {
      switch self {
      case .bool(let bits): bits.count
      case .int32(let values), .date(let values): values.count
      case .int64(let values), .datetime(let values), .timestamp(let values): values.count
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .text(let offsets, _), .texts(let offsets, _, _), .sparse(_, let offsets, _, _):
        offsets.count - 1
      case .dense(let width, let values): width > 0 ? values.count / width : Int.max
      }
    }
  }

  public let storage: Storage
  /// The place of the first value in the storage.
  public let start: Int
  public let count: Int
  /// Which values are there; nil where all are.
  public let validity: Bitmap?

  /// - Parameters:
  ///   - start: where the first value lies in the storage.
  ///   - validity: one bit a value shown, or nil where none is missing.
  public init(_ storage: Storage, start: Int = 0, count: Int, validity: Bitmap? = nil) {
    require(
      start >= 0 && count >= 0 && start + count <= storage.capacity,
      "\(count) of \(storage.capacity) values")
    require(validity == nil || validity?.count == count, "validity of another length")
    self.storage = storage
    self.start = start
    self.count = count
    self.validity = validity
  }

  public var type: ColumnType {
    switch storage {
    case .bool: .bool
    case .int32: .int32
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    case .date: .date
    case .datetime: .datetime
    case .timestamp: .timestamp
    case .text: .text
    case .texts: .texts
    case .dense, .sparse: .vector
    }
  }

  /// How many values are missing.
  public var missingCount: Int { validity.map { count - $0.setCount } ?? 0 }

  /// Whether value `index` is missing.
  @inlinable
  public func isMissing(_ index: Int) -> Bool {
    guard let validity else { return false }
    return !validity[index]
  }

  /// The values of a range, sharing the memory.
  public func slice(_ range: Range<Int>) -> Column {
    require(range.lowerBound >= 0 && range.upperBound <= count, "rows \(range) of \(count)")
    return Column(
      storage, start: start + range.lowerBound, count: range.count,
      validity: validity?.slice(range))
  }
}
