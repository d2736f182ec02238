public import LinearAlgebra
internal import Platform

extension VectorCells {
  /// One of the entries of a row that are held, counted from 0 by rising index.
  @inlinable
  public func entry(_ row: Int, _ place: Int) -> (index: Int, value: Double) {
    if isSparse {
      let at = starts[row] + place
      return (Int(indices[at]), values[at])
    }
    return (place, self[row, place])
  }
}
