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
  /// The places, among the columns given, of those that the model's features come from.
  private let places: [Int]
  /// For each of them, how many of the features it gives.
  private let widths: [Int]
  private let columnCount: Int
  /// The columns that are looked at.
  public let columnNames: [String]

  /// The names and types of the columns that scoring adds.
  public var outputs: [Schema.Field] {
    model.outputs.map { Schema.Field(prefix + $0.name, $0.type) }
  }

  /// - Throws: a missing feature, a feature that is text, or an output name that is taken.
  public init(_ model: any Model, for schema: Schema, prefix: String = "") throws {
    self.model = model
    self.prefix = prefix
    columnCount = schema.fields.count
    var (places, widths) = ([Int](), [Int]())
    for name in model.featureNames {
      // Number i of a vector column follows number i - 1, or is a column of that very name.
      if schema.index(of: name) == nil, let element = VectorElement(name),
        let place = schema.index(of: element.column), schema.fields[place].type == .vector
      {
        if element.index == 0 {
          places.append(place)
          widths.append(0)
        }
        guard places.last == place, widths.last == element.index else {
          throw Failure(.data, "the model's features '\(element.column)' are out of order")
        }
        widths[widths.count - 1] += 1
        continue
      }
      guard let place = schema.index(of: name) else {
        throw Failure(
          .data, "the model needs the column '\(name)', which is not there",
          hint: nameHint(for: name, in: schema.names))
      }
      let type = schema.fields[place].type
      guard type.isNumeric else {
        throw Failure(
          .data, "the model needs numbers in the column '\(name)', which is \(type.words)")
      }
      places.append(place)
      widths.append(1)
    }
    (self.places, self.widths) = (places, widths)
    columnNames = places.map { schema.names[$0] }
    for output in outputs where schema.index(of: output.name) != nil {
      throw Failure(
        .usage, "the data has a column '\(output.name)' already",
        hint: "choose other names with --prefix, say --prefix new_")
    }
  }

  /// The output columns for a batch.
  ///
  /// - Throws: where vectors have more numbers than those that the model learned from; sparse ones
  ///   with fewer count as zero beyond their end.
  public func score(_ batch: Frame) throws -> Frame {
    let columns = try zip(places, widths).map { place, width in
      let column = batch.columns[place]
      if batch.rowCount == 0 || column.numbersPerRow == width { return column }
      guard let wider = column.widened(to: width) else {
        throw Failure(
          .data,
          "the vectors of '\(batch.schema.names[place])' have \(column.numbersPerRow) "
            + "numbers, and the model learned from \(width)")
      }
      return wider
    }
    if batch.rowCount == 0 {
      return Frame(Schema(outputs), outputs.map { .empty($0.type) }, rowCount: 0)
    }
    let scored =
      switch model.precision {
      case .float: model.predict(Matrix<Float>(columns: columns, rowCount: batch.rowCount))
      case .double: model.predict(Matrix<Double>(columns: columns, rowCount: batch.rowCount))
      }
    return Frame(Schema(outputs), scored, rowCount: batch.rowCount)
  }

  /// The outputs for one row of numbers, given in the order of the columns bound to, none of which
  /// may be a vector.
  public func score(_ row: [Double]) throws -> [Value] {
    guard row.count == columnCount, widths.allSatisfy({ $0 == 1 }) else {
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
