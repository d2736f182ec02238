import LinearAlgebra
import Testing

@Suite struct QuasiNewtonTests {
  let arithmetic = LongVector(level: .plain)

  /// The value and the gradient of a smooth convex function that is no quadratic.
  func evaluate(_ x: [Double]) -> (Double, [Double]) {
    var (value, gradient) = (0.0, [Double](repeating: 0, count: x.count))
    for j in x.indices {
      let (apart, steep) = (x[j] - Double(j % 5) + 2, Double(1 + j * j))
      let root = (1 + steep * apart * apart).squareRoot()
      value += root
      gradient[j] += steep * apart / root
      if j > 0 {
        let step = x[j] - x[j - 1]
        value += 0.5 * step * step
        gradient[j] += step
        gradient[j - 1] -= step
      }
    }
    return (value, gradient)
  }

  func solved(
    _ settings: QuasiNewton.Settings, from start: [Double], metric: QuasiNewton.Metric? = nil
  ) -> (QuasiNewton, QuasiNewton.StopReason) {
    var solver = QuasiNewton(
      from: start, settings: settings, metric: metric, arithmetic: arithmetic)
    var request = solver.begin()
    var trial = start
    while true {
      switch request {
      case .evaluate(let point):
        trial = point
        let (value, gradient) = evaluate(point)
        request = solver.evaluated(value, gradient)
      case .probe(let step):
        var point = solver.point
        arithmetic.add(step, solver.direction, to: &point)
        let (value, gradient) = evaluate(point)
        request = solver.probed(value, arithmetic.dot(gradient, solver.direction))
      case .renewMetric:
        let scales = trial.indices.map { 1 / Double(2 + $0 * $0) }
        request = solver.renewed { side in for j in side.indices { side[j] *= scales[j] } }
      case .finished(let reason): return (solver, reason)
      }
    }
  }

  @Test(arguments: [1, 2, 7, 40], [false, true])
  func `the gradient is gone at the end`(count: Int, probes: Bool) {
    var settings = QuasiNewton.Settings()
    settings.tolerance = 1e-10
    settings.maxIterations = 500
    settings.canProbe = probes
    settings.renewals = [3]
    let start = (0..<count).map { Double($0 % 3) * 40 - 30 }
    let (solver, reason) = solved(settings, from: start)
    #expect(reason != .limit)
    #expect(solver.gradient.map(\.magnitude).max() ?? 1 < 1e-7)
    let objectives = solver.history.map(\.objective)
    #expect(zip(objectives, objectives.dropFirst()).allSatisfy { $1 <= $0 * (1 + 1e-12) })
  }

  @Test func `bounds hold, and only what would leave them is held`() {
    var settings = QuasiNewton.Settings()
    settings.tolerance = 1e-10
    settings.maxIterations = 1000
    settings.lower = [Double](repeating: -0.5, count: 12)
    settings.upper = [Double](repeating: 0.75, count: 12)
    let (solver, reason) = solved(settings, from: [Double](repeating: 5, count: 12))
    #expect(reason != .limit)
    for j in 0..<12 {
      let (x, slope) = (solver.point[j], solver.gradient[j])
      #expect(x >= -0.5 && x <= 0.75)
      if x == -0.5 {
        #expect(slope >= -1e-7)
      } else if x == 0.75 {
        #expect(slope <= 1e-7)
      } else {
        #expect(abs(slope) < 1e-6)
      }
    }
    #expect(solver.point.contains(-0.5) && solver.point.contains(0.75))
  }

  @Test func `a penalty on magnitudes leaves zeros that are exact`() {
    var settings = QuasiNewton.Settings()
    settings.tolerance = 1e-10
    settings.maxIterations = 1000
    settings.l1 = (0..<12).map { $0 % 2 == 0 ? 1.5 : 0.25 }
    let (solver, reason) = solved(settings, from: [Double](repeating: 1, count: 12))
    #expect(reason != .limit)
    for j in 0..<12 {
      let (x, slope, cost) = (solver.point[j], solver.gradient[j], settings.l1?[j] ?? 0)
      if x == 0 {
        #expect(abs(slope) <= cost + 1e-7)
      } else {
        #expect(abs(slope + (x > 0 ? cost : -cost)) < 1e-6)
      }
    }
    #expect(solver.point.contains(0) && solver.point.contains { $0 != 0 })
  }
}
