public import Learning
internal import Platform

/// Counts the words of lists that are in a vocabulary into vectors.
public struct CountVectorizerStep: Step {
  public static let kind = CountVectorizer.name
  private let settings: CountVectorizer
  /// For each input its words, the most frequent first: what the places of the vectors stand for.
  public let vocabularies: [[String]]
  private let tables: [TermTable]

  init(_ settings: CountVectorizer, vocabularies: [[String]]) throws {
    self.settings = settings
    self.vocabularies = vocabularies
    tables = try vocabularies.map { try TermTable($0) }
  }

  public var summary: [SummaryLine] {
    zip(settings.inputs, vocabularies).map { name, words in
      SummaryLine(
        "words of \(name)",
        "\(words.count): " + words.prefix(8).joined(separator: ", ")
          + (words.count > 8 ? ", ..." : ""))
    }
  }

  public func bind(to binder: inout Binder) throws {
    let (least, isBinary) = (settings.minTF, settings.binary)
    let pool = ScratchPool { BucketCounts() }
    for ((input, output), (table, vocabulary)) in zip(settings.pairs, zip(tables, vocabularies)) {
      let source = try binder.lists(input)
      let target = try binder.addVectors(
        output, width: table.count, isSparse: true, slots: vocabulary.map { "\(input)=\($0)" })
      binder.run { batch in
        let (words, vectors) = (batch[source], batch[target])
        pool.with { counts in
          for row in 0..<batch.rowCount {
            let (count, known) = unsafe words.withTexts(row) { words in
              let places = unsafe counts.room(for: words.count)
              var known = 0
              for index in unsafe 0..<words.count {
                guard let place = unsafe table.find(words[index]) else { continue }
                unsafe places[known] = Int32(truncatingIfNeeded: place)
                known += 1
              }
              return unsafe (words.count, known)
            }
            // Of all words of the list, not of the known ones.
            let limit = least >= 1 ? least : least * Double(count)
            unsafe vectors.appendRow(limit: known) { indices, values in
              unsafe counts.count(known, below: table.count, indices, values) { _, times in
                Double(times) < limit ? 0 : isBinary ? 1 : Double(times)
              }
            }
          }
        }
      }
    }
  }

  public var saved: SavedStep {
    SavedStep(
      settings: settings.json,
      values: .object(
        JSONObject([
          .init(
            "vocabularies", .list(vocabularies.map { .list($0.map { .text($0) }) }))
        ])))
  }

  public init(_ saved: SavedStep) throws {
    let settings = try CountVectorizer(saved: saved.settings)
    let lists = try saved.values.list("vocabularies")
    guard lists.count == settings.inputs.count else {
      throw Failure(.data, "\(lists.count) vocabularies for \(settings.inputs.count) columns")
    }
    let vocabularies = try lists.map { list -> [String] in
      guard let words = [String](settingJSON: list) else {
        throw Failure(.data, "a vocabulary is no list of words")
      }
      return words
    }
    try self.init(settings, vocabularies: vocabularies)
  }
}
