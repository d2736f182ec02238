public import Cluster
public import Datasets
public import Frames
public import LinearAlgebra
public import Platform

extension Dataset {
  /// Sparse vectors stay sparse where a row has at least so many numbers.
  ///
  /// Below, dense rows are faster and hardly larger. Types and widths decide, never how many entries
  /// there are or how much memory: the form of the rows shows in the bits of a model.
  public static var sparseWidth: Int { 1024 }
}

/// What to do with a row that a trainer cannot use: a feature missing, not a number or infinite.
public enum UnusableRows: String, Sendable, CaseIterable {
  /// Stop and name the row.
  case error
  /// Leave the row out and count it.
  case skip
}

/// What building the design matrix came across.
public struct BuildReport: Sendable {
  /// Rows left out because they could not be read.
  public var unreadableRowCount = 0
  /// Rows left out because a feature or the weight was missing or not finite.
  public var unusableRowCount = 0
  /// The columns as all rows have them.
  public var schema: Schema
}

/// A column that is to be learned from and turned out to hold no numbers.
public struct TextColumnError: FailureConvertible {
  public let column: String
  public let type: ColumnType
  /// The value that made it text, and where it stands.
  public let reason: String?

  public init(column: String, type: ColumnType, reason: String?) {
    self.column = column
    self.type = type
    self.reason = reason
  }

  public var failure: Failure {
    Failure(
      .data, "the column '\(column)' is \(type.words), and numbers are needed",
      causes: [reason].compactMap { $0 },
      hint: "take it out with --features '!\(column)', or name others")
  }
}

extension Dataset {
  /// Reads the feature columns into a design matrix.
  ///
  /// The rows are read split by split wherever they lie, numbered over all workers, and moved so
  /// that each worker holds whole leaves; a split's memory goes back as soon as its rows are in
  /// place. One CSV, seven CSVs and a `.npy` of the same rows give the same matrix. Where a feature
  /// has sparse vectors and a row at least `sparseWidth` numbers, the matrix is sparse.
  /// - Parameters:
  ///   - features: the columns to learn from, in order: numbers, or vectors, which give a feature
  ///     for each of their numbers, called `name[0]` and so on.
  ///   - label: the column to predict.
  ///   - weight: a column of row weights, at least 0.
  ///   - forms: in which ways beside dense rows they can be taken; others are spread out as they
  ///     come.
  ///   - unusable: what to do with rows that have a missing or infinite feature.
  ///   - takesMissing: whether a missing feature is NaN, and its row of use.
  public func blocks<Element: Scalar>(
    of type: Element.Type = Element.self, features: [String], label: LabelColumn? = nil,
    weight: String? = nil, forms: RowForms = .sparse, unusable: UnusableRows = .error,
    takesMissing: Bool = false, in session: Session
  ) throws -> (BlockMatrix<Element>, BuildReport) {
    let activity = "reading \(source.name)"
    let request = RowRequest(
      features: features, label: label, weight: weight, forms: forms, unusable: unusable,
      takesMissing: takesMissing)
    let wanted = request.columns
    let room = ChunkRoom(byteCount: session.memory.limit)
    let read = try mapSplits(in: session, activity, columns: wanted) { rows in
      try RowChunk<Element>(rows, request, room: room)
    }
    var report = BuildReport(schema: read.schema)
    // All ranks hold the same schema, so all throw the same and may try again with other columns.
    for (place, name) in wanted.enumerated() {
      let type = read.schema.fields[try read.schema.place(of: name)].type
      if place < features.count ? type.holdsNumbers : type.isNumeric { continue }
      if case .classes = label, place == features.count, type == .text { continue }
      throw TextColumnError(column: name, type: type, reason: read.reasonForText(name))
    }
    report.unreadableRowCount = read.skippedRowCount
    let skipped = read.parts.reduce(0) { $0 + $1.skippedCount }
    report.unusableRowCount = Int(
      try session.communicator.allReduce([Int64(skipped)], by: .sum)[0])
    let shape = try shape(request, read, in: session)
    if shape.form == .sparse { for part in read.parts { part.becomeSparse() } }
    let matrix = try BlockMatrix(
      assembling: read.parts, features: shape.names, form: shape.form,
      label: try label.map {
        ($0, read.schema.fields[try read.schema.place(of: $0.name)].type)
      }, isWeighted: weight != nil, in: session)
    return (matrix, report)
  }

  /// The name of each number of a row, and how rows are held; a collective call where there are
  /// vectors.
  private func shape<Element: Scalar>(
    _ request: RowRequest, _ read: SplitParts<RowChunk<Element>>, in session: Session
  ) throws -> (names: FeatureNames, form: RowForm) {
    var names = FeatureNames()
    let features = request.features
    let fields = try read.schema.selecting(features).fields
    let types = fields.map(\.type)
    guard types.contains(.vector) else {
      for name in features { names.append(name) }
      return (names, .dense)
    }
    // A worker without rows has seen no vector.
    let seen = read.parts.filter { $0.rowCount + $0.skippedCount > 0 }
    let own = features.indices.map { place in Int64(seen.map { $0.widths[place] }.max() ?? 0) }
    let largest = try session.communicator.allReduce(
      own + [seen.contains { $0.isSparse } ? 1 : 0], by: .maximum)
    let widths = largest.dropLast().map { Int($0) }
    try session.communicator.agree("comparing the widths of vectors") {
      for (place, name) in features.enumerated() {
        guard let other = seen.first(where: { $0.widths[place] != widths[place] }) else { continue }
        throw Failure(
          .data,
          "the vectors of '\(name)' have \(other.widths[place]) numbers in some rows and "
            + "\(widths[place]) in others")
      }
      guard widths.reduce(0, +) <= Int(Int32.max) else {
        throw Failure(.data, "a row has more than \(Int32.max) numbers")
      }
    }
    for (name, (type, width)) in zip(features, zip(types, widths)) {
      if type == .vector { names.append(vector: name, count: width) } else { names.append(name) }
    }
    return (
      names,
      try session.communicator.agree("choosing the form of rows") {
        try request.form(fields, widths: widths, isSparse: largest.last == 1)
      }
    )
  }
}
