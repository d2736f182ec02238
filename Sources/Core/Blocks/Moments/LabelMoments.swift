public import Cluster
internal import Platform

/// Mean and spread of the labels, and the weight of the rows.
public struct LabelMoments: Sendable {
  /// Rows whose weight is above 0.
  public let rowCount: Int
  public let weightSum: Double
  public let mean: Double
  /// Σ w (y - mean)².
  public let spread: Double
}

extension BlockMatrix {
  /// Mean and spread of labels that are numbers; a collective call that reads them once.
  public func labelMoments(in session: Session) throws -> LabelMoments {
    // About the first label, so that a large offset costs no digits and one value has no spread.
    let own = try session.communicator.agree("looking for labels") { () -> [Double] in
      guard labels != nil else { bug("moments of labels that are not there") }
      return rows.contains(0) ? [label(ofRow: 0) ?? 0] : []
    }
    let origin = try session.communicator.allGather(own).first { !$0.isEmpty }?.first ?? 0
    let sums = unsafe try sum("measuring the labels", count: 4, in: session) { block, sums in
      guard let labels = unsafe block.labels else { return }
      for row in 0..<block.rowCount {
        let weight = unsafe block.weights?[row] ?? 1
        let distance = unsafe labels[row] - origin
        unsafe sums[0] += weight > 0 ? 1 : 0
        unsafe sums[1] += weight
        unsafe sums[2] += weight * distance
        unsafe sums[3] += weight * distance * distance
      }
    }
    let mean = sums[1] > 0 ? sums[2] / sums[1] : 0
    return LabelMoments(
      rowCount: Int(sums[0]), weightSum: sums[1], mean: origin + mean,
      spread: max(0, sums[3] - mean * sums[2]))
  }
}
