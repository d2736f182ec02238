internal import LinearAlgebra
internal import Platform

/// Whole sparse rows at once, for loops over entries: the memory is asked for once a row.
extension VectorCells {
  /// Lends the entries of a sparse row; nothing may be appended meanwhile.
  @unsafe
  public func withEntries<R>(
    _ row: Int,
    _ body: (_ indices: UnsafePointer<Int32>, _ values: UnsafePointer<Double>, _ count: Int) throws
      -> R
  ) rethrows -> R {
    require(isSparse, "the entries of a dense row")
    let first = starts[row]
    return try unsafe body(
      UnsafePointer(indices.pointer + first), UnsafePointer(values.pointer + first),
      ends[row] - first)
  }

  /// Completes the next sparse row with entries that `write` puts in place, by rising index.
  ///
  /// - Parameters:
  ///   - limit: the most entries that are written.
  ///   - write: returns how many were.
  @unsafe
  public func appendRow(
    limit: Int,
    _ write: (_ indices: UnsafeMutablePointer<Int32>, _ values: UnsafeMutablePointer<Double>) throws
      -> Int
  ) rethrows {
    require(isSparse, "entries of a dense row")
    let first = indices.count
    let count = try unsafe write(indices.grow(by: limit), values.grow(by: limit))
    require(count <= limit, "\(count) entries in room for \(limit)")
    indices.truncate(to: first + count)
    values.truncate(to: first + count)
    endRow()
  }
}
