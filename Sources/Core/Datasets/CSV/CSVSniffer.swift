internal import CParse
internal import Platform

/// Finds the delimiter of a file in its first lines.
enum CSVSniffer {
  /// The candidates; of equally good ones the first is taken.
  static let candidates = [",", ";", "\t", "|"]
  private static let rowLimit = 100

  /// The delimiter with which the first lines agree best on having several fields; a comma where
  /// there is none.
  static func delimiter(of file: CSVFile, dialect: CSVDialect, window: CSVWindow) throws -> String {
    let start = try CSVHeader.openBehindMark(file, window)
    var best: (delimiter: String, agreement: Double, fieldCount: Int)?
    for candidate in candidates where Array(candidate.utf8) != [dialect.decimalMark] {
      var tried = dialect
      tried.delimiter = Array(candidate.utf8)
      tried.skipsBadRows = false
      window.place = start
      let counts = fieldCounts(CSVIndexer(tried, fieldCount: nil), window)
      guard let fieldCount = counts.first, fieldCount > 1 else { continue }
      let agreement = Double(counts.filter { $0 == fieldCount }.count) / Double(counts.count)
      guard agreement >= 0.5 else { continue }
      if let best, (best.agreement, best.fieldCount) >= (agreement, fieldCount) { continue }
      best = (candidate, agreement, fieldCount)
    }
    return best?.delimiter ?? (dialect.decimalMark == UInt8(ascii: ",") ? ";" : ",")
  }

  private static func fieldCounts(_ indexer: CSVIndexer, _ window: CSVWindow) -> [Int] {
    var counts: [Int] = []
    while window.place < window.count, counts.count < rowLimit {
      // A first line longer than the piece is judged by what is there of it.
      let found = unsafe martlet_csv_index(
        indexer.handle, window.pointer, window.place, window.count, .max, 1,
        counts.isEmpty || window.isFinal ? 1 : 0)
      guard found.status == MARTLET_CSV_FOUND, found.end > window.place else {
        break
      }
      counts += (0..<Int(found.row_count)).map { indexer.fieldCount(ofRow: $0) }
      window.place = found.end
    }
    return Array(counts.prefix(rowLimit))
  }
}
