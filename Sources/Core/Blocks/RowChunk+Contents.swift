internal import Cluster
internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// What makes a design matrix smaller: numbers of half the size, where they have it not yet, and
/// fewer of them.
func matrixRemedies(elementByteCount: Int) -> [String] {
  (elementByteCount > MemoryLayout<Float>.stride ? ["use --precision float"] : [])
    + ["name fewer --features"]
}

/// What vectors may take as rows of numbers; how many there are shows on the way.
final class ChunkRoom: Sendable {
  private let limit: Int
  private let taken = Atomic(0)

  init(byteCount: Int) { limit = byteCount }

  /// Takes the room of some rows, or refuses before their memory is asked for.
  func take(rowCount: Int, width: Int, elementByteCount: Int) throws {
    let (count, overflow) = rowCount.multipliedReportingOverflow(by: width * elementByteCount)
    guard !overflow, count <= limit,
      taken.add(count, ordering: .relaxed).newValue <= limit
    else {
      throw Failure(
        .memory, "\(width) numbers of each row do not fit into the budget of \(byteText(limit))",
        hint: (["raise --memory"] + matrixRemedies(elementByteCount: elementByteCount)
          + ["or add workers"]).joined(separator: ", "))
    }
  }
}

extension RowChunk {
  /// Hands the memory of dense numbers over, so that it goes back as soon as the taker is done.
  func takeNumbers() -> Buffer<Element> {
    switch contents {
    case .dense(let values):
      contents = .dense(Buffer(count: 0))
      return values
    case .coded(let layout, let numbers, let codes):
      contents = .coded(layout, numbers: Buffer(count: 0), codes: codes)
      return numbers
    case .sparse: bug("dense rows asked of sparse ones")
    }
  }

  func takeCodes() -> Buffer<Int32> {
    guard case .coded(_, _, let codes) = contents else { bug("codes asked of rows without") }
    return codes
  }

  /// Changes dense rows into sparse ones: elsewhere the same columns came sparse.
  func becomeSparse() {
    guard case .dense(let values) = contents else { return }
    become(RowEntries(values, rowCount: rowCount, width: width))
  }

  /// How many entries lie before a row.
  func entryCount(before row: Int) -> Int {
    guard case .sparse(let entries) = contents else { return 0 }
    return (0..<row).reduce(0) { $0 + Int(entries.lengths[$1]) }
  }

  func takeLengths() -> Buffer<Int32> { take { $0.takeLengths() } }
  func takeIndices() -> Buffer<Int32> { take { $0.takeIndices() } }
  func takeEntryValues() -> Buffer<Element> { take { $0.takeValues() } }

  private func take<T>(_ part: (inout RowEntries<Element>) -> Buffer<T>) -> Buffer<T> {
    guard case .sparse(var entries) = contents else { bug("sparse rows asked of dense ones") }
    defer { contents = .sparse(entries) }
    return part(&entries)
  }

