/// Sizes that decide how fast a file is read, never what is read; tests make them tiny.
package struct CSVTuning: Sendable {
  /// Bytes of a split; nil chooses, more for wide files.
  package var splitByteCount: Int?
  /// Bytes read at once.
  package var pieceByteCount = 1 << 20
  /// Bytes whose records are found together: what the inner caches hold.
  package var chunkByteCount = 64 << 10
  /// Bytes at the start from which the types are guessed.
  package var prefixByteCount = 256 << 10
  /// How far behind its split a record may reach before its start is doubted.
  package var overrunByteCount = 1 << 20

  package init() {}

  /// About 4 MiB, more where there are very many columns, so that what a split keeps for each
  /// column stays small beside its rows.
  func splitByteCount(columnCount: Int) -> Int {
    splitByteCount ?? max(4 << 20, 256 * columnCount)
  }
}
