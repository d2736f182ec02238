internal import LinearAlgebra
internal import Platform

extension Matrix {
  /// The numbers of some registers side by side, a row each.
  init(
    _ batch: RowBatch, _ sources: [(slot: Binder.Slot, width: Int)], width: Int
  ) {
    self.init(rowCount: batch.rowCount, columnCount: width)
    let target = unsafe mutablePointer
    var first = 0
    for (slot, count) in sources {
      switch slot {
      case .number(let slot):
        let cells = batch[slot]
        for row in 0..<batch.rowCount { unsafe target[row * width + first] = Element(cells[row]) }
      case .vector(let slot):
        let cells = batch[slot]
        for row in 0..<batch.rowCount {
          cells.forEachEntry(row) { unsafe target[row * width + first + $0] = Element($1) }
        }
      case .integer, .text, .list: bug("a feature that is no number")
      }
      first += count
    }
  }
}
