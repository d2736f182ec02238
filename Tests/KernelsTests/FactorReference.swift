import LinearAlgebra

/// The equations of factors in plain Swift: the same chains, one number at a time.
struct FactorReference {
  var rows: [[Float]]
  var weights: [Float]
  var targets: [Float]
  var isImplicit: Bool

  /// - Parameter rows: all columns of the table, of which the first `dimension` are unknowns'.
  init(
    _ rows: [[Float]], _ values: [Float], dimension: Int, target: FactorTarget
  ) {
    self.rows = rows.map { Array($0.prefix(dimension)) }
    switch target {
    case .value(let shift, let bias):
      isImplicit = false
      weights = values.map { _ in 1 }
      targets = zip(rows, values).map { row, value in
        bias.map { (value - shift) - row[$0] } ?? value - shift
      }
    case .preference(let alpha):
      isImplicit = true
      weights = values.map { alpha * abs($0) }
      targets = zip(values, weights).map { $0 > 0 ? 1 + $1 : 0 }
    }
  }

  /// Eight lanes, added 4, 2 and 1 apart.
  var squares: Double {
    var lanes = [Double](repeating: 0, count: 8)
    for (entry, target) in targets.enumerated() {
      let t = Double(target)
      lanes[entry % 8] = isImplicit ? lanes[entry % 8] + t : lanes[entry % 8].addingProduct(t, t)
    }
    return Self.total(lanes)
  }

  static func total<E: FloatingPoint>(_ lanes: [E]) -> E {
    var lanes = lanes
    while lanes.count > 1 {
      let half = lanes.count / 2
      lanes = (0..<half).map { lanes[$0] + lanes[$0 + half] }
    }
    return lanes[0]
  }

  /// The matrix (upper triangle) and the right side.
  func system(on common: [Float], _ d: Int) -> (matrix: [Float], right: [Float]) {
    var (matrix, right) = (common, [Float](repeating: 0, count: d))
    for (r, y) in rows.enumerated() {
      for i in 0..<d {
        let left = isImplicit ? weights[r] * y[i] : y[i]
        for j in i..<d { matrix[i * d + j] = matrix[i * d + j].addingProduct(left, y[j]) }
        right[i] = right[i].addingProduct(targets[r], y[i])
      }
    }
    return (matrix, right)
  }

  /// Cholesky with every chain in rising order; back substitution from the last unknown.
  static func solve(
    _ matrix: [Float], _ right: [Float], ridge: Float, limit: Float
  ) -> (x: [Float], gain: Double, isAccepted: Bool) {
    let d = right.count
    var (u, z, inverse) = (matrix, right, [Float](repeating: 1, count: d))
    var isAccepted = true
    var gain = 0.0
    for i in 0..<d {
      let diagonal = matrix[i * d + i] + ridge
      for j in i..<d {
        var s = i == j ? diagonal : matrix[i * d + j]
        for p in 0..<i { s = s.addingProduct(-u[p * d + i], u[p * d + j]) }
        if i == j {
          if !(s > limit * diagonal) { (isAccepted, s) = (false, s > limit * diagonal ? s : 1) }
          inverse[i] = 1 / s.squareRoot()
          u[i * d + j] = s * inverse[i]
        } else {
          u[i * d + j] = s * inverse[i]
        }
      }
      for p in 0..<i { z[i] = z[i].addingProduct(-u[p * d + i], z[p]) }
      z[i] *= inverse[i]
      gain = gain.addingProduct(Double(z[i]), Double(z[i]))
    }
    for i in (0..<d).reversed() {
      for j in (i + 1..<max(d, i + 1)).reversed() {
        z[i] = z[i].addingProduct(-u[i * d + j], z[j])
      }
      z[i] *= inverse[i]
    }
    return (z, gain, isAccepted)
  }

  /// Sixteen lanes, added 8, 4, 2 and 1 apart.
  static func product(_ a: [Float], _ b: [Float]) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    for j in a.indices { lanes[j % 16] = lanes[j % 16].addingProduct(a[j], b[j]) }
    return total(lanes)
  }

  /// Even rows in one chain, odd ones in another.
  static func combination(_ rows: [[Float]], _ scales: [Float], _ d: Int) -> [Float] {
    var chains = [[Float]](repeating: [Float](repeating: 0, count: d), count: 2)
    for (r, row) in rows.enumerated() {
      for j in 0..<d { chains[r % 2][j] = chains[r % 2][j].addingProduct(scales[r], row[j]) }
    }
    return (0..<d).map { chains[0][$0] + chains[1][$0] }
  }

  /// Steps of conjugate gradients from x.
  func descend(
    from start: [Float], on common: [[Float]]?, ridge: Float, steps: Int
  ) -> (x: [Float], gain: Double) {
    let d = start.count
    var x = start
    let dots = rows.map { Self.product(x, $0) }
    let scales = dots.indices.map { targets[$0].addingProduct(-weights[$0], dots[$0]) }
    var r = Self.combination(rows, scales, d)
    if let common { r = zip(r, Self.combination(common, x, d)).map { $0 - $1 } }
    r = zip(r, x).map { $0.addingProduct(-ridge, $1) }
    var lanes = [Double](repeating: 0, count: 8)
    for (entry, dot) in dots.enumerated() {
      lanes[entry % 8] = lanes[entry % 8].addingProduct(Double(targets[entry]), Double(dot))
    }
    for j in 0..<d { lanes[j % 8] = lanes[j % 8].addingProduct(Double(x[j]), Double(r[j])) }
    var gain = Self.total(lanes)
    var p = r
    var size = Self.product(r, r)
    for _ in 0..<steps where size > 0 {
      let scales = rows.indices.map { weights[$0] * Self.product(p, rows[$0]) }
      var q = Self.combination(rows, scales, d)
      if let common { q = zip(q, Self.combination(common, p, d)).map { $0 + $1 } }
      q = zip(q, p).map { $0.addingProduct(ridge, $1) }
      let curvature = Self.product(p, q)
      if !(curvature > 0) { break }
      let length = size / curvature
      x = zip(x, p).map { $0.addingProduct(length, $1) }
      r = zip(r, q).map { $0.addingProduct(-length, $1) }
      gain += Double(length) * Double(size)
      let rest = Self.product(r, r)
      p = zip(r, p).map { $0.addingProduct(rest / size, $1) }
      size = rest
    }
    return (x, gain)
  }
}
