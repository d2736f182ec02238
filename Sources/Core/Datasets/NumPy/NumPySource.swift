public import Cluster
public import Frames
internal import Platform

/// The rows of `.npy` files: one or two dimensions of numbers, as `numpy.save` writes them.
///
/// Columns are called `x0`, `x1`, ... unless names are given. Whole numbers become `int64`;
/// `float32` stays what it is, so that training on it runs in single precision.
public struct NumPySource: Source {
  private let files: [InputFile]
  private let headers: [NumPyHeader]
  private let splits: [Split]
  public let name: String
  public let columnNames: [String]
  public var notes: [String] { [] }
  public var splitCount: Int { splits.count }

  fileprivate struct Split: Sendable {
    let file: Int
    let rows: Range<Int>
  }

  /// Opens the files and checks that they belong together.
  /// - Parameter splitByteCount: how much one reading takes on; never shows in a result.
  public init(
    paths: [String], columnNames: [String]? = nil, splitByteCount: Int = 4 << 20
  ) throws {
    files = try paths.map { try InputFile($0) }
    headers = try files.map { try NumPyHeader(of: $0) }
    name = paths.count == 1 ? paths[0] : "\(paths.count) files"
    guard let first = headers.first else { throw Failure(.usage, "no .npy file was named") }
    for (file, header) in zip(files, headers)
    where header.columnCount != first.columnCount || header.element != first.element {
      throw Failure(
        .data, "the files do not belong together",
        causes: [
          "\(files[0].name) has \(first.columnCount) columns of \(first.element.rawValue)",
          "\(file.name) has \(header.columnCount) of \(header.element.rawValue)",
        ])
    }
    let names = columnNames ?? (0..<first.columnCount).map { "x\($0)" }
    guard names.count == first.columnCount else {
      throw Failure(.usage, "\(names.count) column names for \(first.columnCount) columns")
    }
    self.columnNames = names
    let rowByteCount = max(1, first.columnCount * first.element.byteCount)
    let step = max(1, splitByteCount / rowByteCount)
    splits = headers.enumerated().flatMap { file, header in
      stride(from: 0, to: header.rowCount, by: step).map {
        Split(file: file, rows: $0..<min(header.rowCount, $0 + step))
      }
    }
  }

  public func expectedSchema(_ columns: [String]) throws -> Schema {
    try Schema(columnNames.map { Schema.Field($0, headers[0].element.columnType) })
      .selecting(columns)
  }

  public func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    let all = try expectedSchema(columnNames)
    return NumPyReading(
      schema: try all.selecting(columns), places: try columns.map { try all.place(of: $0) },
      files: files, headers: headers, splits: self.splits)
  }
}

private struct NumPyReading: Reading {
  let schema: Schema
  let places: [Int]
  let files: [InputFile]
  let headers: [NumPyHeader]
  let splits: [NumPySource.Split]

  func frame(ofSplit split: Int) throws -> Frame {
    let (file, rows) = (splits[split].file, splits[split].rows)
    let array = NumPyArray(file: files[file], header: headers[file])
    return Frame(schema, try array.columns(places, of: rows), rowCount: rows.count)
  }

  func place(ofRow row: Int, inSplit split: Int) -> String {
    "\(files[splits[split].file].name), row \(splits[split].rows.lowerBound + row + 1)"
  }
}
