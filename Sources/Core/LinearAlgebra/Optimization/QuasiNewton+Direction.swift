extension QuasiNewton {
  /// The gradient, or with a penalty on magnitudes the smallest subgradient; 0 for a variable that
  /// a bound holds where it is.
  func steepest() -> [Double] {
    guard isConstrained else { return gradient }
    var steepest = gradient
    if let l1 = settings.l1 {
      for j in steepest.indices {
        let slope = steepest[j]
        steepest[j] =
          point[j] > 0
          ? slope + l1[j]
          : point[j] < 0
            ? slope - l1[j]
            : slope < -l1[j] ? slope + l1[j] : slope > l1[j] ? slope - l1[j] : 0
      }
    }
    if let lower = settings.lower {
      for j in steepest.indices where point[j] <= lower[j] && steepest[j] > 0 { steepest[j] = 0 }
    }
    if let upper = settings.upper {
      for j in steepest.indices where point[j] >= upper[j] && steepest[j] < 0 { steepest[j] = 0 }
    }
    return steepest
  }

  /// Minus the inverse Hessian, as far as it is known, times the steepest ascent.
  func descent(from steepest: [Double]) -> [Double] {
    // Variables that stay where they are, at 0 or at a bound, take no part.
    let held = isConstrained ? steepest.indices.map { isHeld($0, steepest) } : nil
    var (side, weights) = (steepest, [Double]())
    var used: [(step: [Double], change: [Double], product: Double)] = []
    for pair in pairs {
      guard let held else {
        used.append((pair.step, pair.change, pair.product))
        continue
      }
      var (step, change) = (pair.step, pair.change)
      for j in step.indices where held[j] { (step[j], change[j]) = (0, 0) }
      let product = arithmetic.dot(step, change)
      if product > 1e-12 * pair.product { used.append((step, change, product)) }
    }
    for pair in used.reversed() {
      let weight = arithmetic.dot(pair.step, side) / pair.product
      weights.append(weight)
      arithmetic.add(-weight, pair.change, to: &side)
    }
    if let metric {
      metric(&side)
      if settings.rescales, let last = used.last {
        var image = last.change
        metric(&image)
        let factor = last.product / arithmetic.dot(last.change, image)
        if factor.isFinite, factor > 0 { for j in side.indices { side[j] *= factor } }
      }
      if let held { for j in side.indices where held[j] { side[j] = 0 } }
    } else if let last = used.last {
      let factor = last.product / arithmetic.dot(last.change, last.change)
      for j in side.indices { side[j] *= factor }
    }
    for (pair, weight) in zip(used, weights.reversed()) {
      let correction = arithmetic.dot(pair.change, side) / pair.product
      arithmetic.add(weight - correction, pair.step, to: &side)
    }
    for j in side.indices {
      side[j] = -side[j]
      // A variable at 0 must not leave it uphill, for then its sign would be wrong. The others may:
      // Newton's step often does, and a change of sign is cut at 0 by the projection.
      if let l1 = settings.l1, l1[j] > 0, point[j] == 0, side[j] * steepest[j] > 0 { side[j] = 0 }
    }
    return side
  }

  private func isHeld(_ variable: Int, _ steepest: [Double]) -> Bool {
    guard steepest[variable] == 0 else { return false }
    if settings.l1 != nil, point[variable] == 0 { return true }
    if let lower = settings.lower, point[variable] <= lower[variable] { return true }
    if let upper = settings.upper, point[variable] >= upper[variable] { return true }
    return false
  }

  /// A point brought between its bounds, and to 0 where it left its orthant.
  func projected(_ point: [Double], orthant: [Double]?) -> [Double] {
    guard isConstrained else { return point }
    var point = point
    if let orthant {
      for j in point.indices where point[j] * orthant[j] <= 0 && (settings.l1?[j] ?? 0) > 0 {
        point[j] = 0
      }
    }
    if let lower = settings.lower {
      for j in point.indices where point[j] < lower[j] { point[j] = lower[j] }
    }
    if let upper = settings.upper {
      for j in point.indices where point[j] > upper[j] { point[j] = upper[j] }
    }
    return point
  }
}
