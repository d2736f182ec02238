internal import Platform

/// Coded rows of a block by their entries, in memory that a thread keeps.
///
/// What knows sparse rows knows coded ones so, and to the same bits: a number that is 0 changes
/// nothing there.
public struct CodedEntries<Element: Scalar> {
  /// The most rows that are taken at a time.
  public static var rowLimit: Int { 256 }

  private let offsets = Buffer<Int>(count: 257)
  private var indices = Buffer<Int32>(count: 0)
  private var values = Buffer<Element>(count: 0)
  private var rowCount = 0
  private var columnCount = 0
  /// Dense columns (at least 0) and runs (-1 - k), by rising column.
  private var order: [Int32] = []

  public init() {}

  /// Takes the rows of a block; all blocks must have one layout.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public mutating func take(_ rows: CodedRowBlock<Element>) {
    let layout = rows.layout
    let (width, runs) = (layout.denseColumns.count, layout.codes.count)
    if order.isEmpty {
      let starts =
        layout.denseColumns.indices.map { (layout.denseColumns[$0], Int32($0)) }
        + layout.codes.indices.map { (Int32(layout.codes[$0].lowerBound), -1 - Int32($0)) }
      order = starts.sorted { $0.0 < $1.0 }.map(\.1)
      indices = Buffer(count: Self.rowLimit * (width + runs))
      values = Buffer(count: Self.rowLimit * (width + runs))
    }
    require(rows.count <= Self.rowLimit, "\(rows.count) rows of a block")
    (rowCount, columnCount) = (rows.count, layout.columnCount)
    let (to, numbers) = unsafe (indices.pointer, values.pointer)
    var entry = 0
    unsafe order.withUnsafeBufferPointer { order in
      for row in 0..<rows.count {
        for index in order.indices {
          let place = unsafe order[index]
          if place >= 0 {
            unsafe to[entry] = layout.denseColumns[Int(place)]
            unsafe numbers[entry] = rows.numbers[row * width + Int(place)]
            entry += 1
          } else {
            let code = unsafe rows.codes[row * runs + Int(-1 - place)]
            if code < 0 { continue }
            unsafe to[entry] = code
            unsafe numbers[entry] = 1
            entry += 1
          }
        }
        offsets[row + 1] = entry
      }
    }
  }

  /// The rows that were taken, as a kernel takes them.
  @unsafe public var block: SparseRowBlock<Element> {
    unsafe SparseRowBlock(
      offsets: offsets.pointer, indices: indices.pointer, values: values.pointer, count: rowCount,
      columnCount: columnCount)
  }
}
