public import Cluster
public import Datasets
public import Frames
public import LinearAlgebra
public import Platform
internal import Synchronization

/// What to do with a row that a trainer cannot use: a feature missing, not a number or infinite.
public enum UnusableRows: String, Sendable, CaseIterable {
  /// Stop and name the row.
  case error
  /// Leave the row out and count it.
  case skip
}

/// What building the design matrix came across.
public struct BuildReport: Sendable {
  /// Rows left out because they could not be read.
  public var unreadableRowCount = 0
  /// Rows left out because a feature or the weight was missing or not finite.
  public var unusableRowCount = 0
  /// The columns as all rows have them.
  public var schema: Schema
}

/// A column that is to be learned from and turned out to hold no numbers.
public struct TextColumnError: FailureConvertible {
  public let column: String
  public let type: ColumnType
  /// The value that made it text, and where it stands.
  public let reason: String?

  public init(column: String, type: ColumnType, reason: String?) {
    self.column = column
    self.type = type
    self.reason = reason
  }

  public var failure: Failure {
    Failure(
      .data, "the column '\(column)' is \(type.words), and numbers are needed",
      causes: [reason].compactMap { $0 },
      hint: "take it out with --features '!\(column)', or name others")
  }
}

extension Dataset {
  /// Reads the feature columns into a design matrix.
  ///
  /// The rows are read split by split wherever they lie, numbered over all workers, and moved so
  /// that each worker holds whole leaves; a split's memory goes back as soon as its rows are in
  /// place. One CSV, seven CSVs and a `.npy` of the same rows give the same matrix.
  /// - Parameters:
  ///   - features: the columns to learn from, in order: numbers, or vectors, which give a feature
  ///     for each of their numbers, called `name[0]` and so on.
  ///   - weight: a column of row weights, at least 0.
  ///   - unusable: what to do with rows that have a missing or infinite feature.
  public func blocks<Element: Scalar>(
    of type: Element.Type = Element.self, features: [String], weight: String? = nil,
    unusable: UnusableRows = .error, in session: Session
  ) throws -> (BlockMatrix<Element>, BuildReport) {
    let activity = "reading \(source.name)"
    let wanted = features + [weight].compactMap { $0 }
    let room = ChunkRoom(byteCount: session.memory.limit)
    let read = try mapSplits(in: session, activity, columns: wanted) { rows in
      try RowChunk<Element>(
        rows, features: features, weight: weight, unusable: unusable, room: room)
    }
    var report = BuildReport(schema: read.schema)
    // All ranks hold the same schema, so all throw the same and may try again with other columns.
    for name in wanted {
      let type = read.schema.fields[try read.schema.place(of: name)].type
      guard name == weight ? type.isNumeric : type.holdsNumbers else {
        throw TextColumnError(column: name, type: type, reason: read.reasonForText(name))
      }
    }
    report.unreadableRowCount = read.skippedRowCount
    let skipped = read.parts.reduce(0) { $0 + $1.skippedCount }
    report.unusableRowCount = Int(
      try session.communicator.allReduce([Int64(skipped)], by: .sum)[0])
    let names = try featureNames(features, read, in: session)
    let matrix = try BlockMatrix(
      assembling: read.parts, features: names, isWeighted: weight != nil, in: session)
    return (matrix, report)
  }

  /// The name of each number of a row; a collective call where there are vectors.
  private func featureNames<Element: Scalar>(
    _ features: [String], _ read: SplitParts<RowChunk<Element>>, in session: Session
  ) throws -> [String] {
    let types = try read.schema.selecting(features).fields.map(\.type)
    guard types.contains(.vector) else { return features }
    // A worker without rows has seen no vector.
    let seen = read.parts.filter { $0.rowCount + $0.skippedCount > 0 }.map(\.widths)
    let own = features.indices.map { place in Int64(seen.map { $0[place] }.max() ?? 0) }
    let widths = try session.communicator.allReduce(own, by: .maximum)
    try session.communicator.agree("comparing the widths of vectors") {
      for (place, name) in features.enumerated() {
        guard let other = seen.first(where: { $0[place] != Int(widths[place]) }) else { continue }
        throw Failure(
          .data,
          "the vectors of '\(name)' have \(other[place]) numbers in some rows and "
            + "\(widths[place]) in others")
      }
    }
    return zip(features, zip(types, widths)).flatMap { name, column in
      column.0 == .vector
        ? (0..<Int(column.1)).map { VectorElement(name, $0).name } : [name]
    }
  }
}

/// What vectors may take as rows of numbers; how many there are shows on the way.
private final class ChunkRoom: Sendable {
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

/// The usable rows of one split, row-major, until they are in their place.
final class RowChunk<Element: Scalar>: @unchecked Sendable {
  // Proof of Sendable: one thread fills it in `init`, one takes its memory after the pass.
  private(set) var values: Buffer<Element>
  private(set) var weights: Buffer<Double>?
  private(set) var rowCount: Int
  private(set) var skippedCount = 0
  /// How many numbers each feature gives.
  let widths: [Int]

  init(values: Buffer<Element>, weights: Buffer<Double>?, rowCount: Int) {
    widths = []
    self.values = values
    self.weights = weights
    self.rowCount = rowCount
  }

  /// Hands the memory over, so that it goes back as soon as the taker is done.
  func takeValues() -> Buffer<Element> {
    defer { values = Buffer(count: 0) }
    return values
  }

  fileprivate init(
    _ rows: SplitRows, features: [String], weight: String?, unusable: UnusableRows,
    room: ChunkRoom
  ) throws {
    let frame = rows.frame
    let columns = try features.map { try frame.column($0) }
    widths = columns.map(\.numbersPerRow)
    let width = widths.reduce(0, +)
    // Sparse vectors may need far more room here than where they came from.
    if columns.contains(where: { $0.type == .vector }) {
      try room.take(
        rowCount: frame.rowCount, width: width, elementByteCount: MemoryLayout<Element>.stride)
    }
    values = Buffer(count: frame.rowCount * width)
    rowCount = frame.rowCount
    // A column that turned out to be text is an error once all rows are read; then it can be
    // said with its reason.
    var place = 0
    for column in columns where column.type.holdsNumbers {
      unsafe column.copyNumbers(0..<rowCount, to: values.pointer + place, stride: width)
      place += column.numbersPerRow
    }
    if let weight {
      let column = try frame.column(weight)
      let target = Buffer<Double>(count: rowCount)
      if column.type.isNumeric {
        unsafe column.copyNumbers(0..<rowCount, to: target.pointer, stride: 1)
      }
      weights = target
    }
    try check(rows, features: features, weight: weight, unusable: unusable)
  }

  /// Finds rows that cannot be used, and takes them out or names the first.
  private func check(
    _ rows: SplitRows, features: [String], weight: String?, unusable: UnusableRows
  ) throws {
    let width = widths.reduce(0, +)
    if unsafe allFinite(values.pointer, rowCount * width), weightsAreFine() { return }
    var kept = 0
    for row in 0..<rowCount {
      if let problem = problem(inRow: row, width: width) {
        guard unusable == .skip else {
          let name = problem < width ? features[feature(of: problem)] : weight ?? ""
          let found = try rows.shownText(ofRow: row, column: name)
          throw DataError(
            place: rows.place(ofRow: row), column: name, found: found.isEmpty ? nil : found,
            problem: found.isEmpty
              ? "the value is missing"
              : problem < width ? "is not a finite number" : "is not a weight of at least 0",
            hint: "--on-bad-row skip leaves such rows out")
        }
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
  private func problem(inRow row: Int, width: Int) -> Int? {
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
