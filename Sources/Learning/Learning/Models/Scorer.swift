public import Frames
internal import LinearAlgebra
internal import Platform

/// A model bound once to the columns of some rows: from then on scoring looks nothing up.
///
/// Columns are found by name, in any order; others are ignored. Needs no session, and scores one
/// row as readily as a batch, to the same bits.
public struct Scorer: Sendable {
  public let model: any Model
  /// What is put before the names of the output columns.
  public let prefix: String
  /// The places of the model's features among the columns given.
  private let places: [Int]
  private let columnCount: Int

  /// The names and types of the columns that scoring adds.
  public var outputs: [Schema.Field] {
    model.outputs.map { Schema.Field(prefix + $0.name, $0.type) }
  }

  /// - Throws: a missing feature, a feature that is text, or an output name that is taken.
  public init(_ model: any Model, for schema: Schema, prefix: String = "") throws {
    self.model = model
    self.prefix = prefix
    columnCount = schema.fields.count
    places = try model.featureNames.map { name in
      guard let place = schema.index(of: name) else {
        throw Failure(
          .data, "the model needs the column '\(name)', which is not there",
          hint: nameHint(for: name, in: schema.names))
      }
      guard schema.fields[place].type.isNumeric else {
        throw Failure(.data, "the model needs numbers in the column '\(name)', which is text")
      }
      return place
    }
    for output in outputs where schema.index(of: output.name) != nil {
      throw Failure(
        .usage, "the data has a column '\(output.name)' already",
        hint: "choose other names with --prefix, say --prefix new_")
    }
  }

  /// The output columns for a batch.
  public func score(_ batch: Frame) -> Frame {
    let columns = places.map { batch.columns[$0] }
    let scored =
      switch model.precision {
      case .float: model.predict(Matrix<Float>(columns: columns, rowCount: batch.rowCount))
      case .double: model.predict(Matrix<Double>(columns: columns, rowCount: batch.rowCount))
      }
    return Frame(Schema(outputs), scored, rowCount: batch.rowCount)
  }

  /// The outputs for one row of numbers, given in the order of the columns bound to.
  public func score(_ row: [Double]) throws -> [Value] {
    guard row.count == columnCount else {
      throw Failure(.data, "a row of \(row.count) numbers for \(columnCount) columns")
    }
    let features = places.map { row[$0] }
    let scored =
      switch model.precision {
      case .float:
        model.predict(
          Matrix<Float>(
            rowCount: 1, columnCount: features.count, elements: features.map { Float($0) }))
      case .double:
        model.predict(Matrix<Double>(rowCount: 1, columnCount: features.count, elements: features))
      }
    return scored.map { $0[0] }
  }
}

extension Model {
  /// This model bound to columns.
  public func scorer(for schema: Schema, prefix: String = "") throws -> Scorer {
    try Scorer(self, for: schema, prefix: prefix)
  }
}
