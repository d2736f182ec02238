internal import Frames
internal import Learning
internal import Platform

/// Vectors one behind the other, each as its entries that are not zero, by rising index.
struct SparseRows: Sendable {
  /// Row `i` has the entries `ends[i]..<ends[i + 1]`.
  private(set) var ends = [0]
  private(set) var indices: [Int32] = []
  private(set) var values: [Double] = []

  var count: Int { ends.count - 1 }

  func entries(_ row: Int) -> Range<Int> { ends[row]..<ends[row + 1] }

  mutating func removeAll() {
    ends.removeAll(keepingCapacity: true)
    ends.append(0)
    indices.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ index: Int, _ value: Double) {
    if value == 0 { return }
    indices.append(Int32(truncatingIfNeeded: index))
    values.append(value)
  }

  mutating func append(_ cells: VectorCells, row: Int) {
    cells.forEachEntry(row) { append($0, $1) }
    ends.append(indices.count)
  }

  mutating func append(_ vector: VectorValue) {
    for (index, value) in vector.entries { append(Int(index), value) }
    ends.append(indices.count)
  }

  mutating func append(_ other: SparseRows) {
    let shift = indices.count
    ends += other.ends.dropFirst().map { $0 + shift }
    indices += other.indices
    values += other.values
  }

  /// Adds rows given by how many entries each has, and all entries.
  mutating func append(counts: [Int], indices: [Int32], values: [Double]) {
    for count in counts { ends.append(ends[ends.count - 1] + count) }
    self.indices += indices
    self.values += values
    require(ends[ends.count - 1] == self.indices.count, "entries of other rows")
  }

  /// How many entries each row has.
  var entryCounts: [Int] { (0..<count).map { entries($0).count } }
}
