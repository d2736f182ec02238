internal import CKernels
internal import Platform

/// Rows by their entries that are not zero, one row behind the other (CSR), as a value.
///
/// What text and categories become: thousands of columns of which a row has a few. Cost: an index
/// of 4 bytes and a number for each entry, and 8 bytes a row.
public struct SparseRows<Element: Scalar>: Sendable {
  public let columnCount: Int
  /// The entries of row `i` are `offsets[i]..<offsets[i + 1]`.
  public let offsets: Buffer<Int>
  /// The column of each entry; they rise within a row.
  public let indices: Buffer<Int32>
  public let values: Buffer<Element>

  /// Takes rows as they lie in memory.
  public init(
    columnCount: Int, offsets: Buffer<Int>, indices: Buffer<Int32>, values: Buffer<Element>
  ) {
    require(columnCount >= 0 && offsets.count >= 1, "sparse rows of \(columnCount) columns")
    let entryCount = offsets[offsets.count - 1]
    require(
      indices.count >= entryCount && values.count >= entryCount && offsets[0] == 0,
      "\(indices.count) indices, \(values.count) values for \(entryCount) entries")
    // Kernels trust what they are given, so it is looked at here, once.
    offsets.withSpan { offsets in
      var rises = true
      for row in 1..<max(1, offsets.count) { rises = rises && offsets[row - 1] <= offsets[row] }
      require(rises, "offsets of sparse rows that fall")
    }
    require(
      unsafe martlet_all_within(indices.pointer, entryCount, columnCount) == 1,
      "an entry outside of \(columnCount) columns")
    self.columnCount = columnCount
    self.offsets = offsets
    self.indices = indices
    self.values = values
  }

  public var rowCount: Int { offsets.count - 1 }
  /// How many entries all rows have together.
  public var entryCount: Int { offsets[rowCount] }
  /// The memory that so many rows and entries take.
  public static func byteCount(rows: Int, entries: Int) -> Int {
    rows * MemoryLayout<Int>.stride
      + entries * (MemoryLayout<Int32>.stride + MemoryLayout<Element>.stride)
  }

  /// The columns and numbers of one row, by rising column.
  public func entries(ofRow row: Int) -> [(column: Int, value: Element)] {
    places(ofRow: row).map { (Int(indices[$0]), values[$0]) }
  }

  /// One row with its zeros.
  public func row(_ row: Int) -> [Element] {
    var numbers = [Element](repeating: 0, count: columnCount)
    for place in places(ofRow: row) { numbers[Int(indices[place])] = values[place] }
    return numbers
  }

  func places(ofRow row: Int) -> Range<Int> {
    require(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
    return offsets[row]..<offsets[row + 1]
  }

  /// Some of the rows as a kernel takes them; the memory lives as long as these rows.
  @unsafe public func block(_ rows: Range<Int>) -> SparseRowBlock<Element> {
    require(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    return unsafe SparseRowBlock(
      offsets: offsets.pointer + rows.lowerBound, indices: indices.pointer, values: values.pointer,
      count: rows.count, columnCount: columnCount)
  }
}

extension SparseRows {
  /// Rows given by their entries, which rise by column.
  public init(_ rows: [[(column: Int, value: Element)]], columnCount: Int) {
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + row.count) }
    self.init(
      columnCount: columnCount, offsets: Buffer(offsets),
      indices: Buffer(rows.flatMap { $0.map { Int32($0.column) } }),
      values: Buffer(rows.flatMap { $0.map(\.value) }))
  }

  /// The numbers of a matrix that are not zero.
  public init(_ matrix: Matrix<Element>) {
    let width = matrix.columnCount
    var (offsets, indices, values) = ([0], [Int32](), [Element]())
    for row in 0..<matrix.rowCount {
      for (column, value) in matrix.row(row).enumerated() where value != 0 {
        indices.append(Int32(column))
        values.append(value)
      }
      offsets.append(indices.count)
    }
    self.init(
      columnCount: width, offsets: Buffer(offsets), indices: Buffer(indices),
      values: Buffer(values))
  }

  /// Some of the rows with their zeros.
  public func matrix(_ rows: Range<Int>) -> Matrix<Element> {
    var matrix = Matrix<Element>(rowCount: rows.count, columnCount: columnCount)
    unsafe block(rows).spread(to: matrix.mutablePointer)
    return matrix
  }

  /// All rows with their zeros.
  public var matrix: Matrix<Element> { matrix(0..<rowCount) }
}

/// Sparse rows that a kernel reads: a view without an owner, whose memory must outlive it.
@safe public struct SparseRowBlock<Element: Scalar> {
  /// The entries of row `i` are `offsets[i]..<offsets[i + 1]` of `indices` and `values`.
  @unsafe public let offsets: UnsafePointer<Int>
  @unsafe public let indices: UnsafePointer<Int32>
  @unsafe public let values: UnsafePointer<Element>
  public let count: Int
  public let columnCount: Int

  @unsafe init(
    offsets: UnsafePointer<Int>, indices: UnsafePointer<Int32>, values: UnsafePointer<Element>,
    count: Int, columnCount: Int
  ) {
    unsafe self.offsets = unsafe offsets
    unsafe self.indices = unsafe indices
    unsafe self.values = unsafe values
    self.count = count
    self.columnCount = columnCount
  }

  /// Writes the rows with their zeros, row-major, where zeros stand before.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @unsafe public func spread(to target: UnsafeMutablePointer<Element>) {
    for row in 0..<count {
      for place in unsafe offsets[row]..<offsets[row + 1] {
        unsafe target[row * columnCount + Int(indices[place])] = values[place]
      }
    }
  }

  func forBridge() -> martlet_sparse_rows {
    unsafe martlet_sparse_rows(
      offsets: offsets, indices: indices, values: values, count: count)
  }
}
