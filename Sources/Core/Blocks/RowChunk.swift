internal import Cluster
internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform
internal import Synchronization

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
        hint: "raise --memory, use --precision float, name fewer --features, or add workers")
    }
  }
}

/// The usable rows of one split until they are in their place: row-major, or by their entries.
final class RowChunk<Element: Scalar>: @unchecked Sendable {
  // Proof of Sendable: one thread fills it in `init`, one takes its memory after the pass.
  enum Contents {
    case dense(Buffer<Element>)
    case sparse(RowEntries<Element>)
  }

  private(set) var contents: Contents
  /// How many entries sparse rows have; 0 of dense ones.
  private(set) var entryCount = 0
  private(set) var weights: Buffer<Double>?
  private(set) var rowCount: Int
  private(set) var skippedCount = 0
  /// How many numbers each feature gives.
  let widths: [Int]

  var isSparse: Bool { if case .sparse = contents { true } else { false } }

  init(_ contents: Contents, width: Int, weights: Buffer<Double>?, rowCount: Int) {
    widths = [width]
    self.contents = contents
    if case .sparse(let entries) = contents { entryCount = entries.indices.count }
    self.weights = weights
    self.rowCount = rowCount
  }

  /// Hands the memory of dense rows over, so that it goes back as soon as the taker is done.
  func takeValues() -> Buffer<Element> {
    guard case .dense(let values) = contents else { bug("dense rows asked of sparse ones") }
    contents = .dense(Buffer(count: 0))
    return values
  }

  /// Changes dense rows into sparse ones: elsewhere the same columns came sparse.
  func becomeSparse() {
    guard case .dense(let values) = contents else { return }
    become(RowEntries(values, rowCount: rowCount, width: widths.reduce(0, +)))
  }

  private func become(_ entries: RowEntries<Element>) {
    contents = .sparse(entries)
    entryCount = entries.indices.count
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

  init(
    _ rows: SplitRows, features: [String], weight: String?, unusable: UnusableRows,
    room: ChunkRoom
  ) throws {
    let frame = rows.frame
    let columns = try features.map { try frame.column($0) }
    widths = columns.map(\.numbersPerRow)
    let width = widths.reduce(0, +)
    rowCount = frame.rowCount
    if let weight {
      let column = try frame.column(weight)
      let target = Buffer<Double>(count: rowCount)
      if column.type.isNumeric {
        unsafe column.copyNumbers(0..<rowCount, to: target.pointer, stride: 1)
      }
      weights = target
    }
    if width >= Dataset.sparseWidth, columns.contains(where: \.isSparse) {
      contents = .sparse(RowEntries(capacity: columns.reduce(0) { $0 + $1.entryCount }))
      try fill(columns.filter(\.type.holdsNumbers), rows, features, weight, unusable)
      return
    }
    // Vectors may need far more room here than where they came from.
    if columns.contains(where: { $0.type == .vector }) {
      try room.take(
        rowCount: frame.rowCount, width: width, elementByteCount: MemoryLayout<Element>.stride)
    }
    let values = Buffer<Element>(count: frame.rowCount * width)
    contents = .dense(values)
    // A column that turned out to be text is an error once all rows are read; then it can be
    // said with its reason.
    var place = 0
    for column in columns where column.type.holdsNumbers {
      unsafe column.copyNumbers(0..<rowCount, to: values.pointer + place, stride: width)
      place += column.numbersPerRow
    }
    try check(values, rows, features: features, weight: weight, unusable: unusable)
  }

  /// Takes sparse rows over one by one; those that cannot be used are left out, or the first named.
  private func fill(
    _ columns: [Column], _ rows: SplitRows, _ features: [String], _ weight: String?,
    _ unusable: UnusableRows
  ) throws {
    guard case .sparse(var entries) = contents else { return }
    contents = .dense(Buffer(count: 0))
    var kept = 0
    for row in 0..<rows.frame.rowCount {
      var problem = entries.append(columns, row)
      if problem == nil, let weights, !(weights[row] >= 0 && weights[row].isFinite) {
        problem = widths.reduce(0, +)
      }
      if let problem {
        try refuse(problem, row, rows, features, weight, unusable)
        entries.forgetRow()
        skippedCount += 1
        continue
      }
      entries.endRow()
      if kept < row, let weights { weights[kept] = weights[row] }
      kept += 1
    }
    rowCount = kept
    become(entries)
  }

  /// Finds rows that cannot be used, and takes them out or names the first.
  private func check(
    _ values: Buffer<Element>, _ rows: SplitRows, features: [String], weight: String?,
    unusable: UnusableRows
  ) throws {
    let width = widths.reduce(0, +)
    if unsafe allFinite(values.pointer, rowCount * width), weightsAreFine() { return }
    var kept = 0
    for row in 0..<rowCount {
      if let problem = problem(values, inRow: row, width: width) {
        try refuse(problem, row, rows, features, weight, unusable)
        skippedCount += 1
        continue
      }
      if kept < row {
        unsafe (values.pointer + kept * width).update(
          from: values.pointer + row * width, count: width)
        if let weights { weights[kept] = weights[row] }
      }
      kept += 1
    }
    rowCount = kept
  }

  /// Throws what is wrong with a row, unless such rows are left out.
  /// - Parameter problem: the place of the number that is wrong; behind the last one for the weight.
  private func refuse(
    _ problem: Int, _ row: Int, _ rows: SplitRows, _ features: [String], _ weight: String?,
    _ unusable: UnusableRows
  ) throws {
    guard unusable == .error else { return }
    let isFeature = problem < widths.reduce(0, +)
    let name = isFeature ? features[feature(of: problem)] : weight ?? ""
    let found = try rows.shownText(ofRow: row, column: name)
    throw DataError(
      place: rows.place(ofRow: row), column: name, found: found.isEmpty ? nil : found,
      problem: found.isEmpty
        ? "the value is missing"
        : isFeature ? "is not a finite number" : "is not a weight of at least 0",
      hint: "--on-bad-row skip leaves such rows out")
  }

  /// Which feature gave a number of a row.
  private func feature(of place: Int) -> Int {
    var end = 0
    for (feature, width) in widths.enumerated() {
      end += width
      if place < end { return feature }
    }
    bug("number \(place) of a row belongs to no feature")
  }

  /// The place of the first feature of a row that cannot be used, `width` for its weight, or nil.
  private func problem(_ values: Buffer<Element>, inRow row: Int, width: Int) -> Int? {
    for place in 0..<width where !values[row * width + place].isFinite { return place }
    if let weights, !(weights[row] >= 0 && weights[row].isFinite) { return width }
    return nil
  }

  private func weightsAreFine() -> Bool {
    guard let weights else { return true }
    return (0..<rowCount).allSatisfy { weights[$0] >= 0 && weights[$0].isFinite }
  }
}

/// Whether all numbers are finite, without a branch each: x - x is 0 for those and NaN for others.
private func allFinite<Element: Scalar>(_ values: UnsafePointer<Element>, _ count: Int) -> Bool {
  var sum = Element.zero
  for index in 0..<count { unsafe sum += values[index] - values[index] }
  return sum == 0
}
