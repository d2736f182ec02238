public import Cluster
public import Learning
internal import Platform

/// Something that must hold for every estimator, whoever wrote it.
///
/// A value, so that unit tests over threads, the program `martlet-laws` under `mpirun` and a
/// stranger's package check the same ones, driven from a list of estimators:
///
/// ```swift
/// let place = LawPlace(scratch: "laws-scratch")
/// for law in EstimatorLaw.all { try law.check(KMeans.self, place) }
/// ```
///
/// All ranks of the place check a law together; one that breaks throws a `Failure`. Cost: some
/// hundred fits of 211 rows for all laws, a second or two in a release build.
public struct EstimatorLaw: Sendable {
  /// A few words.
  public let name: String
  /// What must hold.
  public let sentence: String
  public let check: @Sendable (any Estimator.Type, LawPlace) throws -> Void

  public init(
    _ name: String, _ sentence: String,
    check: @escaping @Sendable (any Estimator.Type, LawPlace) throws -> Void
  ) {
    self.name = name
    self.sentence = sentence
    self.check = check
  }

  /// All laws of an estimator, the simple ones first.
  public static let all: [EstimatorLaw] =
    settingLaws + bitLaws + sparseLaws + modelLaws + detectionLaws + failureLaws

  /// What breaks a law.
  static func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws {
    if !holds { throw Failure(.bug, "a law of estimators is broken: \(words())") }
  }
}

/// Where laws are checked: some workers, and a folder for what they write.
///
/// A class only because a communicator has identity; one thread of control a rank owns it.
public final class LawPlace {
  public let communicator: Communicator
  /// A folder on this machine; what the laws write there they remove.
  public let scratch: String

  public init(communicator: Communicator = .solo(), scratch: String) {
    self.communicator = communicator
    self.scratch = scratch
  }

  /// Runs `body` on rank 0 alone; an error there becomes everyone's.
  func onRoot(_ activity: String, _ body: () throws -> Void) throws {
    try communicator.agree(activity) { if communicator.rank == 0 { try body() } }
  }

  /// Runs `body` with a fresh name in the scratch folder, and removes what is there afterwards.
  func withPath<R>(_ body: (String) throws -> R) throws -> R {
    try makeFolder(scratch)
    let path = temporaryName(beside: "\(scratch)/law")
    defer { removePath(path) }
    return try body(path)
  }
}
