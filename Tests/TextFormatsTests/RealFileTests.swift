import Cluster
import Datasets
import Frames
import Platform
import Testing

/// Files as people have them, a few lines of each.
@Suite struct RealFileTests {
  private func read(
    _ text: [UInt8], _ name: String, _ change: (inout ReadOptions) -> Void = { _ in }
  ) throws
    -> (table: Table, notes: [String])
  {
    let folder = try TemporaryFolder()
    var options = ReadOptions()
    change(&options)
    let session = Session(threads: 2)
    let data = try Dataset.reading([folder.file(text, name)], options: options, in: session)
    return (Table(try data.collect(in: session)), data.source.notes)
  }

  /// The first lines of Spark's data/mllib/als/sample_movielens_ratings.txt.
  @Test func `Spark's ratings are delimited by two colons`() throws {
    let text = "0::2::3::1424380312\n0::3::1::1424380312\n0::5::2::1424380312\n"
    let table = try read(Array(text.utf8), "ratings.txt") {
      $0.format = .csv
      $0.delimiter = "::"
      $0.hasHeader = false
      $0.columnNames = ["user", "item", "rating", "time"]
    }.table
    #expect(table.types == [.int64, .int64, .int64, .int64])
    #expect(table.rows[1] == [.integer(0), .integer(3), .integer(1), .integer(1_424_380_312)])
    #expect(table.rows.count == 3)
    // MovieLens 1M, ratings.dat: a rating as its README shows the form.
    let movies = try read(Array("1::1193::5::978300760\n1::661::3::978302109\n".utf8), "r.csv") {
      $0.delimiter = "::"
      $0.hasHeader = false
    }.table
    #expect(movies.names == ["c1", "c2", "c3", "c4"])
    #expect(
      movies.rows[0] == [.integer(1), .integer(1193), .integer(5), .integer(978_300_760)])
  }

  /// The first lines of Spark's data/mllib/sample_libsvm_data.txt, shortened.
  @Test func `Spark's libsvm sample has its indices from 1`() throws {
    let text = "0 128:51 129:159 130:253 131:159 132:50\n1 159:124 160:253 161:255 162:63\n"
    let table = try read(Array(text.utf8), "sample_libsvm_data.txt") { $0.format = .libsvm }.table
    #expect(table.rows[1][0] == .number(1))
    #expect(
      table.rows[1][1]
        == .vector(
          .sparse(width: 162, indices: [158, 159, 160, 161], values: [124, 253, 255, 63])))
  }

  /// The first lines of sklearn/datasets/data/iris.csv: how many rows and features there are, and
  /// the names of the classes, in place of a header.
  @Test func `scikit-learn's header that counts is read by names given, and said otherwise`() throws
  {
    let text = "150,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n4.9,3.0,1.4,0.2,0\n"
    let named = try read(Array(text.utf8), "iris.csv") {
      $0.columnNames = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
    }
    #expect(named.table.rows[0].last == .integer(0))
    #expect(named.table.rows.count == 2)
    let plain = try read(Array(text.utf8), "iris.csv")
    #expect(plain.table.names.prefix(2) == ["150", "4"])
    #expect(
      plain.notes == [
        "the first line (150,4,setosa,versicolor,virginica) has numbers among the column names; "
          + "pass --columns to name the columns, or --no-header where it is a row"
      ])
    // Its wine and cancer files have fewer fields in that line than in the rows.
    let wine = "178,13,class_0,class_1,class_2\n14.23,1.71,2.43,15.6,127,2.8\n"
    let refused = failure { _ = try read(Array(wine.utf8), "wine_data.csv") }
    #expect(refused.message.contains(":2: 6 fields, where the file has 5 columns"))
    #expect(
      refused.hint
        == "the first line holds numbers and no names: name the 6 columns with --columns")
    let names = ["alcohol", "acid", "ash", "alcalinity", "magnesium", "phenols"]
    let wines = try read(Array(wine.utf8), "wine_data.csv") { $0.columnNames = names }.table
    #expect(wines.names == names)
    #expect(wines.rows.count == 1)
    #expect(wines.rows[0][4] == .integer(127))
    // A header of names says how many columns there are.
    let few = failure {
      _ = try read(Array("a,b\n1,2\n".utf8), "a.csv") { $0.columnNames = ["a", "b", "c"] }
    }
    #expect(few.message.hasPrefix("--columns names 3 columns, but"))
  }

  @Test func `semicolons, decimal commas and Latin-1 are read by their options`() throws {
    let text: [UInt8] =
      Array("stadt;wert;tag\nK".utf8) + [0xF6] + Array("ln;1,5;2026-11-21\nM".utf8)
      + [0xFC] + Array("nchen;-2,25e3;2026-11-22\n".utf8)
    let (table, notes) = try read(text, "messung.csv") {
      $0.decimalMark = ","
      $0.encoding = .latin1
    }
    #expect(notes == ["fields are delimited by ';'"])
    #expect(table.types == [.text, .float64, .date])
    #expect(
      table.rows == [
        [.text("Köln"), .number(1.5), .date(20_778)],
        [.text("München"), .number(-2250), .date(20_779)],
      ])
    let refused = failure { _ = try read(text, "messung.csv") { $0.decimalMark = "," } }
    #expect(refused.message.contains("is not UTF-8"))
    #expect(refused.hint?.contains("--encoding latin-1") == true)
  }
}
