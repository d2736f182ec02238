/// A set of Unicode scalars, as a pattern writes it: `[a-z_]`, `\s`, `\p{Lu}`, `.`.
struct CharacterClass: Sendable, Equatable {
  /// A part of a class.
  enum Item: Sendable, Equatable {
    case range(ClosedRange<UInt32>)
    /// General categories of Unicode, a bit each, in the order of `categoryNames`.
    case categories(UInt32)
    /// All that lies in none of some parts.
    case not([Item])

    func contains(_ value: UInt32) -> Bool {
      switch self {
      case .range(let range): return range.contains(value)
      case .categories(let bits):
        guard let category = Unicode.Scalar(value)?.properties.generalCategory else { return false }
        return bits & CharacterClass.bit(of: category) != 0
      case .not(let items): return !items.contains { $0.contains(value) }
      }
    }
  }

  let items: [Item]
  /// Bit `v` says whether the class holds the ASCII scalar `v`.
  private let low: UInt64
  private let high: UInt64

  init(_ items: [Item]) {
    self.items = items
    func bits(_ first: UInt32) -> UInt64 {
      (0..<64).reduce(0) { bits, offset in
        items.contains { $0.contains(first + offset) } ? bits | 1 << UInt64(offset) : bits
      }
    }
    low = bits(0)
    high = bits(64)
  }

  init(_ ranges: ClosedRange<UInt32>...) { self.init(ranges.map { .range($0) }) }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low >> UInt64(value) & 1 != 0 }
    if value < 128 { return high >> UInt64(value - 64) & 1 != 0 }
    return containsBeyondASCII(value)
  }

  /// A byte that is no text belongs to classes that say what they leave out.
  private func containsBeyondASCII(_ value: UInt32) -> Bool {
    items.contains { $0.contains(value) }
  }

  var inverted: CharacterClass { CharacterClass([.not(items)]) }

  // MARK: Classes with a name, as Java has them: ASCII unless they say otherwise

  static let digit = CharacterClass(0x30...0x39)
  static let word = CharacterClass(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
  static let blank = CharacterClass(0x09...0x0D, 0x20...0x20)
  static let horizontalBlank = CharacterClass(
    0x09...0x09, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x180E...0x180E, 0x2000...0x200A,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000)
  static let verticalBlank = CharacterClass(0x0A...0x0D, 0x85...0x85, 0x2028...0x2029)
  /// What `.` leaves out.
  static let lineEnd = CharacterClass(0x0A...0x0A, 0x0D...0x0D, 0x85...0x85, 0x2028...0x2029)

  /// The class `\p{name}`; nil where there is none of that name.
  static func named(_ name: String) -> CharacterClass? {
    switch name {
    case "Lower": return CharacterClass(0x61...0x7A)
    case "Upper": return CharacterClass(0x41...0x5A)
    case "ASCII": return CharacterClass(0x00...0x7F)
    case "Alpha": return CharacterClass(0x41...0x5A, 0x61...0x7A)
    case "Digit": return digit
    case "Alnum": return CharacterClass(0x30...0x39, 0x41...0x5A, 0x61...0x7A)
    case "Punct": return CharacterClass(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
    case "Graph": return CharacterClass(0x21...0x7E)
    case "Print": return CharacterClass(0x20...0x7E)
    case "Blank": return CharacterClass(0x09...0x09, 0x20...0x20)
    case "Cntrl": return CharacterClass(0x00...0x1F, 0x7F...0x7F)
    case "XDigit": return CharacterClass(0x30...0x39, 0x41...0x46, 0x61...0x66)
    case "Space": return blank
    default: break
    }
    let category = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
    var bits: UInt32 = 0
    for (place, own) in categoryNames.enumerated()
    where own == category || (category.utf8.count == 1 && own.hasPrefix(category)) {
      bits |= 1 << UInt32(place)
    }
    return bits == 0 ? nil : CharacterClass([.categories(bits)])
  }

  /// The general categories of Unicode by their short names.
  private static let categoryNames = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  fileprivate static func bit(of category: Unicode.GeneralCategory) -> UInt32 {
    let place: UInt32 =
      switch category {
      case .uppercaseLetter: 0
      case .lowercaseLetter: 1
      case .titlecaseLetter: 2
      case .modifierLetter: 3
      case .otherLetter: 4
      case .nonspacingMark: 5
      case .spacingMark: 6
      case .enclosingMark: 7
      case .decimalNumber: 8
      case .letterNumber: 9
      case .otherNumber: 10
      case .connectorPunctuation: 11
      case .dashPunctuation: 12
      case .openPunctuation: 13
      case .closePunctuation: 14
      case .initialPunctuation: 15
      case .finalPunctuation: 16
      case .otherPunctuation: 17
      case .mathSymbol: 18
      case .currencySymbol: 19
      case .modifierSymbol: 20
      case .otherSymbol: 21
      case .spaceSeparator: 22
      case .lineSeparator: 23
      case .paragraphSeparator: 24
      case .control: 25
      case .format: 26
      case .surrogate: 27
      case .privateUse: 28
      case .unassigned: 29
      @unknown default: 29
      }
    return 1 << place
  }
}
