internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

/// Finds principal components of a design matrix.
///
/// The Gram is that of rows less a provisional mean, that of the first rows, so that one pass over
/// the rows is enough and large offsets cost no digits.
struct PCALearner: MatrixLearner {
  let stage: PCA
  let k: Int
  /// What the numbers of a row stand for.
  let names: [String]

  /// What LAPACK's method takes.
  static let dimensionLimit = 32_000

  var activity: String { "finding the principal components of \(stage.inputs[0])" }
  var features: [String] { stage.inputs }
  var precision: Precision? { nil }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func learn<Element: Scalar>(
    from rows: BlockMatrix<Element>, in session: Session
  ) throws -> Learned {
    let communicator = session.communicator
    guard rows.rowCount > 1 else {
      throw Failure(
        .data, "principal components need two rows or more, not \(rows.rowCount)")
    }
    require(rows.columnCount == names.count, "rows of another width than their metadata")
    let gram = try communicator.agree("planning the principal components") {
      let gram = GramSum(dimension: rows.columnCount, level: try KernelLevel.current())
      // The pass reserves for itself what it holds; this is refused before it begins.
      _ = try session.memory.reserve(
        byteCount(of: gram, rows, session), for: "the covariance of \(rows.columnCount) columns")
      return gram
    }

    var covariance = CovarianceSums(
      gram, shift: try provisionalMean(of: rows, in: session), rowCount: rows.rowCount)
    covariance.totals = try rows.centredGram(gram, shift: covariance.shift, in: session)
    let isFar = covariance.isShiftFar
    if isFar {
      covariance = CovarianceSums(gram, shift: covariance.mean, rowCount: rows.rowCount)
      covariance.totals = try rows.centredGram(gram, shift: covariance.shift, in: session)
    }
    let numbers = try communicator.decideValues("finding eigenvectors") {
      try components(of: covariance)
    }
    let step = try PrincipalComponents(
      settings: stage, featureNames: names, numbers: numbers, count: k)
    return Learned(step, report(step, rows.rowCount, passes: isFar ? 2 : 1))
  }

  /// What is held at once: partial sums, and beside the totals the covariance, its eigenvectors and
  /// the workspace of the method.
  private func byteCount<Element>(
    of gram: GramSum, _ rows: BlockMatrix<Element>, _ session: Session
  ) -> Int {
    let order = gram.dimension
    let solving = session.isRoot ? 4 * order * order * 8 : 0
    return max(rows.sumByteCount(of: gram.count, in: session), gram.count * 8 + solving)
  }

  /// The mean of the first rows, on all workers.
  ///
  /// Means of distances from the first row, so that a constant column gives its very value.
  private func provisionalMean<Element: Scalar>(
    of rows: BlockMatrix<Element>, in session: Session
  ) throws -> [Double] {
    let first = rows.rows(ofLeaf: 0).prefix(256)
    let owner = rows.placement.ranges.firstIndex { $0.contains(0) } ?? 0
    var mean = [Double](repeating: 0, count: rows.columnCount)
    if session.communicator.rank == owner, let start = first.first {
      let origin = rows.row(start).map { Double($0) }
      for number in first {
        for (place, value) in rows.row(number).enumerated() {
          mean[place] += Double(value) - origin[place]
        }
      }
      for place in mean.indices { mean[place] = origin[place] + mean[place] / Double(first.count) }
      // Beyond any covariance; that will be said of the sums.
      for place in mean.indices where !mean[place].isFinite { mean[place] = 0 }
    }
    return try session.communicator.broadcast(mean, from: owner)
  }

  /// The parts of variance, the variances, the means and the components, one behind the other.
  private func components(of sums: CovarianceSums) throws -> [Double] {
    let eigen: SymmetricEigen<Double>
    do { eigen = try SymmetricEigen(sums.covariance) } catch {
      guard case .notFinite(let row, let column) = error else { throw error }
      throw Failure(
        .data,
        "the covariance of '\(names[row])' and '\(names[column])' is beyond the range of numbers",
        hint: "look for extreme values, or scale the columns first")
    }
    let order = eigen.values.count
    let variances = eigen.values.map { max(0, $0) }
    let total = variances.reduce(0, +)
    // Of equal variances the first comes first.
    let ranked = (0..<order).sorted { (-variances[$0], $0) < (-variances[$1], $1) }
    let chosen = ranked.prefix(k)
    return chosen.map { total > 0 ? variances[$0] / total : 0 }
      + chosen.map { variances[$0] } + sums.mean + chosen.flatMap { eigen.vectors.row($0) }
  }

