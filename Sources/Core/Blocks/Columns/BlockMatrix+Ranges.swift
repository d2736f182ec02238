public import Cluster
internal import Datasets
internal import LinearAlgebra
internal import Synchronization

extension BlockMatrix {
  /// The least and the greatest number of each column among the rows that count, nil for a column
  /// without any; a collective call.
  ///
  /// NaN is no number, and a row of weight 0 does not count. One read of the rows.
  public func ranges(in session: Session) throws -> [ClosedRange<Double>?] {
    let columnCount = columnCount
    let found = Mutex(ColumnEnds(columnCount: columnCount))
    try forEachBlock(
      "finding the ends of columns", in: session,
      scratch: { BlockEnds<Element>(columnCount: columnCount) }
    ) { block, scratch in
      guard case .dense(let rows) = block.rows else { throw Block<Element>.denseOnly }
      unsafe scratch.take(rows, weights: block.weights)
      found.withLock { scratch.add(to: &$0) }
    }
    return try found.withLock { $0 }.total(in: session.communicator)
  }
}

/// The ends of some columns; the wrong way round where there was no number.
private struct ColumnEnds: Sendable {
  var least: [Double]
  var greatest: [Double]

  init(columnCount: Int) {
    least = [Double](repeating: .infinity, count: columnCount)
    greatest = [Double](repeating: -.infinity, count: columnCount)
  }

  func total(in communicator: Communicator) throws -> [ClosedRange<Double>?] {
    // The negative of the greatest, so that one call finds both ends.
    let keys = (least + greatest.map { -$0 }).map {
      OrderedKey.integer(of: OrderedKey.key(of: $0))
    }
    let ends = try communicator.allReduce(keys, by: .minimum).map {
      OrderedKey.number(of: OrderedKey.key(of: $0))
    }
    return least.indices.map { column in
      let (low, high) = (ends[column], 0 - ends[least.count + column])
      return low <= high ? low...high : nil
    }
  }
}

/// The ends of the columns of one block.
private struct BlockEnds<Element: Scalar> {
  private let least: Buffer<Element>
  private let greatest: Buffer<Element>

  init(columnCount: Int) {
    least = Buffer(count: columnCount)
    greatest = Buffer(count: columnCount)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func take(_ rows: RowBlock<Element>, weights: UnsafePointer<Double>?) {
    let (least, greatest) = unsafe (least.pointer, greatest.pointer)
    let columnCount = rows.columnCount
    for column in 0..<columnCount {
      unsafe least[column] = .infinity
      unsafe greatest[column] = -.infinity
    }
    for row in 0..<rows.count {
      if let weights = unsafe weights, unsafe weights[row] == 0 { continue }
      let numbers = unsafe rows.start(ofRow: row)
      for column in 0..<columnCount {
        // A NaN is on neither side.
        let number = unsafe numbers[column]
        unsafe least[column] = number < least[column] ? number : least[column]
        unsafe greatest[column] = number > greatest[column] ? number : greatest[column]
      }
    }
  }

  func add(to ends: inout ColumnEnds) {
    for column in ends.least.indices {
      ends.least[column] = min(ends.least[column], Double(least[column]))
      ends.greatest[column] = max(ends.greatest[column], Double(greatest[column]))
    }
  }
}
