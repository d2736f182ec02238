import Martlet
import Testing

/// Stages that make lists of words out of lists of words.
struct WordListTests {
  @Test func `runs of two words, joined by a space; fewer words give none (PySpark 4.3.0)`() throws
  {
    let frame = try transformed(listFrame([["a", "b", "c"], ["a"], [], ["x", ""], nil])) {
      NGram { $0.inputs = ["words"] }
    }
    #expect(lists(frame) == [["a b", "b c"], [], [], ["x "], nil])
  }

  @Test(arguments: [1, 2, 3, 7])
  func `runs of n words are those of the textbook`(n: Int) throws {
    let rows = (0..<9).map { count in (0..<count).map { "w\($0)" } }
    let frame = try transformed(listFrame(rows)) {
      NGram {
        $0.inputs = ["words"]
        $0.n = n
      }
    }
    let wanted = rows.map { row in
      row.indices.dropLast(min(n - 1, row.count)).map { row[$0..<$0 + n].joined(separator: " ") }
    }
    #expect(lists(frame) == wanted)
  }

  @Test func `the English list has the 181 words of Spark`() {
    let words = StopWordLanguage.english.words
    #expect(words.count == 181)
    #expect(Set(words).count == 181)
    #expect(words.first == "i" && words.last == "would")
    #expect(["don't", "here's", "s", "t", "herself", "cannot"].allSatisfy(words.contains))
  }

  @Test(arguments: StopWordLanguage.allCases)
  func `each language has as many words as Spark 4.3.0, in small letters`(
    language: StopWordLanguage
  ) throws {
    let golden = try GoldenFile.document.member("stopWords").member(language.rawValue)
    #expect(.integer(language.words.count) == (try golden.member("count")))
    #expect(language.words.allSatisfy { $0 == $0.lowercased() })
  }

  @Test func `stop words go whatever their letters, others stay as they are`() throws {
    let frame = try transformed(
      listFrame([["I", "saw", "THE", "Red", "balloon"], ["the"], [], nil])
    ) { StopWordsRemover { $0.inputs = ["words"] } }
    #expect(lists(frame) == [["saw", "Red", "balloon"], [], [], nil])
  }

  @Test func `with caseSensitive only the very words go`() throws {
    let frame = try transformed(listFrame([["I", "i", "Über", "über"]])) {
      StopWordsRemover {
        $0.inputs = ["words"]
        $0.stopWords = ["i", "Über"]
        $0.caseSensitive = true
      }
    }
    #expect(lists(frame) == [["I", "über"]])
  }

  @Test func `stop words of any alphabet go, by full mappings of no language`() throws {
    let frame = try transformed(listFrame([["ÜBER", "И", "İ", "I", "ΌΣΟΣ"]])) {
      StopWordsRemover {
        $0.inputs = ["words"]
        $0.stopWords = ["über", "И", "İ", "όσος"]
      }
    }
    #expect(lists(frame) == [["I"]])
  }

  @Test func `another language, and words beside it`() throws {
    let frame = try transformed(listFrame([["der", "Hund", "the"]])) {
      StopWordsRemover {
        $0.inputs = ["words"]
        $0.language = .german
      }
    }
    #expect(lists(frame) == [["Hund", "the"]])
    #expect(throws: SettingError.self) {
      try StopWordsRemover {
        $0.inputs = ["words"]
        $0.language = .german
        $0.stopWords = ["x"]
      }.check()
    }
  }

  @Test func `several columns in one stage, with names of their own`() throws {
    let frame = Frame([
      (name: "a", column: Column([["the", "x"]])), (name: "b", column: Column([["y", "of"]])),
    ])
    let result = try transformed(frame) {
      StopWordsRemover {
        $0.inputs = ["a", "b"]
        $0.outputs = ["a1", "b1"]
      }
    }
    #expect(result.schema.names == ["a1", "b1"])
    #expect(result.columns.map { $0[0] } == [.texts(["x"]), .texts(["y"])])
  }

  @Test func `numbers are refused, naming the column`() {
    let frame = Frame([(name: "words", column: Column([1.0 as Double?]))])
    for stage: any Stage in [
      NGram { $0.inputs = ["words"] }, StopWordsRemover { $0.inputs = ["words"] },
      HashingTF { $0.inputs = ["words"] }, CountVectorizer { $0.inputs = ["words"] },
      Tokenizer { $0.inputs = ["words"] }, RegexTokenizer { $0.inputs = ["words"] },
    ] {
      #expect {
        _ = try Pipeline([stage]).fit(Dataset(frame), in: Session())
      } throws: {
        Failure($0).description.contains("'words'")
      }
    }
  }
}
