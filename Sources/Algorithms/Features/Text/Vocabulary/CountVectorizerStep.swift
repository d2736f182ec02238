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

  /// Memory of a thread.
  private final class Scratch {
    let counts = BucketCounts()
  }

  public func bind(to binder: inout Binder) throws {
    let (least, isBinary) = (settings.minTF, settings.binary)
    let pool = ScratchPool { Scratch() }
    for ((input, output), (table, vocabulary)) in zip(settings.pairs, zip(tables, vocabularies)) {
      let source = try binder.lists(input)
      let target = try binder.addVectors(
        output, width: table.count, isSparse: true, slots: vocabulary.map { "\(input)=\($0)" })
      binder.run { batch in
        let (words, vectors) = (batch[source], batch[target])
        pool.with { scratch in
          for row in 0..<batch.rowCount {
            let count = words.count(row)
            let places = unsafe scratch.counts.room(for: count)
            var known = 0
            for index in 0..<count {
              if let place = unsafe words.withBytes(row, index, { unsafe table.find($0) }) {
                unsafe places[known] = Int32(truncatingIfNeeded: place)
                known += 1
              }
            }
            // Of all words of the list, not of the known ones.
            let limit = least >= 1 ? least : least * Double(count)
            scratch.counts.forEach(known, below: table.count) { place, times in
              if Double(times) >= limit { vectors.append(place, isBinary ? 1 : Double(times)) }
            }
            vectors.endRow()
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
      guard let words = [String](settingJSON: list), !words.isEmpty else {
        throw Failure(.data, "a vocabulary is no list of words")
      }
      return words
    }
    try self.init(settings, vocabularies: vocabularies)
  }
}
