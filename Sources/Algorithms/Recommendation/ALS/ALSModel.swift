internal import Datasets
public import Learning
internal import LinearAlgebra
internal import Platform
internal import Synchronization

/// The factors that ALS found.
public struct ALSModel: RecommenderModel {
  public static let kind = ALS.name
  public let settings: ALS
  public let parts: RecommenderParts
  private let folding: Folding

  init(settings: ALS, parts: RecommenderParts) {
    self.settings = settings
    self.parts = parts
    folding = Folding(settings, parts.factors)
  }

  public var isImplicit: Bool { settings.implicit }
  public var coldStart: ColdStart { settings.coldStart }

  /// The factors of a user who was not there, solved as those of the fit were.
  ///
  /// Cost: rank² operations an item, and for implicit ratings at the first call rank² for each item
  /// of the model. Throws for an item that the model does not know and a rating that is not finite.
  public func fold(_ items: [Int32], _ values: [Float]) throws -> UserVector {
    try check(items, values)
    return try folding.fold(items, values)
  }

  /// The system of which the factors of a user with some ratings are the solution; nil where factors
  /// must not be negative, for then a score is no sum of what each rating did.
  public func system(_ items: [Int32], _ values: [Float]) throws -> UserSystem? {
    if settings.nonnegative { return nil }
    try check(items, values)
    return try folding.system(items, values)
  }

  private func check(_ items: [Int32], _ values: [Float]) throws {
    guard items.count == values.count else {
      throw Failure(.usage, "\(values.count) ratings for \(items.count) items")
    }
    guard items.allSatisfy({ $0 >= 0 && $0 < parts.items.count }) else {
      throw Failure(.data, "there is an item that the model does not know")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw Failure(.data, "a rating is no finite number")
    }
  }

  public var summary: [SummaryLine] {
    let kind = settings.implicit ? "implicit" : "explicit"
    return [
      SummaryLine(
        "factors", "\(settings.rank), \(kind)\(settings.biases ? ", with biases" : "")")
    ] + parts.summary
  }

  public var saved: SavedStep { SavedStep(settings: settings.json, tensors: parts.tensors) }

  public init(_ saved: SavedStep) throws {
    let settings = try ALS(saved: saved.settings)
    self.init(
      settings: settings, parts: try RecommenderParts(saved, columns: settings.columns))
    guard parts.factors.rank == settings.rank else {
      throw Failure(
        .data, "the model holds \(parts.factors.rank) factors of \(settings.rank)")
    }
    let hasBiases = parts.factors.userBias != nil && parts.factors.itemBias != nil
    guard hasBiases == settings.biases else {
      throw Failure(.data, "the biases of the model and its settings do not go together")
    }
  }
}
