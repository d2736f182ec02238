internal import Frames
public import Learning
internal import Platform

/// Says how many numbers the vectors of a column have, before any was read.
///
/// Stages that need the width, such as a vector-assembler, get it from here. A column of another
/// width, known or read, is an error. Spark's three ways for rows of another width may be written,
/// and come to the same: the vectors of a column all have one width here, and a missing vector is an
/// error wherever it is read.
public struct VectorSizeHint: Transformer {
  @Setting("the columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("how many numbers the vectors have", in: 1...Int(Int32.max), spark: "size")
  public var size = 1
  @Setting("what to do with a row whose vector has another width", spark: "handleInvalid")
  public var handleInvalid = OtherWidths.error

  public init() {}

  /// What Spark does with vectors of another width.
  public enum OtherWidths: String, CaseIterable, SettingValue {
    case error, skip, optimistic
  }

  public static let name = "vector-size-hint"
  public static let summary = "says how many numbers the vectors of a column have"
  public static var example: Self {
    Self {
      $0.inputs = ["point"]
      $0.size = 3
    }
  }

  public var reads: [String] { inputs }

  public func checkTogether() throws(SettingError) {
    guard !inputs.isEmpty else {
      throw SettingError(name: "inputs", requirement: "at least one column", value: "")
    }
  }

  public func bind(to binder: inout Binder) throws {
    for name in inputs {
      let field = try binder.field(name)
      guard field.type == .vector else {
        throw Failure(
          .data, "vectors are needed in the column '\(name)', which is \(field.type.words)")
      }
      if let width = field.metadata.width, width != size {
        throw Failure(.data, "the vectors of '\(name)' have \(width) numbers, not \(size)")
      }
      try binder.annotate(name) { $0.width = size }
    }
  }
}
