public import LinearAlgebra
internal import Platform

/// A row's nearest centre.
public struct Nearest: Sendable, Equatable {
  /// Which centre.
  public let index: Int
  public let squaredDistance: Double
}

/// The nearest of some centres, for one row or for many, to the same bits.
public struct NearestCentre<Element: Scalar>: Sendable {
  private let scorer: PanelScorer<Element>
  private let centers: Matrix<Double>

  public init(_ centers: Matrix<Double>, shift: [Double]) throws {
    self.centers = centers
    scorer = PanelScorer(
      centres: centers, shift: shift.map { Element($0) }, level: try KernelLevel.current())
  }

  /// For each row its nearest centre; nil for a row that is not all finite numbers.
  public func nearest(to rows: Matrix<Element>) -> [Nearest?] {
    let count = rows.rowCount
    if count == 0 { return [] }
    let scratch = PanelScratch<Element>()
    let best = Buffer<Int32>(count: count)
    let distances = Buffer<Double>(count: count)
    rows.withRows { block in
      unsafe scorer.assign(block, best: best.pointer, scratch: scratch)
      unsafe block.squaredDistances(
        to: centers, chosen: best.pointer, into: distances.pointer, level: scorer.level)
    }
    return (0..<count).map { row in
      distances[row].isFinite
        ? Nearest(index: Int(best[row]), squaredDistance: distances[row]) : nil
    }
  }
}