  private func report(
    _ step: PrincipalComponents, _ rowCount: Int, passes: Int
  ) -> FitReport {
    var report = FitReport()
    report.counts = [.init("rows", rowCount), .init("components", k)]
    let share = step.explainedVariance.reduce(0, +)
    report.facts = ["\(k) of \(names.count) components explain \(percentText(share))"]
    if passes > 1 {
      report.facts.append(
        "the first rows lie far from the mean of all: the covariance took a second pass")
    }
    report.facts.append(
      stage.withMean
        ? "rows are centred before they are projected" : "rows are projected as they are (MLlib)")
    if step.variances.allSatisfy({ $0 == 0 }) {
      report.warnings.append(
        "no column of '\(stage.inputs[0])' varies: the components are arbitrary directions")
    } else if rowCount <= k {
      report.warnings.append(
        "\(rowCount) rows have at most \(rowCount - 1) components: the others are arbitrary")
    }
    return report
  }
}

/// A part of one as a person says it.
func percentText(_ part: Double) -> String {
  "\(numberText((part * 1e4).rounded() / 1e2)) % of the variance"
}

/// The sums behind a covariance.
private struct CovarianceSums {
  let gram: GramSum
  let shift: [Double]
  let rowCount: Double
  var totals: [Double] = []

  init(_ gram: GramSum, shift: [Double], rowCount: Int) {
    self.gram = gram
    self.shift = shift
    self.rowCount = Double(rowCount)
  }

  private func sum(_ column: Int) -> Double { totals[gram.place(ofSum: column)] }

  var mean: [Double] {
    shift.indices.map { shift[$0] + sum($0) / rowCount }
  }

  /// Whether the mean is so many deviations away that the difference of sums loses four digits.
  var isShiftFar: Bool {
    shift.indices.contains { column in
      let far = sum(column) * (sum(column) / rowCount)
      let spread = totals[gram.place(column, column)] - far
      return far > 1e4 * spread && far > 0 && far.isFinite
    }
  }

  /// The upper triangle of the covariance.
  var covariance: Matrix<Double> {
    let order = shift.count
    var matrix = Matrix<Double>(rowCount: order, columnCount: order)
    matrix.withMutableSpan { span in
      for row in 0..<order {
        for column in row..<order {
          let product = sum(row) * (sum(column) / rowCount)
          span[row * order + column] =
            (totals[gram.place(row, column)] - product) / (rowCount - 1)
        }
      }
    }
    return matrix
  }
}

extension BlockMatrix {
  /// The sums of the rows less a shift, and of their products, over all workers.
  fileprivate func centredGram(
    _ gram: GramSum, shift: [Double], in session: Session
  ) throws -> [Double] {
    unsafe try sum(
      "summing the products of columns", count: gram.count, in: session,
      scratch: { WideningScratch(gram.dimension) }
    ) { block, scratch, sums in
      let kernel = scratch.gram
      try scratch.withDoubles(block) { rows in
        unsafe gram.add(rows, shift: shift, to: sums, scratch: kernel)
      }
    }
  }
}

/// A thread's scratch: that of the kernel, and rows of `Float` as doubles.
private struct WideningScratch {
  let gram: GramScratch
  private var wide = Buffer<Double>(count: 0)

  init(_ dimension: Int) { gram = GramScratch(dimension: dimension) }

  mutating func withDoubles<Element: Scalar>(
    _ block: Block<Element>, _ body: (RowBlock<Double>) -> Void
  ) throws {
    let (rowCount, width) = (block.rowCount, block.columnCount)
    if rowCount == 0 { return }
    let source = unsafe try block.values
    if Element.self == Double.self {
      let values = unsafe UnsafeRawPointer(source).assumingMemoryBound(to: Double.self)
      return unsafe body(RowBlock(values, rowCount: rowCount, columnCount: width))
    }
    if wide.count < rowCount * width { wide = Buffer(count: Block<Element>.rowLimit * width) }
    let target = unsafe wide.pointer
    for place in 0..<rowCount * width { unsafe target[place] = Double(source[place]) }
    unsafe body(RowBlock(target, rowCount: rowCount, columnCount: width))
    withExtendedLifetime(wide) {}
  }
}
