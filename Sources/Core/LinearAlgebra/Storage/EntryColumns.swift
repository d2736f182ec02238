internal import CKernels
internal import Platform

/// The entries of sparse rows column by column, for sums of so many columns that a sum of that width
/// for each leaf would cost more than the entries.
///
/// Cost: a second copy of the entries, made by counting; a sum reads it once, and its factors at
/// random.
@safe public final class EntryColumns<Element: Scalar>: Sendable {
  public let columnCount: Int
  private let offsets: Buffer<Int>
  private let rows: Buffer<Int32>
  private let values: Buffer<Element>
  /// The leaf of each row, from the first of these rows on.
  private let rowLeaves: Buffer<UInt16>
  private let rootLeaves: Buffer<Int>
  private let rowCount: Int

  /// The memory that it takes.
  public static func byteCount(columns: Int, entries: Int) -> Int {
    columns * 8 + entries * (4 + MemoryLayout<Element>.stride)
  }

  /// - Parameters:
  ///   - leafRows: where each leaf of these rows begins, and where the last ends.
  ///   - rootLeaves: where the leaves of each root of their tree begin among those of all rows, and
  ///     where the last ends.
  public init(_ source: SparseRows<Element>, leafRows: [Int], rootLeaves: [Int], threads: Int)
    throws
  {
    require(
      leafRows.last == source.rowCount && leafRows.first == 0 && source.rowCount < Int(Int32.max)
        && leafRows.count == (rootLeaves.last ?? 0) - (rootLeaves.first ?? 0) + 1,
      "leaves that do not fit \(source.rowCount) rows")
    columnCount = source.columnCount
    rowCount = source.rowCount
    require(leafRows.count <= 1 << 16, "\(leafRows.count) leaves")
    rowLeaves = Buffer(count: source.rowCount)
    for leaf in 0..<leafRows.count - 1 {
      for row in leafRows[leaf]..<leafRows[leaf + 1] { rowLeaves[row] = UInt16(leaf) }
    }
    self.rootLeaves = Buffer(rootLeaves)
    offsets = Buffer(count: columnCount + 1)
    rows = Buffer(count: source.entryCount)
    values = Buffer(count: source.entryCount)
    let (offsets, rows, values) = (offsets, rows, values)
    let width = columnCount
    // Each thread has columns of its own, and goes through all entries.
    try concurrently(threads) { thread in
      let mine = width * thread / threads..<width * (thread + 1) / threads
      let (low, high) = (Int32(mine.lowerBound), Int32(mine.upperBound))
      let (counts, indices) = unsafe (offsets.pointer + 1, source.indices.pointer)
      for entry in 0..<source.entryCount {
        let column = unsafe indices[entry]
        if column >= low, column < high { unsafe counts[Int(column)] += 1 }
      }
    }
    for column in 0..<width { offsets[column + 1] += offsets[column] }
    try concurrently(threads) { thread in
      let mine = width * thread / threads..<width * (thread + 1) / threads
      let (low, high) = (Int32(mine.lowerBound), Int32(mine.upperBound))
      let next = Buffer<Int>(count: mine.count)
      for column in mine { next[column - mine.lowerBound] = offsets[column] }
      let (places, indices, numbers) = unsafe (
        next.pointer, source.indices.pointer, source.values.pointer
      )
      let (toRows, toValues) = unsafe (rows.pointer, values.pointer)
      for row in 0..<source.rowCount {
        for entry in source.offsets[row]..<source.offsets[row + 1] {
          let column = unsafe indices[entry]
          guard column >= low, column < high else { continue }
          let place = unsafe places[Int(column - low)]
          unsafe places[Int(column - low)] = place + 1
          unsafe toRows[place] = Int32(truncatingIfNeeded: row)
          unsafe toValues[place] = numbers[entry]
        }
      }
      withExtendedLifetime((next, source)) {}
    }
  }

  /// The sums of each root: `fma(factor, x, sum)` over the rows of each leaf in order, or
  /// `fma(factor x, x, sum)`, leaves in their tree.
  /// - Parameters:
  ///   - factors: one a row; nil: all 1.
  ///   - sums: `columnCount` numbers for each root.
  public func sums(
    factors: Buffer<Double>?, squared: Bool, into sums: Buffer<Double>, threads: Int,
    level: KernelLevel
  ) throws {
    require(
      (factors?.count ?? rowCount) >= rowCount
        && sums.count >= columnCount * (rootLeaves.count - 1), "too few factors or sums")
    // Ranges of equal work.
    let total = offsets[columnCount] + columnCount
    var edges = [0]
    for thread in 1..<max(1, threads) + 1 {
      var (low, high) = (edges[thread - 1], columnCount)
      while low < high {
        let middle = (low + high) / 2
        if offsets[middle] + middle < total * thread / threads {
          low = middle + 1
        } else {
          high = middle
        }
      }
      edges.append(thread == threads ? columnCount : low)
    }
    let cuts = edges
    try concurrently(threads) { thread in
      var columns = unsafe martlet_entry_columns(
        offsets: offsets.pointer, rows: rows.pointer, values: values.pointer,
        column_count: columnCount, row_leaves: rowLeaves.pointer,
        root_leaves: rootLeaves.pointer, root_count: rootLeaves.count - 1)
      unsafe martlet_column_sums(
        level.rawValue, Element.kernelPrecision, &columns, factors.map { unsafe $0.pointer },
        squared ? 1 : 0, cuts[thread], cuts[thread + 1], sums.pointer)
    }
    withExtendedLifetime((self, factors)) {}
  }
}
