/// Reads a pattern; see ``Pattern`` for the grammar.
struct PatternParser {
  private let scalars: [UInt32]
  private var place = 0
  private var depth = 0

  static func parse(_ text: String) throws(PatternProblem) -> PatternTree {
    var parser = PatternParser(scalars: text.unicodeScalars.map(\.value))
    let tree = try parser.choice()
    if parser.place < parser.scalars.count { throw parser.problem("without a ) too many") }
    return tree
  }

  private init(scalars: [UInt32]) { self.scalars = scalars }

  private func problem(_ requirement: String) -> PatternProblem {
    PatternProblem(requirement: "\(requirement), at character \(min(place, scalars.count) + 1)")
  }

  private var next: Unicode.Scalar? {
    place < scalars.count ? Unicode.Scalar(scalars[place]) : nil
  }

  private mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars.map(\.value)
    guard scalars[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func takeAny() throws(PatternProblem) -> UInt32 {
    guard place < scalars.count else { throw problem("that does not end in the middle") }
    place += 1
    return scalars[place - 1]
  }

  // MARK: Choice, sequence, repetition

  private mutating func choice() throws(PatternProblem) -> PatternTree {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw problem("with at most 100 groups in each other") }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternProblem) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if take("\\Q") {
        while place < scalars.count, !take("\\E") { parts.append(literal(try takeAny())) }
        continue
      }
      parts.append(try repeated(try atom()))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func repeated(_ tree: PatternTree) throws(PatternProblem) -> PatternTree {
    var tree = tree
    while true {
      var (least, most): (Int, Int?) = (0, nil)
      if take("*") {
      } else if take("+") {
        least = 1
      } else if take("?") {
        most = 1
      } else if take("{") {
        least = try number()
        most = least
        if take(",") { most = next == "}" ? nil : try number() }
        guard take("}"), most.map({ $0 >= least }) ?? true else {
          throw problem("with counts {n}, {n,} or {n,m}")
        }
      } else {
        return tree
      }
      let isGreedy = !take("?")
      if isGreedy, take("+") { throw problem("without possessive repetition (a++)") }
      tree = .repeated(tree, least: least, most: most, isGreedy: isGreedy)
    }
  }

