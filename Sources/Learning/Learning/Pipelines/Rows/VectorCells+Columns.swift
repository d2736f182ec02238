internal import LinearAlgebra
internal import Platform

/// Sparse rows written column by column: each has room for what may come, and an end that moves.
///
/// ```swift
/// target.openRows(batch.rowCount, room: 2, and: [hot])
/// target.append(ages, at: 0)
/// target.append(prices, at: 1)
/// target.append(hot, at: 2)
/// ```
extension VectorCells {
  /// Begins so many sparse rows, each with room for `room` entries and those of other vectors.
  public func openRows(_ rowCount: Int, room: Int, and others: some Sequence<VectorCells>) {
    require(isSparse, "entries of dense rows")
    prepare(rowCount)
    let (starts, ends) = unsafe (starts.grow(by: rowCount), ends.grow(by: rowCount))
    for row in 0..<rowCount { unsafe starts[row] = room }
    for other in others {
      for row in 0..<rowCount { unsafe starts[row] += other.entryCount(row) }
    }
    var total = 0
    for row in 0..<rowCount {
      let count = unsafe starts[row]
      unsafe starts[row] = total
      unsafe ends[row] = total
      total += count
    }
    _ = unsafe indices.grow(by: total)
    _ = unsafe values.grow(by: total)
    closeRows()
  }

  /// Adds what is not 0 of some numbers to the rows, as entry `index`.
  public func append(_ numbers: NumberCells, at index: Int) {
    require(index >= 0 && index < width, "entry \(index) of \(width)")
    let (from, ends) = unsafe (numbers.pointer, ends.pointer)
    let (indices, values) = unsafe (indices.pointer, values.pointer)
    for row in 0..<sparseRowCount where unsafe from[row] != 0 {
      let place = unsafe ends[row]
      unsafe indices[place] = Int32(truncatingIfNeeded: index)
      unsafe values[place] = from[row]
      unsafe ends[row] = place + 1
    }
  }

  /// Adds what is not 0 of some vectors to the rows, from entry `first` on.
  public func append(_ vectors: VectorCells, at first: Int) {
    require(first >= 0 && first + vectors.width <= width, "entries from \(first) of \(width)")
    let ends = unsafe ends.pointer
    let (indices, values) = unsafe (indices.pointer, values.pointer)
    for row in 0..<sparseRowCount {
      var place = unsafe ends[row]
      vectors.forEachEntry(row) { index, value in
        if value == 0 { return }
        unsafe indices[place] = Int32(truncatingIfNeeded: first + index)
        unsafe values[place] = value
        place += 1
      }
      unsafe ends[row] = place
    }
  }
}
