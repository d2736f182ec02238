public import Frames
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The steps of a pipeline bound to columns: takes frames through all of them.
///
/// Shared by threads; each takes a batch of its own from the pool.
public final class RowProgram: Sendable {
  /// The columns that go in.
  public let input: Schema
  /// The columns that come out: those that went in and were not taken out, and the new ones.
  public let output: Schema
  let loads: [Binder.Load]
  private let actions: [Binder.Action]
  private let layout: RowLayout
  private let origins: [(source: Int?, slot: Binder.Slot?)]
  private let pool = Mutex<[RowBatch]>([])

  public init(_ binder: Binder, input: Schema) {
    self.input = input
    output = binder.schema
    loads = binder.loads
    actions = binder.actions
    layout = binder.layout
    origins = binder.schema.fields.indices.map { binder.origin(ofColumn: $0) }
  }

  /// Whether a column that comes out was made by a step.
  func isNew(column place: Int) -> Bool { origins[place].source == nil }

  /// Whether no step does anything with the rows.
  var isIdle: Bool { actions.isEmpty }

  /// Whether a column that comes out is one that went in.
  func isPassed(_ name: String) -> Bool {
    output.index(of: name).map { origins[$0].source != nil } ?? false
  }

  /// The register of a column that comes out; nil for one that passes through.
  func slot(ofColumn place: Int) -> Binder.Slot? { origins[place].slot }

  /// Runs `body` with a batch that no other thread uses.
  func withBatch<R>(_ body: (RowBatch) throws -> R) rethrows -> R {
    let batch = pool.withLock { $0.popLast() } ?? RowBatch(layout)
    defer { pool.withLock { $0.append(batch) } }
    return try body(batch)
  }

  /// A batch of one's own.
  func makeBatch() -> RowBatch { RowBatch(layout) }

  /// Takes what is loaded in a batch through all steps.
  func run(_ batch: RowBatch) throws {
    for action in actions {
      try action(batch)
      if batch.rowCount == 0 { return }
    }
  }

  /// Takes all rows of a frame through the steps, and shows each batch to `body` at the end.
  /// - Parameters:
  ///   - firstRowNumber: the number of the frame's first row among all rows, where it is known.
  ///   - place: where a row of the frame stands in its file.
  public func forEachBatch(
    of frame: Frame, firstRowNumber: Int = -1, place: ((Int) -> String)? = nil,
    _ body: (RowBatch) throws -> Void
  ) throws {
    try withBatch { batch in
      batch.placeOfRow = place
      defer { batch.placeOfRow = nil }
      for first in stride(from: 0, to: frame.rowCount, by: RowBatch.rowLimit) {
        let rows = first..<min(frame.rowCount, first + RowBatch.rowLimit)
        batch.begin(rows.count)
        batch.firstOrigin = first
        batch.firstRowNumber = firstRowNumber < 0 ? -1 : firstRowNumber + first
        for load in loads { try batch.load(load, frame.columns[load.source], rows) }
        try run(batch)
        try body(batch)
      }
    }
  }

  /// A frame taken through the steps, and the rows of it that were kept; nil where all were.
  /// - Parameter wanted: the places of the columns to give, among those that come out.
  public func apply(
    _ frame: Frame, wanted: [Int]? = nil, firstRowNumber: Int = -1,
    place: ((Int) -> String)? = nil
  ) throws -> (frame: Frame, kept: [Int]?) {
    let wanted = wanted ?? Array(output.fields.indices)
    let collectors = wanted.map { place in
      origins[place].source == nil
        ? origins[place].slot.map {
          ColumnCollector($0, output.fields[place].type, rowLimit: frame.rowCount)
        } : nil
    }
    var kept: [Int] = []
    try forEachBatch(of: frame, firstRowNumber: firstRowNumber, place: place) { batch in
      for collector in collectors { collector?.add(batch) }
      for row in 0..<batch.rowCount { kept.append(batch.firstOrigin + batch.origin(row)) }
    }
    let isWhole = kept.count == frame.rowCount
    let columns = zip(wanted, collectors).map { place, collector -> Column in
      if let collector { return collector.column }
      guard let source = origins[place].source else { bug("a column comes from nowhere") }
      return isWhole ? frame.columns[source] : frame.columns[source].selecting(kept)
    }
    let schema = Schema(wanted.map { output.fields[$0] })
    return (Frame(schema, columns, rowCount: kept.count), isWhole ? nil : kept)
  }
}
