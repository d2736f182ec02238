import Martlet
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct EstimatorLawTests {
  static let cases = Catalog.estimators.flatMap { type in
    EstimatorLaw.all.map { law in LawCase(estimator: type, law: law) }
  }

  @Test(arguments: cases)
  func `every estimator of the catalog keeps every law`(law: LawCase) throws {
    let scratch = TemporaryFolder()
    try law.law.check(law.estimator, LawPlace(scratch: scratch.path))
    let left = pathExists(scratch.path) ? try namesInFolder(scratch.path) : []
    #expect(left.isEmpty, "the law leaves files behind")
  }

  @Test(arguments: [2, 3])
  func `they keep them as several ranks, too`(count: Int) throws {
    let scratch = TemporaryFolder()
    let path = scratch.path
    for law in EstimatorLaw.all where law.name != "same bits on other workers" {
      for type in Catalog.estimators {
        _ = try Communicator.withThreads(count, patience: 60) { group in
          try law.check(type, LawPlace(communicator: group, scratch: path))
        }
      }
    }
  }

  @Test func `digests are the same on one rank and on three`() throws {
    let scratch = TemporaryFolder()
    let path = scratch.path
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

struct LawCase: CustomTestStringConvertible, Sendable {
  let estimator: any Estimator.Type
  let law: EstimatorLaw

  var testDescription: String { "\(estimator.name): \(law.sentence)" }
}

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    path = temporaryName(beside: "\(environmentVariable("TMPDIR") ?? "/tmp")/martlet-laws-tests")
  }

  deinit { removePath(path) }
}
