/// A pattern as it was read.
indirect enum PatternTree: Sendable, Equatable {
  case empty
  case scalar(CharacterClass)
  case sequence([PatternTree])
  /// The first that leads to a match is taken.
  case choice([PatternTree])
  case repeated(PatternTree, least: Int, most: Int?, isGreedy: Bool)
  case assertion(Assertion)

  /// What must hold at a place of the text.
  enum Assertion: Sendable {
    case textStart, textEnd
    /// The end, or before a line end that ends the text.
    case lastLineEnd
    case wordEdge, noWordEdge
  }
}

/// A pattern that cannot be used: what of it, and where.
struct PatternProblem: Error, Equatable {
  /// Words that follow "a pattern".
  let requirement: String
}
