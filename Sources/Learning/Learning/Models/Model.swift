public import Frames
public import LinearAlgebra
internal import Platform

/// What fitting leaves: an immutable value that answers for new rows, alone or by the million.
///
/// A row scored alone gets the bits that it gets in a batch, on any machine of the same kernel
/// class; so predictions come from kernels with a fixed order and never from the shape of a call.
public protocol Model: Storable {
  /// The columns it was fitted on, in order.
  var featureNames: FeatureNames { get }
  /// The element type it was fitted in.
  var precision: Precision { get }
  /// The columns that it adds to a row.
  var outputs: [Schema.Field] { get }
  /// What a person wants to see of it, a line each.
  var summary: [SummaryLine] { get }

  /// The output columns for some rows, whose columns are the features in order.
  func predict<Element: Scalar>(_ rows: Matrix<Element>) -> [Column]
  /// The same for rows given by their entries: to the bits that they get with their zeros.
  func predict<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column]
  /// Whether it would rather have vectors by their entries, for it learned from such.
  var takesSparseRows: Bool { get }

  /// What a fit of its kind may begin from instead of its input of that name; nil where nothing.
  func start(for input: String) -> Matrix<Double>?

  /// What of it is stored.
  var saved: SavedModel { get }
  /// Takes back what was stored, trusting none of it.
  init(_ saved: SavedModel) throws
}

extension Model {
  public var takesSparseRows: Bool { false }
  public func start(for input: String) -> Matrix<Double>? { nil }

  /// Spreads the rows out, a few at a time: what a row gets does not depend on its company.
  public func predict<Element: Scalar>(_ rows: SparseRows<Element>) -> [Column] {
    let byteCount = max(1, rows.columnCount * MemoryLayout<Element>.stride)
    let chunk = max(1, (4 << 20) / byteCount)
    if rows.rowCount <= chunk { return predict(rows.matrix) }
    let parts = stride(from: 0, to: rows.rowCount, by: chunk).map { first in
      predict(rows.matrix(first..<min(rows.rowCount, first + chunk)))
    }
    return outputs.indices.map { output in Column.concatenated(parts.map { $0[output] }) }
  }
}

/// A line of a model's description.
public struct SummaryLine: Sendable, Equatable {
  public let name: String
  public let text: String
  public init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }
}

/// The element type of features.
public enum Precision: String, Sendable, CaseIterable, Codable {
  case float
  case double
}

extension Scalar {
  /// The precision that this element type stands for.
  public static var precision: Precision { self == Float.self ? .float : .double }
}

/// The parts of a model that are stored: everything that is a function of data, settings and seed.
public struct SavedModel: Sendable {
  public var featureNames: FeatureNames
  public var precision: Precision
  /// The settings it was fitted with.
  public var settings: JSONValue
  /// Small values of the model's own.
  public var values: JSONValue
  public var tensors: [String: Tensor]

  public init(
    featureNames: FeatureNames, precision: Precision, settings: JSONValue, values: JSONValue,
    tensors: [String: Tensor]
  ) {
    self.featureNames = featureNames
    self.precision = precision
    self.settings = settings
    self.values = values
    self.tensors = tensors
  }
}

extension SavedModel {
  /// A tensor that must be there, as a matrix of doubles.
  public func matrix(_ name: String) throws -> Matrix<Double> {
    guard let matrix = tensors[name]?.matrix(of: Double.self), tensors[name]?.shape.count == 2
    else {
      throw Failure(.data, "the model lacks the matrix '\(name)'")
    }
    return matrix
  }

  /// A tensor that must be there, as a vector of doubles.
  public func vector(_ name: String) throws -> [Double] {
    guard let vector = tensors[name]?.doubles, tensors[name]?.shape.count == 1 else {
      throw Failure(.data, "the model lacks the vector '\(name)'")
    }
    return vector
  }
}
