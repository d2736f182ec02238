import Foundation
import Learning
import Platform
import Testing

@Suite struct SettingTests {
  private func error(_ body: () throws -> Void) -> SettingError? {
    do {
      try body()
      return nil
    } catch { return error as? SettingError }
  }

  @Test func `a declaration gives name, option, meaning, range and default`() throws {
    let settings = Sample.settings
    #expect(
      settings.map(\.name) == [
        "k", "maxIterations", "tolerance", "share", "elasticNet", "step", "seed", "start",
        "standardize", "features", "layers", "word",
      ])
    let second = settings[1]
    #expect(second.optionName == "max-iterations")
    #expect(second.meaning == "rounds at most")
    #expect(second.requirement == "at least 1")
    #expect(second.standard == "300")
    #expect(second.value == "300")
    #expect(second.spark == "maxIter")
    #expect(second.sklearn == "max_iter")
    #expect(second.placeholder == "N")
    #expect(settings.map(\.isFlag).firstIndex(of: true) == 8)
    #expect(settings[7].choices == ["parallel", "random"])
    #expect(settings[7].requirement == "one of parallel, random")
    #expect(settings[3].requirement == "from 0.01 to 1.0, or none")
    #expect(settings[4].requirement == "at least 0.0 and below 1.0")
    #expect(settings[5].requirement == "above 0.0")
    #expect(settings[10].requirement == "a list a,b,c, each at least 1")
  }

  @Test func `a copy is a value of its own`() {
    let original = Sample { $0.k = 3 }
    var copy = original
    copy.k = 99
    copy.features.append("a")
    #expect(original.k == 3)
    #expect(original.features == [])
    #expect(copy.k == 99)
    #expect(copy.features == ["a"])
    #expect(original != copy)
    #expect(Sample().k == 8)
  }

  @Test func `copies on several threads do not see each other's changes`() async {
    let shared = Sample { $0.k = 5 }
    let values = await withTaskGroup(of: [Int].self) { group in
      for thread in 1...4 {
        group.addTask {
          (1...500).map { round in
            var own = shared
            own.k = thread * 1000 + round
            own.maxIterations = own.k + 1
            return own.maxIterations - own.k + shared.k
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(values == [Int](repeating: 6, count: 2000))
  }

  @Test(arguments: [
    ("k", "0", "k must be at least 1, not '0'"),
    ("k", "x", "k must be a whole number, not 'x'"),
    ("k", "", "k must be a whole number, not ''"),
    ("k", " 5", "k must be a whole number, not ' 5'"),
    ("k", "99999999999999999999", "k must be a whole number, not '99999999999999999999'"),
    ("share", "2", "share must be from 0.01 to 1.0, or none, not '2.0'"),
    ("tolerance", "nan", "tolerance must be a number, not 'nan'"),
    ("tolerance", "0x1p3", "tolerance must be a number, not '0x1p3'"),
    ("tolerance", "1e999", "tolerance must be at least 0.0, not 'inf'"),
    ("elasticNet", "1", "elasticNet must be at least 0.0 and below 1.0, not '1.0'"),
    ("step", "0", "step must be above 0.0, not '0.0'"),
    ("seed", "-1", "seed must be a whole number, not negative, or none, not '-1'"),
    ("start", "best", "start must be one of parallel, random, not 'best'"),
    ("standardize", "yes", "standardize must be true or false, not 'yes'"),
    ("layers", "3,0", "layers must be a list a,b,c, each at least 1, not '3,0'"),
    ("k", "1", "start must be random when k is 1, not 'parallel'"),
  ])
  func `a wrong text is refused by name, with what it must be`(
    name: String, text: String, message: String
  ) {
    let refused = error { _ = try Sample(settings: [name: text]) }
    #expect(refused?.failure.message == message)
    #expect(refused?.failure.kind == .usage)
  }

  @Test func `infinity set in code is refused by check`() {
    #expect(error { try Sample { $0.tolerance = .infinity }.check() }?.name == "tolerance")
    #expect(error { try Sample { $0.share = .nan }.check() }?.name == "share")
    #expect(error { try Sample { $0.k = -1 }.check() }?.name == "k")
    #expect(error { try Sample().check() } == nil)
  }

  @Test func `an unknown setting is refused with the one that was meant`() {
    func hint(_ name: String) -> String? {
      error { _ = try Sample(settings: [name: "1"]) }?.optionFailure.hint
    }
    #expect(hint("maxiterations") == "did you mean --max-iterations?")
    #expect(hint("max-iteration") == "did you mean --max-iterations?")
    #expect(hint("tolernace") == "did you mean --tolerance?")
    #expect(hint("maxIter") == "Spark's maxIter is called --max-iterations here")
    #expect(hint("n_clusters") == "scikit-learn's n_clusters is called --k here")
    #expect(hint("n-clusters") == "scikit-learn's n-clusters is called --k here")
    #expect(hint("banana") == nil)
    let failure = error { _ = try Sample(settings: ["tolernace": "1"]) }?.failure
    #expect(failure?.message == "there is no setting tolernace")
    #expect(failure?.hint == "did you mean tolerance?")
  }

  @Test func `an option's failure names it as it was typed`() {
    let refused = error { _ = try Sample(settings: ["maxIterations": "0"]) }
    #expect(refused?.optionFailure.message == "--max-iterations must be at least 1, not '0'")
  }

  @Test func `every value survives the way through text`() throws {
    let sample = Sample {
      $0.k = 5
      $0.tolerance = 0.1 + 0.2
      $0.share = 0.5
      $0.seed = .max
      $0.start = .random
      $0.standardize = false
      $0.features = ["a", "b,c", "d\"e", "", "é"]
      $0.layers = []
      $0.word = "none"
    }
    let texts = Dictionary(uniqueKeysWithValues: sample.settings.map { ($0.name, $0.value) })
    #expect(texts["features"] == "a,\"b,c\",\"d\"\"e\",\"\",é")
    #expect(try Sample(settings: texts) == sample)
    #expect(try Sample(settings: ["share": "none"]).share == nil)
    #expect(try Sample(settings: ["features": ""]).features == [])
  }

  @Test(arguments: ["\"a", "\"a\"b", "a,\"b"])
  func `a list with a quote that does not end is refused`(text: String) {
    #expect(error { _ = try Sample(settings: ["features": text]) }?.name == "features")
  }

  @Test func `setting one by name leaves the others and other copies alone`() throws {
    let original = Sample { $0.k = 3 }
    var changed = original
    try changed.set("tolerance", text: "0.5")
    try changed.set("layers", json: [2, 3])
    #expect(changed.k == 3)
    #expect(changed.tolerance == 0.5)
    #expect(changed.layers == [2, 3])
    #expect(original.tolerance == 1e-4)
    #expect(changed.givenNames == ["k", "tolerance", "layers"])
    #expect(error { try changed.set("nothing", text: "1") }?.isUnknown == true)
    var anyOne: any Configurable = original
    try anyOne.set("k", text: "4")
    #expect(anyOne.settings[0].value == "4")
  }
}
