public import LinearAlgebra
internal import Platform

/// A row's nearest centre.
public struct Nearest: Sendable, Equatable {
  /// Which centre.
  public let index: Int
  public let squaredDistance: Double
}

/// The nearest of some centres, for one row or for many, to the same bits.
///
/// Whether rows are compared by their entries alone was decided when the centres were found; rows
/// that come in the other form are brought into this one, so the form never shows in the bits.
public struct NearestCentre<Element: Scalar>: Sendable {
  private enum Form: Sendable {
    case dense(PanelScorer<Element>, Matrix<Double>)
    case sparse(SparseScorer<Element>)
  }

  private let form: Form
  private static var byteCountOfChunk: Int { 4 << 20 }

  /// - Parameter shift: what is subtracted from rows and centres; nil for sparse rows.
  public init(_ centers: Matrix<Double>, shift: [Double]?) throws {
    let level = try KernelLevel.current()
    if let shift {
      form = .dense(
        PanelScorer(centres: centers, shift: shift.map { Element($0) }, level: level), centers)
    } else {
      form = .sparse(SparseScorer(.dense(centers), level: level))
    }
  }

  /// For each row its nearest centre; nil for a row that is not all finite numbers.
  public func nearest(to rows: Matrix<Element>) -> [Nearest?] {
    let count = rows.rowCount
    if count == 0 { return [] }
    guard case .dense(let scorer, let centers) = form else { return nearest(to: SparseRows(rows)) }
    let scratch = PanelScratch<Element>()
    let best = Buffer<Int32>(count: count)
    let distances = Buffer<Double>(count: count)
    rows.withRows { block in
      unsafe scorer.assign(block, best: best.pointer, scratch: scratch)
      unsafe block.squaredDistances(
        to: centers, chosen: best.pointer, into: distances.pointer, level: scorer.level)
    }
    return Self.answers(best, distances, count)
  }

  /// The same for rows given by their entries.
  public func nearest(to rows: SparseRows<Element>) -> [Nearest?] {
    let count = rows.rowCount
    if count == 0 { return [] }
    guard case .sparse(let scorer) = form else {
      // A row's bits depend on nothing but the row, so chunks may have any size.
      let chunk = max(
        1, Self.byteCountOfChunk / max(1, rows.columnCount * MemoryLayout<Element>.stride))
      return stride(from: 0, to: count, by: chunk).flatMap { first in
        nearest(to: rows.matrix(first..<min(count, first + chunk)))
      }
    }
    let best = Buffer<Int32>(count: count)
    let distances = Buffer<Double>(count: count)
    let block = unsafe rows.block(0..<count)
    unsafe scorer.assign(block, best: best.pointer)
    unsafe scorer.squaredDistances(block, chosen: best.pointer, into: distances.pointer)
    withExtendedLifetime(rows) {}
    return Self.answers(best, distances, count)
  }

  private static func answers(
    _ best: Buffer<Int32>, _ distances: Buffer<Double>, _ count: Int
  ) -> [Nearest?] {
    (0..<count).map { row in
      distances[row].isFinite
        ? Nearest(index: Int(best[row]), squaredDistance: distances[row]) : nil
    }
  }
}
