public import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Where the numbers of a column stand in a batch.
public struct NumberSlot: Sendable, Hashable { let index: Int }
/// Where the whole numbers of a column stand in a batch.
public struct IntegerSlot: Sendable, Hashable { let index: Int }
/// Where the texts of a column stand in a batch.
public struct TextSlot: Sendable, Hashable { let index: Int }
/// Where the lists of texts of a column stand in a batch.
public struct ListSlot: Sendable, Hashable { let index: Int }
/// Where the vectors of a column stand in a batch.
public struct VectorSlot: Sendable, Hashable {
  let index: Int
  /// How many numbers a vector has.
  public let width: Int
  public let isSparse: Bool
}

/// Some rows on their way through the steps of a pipeline.
///
/// Each column that a step reads or writes has a register of its own, whose memory is used again for
/// the next batch: in its steady state nothing is allocated, and one row alone takes the way of a
/// batch. One thread's.
public final class RowBatch: @unchecked Sendable {
  // Proof of Sendable: one thread at a time takes it from the pool of its program.

  /// The most rows of a batch.
  public static let rowLimit = 256

  public internal(set) var rowCount = 0
  /// The number of the first row among all rows; -1 where it is not known, as when scoring.
  public internal(set) var firstRowNumber = -1
  /// For each row its place in the frame that it came from; empty where none was taken out.
  var origins: [Int] = []
  var isThinned = false
  var firstOrigin = 0
  var placeOfRow: ((Int) -> String)?

  var numbers: [NumberCells] = []
  var integers: [IntegerCells] = []
  var texts: [TextCells] = []
  var lists: [ListCells] = []
  var vectors: [VectorCells] = []

  init(_ layout: RowLayout) {
    numbers = (0..<layout.numberCount).map { _ in NumberCells() }
    integers = (0..<layout.integerCount).map { _ in IntegerCells() }
    texts = (0..<layout.textCount).map { _ in TextCells() }
    lists = (0..<layout.listCount).map { _ in ListCells() }
    vectors = layout.vectors.map { VectorCells(width: $0.width, isSparse: $0.isSparse) }
  }

  public subscript(slot: NumberSlot) -> NumberCells { numbers[slot.index] }
  public subscript(slot: IntegerSlot) -> IntegerCells { integers[slot.index] }
  public subscript(slot: TextSlot) -> TextCells { texts[slot.index] }
  public subscript(slot: ListSlot) -> ListCells { lists[slot.index] }
  public subscript(slot: VectorSlot) -> VectorCells { vectors[slot.index] }

  /// Makes room in the registers for a batch, and forgets the last one.
  func begin(_ rowCount: Int) {
    self.rowCount = rowCount
    isThinned = false
    for cells in numbers { cells.prepare(rowCount) }
    for cells in integers { cells.prepare(rowCount) }
    for cells in texts { cells.removeAll() }
    for cells in lists { cells.removeAll() }
    for cells in vectors { cells.prepare(rowCount) }
  }

  /// The number of a row among all rows: its identity, from which random numbers are drawn.
  public func rowNumber(_ row: Int) -> Int { firstRowNumber + origin(row) }

  /// Takes out the rows that are not named; `rows` rise.
  public func keep(_ rows: [Int]) {
    if rows.count == rowCount { return }
    origins = rows.map { origin($0) }
    isThinned = true
    for cells in numbers { cells.keep(rows) }
    for cells in integers { cells.keep(rows) }
    for cells in texts where cells.count == rowCount { cells.keep(rows) }
    for cells in lists where cells.rowCount == rowCount { cells.keep(rows) }
    for cells in vectors where !cells.isSparse || cells.sparseRowCount == rowCount {
      cells.keep(rows)
    }
    rowCount = rows.count
  }

  /// The place of a row in the batch as it was loaded.
  func origin(_ row: Int) -> Int { isThinned ? origins[row] : row }

  /// Where a row stands in its file, for messages.
  public func place(ofRow row: Int) -> String {
    let origin = firstOrigin + origin(row)
    return placeOfRow?(origin) ?? "row \(origin + 1)"
  }

  /// The error about a value of a row.
  public func fault(
    row: Int, column: String, found: String?, _ problem: String, hint: String? = nil
  ) -> DataError {
    DataError(
      place: place(ofRow: row), column: column, found: found, problem: problem, hint: hint)
  }
}

/// How many registers of each kind a batch needs.
struct RowLayout: Sendable {
  var numberCount = 0
  var integerCount = 0
  var textCount = 0
  var listCount = 0
  var vectors: [(width: Int, isSparse: Bool)] = []
}
