internal import LinearAlgebra

extension RatingRows {
  /// How many entries have the same row and column as the one before.
  var repeatedCount: Int {
    var count = 0
    for row in 0..<rows.count {
      var last: Int32 = -1
      for place in offsets[row]..<offsets[row + 1] {
        if indices[place] == last { count += 1 }
        last = indices[place]
      }
    }
    return count
  }

  /// With those of the same row and column added up, in their order.
  func summed(_ repeatedCount: Int) -> RatingRows {
    if repeatedCount == 0 { return self }
    let ends = Buffer<Int>(count: rows.count + 1)
    let columns = Buffer<Int32>(count: indices.count - repeatedCount)
    let sums = Buffer<Float>(count: indices.count - repeatedCount)
    var target = 0
    for row in 0..<rows.count {
      var place = offsets[row]
      while place < offsets[row + 1] {
        let column = indices[place]
        var sum = 0.0
        while place < offsets[row + 1], indices[place] == column {
          sum += Double(values[place])
          place += 1
        }
        columns[target] = column
        sums[target] = Float(sum)
        target += 1
      }
      ends[row + 1] = target
    }
    return RatingRows(
      rowCount: rowCount, columnCount: columnCount, leaves: leaves, rows: rows, offsets: ends,
      indices: columns, values: sums, reservation: reservation)
  }
}
