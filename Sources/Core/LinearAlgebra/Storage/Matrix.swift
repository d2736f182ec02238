public import Platform

/// The two number types that features, factors and results come in.
public protocol Scalar: BLASElement, BinaryFloatingPoint, Codable, Sendable, SIMDScalar
where RawSignificand: FixedWidthInteger {
  /// Its name in files and options: `float` or `double`.
  static var precisionName: String { get }
}

extension Float: Scalar { public static var precisionName: String { "float" } }
extension Double: Scalar { public static var precisionName: String { "double" } }

/// A row-major matrix that owns its elements, as a value.
public struct Matrix<Element: Scalar>: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  @usableFromInline var storage: Buffer<Element>

  /// A matrix of zeros.
  public init(rowCount: Int, columnCount: Int) {
    require(rowCount >= 0 && columnCount >= 0, "a matrix of \(rowCount) x \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    storage = Buffer(count: rowCount * columnCount)
  }

  /// A matrix of the given elements, row by row.
  public init(rowCount: Int, columnCount: Int, elements: [Element]) {
    require(
      elements.count == rowCount * columnCount,
      "\(elements.count) elements for a matrix of \(rowCount) x \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    storage = Buffer(elements)
  }

  /// How many elements there are.
  public var elementCount: Int { rowCount * columnCount }
  /// The elements, row by row.
  public var elements: [Element] { storage.array }
  /// The elements where they lie, to be read only: who writes this matrix later writes a copy.
  public var buffer: Buffer<Element> { storage }

  @inlinable
  public subscript(row: Int, column: Int) -> Element {
    get {
      require(
        row >= 0 && row < rowCount && column >= 0 && column < columnCount,
        "element (\(row), \(column)) of \(rowCount) x \(columnCount)")
      return storage[row * columnCount + column]
    }
    set {
      require(
        row >= 0 && row < rowCount && column >= 0 && column < columnCount,
        "element (\(row), \(column)) of \(rowCount) x \(columnCount)")
      makeUnique()
      storage[row * columnCount + column] = newValue
    }
  }

  /// One row as an array.
  public func row(_ index: Int) -> [Element] {
    require(index >= 0 && index < rowCount, "row \(index) of \(rowCount)")
    return unsafe Array(
      UnsafeBufferPointer(start: pointer + index * columnCount, count: columnCount))
  }

  /// This matrix with the rows of another below.
  public func appending(rowsOf other: Matrix) -> Matrix {
    require(
      columnCount == other.columnCount, "rows of \(other.columnCount) below \(columnCount)")
    return Matrix(
      rowCount: rowCount + other.rowCount, columnCount: columnCount,
      elements: elements + other.elements)
  }

  /// Reads the elements, row by row.
  @inlinable
  public func withSpan<R, Problem: Error>(
    _ body: (Span<Element>) throws(Problem) -> R
  ) throws(Problem) -> R {
    try storage.withSpan(body)
  }

  /// Writes the elements, row by row.
  @inlinable
  public mutating func withMutableSpan<R, Problem: Error>(
    _ body: (inout MutableSpan<Element>) throws(Problem) -> R
  ) throws(Problem) -> R {
    makeUnique()
    return try storage.withMutableSpan(body)
  }

  /// The elements for a call to C.
  @inlinable @unsafe
  public var pointer: UnsafePointer<Element> { unsafe UnsafePointer(storage.pointer) }

  /// The elements for a call to C that writes them.
  @inlinable @unsafe
  public var mutablePointer: UnsafeMutablePointer<Element> {
    mutating get {
      makeUnique()
      return unsafe storage.pointer
    }
  }

  @usableFromInline
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = Buffer(storage.array) }
  }
}

extension Matrix: Equatable {
  /// Same shape and equal elements.
  public static func == (a: Self, b: Self) -> Bool {
    a.rowCount == b.rowCount && a.columnCount == b.columnCount && a.elements == b.elements
  }
}
