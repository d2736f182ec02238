internal import CParse
internal import Platform

/// The options of a file as the bytes that stand in it.
struct CSVDialect: Sendable {
  var delimiter: [UInt8]
  var decimalMark: UInt8
  var isLatin1: Bool
  var skipsBadRows: Bool
  var missingWords: [[UInt8]]

  init(_ options: CSVOptions) throws {
    isLatin1 = options.encoding == .latin1
    delimiter = Array(",".utf8)
    decimalMark = options.decimalMark == "," ? UInt8(ascii: ",") : UInt8(ascii: ".")
    skipsBadRows = options.onBadRow == .skip
    // A word that the encoding cannot write cannot occur either.
    missingWords = []
    for word in options.missingWords {
      if let bytes = Self.encoded(word, isLatin1: isLatin1) { missingWords.append(bytes) }
    }
    guard let given = options.delimiter else { return }
    guard let bytes = Self.encoded(given, isLatin1: isLatin1) else {
      throw Failure(.usage, "--delimiter '\(given)' cannot be written in latin-1")
    }
    delimiter = bytes
  }

  /// Comma, decimal point, UTF-8.
  static var plain: CSVDialect {
    CSVDialect(
      delimiter: Array(",".utf8), decimalMark: UInt8(ascii: "."), isLatin1: false,
      skipsBadRows: false, missingWords: [])
  }

  private init(
    delimiter: [UInt8], decimalMark: UInt8, isLatin1: Bool, skipsBadRows: Bool,
    missingWords: [[UInt8]]
  ) {
    self.delimiter = delimiter
    self.decimalMark = decimalMark
    self.isLatin1 = isLatin1
    self.skipsBadRows = skipsBadRows
    self.missingWords = missingWords
  }

  private static func encoded(_ text: String, isLatin1: Bool) -> [UInt8]? {
    guard isLatin1 else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// Bytes of the file as text for a person: at most 80, control characters escaped.
  func shown(_ bytes: [UInt8]) -> String {
    let cut = bytes.prefix(80)
    let text =
      isLatin1
      ? String(String.UnicodeScalarView(cut.map { Unicode.Scalar($0) }))
      : String(decoding: cut, as: UTF8.self)
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": shown += "\\n"
      case "\r": shown += "\\r"
      case "\t": shown += "\\t"
      case _ where scalar.properties.generalCategory == .control || scalar == "\u{7F}":
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return bytes.count > 80 ? shown + "..." : shown
  }
}

/// Finds records and their fields in bytes, with the scratch memory for it; one thread's.
@safe
final class CSVIndexer {
  let handle: OpaquePointer

  /// - Parameter fieldCount: how many fields a record must have; nil takes any number.
  init(_ dialect: CSVDialect, fieldCount: Int?) {
    var description = unsafe martlet_csv_dialect()
    unsafe withUnsafeMutableBytes(of: &description.delimiter) { bytes in
      unsafe bytes.copyBytes(from: dialect.delimiter)
    }
    unsafe description.delimiter_count = UInt32(dialect.delimiter.count)
    unsafe description.field_count = UInt32(fieldCount ?? 0)
    unsafe description.decimal_mark = dialect.decimalMark
    unsafe description.latin1 = dialect.isLatin1 ? 1 : 0
    unsafe description.skips_bad_rows = dialect.skipsBadRows ? 1 : 0
    let words = dialect.missingWords.flatMap { $0 }
    var end: UInt32 = 0
    let ends = dialect.missingWords.map { word in
      end += UInt32(word.count)
      return end
    }
    let made = unsafe words.withUnsafeBufferPointer { words in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe description.words = words.baseAddress
        unsafe description.word_ends = ends.baseAddress
        unsafe description.word_count = UInt32(ends.count)
        return unsafe martlet_csv_make(&description)
      }
    }
    guard let made = unsafe made else { bug("no memory for a CSV reader") }
    unsafe handle = unsafe made
  }

  deinit { unsafe martlet_csv_free(handle) }

  /// Finds records in a window from its place on, as far as they begin before `limit` (in the
  /// file); at least one, then as many as end within about `wish` bytes.
  func records(in window: CSVWindow, before limit: Int, wish: Int) -> martlet_csv_records {
    unsafe martlet_csv_index(
      handle, window.pointer, window.place, window.count, max(0, limit - window.origin), wish,
      window.isFinal ? 1 : 0)
  }

  /// Where row `row` of the last search begins, in the file.
  func start(ofRow row: Int, in window: CSVWindow) -> Int {
    unsafe window.origin + martlet_csv_row_start(handle, row)
  }

  /// How many fields row `row` of the last search has.
  func fieldCount(ofRow row: Int) -> Int { unsafe martlet_csv_row_field_count(handle, row) }

  /// The text of one field of row `row` of the last search.
  func text(ofRow row: Int, field: Int, in window: CSVWindow) -> String {
    var count = 0
    guard let bytes = unsafe martlet_csv_field(handle, window.pointer, row, field, &count) else {
      bug("no memory for a field")
    }
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
