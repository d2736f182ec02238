extension JSONValue {
  /// How the text is laid out.
  public enum Layout: Sendable {
    /// On one line, members in the order they were given: what `--json` prints.
    case line
    /// Members by name, two spaces a level, a line end last: the one form of a file.
    case canonical
  }

  /// The document as JSON text.
  ///
  /// Numbers are printed in the fewest digits that read back as the same bits. JSON has no NaN and
  /// no infinity: they become null, and `nonFinitePaths` tells where.
  public func printed(_ layout: Layout = .canonical) -> String {
    var text = ""
    print(layout, level: 0, to: &text)
    if layout == .canonical { text += "\n" }
    return text
  }

  /// Where numbers stand that JSON cannot say (NaN, infinity), such as `report.objective[3]`.
  public var nonFinitePaths: [String] {
    var paths: [String] = []
    collectNonFinite(at: "", into: &paths)
    return paths
  }

  private func print(_ layout: Layout, level: Int, to text: inout String) {
    switch self {
    case .null: text += "null"
    case .flag(let value): text += value ? "true" : "false"
    case .integer(let value): text += value.description
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .text(let value): JSONValue.quote(value, to: &text)
    case .list(let values):
      // Lists of plain values stay on a line, so that a model of long lists stays readable.
      let isFlat = values.allSatisfy(\.isPlain)
      JSONValue.enclose(
        values, "[", "]", layout: isFlat ? .line : layout, level: level, to: &text
      ) { value, text in
        value.print(layout, level: level + 1, to: &text)
      }
    case .object(let object):
      let members = layout == .canonical ? object.sorted : object.members
      JSONValue.enclose(members, "{", "}", layout: layout, level: level, to: &text) {
        member, text in
        JSONValue.quote(member.name, to: &text)
        text += ": "
        member.value.print(layout, level: level + 1, to: &text)
      }
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private static func enclose<Item>(
    _ items: [Item], _ open: String, _ close: String, layout: Layout, level: Int,
    to text: inout String, _ body: (Item, inout String) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += layout == .line ? ", " : "," }
      if layout == .canonical { text += "\n" + String(repeating: "  ", count: level + 1) }
      body(item, &text)
    }
    if layout == .canonical, !items.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
    text += close
  }

  private static func quote(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private func collectNonFinite(at path: String, into paths: inout [String]) {
    switch self {
    case .number(let value): if !value.isFinite { paths.append(path) }
    case .list(let values):
      for (index, value) in values.enumerated() {
        value.collectNonFinite(at: "\(path)[\(index)]", into: &paths)
      }
    case .object(let object):
      for member in object.sorted {
        let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
        member.value.collectNonFinite(at: inner, into: &paths)
      }
    default: break
    }
  }
}
