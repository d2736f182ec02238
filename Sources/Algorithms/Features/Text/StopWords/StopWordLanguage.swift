public import Learning

/// The languages of which a list of stop words is at hand: those of Spark, with its words.
///
/// The lists come from Snowball (BSD licence, see `docs/stop-words.md`).
public enum StopWordLanguage: String, CaseIterable, SettingValue {
  case danish, dutch, english, finnish, french, german, hungarian, italian, norwegian, portuguese
  case russian, spanish, swedish, turkish

  /// The words, in the order of the list.
  public var words: [String] {
    let text =
      switch self {
      case .danish: Self.danishWords
      case .dutch: Self.dutchWords
      case .english: Self.englishWords
      case .finnish: Self.finnishWords
      case .french: Self.frenchWords
      case .german: Self.germanWords
      case .hungarian: Self.hungarianWords
      case .italian: Self.italianWords
      case .norwegian: Self.norwegianWords
      case .portuguese: Self.portugueseWords
      case .russian: Self.russianWords
      case .spanish: Self.spanishWords
      case .swedish: Self.swedishWords
      case .turkish: Self.turkishWords
      }
    return text.split(whereSeparator: \.isWhitespace).map { String($0) }
  }
}
