public import LinearAlgebra
internal import Platform

/// An array of numbers of any shape, as a model stores it.
///
/// It holds the matrix or buffer that it was made from, without a copy. Rows come first: the last
/// index moves fastest.
public struct Tensor: Sendable {
  /// The kinds of number that a model may hold, by their name in the file.
  public enum ElementType: String, Sendable, CaseIterable {
    case float = "F32"
    case double = "F64"
    case int32 = "I32"
    case int64 = "I64"
    case uint8 = "U8"

    /// Bytes of one element.
    public var byteCount: Int {
      switch self {
      case .double, .int64: 8
      case .float, .int32: 4
      case .uint8: 1
      }
    }
  }

  /// The numbers themselves; a matrix may be seen under another shape of as many elements.
  public enum Storage: Sendable {
    case float(Matrix<Float>)
    case double(Matrix<Double>)
    case int32(Buffer<Int32>)
    case int64(Buffer<Int64>)
    case uint8(Buffer<UInt8>)
  }

  public let shape: [Int]
  public let storage: Storage

  /// - Parameter shape: its product is the number of elements of the storage.
  public init(shape: [Int], storage: Storage) {
    self.shape = shape
    self.storage = storage
    require(
      shape.reduce(1, *) == elementCount, "a tensor of shape \(shape) from \(elementCount) elements"
    )
  }

  public var elementType: ElementType {
    switch storage {
    case .float: .float
    case .double: .double
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    }
  }

  public var elementCount: Int {
    switch storage {
    case .float(let matrix): matrix.elementCount
    case .double(let matrix): matrix.elementCount
    case .int32(let buffer): buffer.count
    case .int64(let buffer): buffer.count
    case .uint8(let buffer): buffer.count
    }
  }

  public var byteCount: Int { elementCount * elementType.byteCount }

  /// How many elements a shape has; nil where that is no number that an Int holds.
  public static func elementCount(ofShape shape: [Int]) -> Int? {
    var count = 1
    for length in shape {
      guard length >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      count = product
    }
    return count
  }
}

// MARK: From and to the values that algorithms use

extension Tensor {
  /// A matrix of 32-bit floats.
  public init(_ matrix: Matrix<Float>) {
    self.init(shape: [matrix.rowCount, matrix.columnCount], storage: .float(matrix))
  }

  /// A matrix of doubles.
  public init(_ matrix: Matrix<Double>) {
    self.init(shape: [matrix.rowCount, matrix.columnCount], storage: .double(matrix))
  }

  /// A vector of 32-bit floats.
  public init(_ values: [Float]) {
    let matrix = Matrix(rowCount: 1, columnCount: values.count, elements: values)
    self.init(shape: [values.count], storage: .float(matrix))
  }

  /// A vector of doubles.
  public init(_ values: [Double]) {
    let matrix = Matrix(rowCount: 1, columnCount: values.count, elements: values)
    self.init(shape: [values.count], storage: .double(matrix))
  }

  /// A vector of 32-bit integers.
  public init(_ values: [Int32]) {
    self.init(shape: [values.count], storage: .int32(Buffer(values)))
  }

  /// A vector of 64-bit integers.
  public init(_ values: [Int64]) {
    self.init(shape: [values.count], storage: .int64(Buffer(values)))
  }

  /// A vector of bytes.
  public init(_ values: [UInt8]) {
    self.init(shape: [values.count], storage: .uint8(Buffer(values)))
  }

  /// The numbers as 32-bit floats, where that is what they are.
  public var floats: [Float]? {
    if case .float(let matrix) = storage { matrix.elements } else { nil }
  }

  /// The numbers as doubles, where that is what they are.
  public var doubles: [Double]? {
    if case .double(let matrix) = storage { matrix.elements } else { nil }
  }

  /// The numbers as 32-bit integers, where that is what they are.
  public var int32s: [Int32]? {
    if case .int32(let buffer) = storage { buffer.array } else { nil }
  }

  /// The numbers as 64-bit integers, where that is what they are.
  public var int64s: [Int64]? {
    if case .int64(let buffer) = storage { buffer.array } else { nil }
  }

  /// The bytes, where it is a tensor of bytes.
  public var uint8s: [UInt8]? {
    if case .uint8(let buffer) = storage { buffer.array } else { nil }
  }

  /// The matrix, where the tensor has two dimensions and numbers of this type.
  public func matrix<Element: Scalar>(of type: Element.Type) -> Matrix<Element>? {
    guard shape.count == 2 else { return nil }
    let stored: Matrix<Element>?
    switch storage {
    case .float(let matrix): stored = matrix as? Matrix<Element>
    case .double(let matrix): stored = matrix as? Matrix<Element>
    default: stored = nil
    }
    guard let stored, stored.rowCount != shape[0] || stored.columnCount != shape[1] else {
      return stored
    }
    return Matrix(rowCount: shape[0], columnCount: shape[1], elements: stored.elements)
  }
}

extension Tensor: Equatable {
  /// Same type, same shape, same bits: a NaN equals itself, and -0 differs from 0.
  public static func == (a: Self, b: Self) -> Bool {
    guard a.shape == b.shape else { return false }
    switch (a.storage, b.storage) {
    case (.float(let one), .float(let other)):
      return one.elements.map(\.bitPattern) == other.elements.map(\.bitPattern)
    case (.double(let one), .double(let other)):
      return one.elements.map(\.bitPattern) == other.elements.map(\.bitPattern)
    case (.int32(let one), .int32(let other)): return one.array == other.array
    case (.int64(let one), .int64(let other)): return one.array == other.array
    case (.uint8(let one), .uint8(let other)): return one.array == other.array
    default: return false
    }
  }
}
