internal import Blocks
internal import Learning
internal import LinearAlgebra
internal import Platform

extension AnomalyDetector {
  /// The memory that finding a threshold takes on this worker: the scores, and their keys in turn.
  static func thresholdByteCount<Element: Scalar>(
    _ rows: BlockMatrix<Element>, _ contamination: Double
  ) -> Int {
    contamination == 0 ? 0 : 48 * rows.rows.count
  }
}

extension AnomalyThreshold {
  /// The threshold that the values of a model hold; nil where they say that there is none.
  static func stored(in values: JSONValue) throws -> AnomalyThreshold? {
    let document = try values.member("threshold")
    return document == .null ? nil : try AnomalyThreshold(document: document)
  }
}
