internal import Platform

/// A few points among the rows, the same on all workers: first centres, rows that were drawn.
///
/// Rows that came sparse stay so, for spread out a hundred of them may not fit into memory.
public enum Points: Sendable {
  case dense(Matrix<Double>)
  case sparse(SparseRows<Double>)

  public var count: Int {
    switch self {
    case .dense(let matrix): matrix.rowCount
    case .sparse(let rows): rows.rowCount
    }
  }

  public var columnCount: Int {
    switch self {
    case .dense(let matrix): matrix.columnCount
    case .sparse(let rows): rows.columnCount
    }
  }

  /// The points with all their numbers, one a row.
  public var matrix: Matrix<Double> {
    switch self {
    case .dense(let matrix): matrix
    case .sparse(let rows): rows.matrix
    }
  }

  /// One of them.
  public subscript(index: Int) -> Points {
    switch self {
    case .dense(let matrix):
      .dense(
        Matrix(rowCount: 1, columnCount: matrix.columnCount, elements: matrix.row(index)))
    case .sparse(let rows):
      .sparse(SparseRows([rows.entries(ofRow: index)], columnCount: rows.columnCount))
    }
  }

  /// These and others of the same form.
  public func appending(_ other: Points) -> Points {
    switch (self, other) {
    case (.dense(let own), .dense(let others)): return .dense(own.appending(rowsOf: others))
    case (.sparse(let own), .sparse(let others)):
      require(own.columnCount == others.columnCount, "points of several widths")
      let entries = [own, others].flatMap { rows in
        (0..<rows.rowCount).map { rows.entries(ofRow: $0) }
      }
      return .sparse(SparseRows(entries, columnCount: own.columnCount))
    case (.dense, .sparse), (.sparse, .dense): bug("dense points among sparse ones")
    }
  }
}

extension SparseRows {
  /// The same rows over the columns that any of them has an entry in, and which those are.
  ///
  /// Distances between the rows are the same to the bit.
  public var withoutEmptyColumns: (rows: SparseRows, columns: [Int]) {
    var isUsed = [Bool](repeating: false, count: columnCount)
    for place in 0..<entryCount { isUsed[Int(indices[place])] = true }
    let columns = isUsed.indices.filter { isUsed[$0] }
    var places = [Int32](repeating: 0, count: columnCount)
    for (place, column) in columns.enumerated() { places[column] = Int32(place) }
    let rows = SparseRows(
      columnCount: columns.count, offsets: offsets,
      indices: Buffer((0..<entryCount).map { places[Int(indices[$0])] }), values: values)
    return (rows, columns)
  }
}
