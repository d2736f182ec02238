internal import Platform

/// A step of a pipeline that is ready to run: it has learned what it needs, or needs nothing.
///
/// An immutable value. `bind` looks names up and checks types once; what it does with rows follows
/// from the row alone, so one row gets the bits that it gets in a batch.
public protocol Step: Storable {
  /// What a person wants to see of it, a line each.
  var summary: [SummaryLine] { get }

  /// Columns that it uses where they are there and does without where not, such as a label.
  var optionalColumns: [String] { get }

  /// Takes its columns from the binder, adds those that it makes, and says what to do with rows.
  func bind(to binder: inout Binder) throws
  /// Takes back what was stored, trusting none of it.
  init(_ saved: SavedStep) throws
  /// What of it is stored.
  var saved: SavedStep { get }
}

extension Step {
  public static var formatVersion: Int { 1 }
  public var summary: [SummaryLine] { [] }
  public var optionalColumns: [String] { [] }
}

/// What has a name and a version in a model folder.
public protocol Storable: Sendable {
  /// What model folders call it; the name of what made it.
  static var kind: String { get }
  /// Raised when the saved form changes; older forms stay readable.
  static var formatVersion: Int { get }
}

/// The parts of a step that are stored.
public struct SavedStep: Sendable {
  /// The settings of the stage that it comes from.
  public var settings: JSONValue
  /// Small values that it learned, such as texts.
  public var values: JSONValue
  /// Numbers that it learned.
  public var tensors: [String: Tensor]

  public init(
    settings: JSONValue, values: JSONValue = .object(JSONObject()), tensors: [String: Tensor] = [:]
  ) {
    self.settings = settings
    self.values = values
    self.tensors = tensors
  }

  /// A tensor that must be there, as a vector of doubles.
  public func vector(_ name: String, count: Int? = nil) throws -> [Double] {
    guard let vector = tensors[name]?.doubles, tensors[name]?.shape.count == 1,
      vector.count == count ?? vector.count
    else {
      throw Failure(.data, "the step lacks the vector '\(name)'")
    }
    return vector
  }
}