  /// Takes codes out of columns, and the other numbers as they are.
  func coded(_ columns: [Column], _ layout: CodeLayout, _ room: ChunkRoom) throws -> Contents {
    let (width, runs) = (layout.denseColumns.count, layout.codes.count)
    try room.take(
      rowCount: rowCount, width: width + runs, elementByteCount: MemoryLayout<Element>.stride)
    let numbers = Buffer<Element>(count: rowCount * width)
    let codes = Buffer<Int32>(count: rowCount * runs)
    unsafe codes.pointer.update(repeating: -1, count: rowCount * runs)
    var first = 0
    for column in columns {
      if column.type == .vector {
        try add(column, at: first, layout, numbers, codes)
      } else {
        unsafe column.copyNumbers(
          0..<rowCount, to: numbers.pointer + Int(layout.places[first]), stride: width)
      }
      first += column.numbersPerRow
    }
    return .coded(layout, numbers: numbers, codes: codes)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  private func add(
    _ column: Column, at first: Int, _ layout: CodeLayout, _ numbers: Buffer<Element>,
    _ codes: Buffer<Int32>
  ) throws {
    let (width, runs) = (layout.denseColumns.count, layout.codes.count)
    func put(_ row: Int, _ index: Int, _ value: Double) throws {
      if value == 0 { return }
      let place = Int(layout.places[first + index])
      if place >= 0 {
        numbers[row * width + place] = Element(value)
        return
      }
      let code = row * runs - 1 - place
      guard value == 1, codes[code] == -1 else {
        throw Failure(.data, "a row has two codes where it can have one, or one that is \(value)")
      }
      codes[code] = Int32(truncatingIfNeeded: first + index)
    }
    for row in 0..<rowCount {
      let at = column.start + row
      if column.isMissing(row) {
        // A row with a code that is none is found with those that have numbers that are none.
        if runs > 0 { codes[row * runs] = .min }
        continue
      }
      switch column.storage {
      case .sparse(let count, let offsets, let indices, let values):
        for entry in Int(offsets[at])..<Int(offsets[at + 1]) {
          let index = Int(indices[entry])
          require(index >= 0 && index < count, "entry \(index) of a vector of \(count)")
          try put(row, index, values[entry])
        }
      case .dense(let count, let values):
        for index in 0..<count { try put(row, index, values[at * count + index]) }
      default: bug("vectors of another kind")
      }
    }
  }

  /// Whether no row of dense or coded ones has a number that cannot be used.
  var numbersAreUsable: Bool {
    func usable(_ values: Buffer<Element>, _ count: Int) -> Bool {
      takesMissing
        ? unsafe noneInfinite(values.pointer, count) : unsafe allFinite(values.pointer, count)
    }
    return switch contents {
    case .dense(let values): usable(values, rowCount * width)
    case .coded(let layout, let values, let codes):
      usable(values, rowCount * layout.denseColumns.count)
        && codes.withSpan { codes in codes.indices.allSatisfy { codes[$0] != .min } }
    case .sparse: true
    }
  }

  /// The place of the first number of a row that cannot be used, or nil.
  func problem(inRow row: Int) -> Int? {
    func isUsable(_ value: Element) -> Bool { value.isFinite || takesMissing && value.isNaN }
    switch contents {
    case .dense(let values):
      return (0..<width).first { !isUsable(values[row * width + $0]) }
    case .coded(let layout, let values, let codes):
      let (width, runs) = (layout.denseColumns.count, layout.codes.count)
      if let place = (0..<width).first(where: { !isUsable(values[row * width + $0]) }) {
        return Int(layout.denseColumns[place])
      }
      return runs > 0 && codes[row * runs] == .min ? layout.codes[0].lowerBound : nil
    case .sparse: return nil
    }
  }

  func moveNumbers(ofRow row: Int, to kept: Int) {
    func move<T>(_ values: Buffer<T>, _ width: Int) {
      unsafe (values.pointer + kept * width).update(
        from: values.pointer + row * width, count: width)
    }
    switch contents {
    case .dense(let values): move(values, width)
    case .coded(let layout, let values, let codes):
      move(values, layout.denseColumns.count)
      move(codes, layout.codes.count)
    case .sparse: break
    }
  }
}

extension Column {
  /// The memory of its numbers where it holds nothing else, to be read without a copy.
  func wholeMatrix<Element: Scalar>() -> Buffer<Element>? {
    guard start == 0, validity == nil else { return nil }
    return switch storage {
    case .dense(_, let values), .float64(let values): values as? Buffer<Element>
    case .float32(let values): values as? Buffer<Element>
    default: nil
    }
  }
}

/// Whether all numbers are finite, without a branch each.
@specialized(where Element == Float)
@specialized(where Element == Double)
func allFinite<Element: Scalar>(_ values: UnsafePointer<Element>, _ count: Int) -> Bool {
  var found = 0
  for index in 0..<count {
    found &+= unsafe values[index].magnitude < .infinity ? 0 : 1
  }
  return found == 0
}

/// Whether no number is infinite, without a branch each.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func noneInfinite<Element: Scalar>(
  _ values: UnsafePointer<Element>, _ count: Int
) -> Bool {
  var found = 0
  for index in 0..<count {
    found &+= unsafe values[index].magnitude == .infinity ? 1 : 0
  }
  return found == 0
}
