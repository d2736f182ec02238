import LinearAlgebra

/// The kernels in plain Swift: the same chains, one number at a time.
enum Reference {
  /// score = bias, then x[j] * c[j] + score, j ascending; columns as the scorer rounds them.
  static func scores<Element: Scalar>(
    _ x: [Element], _ columns: [[Element]], _ bias: [Element]
  ) -> [Element] {
    zip(columns, bias).map { column, bias in
      var score = bias
      for j in x.indices { score = score.addingProduct(x[j], column[j]) }
      return score
    }
  }

  /// Rounded columns and the bias of nearest centres.
  static func rounded<Element: Scalar>(
    _ centres: Matrix<Double>, shift: [Element]?
  ) -> (columns: [[Element]], bias: [Element]) {
    let shifts = shift?.map { Double($0) } ?? []
    let columns = (0..<centres.rowCount).map { c in
      (0..<centres.columnCount).map { Element(centres[c, $0] - shifts[$0, 0]) }
    }
    let bias = columns.map { column in
      var square = 0.0
      for value in column { square = square.addingProduct(Double(value), Double(value)) }
      return Element(-0.5 * square)
    }
    return (columns, bias)
  }

  /// The first greatest among the first `count` scores, and the greatest of the others.
  static func leaders<Element: Scalar>(
    _ scores: [Element], _ count: Int
  ) -> (best: Int32, score: Element, second: Element) {
    var result: (best: Int32, score: Element, second: Element) = (0, -.infinity, -.infinity)
    for c in 0..<count {
      if scores[c] > result.score {
        result = (Int32(c), scores[c], result.score)
      } else if scores[c] > result.second {
        result.second = scores[c]
      }
    }
    return result
  }

  /// Eight lanes over j, then added 4, 2 and 1 apart.
  static func squaredDistance<Element: Scalar>(_ x: [Element], _ c: [Double]) -> Double {
    var lanes = [Double](repeating: 0, count: 8)
    for j in x.indices {
      let apart = Double(x[j]) - c[j]
      lanes[j % 8] = lanes[j % 8].addingProduct(apart, apart)
    }
    let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    return (four[0] + four[2]) + (four[1] + four[3])
  }

  /// The upper triangle of the Gram, emptied into Double after 4096 rows where it is Float.
  static func gram<Element: Scalar>(
    _ rows: [[Element]], weights: [Element]?, values: [Element]?
  ) -> (upper: [Double], right: [Double]) {
    let d = rows.first?.count ?? 0
    let limit = Element.self == Float.self ? 4096 : Int.max
    var upper = [Double](repeating: 0, count: d * d)
    var right = [Double](repeating: 0, count: d)
    var chain = [Element](repeating: 0, count: d * d)
    var rightChain = [Element](repeating: 0, count: d)
    for (r, y) in rows.enumerated() {
      for i in 0..<d {
        let left = weights.map { $0[r] * y[i] } ?? y[i]
        for j in i..<d { chain[i * d + j] = chain[i * d + j].addingProduct(left, y[j]) }
        if let values { rightChain[i] = rightChain[i].addingProduct(values[r], y[i]) }
      }
      if (r + 1) % limit == 0 || r + 1 == rows.count {
        for i in upper.indices { upper[i] += Double(chain[i]) }
        for i in right.indices { right[i] += Double(rightChain[i]) }
        chain = [Element](repeating: 0, count: d * d)
        rightChain = [Element](repeating: 0, count: d)
      }
    }
    for i in 0..<d { for j in 0..<i { upper[i * d + j] = 0 } }
    return (upper, right)
  }
}

extension [Double] {
  /// The element, or a value where the array is empty.
  subscript(index: Int, otherwise: Double) -> Double { isEmpty ? otherwise : self[index] }
}
