internal import FoundationEssentials
public import Platform

extension Communicator {
  /// Runs `body`; if it threw on any rank, every rank throws what the lowest such rank threw.
  ///
  /// This is how an error of one worker, in its own data, ends the step on all. The failure names
  /// the worker where there are several. Cost: one talk.
  public func agree<R>(_ activity: String, _ body: () throws -> R) throws -> R {
    let outcome = attempt(body)
    if let failure { throw failure }
    try collective(activity) { unsafe try talk(.agree, activity, failure: outcome.failure) }
    return try outcome.get()
  }

  /// Runs `body` on rank 0 alone; all ranks get its value, or throw its error.
  ///
  /// Decisions (to stop, how long a step is) and small solves are made once, since two processors
  /// may round them differently. The value travels as JSON, with exact doubles. Cost: one talk.
  public func decide<R: Codable>(_ activity: String, _ body: () throws -> R) throws -> R {
    guard size > 1 else { return try decideAlone(activity, body) }
    let outcome = attempt {
      rank == 0 ? try Self.makeEncoder().encode([body()]) : Data()
    }
    if let failure { throw failure }
    let bytes = outcome.value.map { Array($0) } ?? []
    return try collective(activity) {
      let decoded = unsafe try bytes.withUnsafeBytes { bytes in
        unsafe try spread(
          bytes, from: 0, .decide, activity, detail: 0, failure: outcome.failure
        ) { bytes in
          try Self.makeDecoder().decode([R].self, from: unsafe Data(bytes))
        }
      }
      guard let value = decoded.first else {
        throw fail(Failure(.bug, "nothing was decided about \(activity)"))
      }
      return value
    }
  }

  /// The same for arrays of plain values, which travel as their bytes.
  public func decideValues<T: BitwiseCopyable>(
    _ activity: String, _ body: () throws -> [T]
  ) throws -> [T] {
    guard size > 1 else { return try decideAlone(activity, body) }
    let outcome = attempt { rank == 0 ? try body() : [] }
    if let failure { throw failure }
    return try collective(activity) {
      unsafe try (outcome.value ?? []).withUnsafeBytes { bytes in
        unsafe try spread(
          bytes, from: 0, .decide, activity, detail: MemoryLayout<T>.stride,
          failure: outcome.failure
        ) { bytes in unsafe [T](copying: bytes) }
      }
    }
  }

  /// Ends the run unless all ranks state the same facts, such as their processors' kernels.
  ///
  /// The error is the same on all ranks: it names both values, their workers and the remedy.
  public func requireSame(_ facts: [String], what: String, hint: String? = nil) throws {
    let words = Array(facts.joined(separator: "\n").utf8)
    let all: [[UInt8]] = try collective(Operation.requireSame.name) {
      unsafe try words.withUnsafeBytes { bytes in
        unsafe try exchangeParts(.requireSame, what, detail: 0, payload: .shared(bytes)) {
          unsafe $0.map { bytes in unsafe [UInt8](copying: bytes) }
        }
      }
    }
    guard let other = all.indices.first(where: { all[$0] != all[0] }) else { return }
    let lines = [all[0], all[other]].map { bytes in
      String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
    }
    let difference = zip(lines[0], lines[1]).first { pair in
      !pair.0.utf8.elementsEqual(pair.1.utf8)
    }
    let shown = difference ?? ("\(lines[0].count) facts", "\(lines[1].count) facts")
    throw fail(
      Failure(
        .failed, "the workers differ in \(what)",
        causes: [
          "worker \(members[0]) has '\(shown.0)', worker \(members[other]) has '\(shown.1)'"
        ], hint: hint))
  }

  /// The last collective of a run: an error on any rank becomes the error of all.
  ///
  /// Throws it, or returns where all went well. On the whole job's group this ends MPI too.
  public func finish(_ outcome: Failure?) throws {
    if isFinished {
      if let failure { throw failure }
      return
    }
    let ending = attempt {
      if let failure { throw failure }
      try collective(Operation.finish.name) {
        unsafe try talk(.finish, Operation.finish.name, failure: outcome)
      }
    }
    isFinished = size > 1
    let closing = attempt { if isWhole { try closeTransport(after: ending.failure) } }
    try ending.get()
    try closing.get()
  }

  private func closeTransport(after failure: Failure?) throws {
    // A transport that lost a peer would wait for it once more.
    if failure?.kind == .workerLost { return }
    watch?.entered("leaving the job", sequence: sequence + 1)
    defer { watch?.left() }
    try transport.close()
  }

  private func attempt<R>(_ body: () throws -> R) -> Result<R, any Error> { Result { try body() } }

  private func decideAlone<R>(_ activity: String, _ body: () throws -> R) throws -> R {
    let outcome = attempt(body)
    try collective(activity) { unsafe try talk(.decide, activity, failure: outcome.failure) }
    return try outcome.get()
  }

  private static func makeEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static func makeDecoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}

extension Result where Failure == any Error {
  /// The error as all ranks can read it.
  fileprivate var failure: Platform.Failure? {
    if case .failure(let error) = self { Platform.Failure(error) } else { nil }
  }

  fileprivate var value: Success? {
    if case .success(let value) = self { value } else { nil }
  }
}
