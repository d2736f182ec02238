internal import LinearAlgebra
internal import Platform

/// What a thread needs for itself while it compares rows with centres.
struct NearestScratch<Element: Scalar> {
  let panel = PanelScratch<Element>()
  let best = Buffer<Int32>(count: Block<Element>.rowLimit)
  let distances = Buffer<Double>(count: Block<Element>.rowLimit)
}

/// Compares rows with points, in the way that the rows lie in memory.
struct NearestScorer<Element: Scalar>: Sendable {
  private enum Form: Sendable {
    case dense(PanelScorer<Element>, Matrix<Double>)
    case sparse(SparseScorer<Element>)
  }

  private let form: Form
  private let level: KernelLevel

  /// - Parameter shift: what is subtracted from dense rows and points before they are compared.
  init(_ points: Points, shift: [Double], for rows: BlockMatrix<Element>) throws {
    level = try KernelLevel.current()
    if rows.isSparse {
      form = .sparse(SparseScorer(points, level: level))
    } else {
      let centres = points.matrix
      form = .dense(
        PanelScorer(centres: centres, shift: shift.map { Element($0) }, level: level), centres)
    }
  }

  /// The nearest point of each row.
  func assign(
    _ rows: Block<Element>.Rows, best: UnsafeMutablePointer<Int32>, scratch: PanelScratch<Element>
  ) {
    switch (form, rows) {
    case (.dense(let scorer, _), .dense(let rows)):
      unsafe scorer.assign(rows, best: best, scratch: scratch)
    case (.sparse(let scorer), .sparse(let rows)): unsafe scorer.assign(rows, best: best)
    default: bug("rows of another form")
    }
  }

  /// The same, adding each row to the sums of its point.
  func assign(
    _ rows: Block<Element>.Rows, best: UnsafeMutablePointer<Int32>,
    weights: UnsafePointer<Double>?, adding sums: ClusterSums, scratch: PanelScratch<Element>
  ) {
    switch (form, rows) {
    case (.dense(let scorer, _), .dense(let rows)):
      unsafe scorer.assign(rows, best: best, weights: weights, adding: sums, scratch: scratch)
    case (.sparse(let scorer), .sparse(let rows)):
      unsafe scorer.assign(rows, best: best)
      unsafe sums.add(rows, to: UnsafePointer(best), weights: weights, level: level)
    default: bug("rows of another form")
    }
  }

  /// The squared distance of each row to the point chosen for it.
  func squaredDistances(
    _ rows: Block<Element>.Rows, chosen: UnsafePointer<Int32>,
    into distances: UnsafeMutablePointer<Double>
  ) {
    switch (form, rows) {
    case (.dense(_, let centers), .dense(let rows)):
      unsafe rows.squaredDistances(to: centers, chosen: chosen, into: distances, level: level)
    case (.sparse(let scorer), .sparse(let rows)):
      unsafe scorer.squaredDistances(rows, chosen: chosen, into: distances)
    default: bug("rows of another form")
    }
  }
}
