internal import Platform

/// What the systems of all rows have in common: a symmetric matrix.
public struct CommonPart: Sendable {
  public let dimension: Int
  /// The upper triangle row by row, zeros below.
  public let upper: [Double]
  /// All of it in single precision, rows padded to whole vectors.
  let elements: Buffer<Float>

  /// - Parameter upper: a square matrix row by row, of which the upper triangle counts.
  public init(dimension: Int, upper: [Double]) {
    require(upper.count == dimension * dimension, "\(upper.count) numbers for \(dimension)²")
    self.dimension = dimension
    self.upper = upper.indices.map { $0 / dimension <= $0 % dimension ? upper[$0] : 0 }
    let width = FactorObservations.width(of: dimension)
    elements = Buffer(count: width * width)
    for row in 0..<dimension {
      for column in row..<dimension {
        let value = Float(upper[row * dimension + column])
        elements[row * width + column] = value
        elements[column * width + row] = value
      }
    }
  }
}
