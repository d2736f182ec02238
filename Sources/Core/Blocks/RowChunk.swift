internal import Cluster
internal import Datasets
internal import Frames
internal import LinearAlgebra
internal import Platform

/// What a design matrix is to be made of.
struct RowRequest: Sendable {
  let features: [String]
  let label: LabelColumn?
  let weight: String?
  let forms: RowForms
  let unusable: UnusableRows
  /// Whether a missing feature is NaN rather than a reason not to use the row.
  var takesMissing = false

  /// Every column that is needed, features first.
  var columns: [String] { features + [label?.name, weight].compactMap { $0 } }

  /// How rows are held whose feature columns are these.
  func form(_ fields: [Schema.Field], widths: [Int], isSparse: Bool) throws -> RowForm {
    let width = widths.reduce(0, +)
    let layout = try forms.contains(.coded) ? Self.layout(fields, widths) : nil
    if let layout, layout.denseColumns.count < Dataset.sparseWidth { return .coded(layout) }
    return isSparse && width >= Dataset.sparseWidth ? .sparse : .dense
  }

  /// The layout of rows with codes; nil where no column has any.
  private static func layout(_ fields: [Schema.Field], _ widths: [Int]) throws -> CodeLayout? {
    var (codes, first) = ([Range<Int>](), 0)
    for (field, width) in zip(fields, widths) {
      for run in field.metadata.codes ?? [] where field.metadata.width == width {
        codes.append(first + run.lowerBound..<first + run.upperBound)
      }
      first += width
    }
    if codes.isEmpty { return nil }
    guard let layout = CodeLayout(columnCount: first, codes: codes) else {
      throw Failure(.data, "what is said of the codes in \(fields.map(\.name)) cannot be")
    }
    return layout
  }
}

/// The usable rows of one split until they are in their place.
final class RowChunk<Element: Scalar>: @unchecked Sendable {
  // Proof of Sendable: one thread fills it in `init`, one takes its memory after the pass.
  enum Contents {
    /// Row-major.
    case dense(Buffer<Element>)
    case sparse(RowEntries<Element>)
    case coded(CodeLayout, numbers: Buffer<Element>, codes: Buffer<Int32>)
  }

  var contents: Contents
  /// How many entries sparse rows have; 0 of others.
  private(set) var entryCount = 0
  let weights: Buffer<Double>?
  let labels: ChunkLabels?
  private(set) var rowCount: Int
  private(set) var skippedCount = 0
  /// How many numbers each feature gives.
  let widths: [Int]
  /// Whether a NaN is a number that is missing, and the row of use.
  let takesMissing: Bool
  /// Whether the numbers lie in a column that others may read.
  private var isBorrowed = false

  var width: Int { widths.reduce(0, +) }
  var isSparse: Bool { if case .sparse = contents { true } else { false } }

  init(
    _ contents: Contents, width: Int, labels: LabelValues? = nil, weights: Buffer<Double>?,
    rowCount: Int
  ) throws {
    widths = [width]
    takesMissing = true
    self.contents = contents
    if case .sparse(let entries) = contents { entryCount = entries.indices.count }
    self.labels = try labels.map { try ChunkLabels($0, rowCount: rowCount) }
    self.weights = weights
    self.rowCount = rowCount
    for row in 0..<rowCount {
      guard problem(besideRow: row) == nil else {
        throw Failure(.data, "row \(row) has a label or a weight that is no finite number")
      }
    }
  }

