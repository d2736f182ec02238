internal import Datasets
internal import Frames
public import Learning
internal import Platform

/// What a string-indexer has learned: the labels of each column, in the order of their codes.
///
/// A value is found in a hash table of the labels' bytes; nothing is allocated for a row.
public struct StringIndexerModel: Step {
  public static let kind = StringIndexer.name
  /// The label of what is missing or unseen, where such rows are kept; Spark's.
  static let unknown = "__unknown"

  public let stage: StringIndexer
  public let labels: [[String]]
  private let tables: [TextCounts]

  /// - Throws: where a label occurs twice, or there are not as many lists as columns.
  init(_ stage: StringIndexer, labels: [[String]]) throws {
    guard labels.count == stage.inputs.count else {
      throw Failure(.data, "labels of \(labels.count) columns for \(stage.inputs.count)")
    }
    self.stage = stage
    self.labels = labels
    tables = try zip(stage.inputs, labels).map { input, labels in
      var table = TextCounts()
      for label in labels { table.add(label) }
      guard table.distinctCount == labels.count else {
        throw Failure(.data, "a label of '\(input)' occurs twice")
      }
      return table
    }
  }

  public var summary: [SummaryLine] {
    zip(stage.inputs, labels).map { input, labels in
      let first = labels.prefix(5).joined(separator: ", ")
      return SummaryLine(
        input, "\(labels.count) labels: \(first)\(labels.count > 5 ? ", ..." : "")")
    }
  }

  /// The labels of a column's codes, with the one for what is unseen.
  private func allLabels(_ place: Int) -> [String] {
    guard stage.handleInvalid == .keep else { return labels[place] }
    var unknown = Self.unknown
    while labels[place].contains(where: { $0.utf8.elementsEqual(unknown.utf8) }) { unknown += "_" }
    return labels[place] + [unknown]
  }

  public func bind(to binder: inout Binder) throws {
    let pairs = stage.pairs
    let inputs = try pairs.map { try binder.keys($0.input) }
    let outputs = try pairs.enumerated().map { place, pair in
      let origin = try binder.field(pair.input).metadata.origin ?? pair.input
      return try binder.addNumbers(
        pair.output, .int32, metadata: ColumnMetadata(labels: allLabels(place), origin: origin))
    }
    let (tables, handling) = (tables, stage.handleInvalid)
    let missingCodes = labels.map { labels in
      stage.missingLabel.isEmpty
        ? nil : labels.firstIndex { $0.utf8.elementsEqual(stage.missingLabel.utf8) }
    }
    binder.run { batch in
      var isWhole = true
      for place in inputs.indices {
        let (cells, target, table) = (batch[inputs[place]], batch[outputs[place]], tables[place])
        for row in 0..<batch.rowCount {
          if let code = cells.index(row, in: table)
            ?? (cells.isMissing(row) ? missingCodes[place] : nil)
          {
            target[row] = Double(code)
            continue
          }
          switch handling {
          case .keep: target[row] = Double(table.distinctCount)
          case .skip:
            target[row] = -1
            isWhole = false
          case .error: throw Self.unseen(cells, row, pairs[place].input, in: batch)
          }
        }
      }
      if isWhole { return }
      batch.keep(
        (0..<batch.rowCount).filter { row in outputs.allSatisfy { batch[$0][row] >= 0 } })
    }
  }

  private static func unseen(
    _ cells: TextCells, _ row: Int, _ column: String, in batch: RowBatch
  ) -> DataError {
    batch.fault(
      row: row, column: column, found: cells.isMissing(row) ? nil : cells.text(row),
      cells.isMissing(row) ? "the value is missing" : "was not there when the codes were learned",
      hint: "handleInvalid keep gives such values a code of their own, skip leaves the rows out")
  }

  public var saved: SavedStep {
    SavedStep(
      settings: stage.json,
      values: .object(
        JSONObject([.init("labels", .list(labels.map { .list($0.map { .text($0) }) }))])))
  }

  public init(_ saved: SavedStep) throws {
    let labels = try saved.values.list("labels").map { labels in
      try JSONValue.object(JSONObject([.init("labels", labels)])).texts("labels")
    }
    try self.init(StringIndexer(saved: saved.settings), labels: labels)
  }
}
