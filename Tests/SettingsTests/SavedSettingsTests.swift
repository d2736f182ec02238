import Foundation
import Learning
import Platform
import Testing

@Suite struct SavedSettingsTests {
  private func error(_ body: () throws -> Void) -> SettingError? {
    do {
      try body()
      return nil
    } catch { return error as? SettingError }
  }

  @Test func `JSON gives the same settings back, sorted by name`() throws {
    let sample = Sample {
      $0.k = 5
      $0.seed = .max
      $0.share = 0.25
      $0.features = ["a", "b"]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(sample)
    #expect(
      String(decoding: data, as: UTF8.self)
        == """
        {"elasticNet":0,"features":["a","b"],"k":5,"layers":[4],"maxIterations":300,\
        "seed":"18446744073709551615","share":0.25,"standardize":true,"start":"parallel",\
        "step":0.1,"tolerance":0.0001,"word":"x"}
        """)
    #expect(try JSONDecoder().decode(Sample.self, from: data) == sample)
    #expect(try Sample(saved: JSONValue(parsing: sample.json.printed())) == sample)
  }

  @Test func `a configuration in JSON5 is read through the decoder of the caller`() throws {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let text = "{k: 3, /* few */ tolerance: 1, seed: 7, features: ['a'], share: null,}"
    let sample = try decoder.decode(Sample.self, from: Data(text.utf8))
    #expect(sample.k == 3)
    #expect(sample.tolerance == 1)
    #expect(sample.seed == 7)
    #expect(sample.features == ["a"])
    #expect(sample.givenNames == ["k", "tolerance", "share", "seed", "features"])
  }

  @Test(arguments: [
    (#"{"k": 0}"#, "k must be at least 1, not '0'"),
    (#"{"k": "3"}"#, #"k must be a whole number, not '"3"'"#),
    (#"{"k": 3.5}"#, "k must be a whole number, not '3.5'"),
    (#"{"k": null}"#, "k must be a whole number, not 'null'"),
    (#"{"kk": 1}"#, "there is no setting kk"),
    (#"{"features": [1]}"#, "features must be a list a,b,c, each a text, not '[1]'"),
    (#"[1]"#, "settings must be an object, not 'a list'"),
  ])
  func `wrong JSON is refused by name`(text: String, message: String) throws {
    let refused = error { _ = try Sample(json: JSONValue(parsing: text)) }
    #expect(refused?.failure.message == message)
    let decoded = error { _ = try JSONDecoder().decode(Sample.self, from: Data(text.utf8)) }
    #expect(decoded == refused)
  }

  @Test func `what was given is known, even where it is the default`() throws {
    #expect(Sample().givenNames == [])
    let sample = Sample { $0.tolerance = 1e-4 }
    #expect(sample.isGiven("tolerance"))
    #expect(!sample.isGiven("k"))
    #expect(sample.$tolerance.isGiven)
    #expect(!sample.$k.isGiven)
    #expect(sample.settings.filter(\.isGiven).map(\.name) == ["tolerance"])
    #expect(try Sample(settings: ["k": "8"]).givenNames == ["k"])
    #expect(try Sample(json: ["k": 8]).givenNames == ["k"])
  }

  @Test func `who gave a value changes neither equality nor the saved form`() throws {
    let given = Sample { $0.k = 8 }
    #expect(given == Sample())
    #expect(given.json.printed() == Sample().json.printed())
    #expect(try Sample(saved: given.json).givenNames == [])
  }

  @Test func `a setting newer than the saved model gets its default`() throws {
    let sample = try Sample(saved: ["k": 3])
    #expect(sample.k == 3)
    #expect(sample.step == 0.1)
  }
}

@Suite struct NearestTests {
  private let options = ["max-iterations", "tolerance", "k", "seed", "standardize", "init"]

  @Test(arguments: [
    ("max-iteratoins", "max-iterations"), ("MAX-ITERATIONS", "max-iterations"),
    ("tol", "tolerance"), ("seeed", "seed"), ("inti", "init"), ("kk", "k"),
    ("standardise", "standardize"),
  ])
  func `a mistyped word finds the one that was meant`(typed: String, meant: String) {
    #expect(nearest(to: typed, in: options) == meant)
  }

  @Test(arguments: ["", "x", "output", "ma", String(repeating: "k", count: 100_000)])
  func `a word near to none finds none`(typed: String) {
    #expect(nearest(to: typed, in: options) == nil)
  }

  @Test func `names turn into options word by word`() {
    #expect(kebabCase("maxIterations") == "max-iterations")
    #expect(kebabCase("k") == "k")
    #expect(kebabCase("regularizationScaling") == "regularization-scaling")
    #expect(kebabCase("useGPU") == "use-gpu")
  }
}
