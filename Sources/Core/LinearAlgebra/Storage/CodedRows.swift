internal import Platform

/// Where the columns of coded rows lie: some as numbers, the others as runs that a code stands for.
public struct CodeLayout: Sendable, Equatable {
  /// How many columns a row has with all its zeros.
  public let columnCount: Int
  /// The columns that are held as numbers, rising.
  public let denseColumns: [Int32]
  /// The runs of columns of which a row has at most one, and that one is 1.
  public let codes: [Range<Int>]
  /// For each column its place among the dense ones, or -1 - k for one of run k.
  public let places: [Int32]

  /// nil where the runs overlap, do not rise, or reach beyond the columns.
  public init?(columnCount: Int, codes: [Range<Int>]) {
    var places = [Int32](repeating: 0, count: columnCount)
    var end = 0
    for (number, run) in codes.enumerated() {
      guard run.lowerBound >= end, run.upperBound <= columnCount, !run.isEmpty else { return nil }
      for column in run { places[column] = -1 - Int32(number) }
      end = run.upperBound
    }
    var dense: [Int32] = []
    for column in 0..<columnCount where places[column] == 0 {
      places[column] = Int32(dense.count)
      dense.append(Int32(column))
    }
    self.columnCount = columnCount
    denseColumns = dense
    self.codes = codes
    self.places = places
  }

  /// The memory of so many rows.
  public func byteCount<Element: Scalar>(rows: Int, of type: Element.Type) -> Int {
    rows * (denseColumns.count * MemoryLayout<Element>.stride + codes.count * 4)
  }
}

/// Rows of which some columns are numbers and the others come in runs with one 1 at most, as codes.
///
/// What one-hot encoding makes of categories, without the zeros: a code is 4 bytes whatever the
/// number of categories.
public struct CodedRows<Element: Scalar>: Sendable {
  public let layout: CodeLayout
  public let rowCount: Int
  /// Row-major, the dense columns of each row.
  public let numbers: Buffer<Element>
  /// Row-major, a column number for each run of each row; -1 where the row has none of it.
  public let codes: Buffer<Int32>

  /// - Parameter codes: each within its run, or -1; checked here, once, for kernels trust them.
  public init(
    layout: CodeLayout, rowCount: Int, numbers: Buffer<Element>, codes: Buffer<Int32>
  ) {
    let (width, runs) = (layout.denseColumns.count, layout.codes)
    require(
      numbers.count >= rowCount * width && codes.count >= rowCount * runs.count,
      "too few numbers or codes for \(rowCount) rows")
    codes.withSpan { codes in
      for (number, run) in runs.enumerated() {
        let (low, high) = (Int32(run.lowerBound), Int32(run.upperBound))
        var isFine = true
        for row in 0..<rowCount {
          let code = codes[row * runs.count + number]
          isFine = isFine && (code == -1 || (code >= low && code < high))
        }
        require(isFine, "a code outside of its columns \(run)")
      }
    }
    self.layout = layout
    self.rowCount = rowCount
    self.numbers = numbers
    self.codes = codes
  }

  public var columnCount: Int { layout.columnCount }

  /// One row with its zeros.
  public func row(_ row: Int) -> [Element] {
    require(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
    var result = [Element](repeating: 0, count: columnCount)
    let width = layout.denseColumns.count
    for (place, column) in layout.denseColumns.enumerated() {
      result[Int(column)] = numbers[row * width + place]
    }
    for run in layout.codes.indices {
      let code = codes[row * layout.codes.count + run]
      if code >= 0 { result[Int(code)] = 1 }
    }
    return result
  }

  /// Some of the rows as a kernel takes them; the memory lives as long as these rows.
  @unsafe public func block(_ rows: Range<Int>) -> CodedRowBlock<Element> {
    require(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    return unsafe CodedRowBlock(
      layout: layout, count: rows.count,
      numbers: numbers.pointer + rows.lowerBound * layout.denseColumns.count,
      codes: codes.pointer + rows.lowerBound * layout.codes.count)
  }

  /// All rows with their zeros, row-major, where zeros stand before.
  @unsafe public func spread(to target: UnsafeMutablePointer<Element>) {
    let (width, runs) = (layout.denseColumns.count, layout.codes.count)
    for row in 0..<rowCount {
      let start = unsafe target + row * columnCount
      for place in 0..<width {
        unsafe start[Int(layout.denseColumns[place])] = numbers[row * width + place]
      }
      for run in 0..<runs {
        let code = codes[row * runs + run]
        if code >= 0 { unsafe start[Int(code)] = 1 }
      }
    }
  }
}

/// Coded rows that a kernel reads: a view without an owner, whose memory must outlive it.
@safe public struct CodedRowBlock<Element: Scalar> {
  public let layout: CodeLayout
  public let count: Int
  /// Row-major, `layout.denseColumns.count` a row.
  @unsafe public let numbers: UnsafePointer<Element>
  /// Row-major, `layout.codes.count` a row: column numbers, or -1.
  @unsafe public let codes: UnsafePointer<Int32>

  @unsafe init(
    layout: CodeLayout, count: Int, numbers: UnsafePointer<Element>, codes: UnsafePointer<Int32>
  ) {
    self.layout = layout
    self.count = count
    unsafe self.numbers = unsafe numbers
    unsafe self.codes = unsafe codes
  }
}

extension CodedRowBlock {
  /// Adds each row times its weight to the sums of the columns.
  /// - Returns: the sum of the weights.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @unsafe public func addColumns(
    weights: UnsafePointer<Double>?, to sums: UnsafeMutablePointer<Double>
  ) -> Double {
    let (width, runs) = (layout.denseColumns.count, layout.codes.count)
    var total = 0.0
    for row in 0..<count {
      let weight = unsafe weights?[row] ?? 1
      total += weight
      for place in 0..<width {
        unsafe sums[Int(layout.denseColumns[place])].addProduct(
          weight, Double(numbers[row * width + place]))
      }
      for run in 0..<runs {
        let code = unsafe Int(codes[row * runs + run])
        if code >= 0 { unsafe sums[code] += weight }
      }
    }
    return total
  }
}