  private mutating func number() throws(PatternProblem) -> Int {
    var number: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      number = (number ?? 0) * 10 + Int(scalar.value - 0x30)
      if number ?? 0 > 1000 { throw problem("with counts of at most 1000") }
      place += 1
    }
    guard let number else { throw problem("with counts {n}, {n,} or {n,m}") }
    return number
  }

  // MARK: One thing

  private func literal(_ value: UInt32) -> PatternTree { .scalar(CharacterClass(value...value)) }

  private mutating func atom() throws(PatternProblem) -> PatternTree {
    let scalar = try takeAny()
    switch Unicode.Scalar(scalar) {
    case "(": return try group()
    case "[": return .scalar(try set())
    case ".": return .scalar(CharacterClass.lineEnd.inverted)
    case "^": return .assertion(.textStart)
    case "$": return .assertion(.lastLineEnd)
    case "*", "+", "?": throw problem("with something to repeat before *, + and ?")
    case "{": throw problem("with something to repeat before {")
    case "\\": return try escape()
    default: return literal(scalar)
    }
  }

  private mutating func group() throws(PatternProblem) -> PatternTree {
    if take("?") {
      if take("=") || take("!") || take("<=") || take("<!") {
        throw problem("without a look ahead or behind ((?=, (?!, (?<=, (?<!)")
      }
      if take(">") { throw problem("without an atomic group ((?>)") }
      if take("<") {
        while let scalar = next, scalar != ">" {
          guard CharacterClass.word.contains(scalar.value) else {
            throw problem("with letters and digits in the name of a group")
          }
          place += 1
        }
        guard take(">") else { throw problem("with a > behind the name of a group") }
      } else if !take(":") {
        throw problem("without flags such as (?i)")
      }
    }
    let tree = try choice()
    guard take(")") else { throw problem("with a ) for each (") }
    return tree
  }

  private mutating func escape() throws(PatternProblem) -> PatternTree {
    let scalar = Unicode.Scalar(try takeAny())
    switch scalar {
    case "b": return .assertion(try plain(.wordEdge))
    case "B": return .assertion(.noWordEdge)
    case "A": return .assertion(.textStart)
    case "z": return .assertion(.textEnd)
    case "Z": return .assertion(.lastLineEnd)
    case .some("1"..."9"), "k": throw problem("without references to groups (\\1, \\k)")
    default:
      place -= 1
      return .scalar(try classEscape())
    }
  }

  private func plain(
    _ assertion: PatternTree.Assertion
  ) throws(PatternProblem) -> PatternTree.Assertion {
    if next == "{" { throw problem("without \\b{g}") }
    return assertion
  }

  // MARK: Classes

  /// What stands behind a backslash and is one scalar or a class of them.
  private mutating func classEscape() throws(PatternProblem) -> CharacterClass {
    let scalar = try takeAny()
    switch Unicode.Scalar(scalar) {
    case "d": return .digit
    case "D": return CharacterClass.digit.inverted
    case "s": return .blank
    case "S": return CharacterClass.blank.inverted
    case "w": return .word
    case "W": return CharacterClass.word.inverted
    case "h": return .horizontalBlank
    case "H": return CharacterClass.horizontalBlank.inverted
    case "v": return .verticalBlank
    case "V": return CharacterClass.verticalBlank.inverted
    case "p": return try property()
    case "P": return try property().inverted
    case "t": return CharacterClass(0x09...0x09)
    case "n": return CharacterClass(0x0A...0x0A)
    case "r": return CharacterClass(0x0D...0x0D)
    case "f": return CharacterClass(0x0C...0x0C)
    case "a": return CharacterClass(0x07...0x07)
    case "e": return CharacterClass(0x1B...0x1B)
    case "x":
      if take("{") {
        let value = try hexadecimal(1...6)
        guard take("}") else { throw problem("with a } behind \\x{") }
        return CharacterClass(value...value)
      }
      let value = try hexadecimal(2...2)
      return CharacterClass(value...value)
    case "u":
      let value = try hexadecimal(4...4)
      return CharacterClass(value...value)
    case .some(let letter) where letter.properties.isAlphabetic && letter.isASCII:
      throw problem("without \\\(letter)")
    case .some("0"): throw problem("without octal numbers (\\0)")
    default: return CharacterClass(scalar...scalar)
    }
  }

  private mutating func hexadecimal(_ counts: ClosedRange<Int>) throws(PatternProblem) -> UInt32 {
    var (value, count) = (UInt32(0), 0)
    while count < counts.upperBound, let digit = next.flatMap({ Character($0).hexDigitValue }),
      next?.isASCII == true
    {
      value = value * 16 + UInt32(digit)
      count += 1
      place += 1
    }
    guard count >= counts.lowerBound, Unicode.Scalar(value) != nil else {
      throw problem("with a character's number in hexadecimal digits behind \\x and \\u")
    }
    return value
  }

  private mutating func property() throws(PatternProblem) -> CharacterClass {
    var name = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        place += 1
      }
      guard take("}") else { throw problem("with a } behind \\p{") }
    } else {
      if let scalar = Unicode.Scalar(try takeAny()) { name.unicodeScalars.append(scalar) }
    }
    guard let found = CharacterClass.named(name) else {
      throw problem("without the class \\p{\(name)}: only general categories and ASCII classes")
    }
    return found
  }

  private mutating func set() throws(PatternProblem) -> CharacterClass {
    let isNegated = take("^")
    var items: [CharacterClass.Item] = []
    while !take("]") {
      if next == nil { throw problem("with a ] for each [") }
      if next == "[" { throw problem("without a class in a class ([a[b]]); a [ is \\[") }
      if take("&&") { throw problem("without intersections of classes (&&)") }
      let first = try setItem()
      guard place + 1 < scalars.count, next == "-", scalars[place + 1] != 0x5D else {
        items += first.items
        continue
      }
      place += 1
      if next == "[" { throw problem("without a class in a class ([a[b]]); a [ is \\[") }
      guard case .range(let low)? = first.single, case .range(let high)? = try setItem().single,
        low.lowerBound <= high.lowerBound
      else { throw problem("with ranges from a lower to a higher character") }
      items.append(.range(low.lowerBound...high.lowerBound))
    }
    if items.isEmpty { throw problem("without an empty class []; a ] in a class is \\]") }
    let set = CharacterClass(items)
    return isNegated ? set.inverted : set
  }

  private mutating func setItem() throws(PatternProblem) -> CharacterClass {
    if take("\\") {
      if next == "Q" { throw problem("without \\Q in a class") }
      return try classEscape()
    }
    let scalar = try takeAny()
    return CharacterClass(scalar...scalar)
  }
}

extension CharacterClass {
  /// The only part, where it is one scalar.
  fileprivate var single: Item? {
    guard items.count == 1, case .range(let range) = items[0],
      range.lowerBound == range.upperBound
    else { return nil }
    return items[0]
  }
}