  init(_ rows: SplitRows, _ request: RowRequest, room: ChunkRoom) throws {
    let frame = rows.frame
    let columns = try request.features.map { try frame.column($0) }
    widths = columns.map(\.numbersPerRow)
    takesMissing = request.takesMissing
    rowCount = frame.rowCount
    labels = try request.label.map {
      try ChunkLabels(LabelValues($0, frame.column($0.name)), rowCount: frame.rowCount)
    }
    weights = try request.weight.map { name in
      let column = try frame.column(name)
      let target = Buffer<Double>(count: frame.rowCount)
      if column.type.isNumeric {
        unsafe column.copyNumbers(0..<frame.rowCount, to: target.pointer, stride: 1)
      }
      return target
    }
    // A column that turned out to be text is an error once all rows are read; then it can be
    // said with its reason.
    let usable = columns.filter(\.type.holdsNumbers)
    contents = .dense(Buffer(count: 0))
    let form = try request.form(
      frame.schema.selecting(request.features).fields, widths: widths,
      isSparse: columns.contains(where: \.isSparse))
    switch form {
    case .sparse:
      contents = .sparse(RowEntries(capacity: columns.reduce(0) { $0 + $1.entryCount }))
      try fill(usable, rows, request)
      return
    case .coded(let layout): contents = try coded(usable, layout, room)
    case .dense: contents = .dense(try dense(usable, room))
    }
    if usable.count < columns.count { return }
    try check(rows, request)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  private func dense(_ columns: [Column], _ room: ChunkRoom) throws -> Buffer<Element> {
    if columns.count == 1, let values: Buffer<Element> = columns[0].wholeMatrix() {
      isBorrowed = true
      return values
    }
    // Vectors may need far more room here than where they came from.
    if columns.contains(where: { $0.type == .vector }) {
      try room.take(
        rowCount: rowCount, width: width, elementByteCount: MemoryLayout<Element>.stride)
    }
    let values = Buffer<Element>(count: rowCount * width)
    var place = 0
    for column in columns {
      unsafe column.copyNumbers(0..<rowCount, to: values.pointer + place, stride: width)
      place += column.numbersPerRow
    }
    return values
  }

  /// Takes sparse rows over one by one; those that cannot be used are left out, or the first named.
  private func fill(_ columns: [Column], _ rows: SplitRows, _ request: RowRequest) throws {
    guard case .sparse(var entries) = contents else { return }
    contents = .dense(Buffer(count: 0))
    var kept = 0
    for row in 0..<rows.frame.rowCount {
      if let problem = entries.append(columns, row) ?? problem(besideRow: row) {
        try refuse(problem, row, rows, request)
        entries.forgetRow()
        skippedCount += 1
        continue
      }
      entries.endRow()
      move(besideRow: row, to: kept)
      kept += 1
    }
    rowCount = kept
    become(entries)
  }

  /// Finds rows that cannot be used, and takes them out or names the first.
  private func check(_ rows: SplitRows, _ request: RowRequest) throws {
    if numbersAreUsable, (0..<rowCount).allSatisfy({ problem(besideRow: $0) == nil }) { return }
    if isBorrowed, case .dense(let values) = contents {
      contents = .dense(Buffer(values.array))
      isBorrowed = false
    }
    var kept = 0
    for row in 0..<rowCount {
      if let problem = problem(inRow: row) ?? problem(besideRow: row) {
        try refuse(problem, row, rows, request)
        skippedCount += 1
        continue
      }
      if kept < row {
        moveNumbers(ofRow: row, to: kept)
        move(besideRow: row, to: kept)
      }
      kept += 1
    }
    rowCount = kept
  }

  /// Throws what is wrong with a row, unless such rows are left out.
  /// - Parameter problem: the number that is wrong; behind the last one the weight, then the label.
  private func refuse(
    _ problem: Int, _ row: Int, _ rows: SplitRows, _ request: RowRequest
  ) throws {
    guard request.unusable == .error else { return }
    let name: String
    let words: String
    switch problem - width {
    case 0: (name, words) = (request.weight ?? "", "is not a weight of at least 0")
    case 1: (name, words) = (request.label?.name ?? "", "is not a finite number")
    default: (name, words) = (request.features[feature(of: problem)], "is not a finite number")
    }
    let found = try rows.shownText(ofRow: row, column: name)
    throw DataError(
      place: rows.place(ofRow: row), column: name, found: found.isEmpty ? nil : found,
      problem: found.isEmpty ? "the value is missing" : words,
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

  /// `width` for a weight that cannot be used, `width + 1` for a label, or nil.
  private func problem(besideRow row: Int) -> Int? {
    if let weights, !(weights[row] >= 0 && weights[row].isFinite) { return width }
    if let labels, !labels.values[row].isFinite { return width + 1 }
    return nil
  }

  private func move(besideRow row: Int, to kept: Int) {
    if kept == row { return }
    if let weights { weights[kept] = weights[row] }
    if let labels { labels.values[kept] = labels.values[row] }
  }

  func become(_ entries: RowEntries<Element>) {
    contents = .sparse(entries)
    entryCount = entries.indices.count
  }
}
