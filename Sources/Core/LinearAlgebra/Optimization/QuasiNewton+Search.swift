extension QuasiNewton {
  /// How far along the direction to go: the function is convex, so its slope rises on the way.
  public struct LineSearch: Sendable {
    /// The slope at the accepted point.
    public internal(set) var slope = 0.0
    /// The step that is tried.
    public internal(set) var step = 1.0
    /// The step of the last evaluation, which probes are told against.
    var evaluated = 0.0
    /// The longest step known to fall still, with its slope, and the shortest known to be too long.
    var short = 0.0
    var shortSlope = 0.0
    var long = Double.infinity
    var longSlope = Double.nan
    public internal(set) var tries = 0
    var isProbing = false

    public init(slope: Double = 0) {
      self.slope = slope
      shortSlope = slope
    }

    /// Takes what was seen at a step, and chooses the next.
    public mutating func narrow(_ seen: Double, isTooLong: Bool) {
      if isTooLong { (long, longSlope) = (step, seen) } else { (short, shortSlope) = (step, seen) }
      tries += 1
      guard long < .infinity else {
        // Where the slope would reach 0 if it went on so, but not too far at once.
        let ahead = short - shortSlope * short / max(shortSlope - slope, 1e-300)
        step = min(max(ahead, 2 * short), 10 * short)
        return
      }
      let width = long - short
      let secant = short + width * shortSlope / (shortSlope - longSlope)
      let middle = tries % 4 == 3 || !secant.isFinite ? short + 0.5 * width : secant
      step = min(max(middle, short + 0.05 * width), long - 0.05 * width)
    }
  }

  private static var triesLimit: Int { 40 }

  func trial() -> [Double] {
    var trial = point
    arithmetic.add(search.step, direction, to: &trial)
    return isConstrained ? projected(trial, orthant: orthant()) : trial
  }

  private func orthant() -> [Double]? {
    guard settings.l1 != nil else { return nil }
    let steepest = steepest()
    return point.indices.map { point[$0] != 0 ? point[$0] : -steepest[$0] }
  }

  /// Whether a value is no more than the last one, as far as rounding lets it be told.
  private func isNoWorse(_ other: Double) -> Bool {
    other <= value + 1e-13 * value.magnitude
  }

  /// Without constraints: the conditions of Wolfe, near the end on slopes alone (Hager and Zhang).
  mutating func judge(_ smooth: Double, _ gradient: [Double]) -> Request {
    let seen = arithmetic.dot(gradient, direction)
    if search.isProbing {
      // The step was found by probing; all that is left is to go there.
      guard smooth.isFinite, isNoWorse(smooth) else { return .finished(.noProgress) }
      return accept(trial(), smooth, gradient)
    }
    search.evaluated = search.step
    let falls =
      smooth <= value + 1e-4 * search.step * search.slope
      || (isNoWorse(smooth) && seen <= -0.9998 * search.slope)
    if smooth.isFinite, falls, seen >= 0.9 * search.slope {
      return accept(trial(), smooth, gradient)
    }
    return narrowed(seen, isTooLong: !(smooth.isFinite && falls), isFinite: smooth.isFinite)
  }

  /// Takes value and slope of the smooth part where it was probed.
  public mutating func probed(_ smooth: Double, _ slope: Double) -> Request {
    let isFlat = slope.magnitude <= -0.1 * search.slope && isNoWorse(smooth)
    if isFlat || search.tries >= Self.triesLimit { return .evaluate(trial()) }
    return narrowed(slope, isTooLong: !(slope < 0), isFinite: smooth.isFinite)
  }

  private mutating func narrowed(_ seen: Double, isTooLong: Bool, isFinite: Bool) -> Request {
    guard search.tries < Self.triesLimit else { return .finished(.noProgress) }
    if isFinite {
      search.narrow(seen, isTooLong: isTooLong)
    } else {
      (search.long, search.longSlope) = (search.step, .nan)
      search.tries += 1
      search.step = search.short + 0.1 * (search.step - search.short)
    }
    guard settings.canProbe else { return .evaluate(trial()) }
    search.isProbing = true
    return .probe(search.step)
  }

  /// With constraints: the step is halved until the objective falls by a part of what the slope
  /// says it should.
  mutating func judgeProjected(_ smooth: Double, _ gradient: [Double]) -> Request {
    let next = trial()
    let objective = smooth + magnitudes(of: next)
    var moved = next
    arithmetic.add(-1, point, to: &moved)
    let expected = arithmetic.dot(steepest(), moved)
    if objective.isFinite,
      objective <= value + 1e-4 * expected || (search.tries > 0 && isNoWorse(objective))
        || (isNoWorse(objective) && -expected <= 1e-10 * value.magnitude)
    {
      return accept(next, objective, gradient)
    }
    search.tries += 1
    guard search.tries < Self.triesLimit else { return .finished(.noProgress) }
    search.step *= 0.5
    return .evaluate(trial())
  }
}
