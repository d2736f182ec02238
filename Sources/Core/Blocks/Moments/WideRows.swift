internal import LinearAlgebra
internal import Platform

/// A thread's room for a block of rows as doubles with their zeros, and a column for the label.
struct WideRows<Element: Scalar> {
  private let columnCount: Int
  private let room: Buffer<Double>

  init(columnCount: Int) {
    self.columnCount = columnCount
    room = Buffer(count: Block<Element>.rowLimit * columnCount)
  }

  /// The rows of a block; valid until the next call.
  /// - Parameters:
  ///   - appendingLabel: with the label behind the numbers of each row.
  ///   - shift: subtracted from the numbers.
  @unsafe func rows(
    of block: Block<Element>, appendingLabel: Bool = false, shift: [Double]? = nil
  ) -> RowBlock<Double> {
    let (count, width, stride) = (block.rowCount, block.columnCount, columnCount)
    require(stride == width + (appendingLabel ? 1 : 0), "rows of \(width) in room for \(stride)")
    if case .dense(let values) = block.contents, Element.self == Double.self, !appendingLabel,
      shift == nil
    {
      let values = unsafe UnsafeRawPointer(values).assumingMemoryBound(to: Double.self)
      return unsafe RowBlock(values, rowCount: count, columnCount: width)
    }
    let target = unsafe room.pointer
    unsafe block.widen(to: target, stride: stride)
    if let shift {
      unsafe shift.withUnsafeBufferPointer { shift in
        for row in 0..<count {
          let numbers = unsafe target + row * stride
          for column in 0..<width { unsafe numbers[column] -= shift[column] }
        }
      }
    }
    if appendingLabel, let labels = unsafe block.labels {
      for row in 0..<count { unsafe target[row * stride + width] = labels[row] }
    }
    return unsafe RowBlock(target, rowCount: count, columnCount: stride)
  }
}

extension Block {
  /// Writes the rows as doubles with their zeros, row-major, `stride` apart.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @unsafe func widen(to target: UnsafeMutablePointer<Double>, stride: Int) {
    switch contents {
    case .dense(let values):
      for row in 0..<rowCount {
        let (from, to) = unsafe (values + row * columnCount, target + row * stride)
        for column in 0..<columnCount { unsafe to[column] = Double(from[column]) }
      }
    case .sparse(let rows):
      for row in 0..<rowCount {
        let to = unsafe target + row * stride
        unsafe to.update(repeating: 0, count: columnCount)
        for place in unsafe rows.offsets[row]..<rows.offsets[row + 1] {
          unsafe to[Int(rows.indices[place])] = Double(rows.values[place])
        }
      }
    case .coded(let rows):
      let (numberCount, codeCount) = (rows.layout.denseColumns.count, rows.layout.codes.count)
      unsafe rows.layout.denseColumns.withUnsafeBufferPointer { columns in
        for row in 0..<rowCount {
          let to = unsafe target + row * stride
          unsafe to.update(repeating: 0, count: columnCount)
          for place in 0..<numberCount {
            unsafe to[Int(columns[place])] = Double(rows.numbers[row * numberCount + place])
          }
          for code in 0..<codeCount {
            let column = unsafe rows.codes[row * codeCount + code]
            if column >= 0 { unsafe to[Int(column)] = 1 }
          }
        }
      }
    }
  }
}
