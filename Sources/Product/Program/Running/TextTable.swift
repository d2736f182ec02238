import Martlet

/// A few rows as a table for the eye: names, types, numbers to the right.
struct TextTable {
  /// Longer texts are cut.
  private static let widest = 40
  let text: String

  init(_ frame: Frame) {
    let columns = zip(frame.schema.fields, frame.columns).map { field, column in
      [Self.cell(field.name), field.type.rawValue]
        + (0..<frame.rowCount).map { Self.cell(column.fieldText(at: $0)) }
    }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    let isNumber = frame.columns.map { $0.type.isNumeric && $0.type != .bool }
    var lines = (0..<frame.rowCount + 2).map { row in
      columns.indices.map { index in
        let cell = columns[index][row]
        let gap = String(repeating: " ", count: widths[index] - cell.count)
        return isNumber[index] ? gap + cell : cell + gap
      }.joined(separator: "  ")
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 2)
    text = lines.map { line in
      var line = line
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// One line of at most forty characters.
  private static func cell(_ text: String) -> String {
    let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return line.count <= widest ? line : line.prefix(widest - 3) + "..."
  }
}
