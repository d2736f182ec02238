/// A regular expression, in a part of Java's language that is matched in linear time.
///
/// It knows: characters; `.`; classes `[a-z_]`, `[^...]`; `\d \D \s \S \w \W \h \H \v \V` (of
/// ASCII, but for `\h` and `\v`, as in Java); `\p{Lu}`, `\p{L}`, `\p{IsL}` for the general
/// categories of Unicode and Java's ASCII classes `\p{Alpha}`, `\p{Punct}` and so on; `\t \n \r \f
/// \a \e`, `\x41`, `\x{1F600}`, `\u0041`, `\Q...\E`; groups `(...)`, `(?:...)`, `(?<name>...)`;
/// choice `|`; `? * + {n} {n,} {n,m}` and the lazy `?` behind them; `^ $ \A \Z \z \b \B`, where a
/// word is of ASCII as from Java 19 on.
///
/// It refuses, by name: references to groups, looking ahead and behind, atomic groups, possessive
/// repetition, flags, classes within classes and their intersections, `\G`, `\R`, `\X`, `\N`, `\c`,
/// octal numbers, scripts and blocks.
///
/// Where Java differs: it goes on between the halves of a character beyond 16 bits after an empty
/// match, which UTF-8 has not; and in a repetition of what can be empty, such as `(|a)+`, it may
/// stop at an empty round where a longer match is found here.
struct Pattern: Sendable {
  private let program: PatternProgram
  /// The class, where the pattern is one class, once or one or more times.
  private let run: (set: CharacterClass, isRepeated: Bool)?

  init(_ text: String) throws(PatternProblem) {
    let tree = try PatternParser.parse(text)
    program = try PatternProgram(tree)
    switch tree {
    case .scalar(let set): run = (set, false)
    case .repeated(.scalar(let set), least: 1, most: nil, isGreedy: true): run = (set, true)
    default: run = nil
    }
  }

  /// Something to search with, for one thread.
  func makeSearcher() -> Searcher { Searcher(program, run) }

  final class Searcher {
    private let machine: PatternMachine
    private let run: (set: CharacterClass, isRepeated: Bool)?

    fileprivate init(
      _ program: PatternProgram, _ run: (set: CharacterClass, isRepeated: Bool)?
    ) {
      machine = PatternMachine(program)
      self.run = run
    }

    /// Shows the matches in a text one after the other, as Java's `Matcher.find` does: the next
    /// search begins where a match ended, one character further where it was empty.
    func forEachMatch(in text: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
      if let (set, isRepeated) = run { return unsafe scan(text, set, isRepeated, body) }
      var place = 0
      while place <= text.count, let match = unsafe machine.find(in: text, from: place) {
        body(match)
        place = match.upperBound
        if match.isEmpty {
          place += place < text.count ? unsafe UTF8Scalar(text, at: place).length : 1
        }
      }
    }

    private func scan(
      _ text: UnsafeRawBufferPointer, _ set: CharacterClass, _ isRepeated: Bool,
      _ body: (Range<Int>) -> Void
    ) {
      var (start, place) = (-1, 0)
      while place < text.count {
        let scalar = unsafe UTF8Scalar(text, at: place)
        let end = place + scalar.length
        if set.contains(scalar.value) {
          if !isRepeated { body(place..<end) } else if start < 0 { start = place }
        } else if start >= 0 {
          body(start..<place)
          start = -1
        }
        place = end
      }
      if start >= 0 { body(start..<text.count) }
    }
  }
}
