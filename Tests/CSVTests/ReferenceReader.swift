import Datasets
import Foundation
import Frames

/// A slow CSV reader written from RFC 4180 and the rules in `CSVSource`'s comment, for comparison.
///
/// It shares nothing with the fast one: one byte after the other, types by trying, `strtod`.
struct ReferenceReader {
  struct Field { var text: String; var isQuoted: Bool }

  var delimiter: [UInt8] = [44]
  var decimalMark = "."
  var missingWords: [String] = []
  var identifiers: [String] = []

  /// The records of a text; nil where it is malformed.
  func records(_ bytes: [UInt8]) -> [[Field]]? {
    var records: [[Field]] = []
    var record: [Field] = []
    var at = 0
    while at < bytes.count {
      if record.isEmpty, let blank = blankLine(bytes, at) {
        at += blank
        continue
      }
      var content: [UInt8] = []
      var isQuoted = false
      if bytes[at...].first == 34 {
        isQuoted = true
        at += 1
        while true {
          guard at < bytes.count else { return nil }
          if bytes[at] != 34 { content.append(bytes[at]); at += 1; continue }
          guard at + 1 < bytes.count, bytes[at + 1] == 34 else { at += 1; break }
          content.append(34)
          at += 2
        }
      } else {
        while at < bytes.count, bytes[at] != 10, !bytes[at...].starts(with: delimiter) {
          content.append(bytes[at])
          at += 1
        }
        if content.last == 13, at == bytes.count || bytes[at] == 10 { content.removeLast() }
      }
      if isQuoted, at < bytes.count, bytes[at] == 13, at + 1 == bytes.count || bytes[at + 1] == 10 {
        at += 1
      }
      record.append(Field(text: String(decoding: content, as: UTF8.self), isQuoted: isQuoted))
      if at < bytes.count, bytes[at...].starts(with: delimiter), bytes[at] != 10 {
        at += delimiter.count
        guard at == bytes.count else { continue }
        record.append(Field(text: "", isQuoted: false))
      } else if at < bytes.count {
        guard bytes[at] == 10 else { return nil }
        at += 1
      }
      records.append(record)
      record = []
      // A record that goes on with an empty last field was ended above.
    }
    return records
  }

  private func blankLine(_ bytes: [UInt8], _ at: Int) -> Int? {
    if bytes[at] == 10 { return 1 }
    if bytes[at] == 13, at + 1 == bytes.count { return 1 }
    return bytes[at...].starts(with: [13, 10]) ? 2 : nil
  }

  /// The columns of records, as the values that a user sees.
  func columns(_ names: [String], _ records: [[Field]]) -> [(type: ColumnType, values: [Value])] {
    names.indices.map { place in
      let fields = records.map { $0[place] }
      let isIdentifier = identifiers.contains(names[place])
      let kinds = Set(fields.map { kind($0, isIdentifier) })
      let real = kinds.subtracting([.nothing])
      let type: ColumnType =
        real.isEmpty
        ? .float64
        : real == [.bool]
          ? .bool
          : real == [.integer]
            ? .int64 : real.isSubset(of: [.integer, .number]) ? .float64 : .text
      return (type, fields.map { value($0, type, isIdentifier) })
    }
  }

  enum Kind { case nothing, bool, integer, number, text }

  private func kind(_ field: Field, _ isIdentifier: Bool) -> Kind {
    let text = field.text
    if text.isEmpty || missingWords.contains(text) || text == "NA" || text == "null" {
      return .nothing
    }
    if isIdentifier { return Int64(text).map { String($0) == text } == true ? .integer : .text }
    if ["true", "True", "TRUE", "false", "False", "FALSE"].contains(text) { return .bool }
    if Int64(trimmed(text)) != nil { return .integer }
    return number(text) != nil ? .number : .text
  }

  private func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
  }

  private func number(_ text: String) -> Double? {
    var text = trimmed(text)
    let bare = text.lowercased().drop { $0 == "+" || $0 == "-" }
    if ["nan", "inf", "infinity"].contains(String(bare)), text.count - bare.count <= 1 {
      return strtod(text, nil)
    }
    let mark = NSRegularExpression.escapedPattern(for: decimalMark)
    let form = "^[+-]?([0-9]+(\(mark)[0-9]*)?|\(mark)[0-9]+)([eE][+-]?[0-9]+)?$"
    guard let match = text.range(of: form, options: .regularExpression),
      match == text.startIndex..<text.endIndex
    else { return nil }
    if decimalMark == "," { text = text.replacingOccurrences(of: ",", with: ".") }
    return strtod(text, nil)
  }

  private func value(_ field: Field, _ type: ColumnType, _ isIdentifier: Bool) -> Value {
    if missingWords.contains(field.text) { return .missing }
    if type == .text {
      return field.text.isEmpty && !field.isQuoted ? .missing : .text(field.text)
    }
    if kind(field, isIdentifier) == .nothing { return .missing }
    switch type {
    case .bool: return .bool(field.text.lowercased() == "true")
    case .int64: return .integer(Int64(trimmed(field.text)) ?? 0)
    default: return .number(number(field.text) ?? .nan)
    }
  }
}
