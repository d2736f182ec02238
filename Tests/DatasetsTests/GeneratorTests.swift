import Cluster
import Datasets
import Frames
import LinearAlgebra
import Platform
import Testing

@Suite struct GeneratorTests {
  private func generator(_ name: String) throws -> Generator {
    try #require(Generator.all.first { $0.name == name })
  }

  private func texts(_ frame: Frame, _ name: String) throws -> [String] {
    let column = try frame.column(name)
    return (0..<column.count).map { column.fieldText(at: $0) }
  }

  /// The bytes of some rows as CSV, written down when the generators were made: they may only change
  /// with the version in a generator's recipe.
  @Test(arguments: [
    ("ratings", 16_294_155_477_781_846_127 as UInt64),
    ("transactions", 8_129_156_419_697_247_017), ("shop-orders", 11_404_225_266_211_134_024),
    ("shop-clicks", 5_118_686_563_113_818_587),
  ]) func `a seed gives the rows that it always gave`(name: String, digest: UInt64) throws {
    let rows = try generator(name).rows(1000, seed: 42).collect(in: aloneSession())
    let bytes = CSVWriter().header(rows.schema) + CSVWriter().lines(rows)
    #expect(XXH64.hash(bytes) == digest)
    let other = try generator(name).rows(1000, seed: 43).collect(in: aloneSession())
    #expect(CSVWriter().lines(other) != CSVWriter().lines(rows))
  }

  @Test(arguments: Generator.all.map(\.name)) func `every crew writes the same bytes`(name: String)
    throws
  {
    let folder = try TemporaryFolder()
    var options = WriteOptions()
    options.replacesOld = true
    let generator = try generator(name)
    let destination = try Destination(folder.place("out.csv"), options: options)
    let frame = try generator.rows(17_000).collect(in: aloneSession())
    #expect(frame.rowCount == 17_000)
    let expected = CSVWriter().header(frame.schema) + CSVWriter().lines(frame)
    for crew in [(ranks: 1, threads: 3), (2, 1), (3, 2)] {
      _ = try asCrew(crew) { try generator.rows(17_000).write(to: destination, in: $0) }
      #expect(try InputFile(destination.path).contents() == expected, "\(crew)")
    }
    let some = Array(frame.schema.names.reversed().prefix(2))
    let selected = try generator.rows(17_000).select(some).collect(in: aloneSession())
    #expect(try rows(of: selected) == rows(of: frame.selecting(some)))
  }

  @Test func `nobody rates an item twice, and the hidden factors are in the ratings`() throws {
    for count in [0, 1, 39, 2011] {
      let frame = try generator("ratings").rows(count).collect(in: aloneSession())
      let pairs = try zip(texts(frame, "user"), texts(frame, "item")).map { "\($0) \($1)" }
      #expect(Set(pairs).count == count)
    }
    let frame = try generator("ratings").rows(10_000).collect(in: aloneSession())
    let ratings = try #require(try frame.column("rating").doubles).compactMap { $0 }
    #expect(Set(ratings) == Set(stride(from: 0.5, through: 5, by: 0.5)))
    // What the means of user and item leave is more than the noise of 0.3 and the rounding of 0.15.
    let residue = try leftover(ratings, texts(frame, "user"), texts(frame, "item"))
    #expect(residue > 0.5 && residue < 1.2, "\(residue)")
  }

  /// The standard deviation that is left after taking off the means of users, then of items.
  private func leftover(_ values: [Double], _ users: [String], _ items: [String]) -> Double {
    func centred(_ values: [Double], _ keys: [String]) -> [Double] {
      var sums: [String: (sum: Double, count: Double)] = [:]
      for (key, value) in zip(keys, values) {
        sums[key, default: (0, 0)].sum += value
        sums[key, default: (0, 0)].count += 1
      }
      return zip(keys, values).map { key, value in
        value - (sums[key].map { $0.sum / $0.count } ?? 0)
      }
    }
    let rest = centred(centred(values, users), items)
    return (rest.reduce(0) { $0 + $1 * $1 } / Double(rest.count)).squareRoot()
  }

  @Test func `one payment in two hundred is fraud, and fraud is far from home`() throws {
    let frame = try generator("transactions").rows(17_000).collect(in: aloneSession())
    let frauds = try texts(frame, "fraud").map { $0 == "1" }
    let share = Double(frauds.count { $0 }) / 17_000
    #expect(abs(share - 0.005) < 0.0015, "\(share)")
    let distances = try #require(try frame.column("distance_km").doubles)
    let far = zip(frauds, distances).filter { $0.0 }.compactMap(\.1)
    let near = zip(frauds, distances).filter { !$0.0 }.compactMap(\.1)
    #expect(try #require(far.min()) >= 300)
    #expect(near.reduce(0, +) / Double(near.count) < 15)
    #expect(try frame.column("device").missingCount > 0)
    #expect(try frame.column("distance_km").missingCount > 0)
    #expect(Set(frame.schema.fields.map(\.type)).isSuperset(of: [.date, .timestamp, .text, .bool]))
  }
}
