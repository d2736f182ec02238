internal import Cluster
internal import Datasets
internal import Frames
internal import Platform

/// Rows' labels as small numbers: places among the distinct ones.
struct LabelCodes: Sendable {
  /// The distinct labels, in the order in which they were met.
  private(set) var labels: [ClassLabel] = []
  /// A row each; -1 where the label is missing.
  private(set) var codes: [Int32] = []
  private var places: [ClassLabel: Int32] = [:]

  init() {}

  init(_ rows: some Sequence<ClassLabel?>) {
    for label in rows { append(label) }
  }

  /// The values of a column; numbers are looked up by their bits, texts by their bytes.
  init(_ column: Column) {
    codes.reserveCapacity(column.count)
    var texts = TextCounts()
    var codesOfTexts: [Int32] = []
    var codesOfNumbers: [UInt64: Int32] = [:]
    for row in 0..<column.count {
      if column.isMissing(row) {
        append(nil)
        continue
      }
      if column.type == .text {
        let place = texts.add(column, row)
        if place < codesOfTexts.count {
          codes.append(codesOfTexts[place])
        } else {
          append(ClassLabel(texts.text(place)))
          codesOfTexts.append(codes[row])
        }
        continue
      }
      let value = column[row]
      let bits: UInt64? =
        switch value {
        case .integer(let number): UInt64(bitPattern: number)
        case .number(let number): (number + 0).bitPattern
        default: nil
        }
      if let bits, let code = codesOfNumbers[bits] {
        codes.append(code)
        continue
      }
      var label = ClassLabel(value)
      // The text that files have for it: a single-precision 0.1 is "0.1".
      if case .text = label { label = ClassLabel(column.fieldText(at: row)) }
      append(label)
      if let bits { codesOfNumbers[bits] = codes[row] }
    }
  }

  mutating func append(_ label: ClassLabel?) {
    guard let label else {
      codes.append(-1)
      return
    }
    if let code = places[label] {
      codes.append(code)
    } else {
      places[label] = Int32(labels.count)
      codes.append(Int32(labels.count))
      labels.append(label)
    }
  }

  /// Adds the labels of more rows.
  mutating func append(_ more: LabelCodes) {
    if codes.isEmpty {
      self = more
      return
    }
    let table = more.labels.map { label -> Int32 in
      if let code = places[label] { return code }
      places[label] = Int32(labels.count)
      labels.append(label)
      return Int32(labels.count - 1)
    }
    codes += more.codes.map { $0 < 0 ? -1 : table[Int($0)] }
  }

  /// The distinct labels of all workers, each once, by their order; a collective call.
  static func distinct(
    _ own: some Sequence<ClassLabel>, in communicator: Communicator
  ) throws -> [ClassLabel] {
    var writer = LabelWriter()
    for label in Set(own).sorted() { writer.append(label) }
    var all: Set<ClassLabel> = []
    for bytes in try communicator.allGather(writer.bytes) {
      var reader = LabelReader(bytes)
      while !reader.isAtEnd { all.insert(try reader.label()) }
    }
    return all.sorted()
  }

  /// The places of the rows' labels among others, which must have them all; -1 stays.
  func codes(among others: [ClassLabel]) -> [Int32] {
    let places = Dictionary(
      others.enumerated().map { ($0.element, Int32($0.offset)) }, uniquingKeysWith: { a, _ in a })
    let table = labels.map { places[$0] ?? -1 }
    return codes.map { $0 < 0 ? -1 : table[Int($0)] }
  }
}
