import Martlet

/// Runs every law, one after another on the main thread, on the workers that it finds.
///
/// Rank 0 speaks: a line for each law, the digests of the models, and the count. What one run
/// cannot see, whether another number of processes gives the same models, is seen by recording the
/// digests of one run and expecting them of the next.
struct LawRunner {
  private let options: LawOptions
  private let communicator: Communicator
  private var passed = 0
  private var failed = 0

  init(_ words: [String]) throws {
    options = try LawOptions(words)
    communicator = WorkerContext.current == nil ? .solo() : try .mpi()
  }

  /// Runs all, and gives the exit code of this rank.
  mutating func run() throws -> Int32 {
    for law in CommunicatorLaw.all {
      try check("workers: \(law.name)") { try law.check($0) }
    }
    // Of this process alone: what it removes at the end must be nobody else's.
    let scratch = temporaryName(beside: "\(environmentVariable("TMPDIR") ?? "/tmp")/martlet-laws")
    defer { removePath(scratch) }
    let threads = options.threads
    var digests: [ModelDigest] = []
    for type in Catalog.estimators {
      for law in EstimatorLaw.all {
        try check("\(type.name): \(law.name)") { group in
          try law.check(type, LawPlace(communicator: group, scratch: scratch))
        }
      }
      try check("\(type.name): digests") { group in
        digests += try ModelDigest.all(
          of: type, at: LawPlace(communicator: group, scratch: scratch), threads: threads)
      }
    }
    for type in Catalog.allStages {
      for law in FeaturizerLaw.all {
        try check("\(type.name): \(law.name)") { group in
          try law.check(
            type, Catalog.models, LawPlace(communicator: group, scratch: scratch))
        }
      }
    }
    try compare(digests)
    let isRoot = communicator.rank == 0
    try communicator.finish(nil)
    guard isRoot else { return 0 }
    for digest in digests { say("DIGEST \(digest.name) \(digest.sha256)") }
    say("\(passed) passed, \(failed) failed")
    return failed == 0 ? 0 : Failure.Kind.failed.exitCode
  }

  /// Checks one law on a group of its own, so that a failure ends that group and not the run.
  private mutating func check(
    _ name: String, _ body: (Communicator) throws -> Void
  ) throws {
    if let only = options.only, !name.contains(only) { return }
    let group = try communicator.split(color: 0)
    var failure: Failure?
    do {
      var own: Failure?
      do { try body(group) } catch { own = Failure(error) }
      try group.finish(own)
      failure = own
    } catch {
      failure = Failure(error)
    }
    tell(name, failure)
  }

  private mutating func tell(_ name: String, _ failure: Failure?) {
    if let failure {
      failed += 1
      say("failed  \(name): \(failure)")
    } else {
      passed += 1
      say("ok      \(name)")
    }
  }

  /// Holds the digests against those of another run, and writes them down.
  private mutating func compare(_ digests: [ModelDigest]) throws {
    let lines = digests.map { "\($0.name) \($0.sha256)" }
    if let path = options.expect {
      let expected = try communicator.decideValues("reading \(path)") {
        try InputFile(path).contents()
      }
      let wanted = String(decoding: expected, as: UTF8.self).split(separator: "\n").map(String.init)
      for (line, want) in zip(lines, wanted) where line != want {
        tell("the same models as another run", Failure(.bug, "\(line), expected \(want)"))
      }
      if lines.count != wanted.count {
        tell(
          "the same models as another run",
          Failure(.bug, "\(lines.count) models, expected \(wanted.count)"))
      }
      if lines == wanted { tell("the same models as another run", nil) }
    }
    if let path = options.record {
      try communicator.agree("writing \(path)") {
        guard communicator.rank == 0 else { return }
        let file = try OutputFile(path, replacing: true)
        try file.write(lines.map { $0 + "\n" }.joined())
        try file.commit()
      }
    }
  }

  private func say(_ line: String) {
    if communicator.rank == 0 { try? writeToStandardOutput(line + "\n") }
  }
}
