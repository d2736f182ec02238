internal import CParse
internal import Platform

/// The first record of a file, as names or as a count of fields.
struct CSVHeader {
  /// The fields of the first record; nil where the file has none.
  var fields: [String]?
  /// The place behind a byte order mark.
  var start: Int
  /// The place behind the first record.
  var end: Int

  /// Reads the first record that is not a blank line.
  init(_ file: CSVFile, dialect: CSVDialect, window: CSVWindow) throws {
    start = try Self.openBehindMark(file, window)
    fields = nil
    end = start
    var strict = dialect
    strict.skipsBadRows = false
    let indexer = CSVIndexer(strict, fieldCount: nil)
    while true {
      while window.place < window.count {
        let found = indexer.records(in: window, before: window.position + 1, wish: 1)
        if found.status == MARTLET_CSV_INCOMPLETE { break }
        if found.status != MARTLET_CSV_FOUND {
          throw try CSVProblem(found, in: window, rowCount: 0)
            .failure(in: file, columns: [], dialect: dialect)
        }
        if found.row_count > 0 {
          try refuseOldLineEnds(file, window)
          fields = (0..<indexer.fieldCount(ofRow: 0)).map {
            indexer.text(ofRow: 0, field: $0, in: window)
          }
          end = window.origin + found.end
          return
        }
        window.place = found.end
      }
      if window.isFinal { return }
      try window.fill(toward: window.end)
    }
  }

  /// Files of old Macs end lines in a carriage return alone; all of such a file is one record.
  private func refuseOldLineEnds(_ file: CSVFile, _ window: CSVWindow) throws {
    guard window.isFinal, !window.contains(UInt8(ascii: "\n")), window.end - window.position > 1
    else { return }
    let isOld = (window.place..<window.count - 1).contains { unsafe window.pointer[$0] == 13 }
    guard isOld else { return }
    throw Failure(
      .data, "\(file.path): its lines end in a carriage return alone",
      hint: "convert it first: tr '\\r' '\\n' < \(file.path) > new.csv")
  }

  /// Puts the window at the first byte behind a byte order mark, with the first piece read.
  static func openBehindMark(_ file: CSVFile, _ window: CSVWindow) throws -> Int {
    try window.open(file, at: 0)
    try window.fill(toward: 64 << 10)
    let first = (0..<min(3, window.count)).map { unsafe window.pointer[$0] }
    if first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF]) {
      throw Failure(
        .data, "\(file.path): it is written in UTF-16",
        hint: "convert it first: iconv -f utf-16 -t utf-8 \(file.path) > new.csv")
    }
    if first == [0xEF, 0xBB, 0xBF] { window.place = 3 }
    return window.place
  }

  /// Names that are there and differ, with notes on those that were changed.
  static func distinctNames(_ fields: [String], notes: inout [String]) -> [String] {
    var taken = Set(fields.map { Array($0.utf8) })
    var seen: Set<[UInt8]> = []
    // Where the search for a free number goes on, or a header of one name would take for ever.
    var numbers: [[UInt8]: Int] = [:]
    var names: [String] = []
    names.reserveCapacity(fields.count)
    for (index, field) in fields.enumerated() {
      let isBlank = field.utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let stem = isBlank ? "c\(index + 1)" : field
      var name = stem
      // A changed name must not meet one that stands in the header.
      if isBlank ? taken.contains(Array(name.utf8)) : seen.contains(Array(name.utf8)) {
        var number = numbers[Array(stem.utf8)] ?? 2
        repeat {
          name = "\(stem)_\(number)"
          number += 1
        } while taken.contains(Array(name.utf8))
        numbers[Array(stem.utf8)] = number
      }
      if !name.utf8.elementsEqual(field.utf8) {
        notes.append(
          isBlank
            ? "column \(index + 1) has no name and is called '\(name)'"
            : "column \(index + 1) is a second '\(field)' and is called '\(name)'")
      }
      taken.insert(Array(name.utf8))
      seen.insert(Array(name.utf8))
      names.append(name)
    }
    return names
  }
}
