internal import CParse
internal import Frames
internal import LinearAlgebra
internal import Platform

/// Reads splits of JSON lines, one after another; one thread's.
@safe
final class JSONLinesReader {
  private let handle: OpaquePointer
  private let lines = LineBuffer()

  init(_ options: JSONLinesOptions) {
    let words = options.missingWords.flatMap { Array($0.utf8) }
    var end: UInt32 = 0
    let ends = options.missingWords.map { word in
      end += UInt32(word.utf8.count)
      return end
    }
    let made = unsafe words.withUnsafeBufferPointer { words in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe martlet_json_make(
          words.baseAddress, ends.baseAddress, UInt32(ends.count), options.skipsBadRows ? 1 : 0)
      }
    }
    guard let made = unsafe made else { bug("no memory for a reader of JSON lines") }
    unsafe handle = unsafe made
  }

  deinit { unsafe martlet_json_free(handle) }

  /// What one split holds: rows, keys, types.
  func survey(_ split: CSVSplit, of file: CSVFile) throws -> JSONSurvey {
    unsafe martlet_json_reset(handle)
    let end = try read(split, of: file, Int32(MARTLET_JSON_SURVEY))
    var problem: JSONProblem?
    if end.status != MARTLET_JSON_DONE {
      var count = 0
      let key = unsafe martlet_json_failed_key(handle, &count)
      problem = JSONProblem(
        status: Int(end.status), split: split.index, place: lines.origin + end.place,
        key: unsafe key.map { unsafe Self.text($0, count) })
    }
    let columns = unsafe (0..<martlet_json_found_count(handle)).map { index in
      unsafe JSONColumn(martlet_json_found_at(handle, index), split: split.index)
    }
    return JSONSurvey(
      rowCount: Int(end.row_count), badRowCount: Int(end.bad_count), problem: problem,
      columns: columns)
  }

  /// The values of some columns in one split; nil where they are not of these types any more.
  func convert(_ split: CSVSplit, of file: CSVFile, _ wanted: [JSONField]) throws -> [Column]? {
    unsafe martlet_json_reset(handle)
    for field in wanted {
      let name = Array(field.name.utf8)
      let status = unsafe name.withUnsafeBufferPointer { name in
        unsafe martlet_json_want(
          handle, name.baseAddress, name.count, field.type.rawValue, UInt32(field.width))
      }
      require(status == 0, "no memory for a column of JSON lines")
    }
    let end = try read(split, of: file, Int32(MARTLET_JSON_CONVERT))
    require(end.status != MARTLET_JSON_NO_MEMORY, "no memory for a column of JSON lines")
    guard end.status == MARTLET_JSON_DONE else { return nil }
    return wanted.indices.map { index in
      unsafe wanted[index].column(
        martlet_json_values_at(handle, index), rowCount: Int(end.row_count))
    }
  }

  /// Where in the file a row of a split begins.
  func place(ofRow row: Int, in split: CSVSplit, of file: CSVFile) throws -> Int {
    unsafe martlet_json_reset(handle)
    try lines.load(split, of: file)
    let end = unsafe martlet_json_read(
      handle, lines.pointer, lines.count, Int64(lines.origin), Int32(MARTLET_JSON_COUNT),
      UInt64(row))
    return lines.origin + end.place
  }

  private func read(_ split: CSVSplit, of file: CSVFile, _ mode: Int32) throws -> martlet_json_end {
    try lines.load(split, of: file)
    let end = unsafe martlet_json_read(
      handle, lines.pointer, lines.count, Int64(lines.origin), mode, .max)
    require(end.status != MARTLET_JSON_NO_MEMORY, "no memory for lines of JSON")
    return end
  }

  static func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

/// What one split holds.
struct JSONSurvey: Sendable {
  var rowCount: Int
  var badRowCount: Int
  var problem: JSONProblem?
  var columns: [JSONColumn]
}
