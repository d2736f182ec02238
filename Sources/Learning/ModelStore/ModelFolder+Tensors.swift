public import Learning
public import LinearAlgebra
public import Platform

/// How a model takes its numbers: by name, with the shape that it needs.
extension ModelFolder {
  /// A matrix, of the rows and columns that are named.
  public func matrix<Element: Scalar>(
    _ name: String, of type: Element.Type, rowCount: Int? = nil, columnCount: Int? = nil
  ) throws(Failure) -> Matrix<Element> {
    guard let matrix = try tensor(name).matrix(of: type) else {
      throw Failure(
        .data, "tensor '\(name)' is no matrix of \(Element.precisionName) numbers")
    }
    guard rowCount ?? matrix.rowCount == matrix.rowCount,
      columnCount ?? matrix.columnCount == matrix.columnCount
    else {
      let wanted = [rowCount, columnCount].map { $0.map(String.init) ?? "any" }
      throw Failure(
        .data,
        "tensor '\(name)' is \(matrix.rowCount) x \(matrix.columnCount), not "
          + wanted.joined(separator: " x "))
    }
    return matrix
  }

  /// A vector of doubles.
  public func doubles(_ name: String, count: Int? = nil) throws(Failure) -> [Double] {
    try vector(name, try tensor(name).doubles, count: count, "doubles")
  }

  /// A vector of 32-bit floats.
  public func floats(_ name: String, count: Int? = nil) throws(Failure) -> [Float] {
    try vector(name, try tensor(name).floats, count: count, "floats")
  }

  /// A vector of 32-bit integers.
  public func int32s(_ name: String, count: Int? = nil) throws(Failure) -> [Int32] {
    try vector(name, try tensor(name).int32s, count: count, "32-bit integers")
  }

  /// A vector of 64-bit integers.
  public func int64s(_ name: String, count: Int? = nil) throws(Failure) -> [Int64] {
    try vector(name, try tensor(name).int64s, count: count, "64-bit integers")
  }

  /// A vector of bytes.
  public func uint8s(_ name: String, count: Int? = nil) throws(Failure) -> [UInt8] {
    try vector(name, try tensor(name).uint8s, count: count, "bytes")
  }

  /// A tensor of whatever shape.
  public func tensor(_ name: String) throws(Failure) -> Tensor {
    guard let tensor = tensors[name] else {
      throw Failure(.data, "the model has no tensor '\(name)'")
    }
    return tensor
  }

  private func vector<Element>(
    _ name: String, _ values: [Element]?, count: Int?, _ words: String
  ) throws(Failure) -> [Element] {
    guard let values, try tensor(name).shape.count == 1 else {
      throw Failure(.data, "tensor '\(name)' is no vector of \(words)")
    }
    guard count ?? values.count == values.count else {
      throw Failure(
        .data, "tensor '\(name)' has \(values.count) elements, not \(count ?? values.count)")
    }
    return values
  }
}
