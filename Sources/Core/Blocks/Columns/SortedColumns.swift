public import LinearAlgebra
internal import Platform

/// The exact empirical distributions of some columns.
///
/// Memory: 8 bytes for each distinct float of each column and 12 for each distinct double; up to 4 more
/// once rows are scored.
public struct SortedColumns: Sendable {
  public let columns: [SortedColumn]

  public init(_ columns: [SortedColumn]) { self.columns = columns }

  /// Whether the numbers of all columns came as floats.
  public var areFloats: Bool { columns.allSatisfy(\.areFloats) }
  public var distinctCount: Int { columns.reduce(0) { $0 + $1.distinctCount } }

  /// The distinct numbers of one column after the other, rising; none of columns of another type.
  public func distinctValues<Element: Scalar>(_ type: Element.Type) -> [Element] {
    joined { $0.values(type) }
  }

  /// How many rows have at most the value of each place, of one column after the other.
  public var cumulativeCounts: [Int32] { joined { $0.ends } }

  private func joined<T: BitwiseCopyable>(_ list: (SortedColumn) -> Buffer<T>?) -> [T] {
    var all: [T] = []
    all.reserveCapacity(distinctCount)
    for column in columns {
      guard let list = list(column) else { continue }
      unsafe all.append(contentsOf: UnsafeBufferPointer(start: list.pointer, count: list.count))
    }
    return all
  }

  /// The sum, column after column, of what the places of each row's numbers add.
  ///
  /// What is missing adds nothing, and so does a number where no training row had one. Cost: about
  /// 30 ns a number, for its place is looked up.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func sums<Element: Scalar>(
    by rule: TailRule, for rows: RowBlock<Element>
  ) -> [Double] {
    require(rows.columnCount == columns.count, "\(rows.columnCount) columns of \(columns.count)")
    let sums = Buffer<Double>(count: rows.count)
    let scratch = SortedColumn.Scratch()
    for first in stride(from: 0, to: rows.count, by: SortedColumn.chunk) {
      let count = min(SortedColumn.chunk, rows.count - first)
      // A column at a time, whose lists stay near.
      for (place, column) in columns.enumerated() where column.rowCount > 0 {
        let numbers = unsafe scratch.numbers.pointer
        for row in 0..<count {
          unsafe numbers[row] = Double(rows.start(ofRow: first + row)[place])
        }
        unsafe column.addTerms(count, scratch, by: rule, to: sums.pointer + first)
      }
    }
    return sums.array
  }

  /// What each number of each row adds.
  public func terms<Element: Scalar>(
    by rule: TailRule, for rows: RowBlock<Element>
  ) -> Matrix<Double> {
    var matrix = Matrix<Double>(rowCount: rows.count, columnCount: columns.count)
    for row in 0..<rows.count {
      for (place, column) in columns.enumerated() {
        matrix[row, place] = column.term(of: Double(rows[row, place]), by: rule)
      }
    }
    return matrix
  }
}
