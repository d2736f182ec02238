public import Learning
internal import Platform

/// Takes frequent words that say little out of lists of words.
///
/// As Spark's: words are compared in small letters unless `caseSensitive`, and those that stay keep
/// theirs. `stopWords` replaces the list of the language.
///
/// Departures: small letters are those of no language (Unicode's full mappings), where Spark's
/// `locale` asks the machine: `İ` matches `i̇`, in Turkish too. A missing list stays missing.
public struct StopWordsRemover: Transformer, ColumnwiseStage {
  @Setting("the columns of words", spark: "inputCols")
  public var inputs: [String] = []
  @Setting("names for the new columns; else the input's and _filtered", spark: "outputCols")
  public var outputs: [String] = []
  @Setting("whose list of words to take out, where stopWords gives none")
  public var language = StopWordLanguage.english
  @Setting("the words to take out", spark: "stopWords", sklearn: "stop_words")
  public var stopWords: [String]? = nil
  @Setting("compare words as they are, not in small letters", spark: "caseSensitive")
  public var caseSensitive = false

  public init() {}

  public static let name = "stop-words-remover"
  public static let summary = "takes frequent words that say little out of lists of words"
  public static let suffix = "_filtered"
  public static var example: Self { Self { $0.inputs = ["words"] } }

  public func checkTogether() throws(SettingError) {
    try checkColumns()
    if stopWords != nil, $language.isGiven {
      throw SettingError(
        name: "language", requirement: "left out where stopWords are given",
        value: language.rawValue)
    }
  }

  public func bind(to binder: inout Binder) throws {
    let isExact = caseSensitive
    let pool = ScratchPool { TextScratch() }
    let scratch = TextScratch()
    var table = TermTable()
    for var word in stopWords ?? language.words {
      word.withUTF8 { word in
        let word = UnsafeRawBufferPointer(word)
        if isExact {
          unsafe table.insert(word)
        } else {
          unsafe scratch.withLowercased(word) { unsafe _ = table.insert($0) }
        }
      }
    }
    let removed = table
    for (input, output) in pairs {
      let source = try binder.lists(input)
      let target = try binder.addLists(output)
      binder.run { batch in
        let (words, kept) = (batch[source], batch[target])
        pool.with { scratch in
          for row in 0..<batch.rowCount {
            if words.isMissing(row) {
              kept.endMissingRow()
              continue
            }
            for index in 0..<words.count(row) {
              unsafe words.withBytes(row, index) { word in
                let place =
                  isExact
                  ? unsafe removed.find(word)
                  : unsafe scratch.withLowercased(word) { unsafe removed.find($0) }
                if place == nil { unsafe kept.append(word) }
              }
            }
            kept.endRow()
          }
        }
      }
    }
  }
}
