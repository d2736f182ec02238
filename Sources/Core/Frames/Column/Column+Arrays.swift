internal import LinearAlgebra
internal import Platform

extension Column {
  public init(_ values: [Bool?]) {
    self.init(.bool(Bitmap(values.map { $0 ?? false })), showing: values)
  }
  public init(_ values: [Int32?]) {
    self.init(.int32(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  public init(_ values: [Int64?]) {
    self.init(.int64(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  public init(_ values: [Float?]) {
    self.init(.float32(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  public init(_ values: [Double?]) {
    self.init(.float64(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  public init(_ values: [String?]) {
    let (offsets, bytes) = Self.texts(values.map { $0 ?? "" })
    self.init(.text(offsets: offsets, bytes: bytes), showing: values)
  }
  public init(_ values: [[String]?]) {
    let (ends, bytes) = Self.texts(values.flatMap { $0 ?? [] })
    self.init(
      .texts(offsets: Self.offsets(values.map { $0?.count ?? 0 }), ends: ends, bytes: bytes),
      showing: values)
  }

  /// Days since 1970-01-01.
  public init(dates values: [Int32?]) {
    self.init(.date(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  /// Microseconds since 1970-01-01 00:00, on clocks without a zone.
  public init(datetimes values: [Int64?]) {
    self.init(.datetime(Buffer(values.map { $0 ?? 0 })), showing: values)
  }
  /// Microseconds since 1970-01-01 00:00, in UTC.
  public init(timestamps values: [Int64?]) {
    self.init(.timestamp(Buffer(values.map { $0 ?? 0 })), showing: values)
  }

  /// Vectors of one width: stored dense where all are, sparse otherwise.
  public init(vectors values: [VectorValue?], width: Int) {
    require(
      values.allSatisfy { ($0?.width ?? width) == width }, "vectors of several widths in a column")
    let isDense = values.allSatisfy { if case .sparse = $0 { false } else { true } }
    if isDense {
      let numbers = values.flatMap { value -> [Double] in
        if case .dense(let values) = value { values } else { .init(repeating: 0, count: width) }
      }
      self.init(.dense(width: width, values: Buffer(numbers)), showing: values)
      return
    }
    let entries = values.map { $0?.entries ?? [] }
    self.init(
      .sparse(
        width: width, offsets: Self.offsets(entries.map(\.count)),
        indices: Buffer(entries.flatMap { $0.map(\.index) }),
        values: Buffer(entries.flatMap { $0.map(\.value) })), showing: values)
  }

  /// A column of no rows.
  public static func empty(_ type: ColumnType) -> Column {
    switch type {
    case .bool: Column([Bool?]())
    case .int32: Column([Int32?]())
    case .int64: Column([Int64?]())
    case .float32: Column([Float?]())
    case .float64: Column([Double?]())
    case .date: Column(dates: [])
    case .datetime: Column(datetimes: [])
    case .timestamp: Column(timestamps: [])
    case .text: Column([String?]())
    case .texts: Column([[String]?]())
    case .vector: Column(vectors: [], width: 0)
    }
  }

  private init<T>(_ storage: Storage, showing values: [T?]) {
    let isComplete = values.allSatisfy { $0 != nil }
    self.init(
      storage, count: values.count,
      validity: isComplete ? nil : Bitmap(values.map { $0 != nil }))
  }

  private static func texts(_ texts: [String]) -> (Buffer<Int64>, Buffer<UInt8>) {
    (offsets(texts.map(\.utf8.count)), Buffer(texts.flatMap { Array($0.utf8) }))
  }

  private static func offsets(_ lengths: [Int]) -> Buffer<Int64> {
    var offsets: [Int64] = [0]
    for length in lengths { offsets.append((offsets.last ?? 0) + Int64(length)) }
    return Buffer(offsets)
  }
}

extension VectorValue {
  /// The entries that are not zero, by rising index.
  public var entries: [(index: Int32, value: Double)] {
    switch self {
    case .dense(let values):
      values.enumerated().compactMap { $1 != 0 ? (Int32($0), $1) : nil }
    case .sparse(_, let indices, let values): Array(zip(indices, values)).map { ($0, $1) }
    }
  }
}
