internal import Blocks
internal import Cluster
internal import Frames
internal import Learning
internal import LinearAlgebra
internal import Platform

extension LogisticProblem {
  /// Standard errors of the coefficients and, behind, of the intercept: the roots of the diagonal of
  /// the inverse Hessian of the whole log-loss.
  func standardErrors(
    _ coefficients: Matrix<Double>, _ intercepts: [Double],
    _ end: LogisticSearch<Element>.Outcome, _ report: inout FitReport
  ) throws -> [Double] {
    let width = layout.dimension
    let hessian = try rows.classHessian(
      coefficients: coefficients, intercepts: intercepts, weighting: weighting,
      shift: moments.means, hasIntercept: layout.hasIntercept, in: session)
    return try session.communicator.decideValues("standard errors") {
      let scales = penalties.scales + (layout.hasIntercept ? [1] : [])
      let kept = scales.indices.filter { $0 >= width || !penalties.isPinned[$0] }
      var scaled = Matrix<Double>(rowCount: kept.count, columnCount: kept.count)
      for (row, i) in kept.enumerated() {
        for (column, j) in kept.enumerated() {
          scaled[row, column] = hessian[i, j] / (scales[i] * scales[j])
        }
      }
      let factor: Cholesky<Double>
      do throws(NotPositiveDefinite) { factor = try Cholesky(scaled) } catch {
        let name = kept[error.pivot] < width ? rows.featureNames[kept[error.pivot]] : "intercept"
        throw Failure(
          .data, "there are no standard errors: '\(name)' is a combination of other columns",
          hint: "leave it out, or leave --standard-errors out")
      }
      var errors = [Double](repeating: .nan, count: scales.count)
      // Columns are centred, so the intercept of the columns as they are is a sum over all.
      var pull = [Double](repeating: 0, count: kept.count)
      for (row, i) in kept.enumerated() {
        var unit = [Double](repeating: 0, count: kept.count)
        unit[row] = 1
        let solution = factor.solve(unit)
        errors[i] = max(0, solution[row]).squareRoot() / scales[i]
        pull[row] = i == width ? 1 : -moments.means[i] / scales[i]
      }
      if layout.hasIntercept {
        let solution = factor.solve(pull)
        errors[width] = max(0, zip(pull, solution).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
      }
      return errors
    }
  }
}
