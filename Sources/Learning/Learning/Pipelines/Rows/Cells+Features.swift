public import Datasets
internal import LinearAlgebra
internal import Platform

// What stages do with registers many rows at a time, or with the bytes of a text: the pointers stay
// here, so that stages need none.

extension NumberCells {
  /// Whether one of the first numbers is a NaN, as missing ones are; without a branch for each.
  public func hasNaN(_ rowCount: Int) -> Bool {
    require(rowCount <= capacity, "\(rowCount) of \(capacity) rows")
    return unsafe anyNaN(base, rowCount)
  }
}

extension VectorCells {
  /// Whether a number of the first vectors is a NaN.
  public func hasNaN(_ rowCount: Int) -> Bool {
    if rowCount == 0 || width == 0 { return false }
    if isSparse { return unsafe anyNaN(values.pointer, values.count) }
    require(rowCount <= capacity, "\(rowCount) of \(capacity) rows")
    return unsafe anyNaN(dense, rowCount * width)
  }

  /// Writes a number to each of the first dense rows, at one position.
  public func copy(_ numbers: NumberCells, _ rowCount: Int, at position: Int) {
    if rowCount == 0 { return }
    require(
      rowCount <= capacity && rowCount <= numbers.capacity && position >= 0 && position < width,
      "\(rowCount) rows at \(position) of \(width)")
    let target = unsafe row(0) + position
    for row in 0..<rowCount { unsafe target[row * width] = numbers.base[row] }
  }

  /// Writes a dense vector to each of the first dense rows, from one position on.
  public func copy(_ vectors: VectorCells, _ rowCount: Int, at position: Int) {
    if rowCount == 0 || vectors.width == 0 { return }
    require(
      rowCount <= capacity && rowCount <= vectors.capacity && position >= 0
        && position + vectors.width <= width, "\(rowCount) rows at \(position) of \(width)")
    let (source, target) = unsafe (vectors.row(0), row(0) + position)
    for row in 0..<rowCount {
      unsafe (target + row * width).update(
        from: source + row * vectors.width, count: vectors.width)
    }
  }

  /// Adds a number to the next sparse row at a position, in whatever order.
  ///
  /// What is there already is added to. Fast where positions rise or rows have few entries.
  public func accumulate(_ position: Int, _ value: Double) {
    require(isSparse && position >= 0 && position < width, "entry \(position) of \(width)")
    let first = ends.count == 0 ? 0 : ends[ends.count - 1]
    let index = Int32(truncatingIfNeeded: position)
    var place = indices.count
    while place > first, indices[place - 1] > index { place -= 1 }
    if place > first, indices[place - 1] == index {
      values[place - 1] += value
      return
    }
    indices.append(index)
    values.append(value)
    var last = indices.count - 1
    while last > place {
      indices[last] = indices[last - 1]
      values[last] = values[last - 1]
      last -= 1
    }
    indices[place] = index
    values[place] = value
  }
}

extension TextCells {
  /// Counts a row's text, which is there.
  public func count(_ row: Int, in texts: inout TextCounts) {
    unsafe withBytes(row) { text in
      _ = unsafe texts.add(text)
    }
  }

  /// The number of a row's text among those counted; nil where it is missing or was never counted.
  public func index(_ row: Int, in texts: TextCounts) -> Int? {
    if isMissing(row) { return nil }
    return unsafe withBytes(row) { unsafe texts.index(of: $0) }
  }

  /// Spark's hash bucket of a row's text behind some bytes, such as `name=`.
  public func bucket(_ row: Int, behind prefix: [UInt8], of count: Int) -> Int {
    unsafe withBytes(row) { text in
      // On the stack, unless it is a very long text.
      unsafe withUnsafeTemporaryAllocation(
        byteCount: prefix.count + text.count, alignment: 8
      ) { key in
        unsafe key.copyBytes(from: prefix)
        unsafe UnsafeMutableRawBufferPointer(rebasing: key[prefix.count...]).copyMemory(from: text)
        return unsafe Murmur3.bucket(UnsafeRawBufferPointer(key).bytes, of: count)
      }
    }
  }
}

/// Whether a NaN is among some numbers.
private func anyNaN(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) -> Bool {
  var found = 0
  for index in 0..<count { unsafe found |= numbers[index].isNaN ? 1 : 0 }
  return found != 0
}
