internal import Blocks
internal import Cluster
internal import Frames
public import Learning
internal import LinearAlgebra
internal import Platform

/// The digest of one model that laws train, so that runs can be held against each other.
///
/// What one run cannot see is whether another one, with other workers or on another kernel level,
/// makes the same model. Runs print these and compare them.
public struct ModelDigest: Sendable, Equatable {
  /// Estimator, precision, weights and settings: `kmeans/float/init=random`.
  public let name: String
  /// The digest of the model's folder.
  public let sha256: String

  public init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// Trains an estimator in several ways on rows that make many leaves; a collective call whose
  /// answer is the same on all ranks.
  public static func all(
    of type: any Estimator.Type, at place: LawPlace, threads: Int
  ) throws -> [ModelDigest] {
    try digests(of: type, place, threads)
  }

  private static func digests<E: Estimator>(
    of type: E.Type, _ place: LawPlace, _ threads: Int
  ) throws -> [ModelDigest] {
    let session = lawSession(
      place.communicator, threads: threads, leaves: LeafPolicy(byteCount: 8192, rowCount: 64))
    func digest<Element: Scalar>(
      _ variant: LawVariant<E>, _ element: Element.Type, _ data: LawData
    ) throws -> ModelDigest {
      let rows: BlockMatrix<Element> = try data.blocks(of: element, .manySplits, in: session)
      let fit = try variant.estimator.fit(rows, inputs: [:], in: session)
      let sum = try place.communicator.decide("writing a model") {
        try place.withPath { path in
          try StoredModel.write(fit.model, report: nil, to: path, in: session).digest
        }
      }
      let weights = data.isWeighted ? "weighted" : "unweighted"
      return ModelDigest(
        name: "\(E.name)/\(Element.precisionName)/\(weights)/\(variant.name)", sha256: sum)
    }
    return try LawVariant.all(of: type).flatMap { variant in
      try (E.takesWeights ? [false, true] : [false]).flatMap { isWeighted in
        let data = LawData(
          for: E.self, rowCount: 5003, columnCount: 13, isWeighted: isWeighted)
        return [
          try digest(variant, Float.self, data), try digest(variant, Double.self, data),
        ]
      }
    }
  }
}
