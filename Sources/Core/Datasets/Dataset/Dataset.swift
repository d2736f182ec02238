public import Frames
internal import Platform

/// Rows from a source and the steps over them, described but not yet run.
///
/// Nothing is read before a terminal call (`count`, `collect`, `mapSplits`, `write`). Steps are
/// fused: each split is read, taken through all of them, and handed on. Terminal calls are
/// collective: every rank makes the same ones and gets the same answer.
///
/// ```swift
/// let flowers = try Dataset.reading(["iris.csv"])
///   .filter(reading: ["species"]) { frame in ... }
///   .select(["petal_length", "petal_width"])
/// print(try flowers.count(in: Session()))
/// ```
public struct Dataset: Sendable {
  public let source: any Source
  let steps: [Step]

  /// All rows and columns of a source.
  public init(_ source: any Source) {
    self.init(source, [])
  }

  init(_ source: any Source, _ steps: [Step]) {
    self.source = source
    self.steps = steps
  }

  /// The rows of a frame in memory.
  public init(_ frame: Frame) { self.init(FrameSource(frame)) }

  /// One step of the plan.
  struct Step: Sendable {
    let name: String
    /// The columns that come out, given those that go in.
    let schema: @Sendable (Schema) throws -> Schema
    /// The columns that must go in so that `wanted` come out; nil stands for all.
    let columns: @Sendable (_ wanted: [String]?) -> [String]?
    let apply: @Sendable (SplitRows) throws -> SplitRows
    /// The columns that come out as far as can be told of types that are only a guess; nil where
    /// that is what `schema` says.
    var expected: (@Sendable (Schema) throws -> Schema)?
  }
}

/// The rows of one split on their way through the steps.
public struct SplitRows: Sendable {
  public let split: Int
  public var frame: Frame
  /// For each row its place among the rows as read; nil while no row has been taken out.
  var origins: [Int]?
  let reading: any Reading

  /// Where a row stands in its file.
  public func place(ofRow row: Int) -> String {
    reading.place(ofRow: origins?[row] ?? row, inSplit: split)
  }

  /// The letters of a value as they stand in its file, where that can be told.
  func writtenText(ofRow row: Int, column name: String) -> String? {
    reading.writtenText(ofRow: origins?[row] ?? row, column: name, inSplit: split)
  }

  /// A value of a column for a message: a number that is not finite as its file spells it, such as
  /// `1e999`, where a step did not make it.
  public func shownText(ofRow row: Int, column name: String) throws -> String {
    let text = try frame.column(name).fieldText(at: row)
    guard let written = writtenText(ofRow: row, column: name), let number = Double(written),
      !number.isFinite
    else { return text }
    return written
  }

  /// Some of the rows, in their order, each still knowing its place.
  func keeping(_ indices: [Int]) -> SplitRows {
    if indices.count == frame.rowCount { return self }
    var rows = self
    rows.origins = indices.map { origins?[$0] ?? $0 }
    rows.frame = frame.selecting(rows: indices)
    return rows
  }
}

extension Dataset {
  /// The named columns alone, in the order given; the others are not even parsed.
  public func select(_ names: [String]) -> Dataset {
    adding(
      Step(
        name: "select \(names.joined(separator: ", "))",
        schema: { try $0.selecting(names) },
        columns: { _ in names },
        apply: { rows in
          var rows = rows
          rows.frame = try rows.frame.selecting(names)
          return rows
        }))
  }

  /// The rows for which `keep` says true, decided a batch at a time.
  /// - Parameter columns: the columns that `keep` looks at.
  public func filter(
    reading columns: [String], _ keep: @escaping @Sendable (Frame) throws -> [Bool]
  ) -> Dataset {
    adding(
      Step(
        name: "filter by \(columns.joined(separator: ", "))",
        schema: {
          _ = try $0.selecting(columns)
          return $0
        },
        columns: { wanted in
          wanted.map { $0 + columns }
        },
        apply: { rows in
          let kept = try keep(rows.frame)
          require(kept.count == rows.frame.rowCount, "a filter answered for \(kept.count) rows")
          let indices = kept.indices.filter { kept[$0] }
          return rows.keeping(indices)
        }))
  }

  /// Every batch turned into another of the same rows.
  /// - Parameter schema: the columns that come out, said before any row is read.
  public func map(
    schema: @escaping @Sendable (Schema) throws -> Schema,
    _ transform: @escaping @Sendable (Frame) throws -> Frame
  ) -> Dataset {
    adding(
      Step(
        name: "map", schema: schema, columns: { _ in nil },
        apply: { rows in
          var rows = rows
          let count = rows.frame.rowCount
          rows.frame = try transform(rows.frame)
          require(
            rows.frame.rowCount == count, "a map made \(rows.frame.rowCount) rows of \(count)")
          return rows
        }))
  }

  /// Every split turned into another, from which rows may have been taken out.
  /// - Parameters:
  ///   - name: what is done, for the plan.
  ///   - columns: the columns that must go in so that `wanted` come out; nil stands for all.
  ///   - schema: the columns that come out, said before any row is read.
  ///   - transform: gives the rows, and the places of those that were kept; nil where all were.
  public func transforming(
    _ name: String, columns: @escaping @Sendable (_ wanted: [String]?) -> [String]?,
    schema: @escaping @Sendable (Schema) throws -> Schema,
    _ transform: @escaping @Sendable (SplitRows) throws -> (frame: Frame, kept: [Int]?)
  ) -> Dataset {
    adding(
      Step(
        name: name, schema: schema, columns: columns,
        apply: { rows in
          let (frame, kept) = try transform(rows)
          var rows = rows
          require(
            frame.rowCount == kept?.count ?? rows.frame.rowCount,
            "\(name) made \(frame.rowCount) rows of \(rows.frame.rowCount)")
          if let kept { rows.origins = kept.map { rows.origins?[$0] ?? $0 } }
          rows.frame = frame
          return rows
        }))
  }

  func adding(_ step: Step) -> Dataset { Dataset(source, steps + [step]) }

  /// The plan in words, a line a stage.
  public func explain() -> String {
    (["read \(source.name) (\(source.splitCount) splits, \(source.columnNames.count) columns)"]
      + steps.map(\.name)).joined(separator: "\n")
  }

  /// The columns of the source that are needed for `wanted` to come out; nil stands for all.
  func sourceColumns(for wanted: [String]?) -> [String] {
    let needed = steps.reversed().reduce(wanted) { $1.columns($0) }
    guard let needed else { return source.columnNames }
    let isNeeded = Set(needed.map { Array($0.utf8) })
    return source.columnNames.filter { isNeeded.contains(Array($0.utf8)) }
  }
}
