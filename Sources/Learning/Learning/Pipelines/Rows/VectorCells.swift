public import LinearAlgebra
public import Platform

/// One vector a row, all of one width: a register of a batch.
///
/// Whether it is dense or sparse was decided when the pipeline was bound; a dense one is written in
/// any order, a sparse one row by row, by rising index.
@safe public final class VectorCells {
  public let width: Int
  public let isSparse: Bool
  @usableFromInline var dense: UnsafeMutablePointer<Double>
  @usableFromInline var capacity = 0
  /// Where the entries of each sparse row lie.
  @usableFromInline var starts = GrowingBuffer<Int>(capacity: 0)
  @usableFromInline var ends = GrowingBuffer<Int>(capacity: 0)
  @usableFromInline var indices = GrowingBuffer<Int32>(capacity: 0)
  @usableFromInline var values = GrowingBuffer<Double>(capacity: 0)
  private var begun = 0
  var sparseRowCount: Int { ends.count }

  init(width: Int, isSparse: Bool) {
    self.width = width
    self.isSparse = isSparse
    unsafe dense = .allocate(capacity: 1)
  }

  deinit { unsafe dense.deallocate() }

  /// Makes room for so many dense rows, or forgets the sparse ones; keeps the memory.
  public func prepare(_ rowCount: Int) {
    if isSparse {
      starts.truncate(to: 0)
      ends.truncate(to: 0)
      indices.truncate(to: 0)
      values.truncate(to: 0)
      begun = 0
    } else if rowCount > capacity {
      unsafe dense.deallocate()
      unsafe dense = .allocate(capacity: max(1, rowCount * width))
      unsafe dense.initialize(repeating: 0, count: max(1, rowCount * width))
      capacity = rowCount
    }
  }

  // MARK: Dense

  /// The numbers of a dense row.
  @unsafe @inlinable
  public func row(_ row: Int) -> UnsafeMutablePointer<Double> {
    require(!isSparse && row >= 0 && row < capacity, "dense row \(row) of \(capacity)")
    return unsafe dense + row * width
  }

  @inlinable
  public subscript(row: Int, index: Int) -> Double {
    get {
      require(index >= 0 && index < width, "number \(index) of \(width)")
      return unsafe self.row(row)[index]
    }
    set {
      require(index >= 0 && index < width, "number \(index) of \(width)")
      unsafe self.row(row)[index] = newValue
    }
  }

  // MARK: Sparse

  /// Adds an entry to the next sparse row, which `endRow` completes; indices rise within a row.
  @inlinable
  public func append(_ index: Int, _ value: Double) {
    require(isSparse && index >= 0 && index < width, "entry \(index) of \(width)")
    indices.append(Int32(truncatingIfNeeded: index))
    values.append(value)
  }

  /// Completes the next sparse row with what was appended since the last.
  public func endRow() {
    starts.append(begun)
    begun = indices.count
    ends.append(begun)
  }

  /// What is appended row by row comes behind the rows that were opened together.
  func closeRows() { begun = indices.count }

  // MARK: Either

  /// How many entries of a row are held: all of a dense row, those written of a sparse one.
  @inlinable
  public func entryCount(_ row: Int) -> Int { isSparse ? ends[row] - starts[row] : width }

  /// The entries of a row that are held, by rising index: all of a dense row, those written of a
  /// sparse one.
  @inlinable
  public func forEachEntry(_ row: Int, _ body: (Int, Double) throws -> Void) rethrows {
    if isSparse {
      // Held, so that they stay where they are whatever the body does.
      let (indices, values) = (indices.buffer, values.buffer)
      for place in starts[row]..<ends[row] { try body(Int(indices[place]), values[place]) }
    } else {
      let numbers = unsafe self.row(row)
      for index in 0..<width { try unsafe body(index, numbers[index]) }
    }
  }

  func keep(_ rows: [Int]) {
    for (place, row) in rows.enumerated() where place != row {
      if isSparse {
        starts[place] = starts[row]
        ends[place] = ends[row]
      } else {
        unsafe self.row(place).update(from: self.row(row), count: width)
      }
    }
    if isSparse {
      starts.truncate(to: rows.count)
      ends.truncate(to: rows.count)
    }
  }
}
