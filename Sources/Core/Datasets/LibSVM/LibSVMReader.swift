internal import CParse
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Reads splits of libsvm, one after another; one thread's.
@safe
final class LibSVMReader {
  private let handle: OpaquePointer
  private let lines = LineBuffer()

  init(_ options: LibSVMOptions, hasQuery: Bool) {
    var description = martlet_libsvm_options(
      first_index: options.isZeroBased ? 0 : 1, width: UInt32(options.width ?? 0),
      has_query: hasQuery ? 1 : 0, skips_bad_rows: options.skipsBadRows ? 1 : 0)
    guard let made = unsafe martlet_libsvm_make(&description) else {
      bug("no memory for a reader of libsvm")
    }
    unsafe handle = unsafe made
  }

  deinit { unsafe martlet_libsvm_free(handle) }

  /// The rows that begin in a split.
  func read(_ split: CSVSplit, of file: CSVFile, keepsRows: Bool) throws -> LibSVMRows {
    let end = try run(split, of: file, rowLimit: .max)
    require(end.status != MARTLET_LIBSVM_NO_MEMORY, "no memory for lines of libsvm")
    var rows = LibSVMRows(
      rowCount: Int(end.row_count), badRowCount: Int(end.bad_count), width: Int(end.width))
    if end.status != MARTLET_LIBSVM_DONE {
      rows.problem = LibSVMProblem(
        status: Int(end.status), split: split.index, place: lines.origin + end.place)
    } else if keepsRows {
      unsafe rows.take(unsafe martlet_libsvm_rows_of(handle))
    }
    return rows
  }

  /// Where in the file a row of a split begins.
  func place(ofRow row: Int, in split: CSVSplit, of file: CSVFile) throws -> Int {
    lines.origin + Int(try run(split, of: file, rowLimit: UInt64(row)).place)
  }

  private func run(
    _ split: CSVSplit, of file: CSVFile, rowLimit: UInt64
  ) throws -> martlet_libsvm_end {
    try lines.load(split, of: file)
    let end = unsafe martlet_libsvm_read(handle, lines.pointer, lines.count, rowLimit)
    return end
  }
}

/// The rows of one split, the width of their vectors not yet known.
struct LibSVMRows: Sendable {
  let rowCount: Int
  let badRowCount: Int
  /// The greatest feature of these rows, counted from 1.
  let width: Int
  var problem: LibSVMProblem?
  private var labels: Column?
  private var queries: Column?
  private var vectors: (offsets: Buffer<Int64>, indices: Buffer<Int32>, values: Buffer<Double>)?

  init(rowCount: Int, badRowCount: Int, width: Int) {
    self.rowCount = rowCount
    self.badRowCount = badRowCount
    self.width = width
  }

  fileprivate mutating func take(_ rows: martlet_libsvm_rows) {
    labels = Column(.float64(unsafe Buffer(copying: rows.labels, rowCount)), count: rowCount)
    let validity =
      unsafe rows.query_missing_count == 0
      ? nil
      : Bitmap(unsafe Buffer(copying: rows.query_validity, (rowCount + 7) / 8), count: rowCount)
    queries = Column(
      .int64(unsafe Buffer(copying: rows.queries, rowCount)), count: rowCount, validity: validity)
    vectors = (
      unsafe Buffer(copying: rows.offsets, rowCount + 1),
      unsafe Buffer(copying: rows.indices, rows.entry_count),
      unsafe Buffer(copying: rows.values, rows.entry_count)
    )
  }

  /// One column; nil where the rows were not kept.
  func column(_ kind: LibSVMColumn, width: Int) -> Column? {
    switch kind {
    case .label: labels
    case .query: queries
    case .features:
      vectors.map {
        Column(
          .sparse(width: width, offsets: $0.offsets, indices: $0.indices, values: $0.values),
          count: rowCount)
      }
    }
  }
}

/// The columns that the format knows.
enum LibSVMColumn: String, Sendable {
  case label
  case query = "qid"
  case features

  var type: ColumnType {
    switch self {
    case .label: .float64
    case .query: .int64
    case .features: .vector
    }
  }

  var role: ColumnRole? {
    switch self {
    case .label: .label
    case .query: .group
    case .features: nil
    }
  }
}

extension Buffer {
  /// A copy of memory of C.
  convenience init(copying items: UnsafePointer<Element>?, _ count: Int) {
    self.init(count: count)
    if let items = unsafe items, count > 0 {
      unsafe pointer.update(from: items, count: count)
    }
  }
}
