import Martlet
import Testing

@Suite(.serialized)
struct EstimatorLawTests {
  static let cases = Catalog.estimators.flatMap { type in
    EstimatorLaw.all.map { law in LawCase(estimator: type, law: law) }
  }

  @Test(arguments: cases)
  func `every estimator of the catalog keeps every law`(law: LawCase) throws {
    try withScratch { path in
      try law.law.check(law.estimator, LawPlace(scratch: path))
      let left = pathExists(path) ? try namesInFolder(path) : []
      #expect(left.isEmpty, "the law leaves files behind")
    }
  }
}

@Suite(.serialized)
struct SeveralRanksTests {
  /// Laws that make no groups of ranks themselves.
  static let laws = EstimatorLaw.all.filter {
    !["same bits on other workers", "one falls, all know", "within the budget", "interrupted"]
      .contains($0.name)
  }

  @Test(arguments: Catalog.estimators.map { $0.name })
  func `every estimator of the catalog keeps the laws as three ranks, too`(name: String) throws {
    #expect(Self.laws.count == EstimatorLaw.all.count - 4)
    let type = try #require(Catalog.estimators.first { $0.name == name })
    try withScratch { path in
      for law in Self.laws {
        _ = try Communicator.withThreads(3, patience: 60) { group in
          try law.check(type, LawPlace(communicator: group, scratch: path))
        }
      }
    }
  }

  @Test func `digests are the same on one rank and on three`() throws {
    try withScratch { path in
      for type in Catalog.estimators {
        let alone = try ModelDigest.all(of: type, at: LawPlace(scratch: path), threads: 1)
        #expect(Set(alone.map(\.name)).count == alone.count)
        let shared = try Communicator.withThreads(3, patience: 60) { group in
          try ModelDigest.all(
            of: type, at: LawPlace(communicator: group, scratch: path), threads: 2)
        }
        for digests in shared { #expect(digests == alone) }
      }
    }
  }
}

struct LawCase: CustomTestStringConvertible, Sendable {
  let estimator: any Estimator.Type
  let law: EstimatorLaw

  var testDescription: String { "\(estimator.name): \(law.sentence)" }
}

@Suite(.serialized)
struct FeaturizerLawTests {
  static let names = Catalog.allStages.map { $0.name }

  /// Twelve stages that need one another, a model at the end.
  static let long = Pipeline {
    Imputer { $0.inputs = ["visits"] }
    StandardScaler {
      $0.inputs = ["age", "visits_imputed"]
      $0.withMean = true
    }
    QuantileDiscretizer {
      $0.inputs = ["price"]
      $0.numBuckets = 4
    }
    StringIndexer {
      $0.inputs = ["city"]
      $0.handleInvalid = .keep
    }
    OneHotEncoder { $0.inputs = ["city_index", "price_bucket"] }
    Tokenizer { $0.inputs = ["note"] }
    StopWordsRemover { $0.inputs = ["note_words"] }
    HashingTF {
      $0.inputs = ["note_words_filtered"]
      $0.numFeatures = 32
    }
    IDF { $0.inputs = ["note_words_filtered_tf"] }
    DateParts { $0.inputs = ["day"] }
    VectorAssembler {
      $0.inputs = [
        "age_scaled", "visits_imputed_scaled", "city_index_onehot", "price_bucket_onehot",
        "note_words_filtered_tf_idf", "day_month", "point",
      ]
    }
    KMeans { $0.k = 3 }
  }

  @Test(arguments: PipelineLaw.all.map(\.name))
  func `a pipeline of twelve stages keeps every law`(name: String) throws {
    let law = try #require(PipelineLaw.all.first { $0.name == name })
    #expect(Self.long.stages.count == 12)
    try withScratch { path in try law.check(Self.long, Catalog.models, LawPlace(scratch: path)) }
  }

  @Test(arguments: names)
  func `every stage of the catalog keeps every law`(name: String) throws {
    let type = try #require(Catalog.allStages.first { $0.name == name })
    try withScratch { path in
      for law in FeaturizerLaw.all {
        try law.check(type, Catalog.models, LawPlace(scratch: path))
      }
      let left = pathExists(path) ? try namesInFolder(path) : []
      #expect(left.isEmpty, "a law leaves files behind")
    }
  }
}

/// Runs `body` with a name in the temporary folder, and removes what it leaves there.
private func withScratch(_ body: (String) throws -> Void) rethrows {
  let folder = environmentVariable("TMPDIR") ?? "/tmp"
  let path = temporaryName(beside: "\(folder)/martlet-laws-tests")
  defer { removePath(path) }
  try body(path)
}
