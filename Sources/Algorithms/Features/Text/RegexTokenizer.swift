public import Learning
internal import Platform

/// Splits texts into words at the matches of a pattern, or takes the matches as words.
///
/// As Spark's: small letters first, unless `toLowercase` is off; with `gaps` the pattern says what
/// stands between words, without it what a word is; words of fewer than `minTokenLength` UTF-16
/// units are left out, so empty ones by default.
///
/// The pattern is a part of Java's language: characters, classes, groups, choice, repetition (lazy
/// too) and anchors. What cannot be matched in time proportional to the text (references to groups,
/// looking around, possessive repetition) and rare things (flags, `&&` in classes) are refused by
/// name before any row is read. Cost: a scan for a class such as `\s+` or `\W`, else up to the
/// length of the text times that of the pattern, never more.
///
/// A missing text gives a missing list, where Spark stops. Small letters are those of no language.
public struct RegexTokenizer: Transformer, ColumnwiseStage {
  @Setting("the columns of text to split", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _words", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("the regular expression", spark: "pattern", sklearn: "token_pattern")
  public var pattern = "\\s+"
  @Setting("the pattern says what stands between words, not what they are", spark: "gaps")
  public var gaps = true
  @Setting("the fewest characters of a word", in: 0..., spark: "minTokenLength")
  public var minTokenLength = 1
  @Setting("turn capitals into small letters first", spark: "toLowercase", sklearn: "lowercase")
  public var toLowercase = true

  public init() {}

  public static let name = "regex-tokenizer"
  public static let summary = "splits texts into words by a regular expression"
  public static let suffix = "_words"
  public static var example: Self {
    Self {
      $0.inputs = ["note"]
      $0.pattern = "[^a-z']+"
    }
  }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    _ = try compiled()
  }

  private func compiled() throws(SettingError) -> Pattern {
    do { return try Pattern(pattern) } catch {
      throw SettingError(
        name: "pattern", requirement: "a regular expression \(error.requirement)", value: pattern)
    }
  }

  /// What a thread works with.
  private final class Scratch {
    let text = TextScratch()
    let searcher: Pattern.Searcher
    init(_ searcher: Pattern.Searcher) { self.searcher = searcher }
  }

  public func bind(to binder: inout Binder) throws {
    let pattern = try compiled()
    let pool = ScratchPool { Scratch(pattern.makeSearcher()) }
    let (isSmall, isGaps, least) = (toLowercase, gaps, minTokenLength)
    for (input, output) in pairs {
      let source = try binder.texts(input)
      let target = try binder.addLists(output)
      binder.run { batch in
        let (texts, lists) = (batch[source], batch[target])
        pool.with { scratch in
          func split(_ text: UnsafeRawBufferPointer) {
            var words = unsafe Words(text, least, lists)
            if isGaps {
              unsafe words.addBetweenMatches(scratch.searcher)
            } else {
              unsafe scratch.searcher.forEachMatch(in: text) { unsafe words.add($0) }
            }
          }
          for row in 0..<batch.rowCount {
            if texts.isMissing(row) {
              lists.endMissingRow()
              continue
            }
            unsafe texts.withBytes(row) { text in
              if isSmall {
                unsafe scratch.text.withLowercased(text) { unsafe split($0) }
              } else {
                unsafe split(text)
              }
            }
            lists.endRow()
          }
        }
      }
    }
  }

  /// Writes the words of one text.
  @unsafe private struct Words {
    private let text: UnsafeRawBufferPointer
    private let least: Int
    private let lists: ListCells
    private var emptyCount = 0

    init(_ text: UnsafeRawBufferPointer, _ least: Int, _ lists: ListCells) {
      unsafe self.text = text
      unsafe self.least = least
      unsafe self.lists = lists
    }

    func add(_ range: Range<Int>) {
      let word = unsafe UnsafeRawBufferPointer(rebasing: text[range])
      if unsafe least > 1 {
        if unsafe utf16Count(word) < least { return }
      } else if unsafe word.count < least {
        return
      }
      unsafe lists.append(word)
    }

    /// Java's `split`: a match of nothing at the very start splits nothing; empty words at the end
    /// are dropped; a text without a match is one word, be it empty.
    mutating func addBetweenMatches(_ searcher: Pattern.Searcher) {
      var end = 0
      unsafe searcher.forEachMatch(in: text) { match in
        if end == 0, match.upperBound == 0 { return }
        unsafe addUnlessLast(end..<match.lowerBound)
        end = match.upperBound
      }
      if end == 0 { return unsafe add(0..<text.count) }
      unsafe addUnlessLast(end..<text.count)
    }

    private mutating func addUnlessLast(_ range: Range<Int>) {
      if range.isEmpty {
        unsafe emptyCount += 1
        return
      }
      for _ in unsafe 0..<emptyCount { unsafe add(range.lowerBound..<range.lowerBound) }
      unsafe emptyCount = 0
      unsafe add(range)
    }
  }
}
