internal import Platform

/// A quadratic form of rows about a centre: of z = (x - centre) · scale, and y = M z, the sum of z y
/// or of y y over the columns.
///
/// What a feature adds is its own product, so that contributions sum to the form. Cost: d² products
/// a row; eight rows at a time, so that M is read for eight. Each number is one chain of sums over
/// the columns in order, whatever rows are beside it.
public struct CentredForm: Sendable {
  /// Which products are summed.
  public enum Kind: Sendable {
    /// z · Mz, of a symmetric M.
    case product
    /// Mz · Mz.
    case square
  }

  public let kind: Kind
  public let centre: [Double]
  public let scale: [Double]
  public let matrix: Matrix<Double>
  private let centreBuffer: Buffer<Double>
  private let scaleBuffer: Buffer<Double>

  /// - Parameter matrix: symmetric.
  public init(_ kind: Kind, centre: [Double], scale: [Double], matrix: Matrix<Double>) {
    let count = centre.count
    require(
      scale.count == count && matrix.rowCount == count && matrix.columnCount == count,
      "a form of \(count) columns")
    self.kind = kind
    self.centre = centre
    self.scale = scale
    self.matrix = matrix
    centreBuffer = Buffer(centre)
    scaleBuffer = Buffer(scale)
  }

  /// The form of each row; NaN for one with a number that is not finite.
  public func sums<Element: Scalar>(of rows: RowBlock<Element>) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.count)
    let width = centre.count
    unsafe eachGroup(of: rows) { first, count, terms in
      for row in 0..<count {
        var sum = 0.0
        for column in 0..<width { unsafe sum += terms[row &* width &+ column] }
        sums[first + row] = sum
      }
    }
    return sums
  }

  /// What each column adds to the form of each row.
  public func terms<Element: Scalar>(of rows: RowBlock<Element>) -> Matrix<Double> {
    var matrix = Matrix<Double>(rowCount: rows.count, columnCount: centre.count)
    let width = centre.count
    matrix.withMutableSpan { span in
      unsafe eachGroup(of: rows) { first, count, terms in
        for index in 0..<count * width { span[first * width + index] = unsafe terms[index] }
      }
    }
    return matrix
  }

  /// Gives the terms of some rows at a time, row by row.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  private func eachGroup<Element: Scalar>(
    of rows: RowBlock<Element>, _ body: (Int, Int, UnsafePointer<Double>) -> Void
  ) {
    let width = centre.count
    require(rows.columnCount == width, "\(rows.columnCount) columns of \(width)")
    let (distances, images) = (Buffer<Double>(count: 8 * width), Buffer<Double>(count: 8 * width))
    let (z, y) = unsafe (distances.pointer, images.pointer)
    for first in stride(from: 0, to: rows.count, by: 8) {
      let count = min(8, rows.count - first)
      for row in 0..<count {
        let numbers = unsafe rows.start(ofRow: first + row)
        unsafe distance(of: numbers, to: z + row * width)
      }
      unsafe multiply(z, count, into: y)
      for index in 0..<count * width {
        unsafe y[index] *= kind == .product ? unsafe z[index] : unsafe y[index]
      }
      unsafe body(first, count, UnsafePointer(y))
    }
    withExtendedLifetime((distances, images)) {}
  }

  @inline(__always)
  private func distance<Element: Scalar>(
    of numbers: UnsafePointer<Element>, to z: UnsafeMutablePointer<Double>
  ) {
    let (centre, scale) = unsafe (centreBuffer.pointer, scaleBuffer.pointer)
    var isFinite = true
    for column in 0..<self.centre.count {
      let number = unsafe Double(numbers[column])
      isFinite = isFinite && number.isFinite
      unsafe z[column] = (number - centre[column]) * scale[column]
    }
    if !isFinite { for column in 0..<self.centre.count { unsafe z[column] = .nan } }
  }

  /// y = M z for each of some rows.
  private func multiply(
    _ z: UnsafePointer<Double>, _ count: Int, into y: UnsafeMutablePointer<Double>
  ) {
    let width = centre.count
    for index in 0..<count * width { unsafe y[index] = 0 }
    let elements = unsafe matrix.pointer
    for column in 0..<width {
      // A row of M, which is its column too.
      let factors = unsafe elements + column * width
      for row in 0..<count {
        let number = unsafe z[row &* width &+ column]
        let image = unsafe y + row &* width
        for place in 0..<width { unsafe image[place] += number * factors[place] }
      }
    }
    withExtendedLifetime(matrix) {}
  }
}
