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
    case int64(Buffer<Int64>)
    case float32(Buffer<Float>)
    case float64(Buffer<Double>)
    /// Value `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
    case text(offsets: Buffer<Int64>, bytes: Buffer<UInt8>)
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
    let capacity =
      switch storage {
      case .bool(let bits): bits.count
      case .int64(let values): values.count
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .text(let offsets, _): offsets.count - 1
      }
    require(start >= 0 && count >= 0 && start + count <= capacity, "\(count) of \(capacity) values")
    require(validity == nil || validity?.count == count, "validity of another length")
    self.storage = storage
    self.start = start
    self.count = count
    self.validity = validity
  }

  public var type: ColumnType {
    switch storage {
    case .bool: .bool
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    case .text: .text
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

// MARK: From arrays

extension Column {
  public init(_ values: [Bool?]) {
    self.init(
      .bool(Bitmap(values.map { $0 ?? false })), count: values.count,
      validity: Bitmap.presence(values))
  }
  public init(_ values: [Int64?]) {
    self.init(
      .int64(Buffer(values.map { $0 ?? 0 })), count: values.count, validity: Bitmap.presence(values)
    )
  }
  public init(_ values: [Float?]) {
    self.init(
      .float32(Buffer(values.map { $0 ?? 0 })), count: values.count,
      validity: Bitmap.presence(values))
  }
  public init(_ values: [Double?]) {
    self.init(
      .float64(Buffer(values.map { $0 ?? 0 })), count: values.count,
      validity: Bitmap.presence(values))
  }
  public init(_ values: [String?]) {
    var offsets: [Int64] = [0]
    var bytes: [UInt8] = []
    for value in values {
      bytes.append(contentsOf: (value ?? "").utf8)
      offsets.append(Int64(bytes.count))
    }
    self.init(
      .text(offsets: Buffer(offsets), bytes: Buffer(bytes)), count: values.count,
      validity: Bitmap.presence(values))
  }
}

extension Bitmap {
  /// One bit a value, set where it is there; nil where all are.
  fileprivate static func presence<T>(_ values: [T?]) -> Bitmap? {
    values.allSatisfy { $0 != nil } ? nil : Bitmap(values.map { $0 != nil })
  }
}
