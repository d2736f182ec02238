import LinearAlgebra

/// The slow way: every distance by its definition, every sum a loop; exact for whole numbers.
struct Textbook {
  let rows: PlainRows
  let centers: [[Double]]

  func square(_ row: Int, _ center: [Double]) -> Double {
    zip(rows.values[row], center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// The nearest centre, the first of equally near ones.
  func nearest(_ row: Int) -> (index: Int, square: Double) {
    var best = (index: 0, square: Double.infinity)
    for (index, center) in centers.enumerated() where square(row, center) < best.square {
      best = (index, square(row, center))
    }
    return best
  }

  func total(_ term: (Int) -> Double) -> Double {
    (0..<rows.count).reduce(0) { $0 + rows.weight($1) * term($1) }
  }
}

func matrix(_ rows: [[Double]]) -> Matrix<Double> {
  Matrix(
    rowCount: rows.count, columnCount: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
}
