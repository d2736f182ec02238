internal import Datasets
public import Frames
internal import LinearAlgebra

/// The columns on which featurizers are checked: one of every kind, with ties, gaps and repeats.
///
/// Settings for examples may name: `age` and `price` (numbers), `visits` (integers, some missing),
/// `member` (true or false), `city` (text of five values, some missing), `note` (sentences), `words`
/// (lists of texts), `point` (dense vectors of 3), `counts` (sparse vectors of 8, none negative),
/// `day` (dates), `code` (0 to 3) and `label` (0 or 1).
public enum LawTable {
  public static let rowCount = 211

  /// The first rows of the table; each is a function of its number alone.
  public static func frame(rowCount: Int = rowCount) -> Frame {
    let rows = (0..<rowCount).map { Row($0) }
    return Frame([
      (name: "age", column: Column(rows.map { Optional($0.age) })),
      (name: "visits", column: Column(rows.map(\.visits))),
      (name: "member", column: Column(rows.map { Optional($0.age > 40) })),
      (name: "city", column: Column(rows.map(\.city))),
      (name: "note", column: Column(rows.map { Optional($0.words.joined(separator: " ")) })),
      (name: "words", column: Column(rows.map { Optional($0.words) })),
      (
        name: "point",
        column: Column(vectors: rows.map { VectorValue.dense($0.point) }, width: 3)
      ),
      (name: "counts", column: Column(vectors: rows.map { $0.counts }, width: 8)),
      (name: "day", column: Column(dates: rows.map { Optional($0.day) })),
      (name: "code", column: Column(rows.map { Optional($0.code) })),
      (name: "label", column: Column(rows.map { Optional(Double($0.code % 2)) })),
      (name: "price", column: Column(rows.map { Optional($0.price) })),
    ])
  }

  static func source(rowsPerSplit: Int, rowCount: Int = rowCount) -> FrameSource {
    FrameSource(
      frame(rowCount: rowCount), name: "the rows of the laws", rowsPerSplit: rowsPerSplit)
  }

  private struct Row {
    let age: Double
    let visits: Int64?
    let city: String?
    let words: [String]
    let point: [Double]
    let counts: VectorValue
    let day: Int32
    let code: Int32
    let price: Double

    init(_ number: Int) {
      // Every seventh row repeats the one before.
      let own = number % 7 == 6 ? number - 1 : number
      var draw = RandomSource(seed: 7, purpose: "laws.table").stream(row: own)
      age = (draw.uniform() * 600).rounded() / 10
      visits = draw.integer(below: 6) == 0 ? nil : Int64(draw.integer(below: 9))
      let cities: [String?] = ["Lviv", "Kyiv", "Lviv", "Odesa", "Łódź", "San José", nil]
      city = cities[draw.integer(below: cities.count)]
      let vocabulary = ["The", "swift", "never", "lands", "é", "日本", "and", "sings"]
      words = (0..<draw.integer(below: 6)).map { _ in
        vocabulary[draw.integer(below: vocabulary.count)]
      }
      point = [draw.normal(), 1000 + draw.normal(), Double(draw.integer(below: 3))]
      var entries: [(Int32, Double)] = []
      for index in 0..<8 where draw.integer(below: 3) == 0 {
        entries.append((Int32(index), Double(1 + draw.integer(below: 4))))
      }
      // A row without an entry would be one that some stages rightly refuse.
      if entries.isEmpty { entries = [(Int32(own % 8), 1)] }
      counts = .sparse(width: 8, indices: entries.map(\.0), values: entries.map(\.1))
      day = Int32(19_000 + draw.integer(below: 900))
      code = Int32(draw.integer(below: 4))
      price = 0.5 + draw.uniform() * 99
    }
  }
}
