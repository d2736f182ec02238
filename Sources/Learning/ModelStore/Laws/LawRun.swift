internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// What of a fit must be the same wherever it ran.
struct LawOutcome: Sendable, Equatable {
  /// The SHA-256 of everything that a model folder's digest covers.
  let model: String
  let report: FitReport

  init(_ fit: Fit<some Model>, in session: Session) throws {
    model = Self.digest(fit.model, fit.model.saved, in: session)
    report = fit.report
  }

  /// The SHA-256 of what a model folder's digest covers.
  static func digest(_ model: some Storable, _ saved: SavedModel, in session: Session) -> String {
    var hash = SHA256()
    hash.update(Array(StoredModel.document(of: model, saved, in: session).printed().utf8))
    let tensors = saved.tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (name, tensor) in tensors {
      hash.update(Array("\(name) \(tensor.elementType.rawValue) \(tensor.shape)".utf8))
      update(&hash, with: tensor.storage)
    }
    return hash.hexadecimal
  }

  private static func update(_ hash: inout SHA256, with storage: Tensor.Storage) {
    switch storage {
    case .float(let matrix): matrix.withSpan { hash.update(elements: $0) }
    case .double(let matrix): matrix.withSpan { hash.update(elements: $0) }
    case .int32(let buffer): buffer.withSpan { hash.update(elements: $0) }
    case .int64(let buffer): buffer.withSpan { hash.update(elements: $0) }
    case .uint8(let buffer): buffer.withSpan { hash.update(elements: $0) }
    }
  }
}

/// One estimator or stage with some of its settings changed, and how that is called.
struct LawVariant<E: Configurable>: Sendable {
  let name: String
  let estimator: E

  /// The defaults, and each choice and each flag the other way; what excludes each other is left out.
  static func all(of type: E.Type) throws -> [LawVariant] { try all(from: E()) }

  /// The same from other settings than the defaults.
  static func all(from base: E) throws -> [LawVariant] {
    var variants = [LawVariant(name: "defaults", estimator: base)]
    let settings = base.settings
    for setting in settings {
      let choices = setting.isFlag ? ["true", "false"] : setting.choices
      for choice in choices where choice != setting.value {
        var estimator = base
        try estimator.set(setting.name, text: choice)
        if (try? estimator.check()) == nil { continue }
        variants.append(LawVariant(name: "\(setting.name)=\(choice)", estimator: estimator))
      }
    }
    return variants
  }
}

/// The ways in which a law cuts rows into leaves, most leaves first.
let lawLeaves = [
  LeafPolicy(byteCount: 1, rowCount: 1), LeafPolicy(byteCount: 1, rowCount: 7),
  LeafPolicy(byteCount: 1, rowCount: 30), LeafPolicy(),
]

/// A session of some workers as laws use it.
func lawSession(
  _ communicator: Communicator, threads: Int = 1, leaves: LeafPolicy = lawLeaves[1],
  memory: Int = 1 << 30, breadcrumb: Breadcrumb = .inMemory()
) -> Session {
  Session(
    communicator: communicator, threads: threads, memoryByteCount: memory, seed: 42,
    leaves: leaves, breadcrumb: breadcrumb)
}

extension EstimatorLaw {
  /// Fits, and takes what must be the same.
  static func outcome<E: Estimator>(
    _ estimator: E, _ precision: Precision, _ data: LawData, _ delivery: LawData.Delivery,
    in session: Session
  ) throws -> LawOutcome {
    func fitted<Element: Scalar>(_ type: Element.Type) throws -> LawOutcome {
      let rows = try data.blocks(of: type, delivery, in: session)
      return try LawOutcome(estimator.fit(rows, inputs: [:], in: session), in: session)
    }
    return switch precision {
    case .float: try fitted(Float.self)
    case .double: try fitted(Double.self)
    }
  }

  /// What running `body` and leaving the group together comes to, the same on all ranks.
  static func ending(of group: Communicator, _ body: () throws -> Void) -> Failure? {
    do {
      var failure: Failure?
      do { try body() } catch { failure = Failure(error) }
      try group.finish(failure)
      return failure
    } catch {
      return Failure(error)
    }
  }

  /// Runs a check on the workers of the place, and on two and three threads of rank 0.
  static func onGroups(
    _ place: LawPlace, _ check: @Sendable (Communicator) throws -> Void
  ) throws {
    try check(try place.communicator.split(color: 0))
    try place.onRoot("checking on threads") {
      for count in [2, 3] { _ = try Communicator.withThreads(count, patience: 60, check) }
    }
  }
}
