internal import CKernels
internal import Platform

/// The entries of sparse rows by chunks of columns, for sums of so many columns that a sum of that
/// width for each leaf would cost more than the entries.
///
/// Within a chunk they lie leaf by leaf and row by row: what a leaf adds up to stays in the cache.
/// Cost: a second copy of the entries, made by counting; a sum reads it once, and its factors at
/// random.
@safe public final class EntryColumns<Element: Scalar>: Sendable {
  public let columnCount: Int
  /// Where the entries of each chunk begin, and where the last ends.
  private let chunkEntries: Buffer<Int>
  /// How many entries each leaf has in each chunk, leaves side by side.
  private let segmentCounts: Buffer<Int32>
  /// The column of each entry, from the first of its chunk on.
  private let columns: Buffer<UInt16>
  private let rows: Buffer<Int32>
  private let values: Buffer<Element>
  private let rootLeaves: Buffer<Int>
  private let rowCount: Int

  private static var chunkCount: Int { Int(martlet_chunk_columns) }

  /// The memory that it takes.
  public static func byteCount(columns: Int, leaves: Int, entries: Int) -> Int {
    let chunks = (columns + chunkCount - 1) / chunkCount
    return chunks * (8 + leaves * 12) + entries * (6 + MemoryLayout<Element>.stride)
  }

  /// - Parameters:
  ///   - leafRows: where each leaf of these rows begins, and where the last ends.
  ///   - rootLeaves: where the leaves of each root of their tree begin among those of all rows, and
  ///     where the last ends.
  public init(_ source: SparseRows<Element>, leafRows: [Int], rootLeaves: [Int], threads: Int)
    throws
  {
    let leafCount = leafRows.count - 1
    require(
      leafRows.last == source.rowCount && leafRows.first == 0 && source.rowCount < Int(Int32.max)
        && leafCount == (rootLeaves.last ?? 0) - (rootLeaves.first ?? 0)
        && leafCount < 1 << Int(martlet_tree_levels),
      "leaves that do not fit \(source.rowCount) rows")
    columnCount = source.columnCount
    rowCount = source.rowCount
    self.rootLeaves = Buffer(rootLeaves)
    let width = Int32(Self.chunkCount)
    let chunks = (columnCount + Self.chunkCount - 1) / Self.chunkCount
    chunkEntries = Buffer(count: chunks + 1)
    segmentCounts = Buffer(count: max(1, chunks * leafCount))
    columns = Buffer(count: source.entryCount)
    rows = Buffer(count: source.entryCount)
    values = Buffer(count: source.entryCount)
    let (counts, toColumns, toRows, toValues) = (segmentCounts, columns, rows, values)
    // Each thread has leaves of its own, whose segments no other writes.
    _ = try mapConcurrently(leafCount, threads: threads) { leaf in
      let (indices, to) = unsafe (source.indices.pointer, counts.pointer + leaf)
      let entries = source.offsets[leafRows[leaf]]..<source.offsets[leafRows[leaf + 1]]
      for entry in entries { unsafe to[Int(indices[entry] / width) * leafCount] += 1 }
    }
    let places = Buffer<Int>(count: max(1, chunks * leafCount))
    var place = 0
    for chunk in 0..<chunks {
      chunkEntries[chunk] = place
      for segment in chunk * leafCount..<(chunk + 1) * leafCount {
        places[segment] = place
        place += Int(counts[segment])
      }
    }
    chunkEntries[chunks] = place
    _ = try mapConcurrently(leafCount, threads: threads) { leaf in
      let (indices, numbers) = unsafe (source.indices.pointer, source.values.pointer)
      let next = unsafe places.pointer + leaf
      let (toColumns, toRows, toValues) = unsafe (
        toColumns.pointer, toRows.pointer, toValues.pointer
      )
      for row in leafRows[leaf]..<leafRows[leaf + 1] {
        for entry in source.offsets[row]..<source.offsets[row + 1] {
          let column = unsafe indices[entry]
          let chunk = column / width
          let segment = Int(chunk) * leafCount
          let place = unsafe next[segment]
          unsafe next[segment] = place + 1
          unsafe toColumns[place] = UInt16(truncatingIfNeeded: column - chunk * width)
          unsafe toRows[place] = Int32(truncatingIfNeeded: row)
          unsafe toValues[place] = numbers[entry]
        }
      }
    }
    withExtendedLifetime((source, places)) {}
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
    let cuts = cuts(threads: max(1, threads))
    try concurrently(cuts.count - 1) { thread in
      var entries = unsafe martlet_entry_columns(
        chunk_entries: chunkEntries.pointer, segment_counts: segmentCounts.pointer,
        columns: columns.pointer, rows: rows.pointer, values: values.pointer,
        column_count: columnCount, root_leaves: rootLeaves.pointer,
        root_count: rootLeaves.count - 1)
      unsafe martlet_column_sums(
        level.rawValue, Element.kernelPrecision, &entries, factors.map { unsafe $0.pointer },
        squared ? 1 : 0, cuts[thread], cuts[thread + 1], sums.pointer)
    }
    withExtendedLifetime((self, factors)) {}
  }

  /// Where the chunks of each thread begin: ranges of equal work, of entries and of columns.
  private func cuts(threads: Int) -> [Int] {
    let chunks = chunkEntries.count - 1
    func work(_ chunk: Int) -> Int { chunkEntries[chunk] + 8 * Self.chunkCount * chunk }
    var edges = [0]
    for thread in 1..<threads {
      var (low, high) = (edges[thread - 1], chunks)
      while low < high {
        let middle = (low + high) / 2
        if work(middle) < work(chunks) * thread / threads {
          low = middle + 1
        } else {
          high = middle
        }
      }
      edges.append(low)
    }
    return edges + [chunks]
  }
}
