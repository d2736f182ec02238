internal import Cluster
internal import Frames
internal import Platform

/// A source over decompressed files: it keeps them, and speaks of them by their own names.
struct UnpackedSource: Source {
  private let inner: any Source
  private let files: UnpackedFiles

  init(_ inner: any Source, _ files: UnpackedFiles) {
    self.inner = inner
    self.files = files
  }

  var name: String { files.renamed(inner.name) }
  var columnNames: [String] { inner.columnNames }
  var splitCount: Int { inner.splitCount }
  var keptByteCount: Int { inner.keptByteCount }
  var notes: [String] { files.notes + inner.notes.map { files.renamed($0) } }

  func expectedSchema(_ columns: [String]) throws -> Schema {
    do { return try inner.expectedSchema(columns) } catch { throw files.renamed(error) }
  }

  func reading(
    _ columns: [String], splits: Range<Int>, keepsFrames: Bool, in session: Session
  ) throws -> any Reading {
    do {
      return UnpackedReading(
        inner: try inner.reading(columns, splits: splits, keepsFrames: keepsFrames, in: session),
        files: files)
    } catch {
      throw files.renamed(error)
    }
  }

  private struct UnpackedReading: Reading {
    let inner: any Reading
    let files: UnpackedFiles

    var schema: Schema { inner.schema }
    var skippedRowCount: Int { inner.skippedRowCount }

    func frame(ofSplit split: Int) throws -> Frame {
      do { return try inner.frame(ofSplit: split) } catch { throw files.renamed(error) }
    }

    func place(ofRow row: Int, inSplit split: Int) -> String {
      files.renamed(inner.place(ofRow: row, inSplit: split))
    }

    func writtenText(ofRow row: Int, column: String, inSplit split: Int) -> String? {
      inner.writtenText(ofRow: row, column: column, inSplit: split)
    }

    func reasonForText(_ column: String) -> String? {
      inner.reasonForText(column).map { files.renamed($0) }
    }
  }
}
