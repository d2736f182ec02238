internal import Glibc
public import Learning
internal import LinearAlgebra
internal import Platform

/// The discrete cosine transform of vectors: how much of each frequency there is in them.
///
/// DCT-II, scaled so that it keeps lengths, as in Spark; `inverse` takes it back. Sparse vectors
/// become dense. Cost: n log n for n a power of two, else up to n^2 of its odd factor.
///
/// Method: Lee, "A new algorithm to compute the discrete cosine transform", 1984: an even length is
/// halved, an odd one summed directly.
public struct DCT: ColumnwiseStage, Transformer {
  @Setting("columns of vectors", spark: "inputCol")
  public var inputs: [String] = []
  @Setting("names for the new columns", spark: "outputCol")
  public var outputs: [String] = []
  @Setting("take the transform back", spark: "inverse")
  public var inverse = false

  public init() {}

  public static let name = "dct"
  public static let summary = "takes the discrete cosine transform of vectors"
  public static let suffix = "_dct"
  public static var example: Self { Self { $0.inputs = ["point", "counts"] } }

  public func bind(to binder: inout Binder) throws {
    for (input, output) in pairs {
      let from = try binder.vectors(input)
      let to = try binder.addVectors(output, width: from.width, isSparse: false)
      let (transform, inverse) = (CosineTransform(count: from.width), inverse)
      binder.run { batch in
        let (source, target) = (batch[from], batch[to])
        for row in 0..<batch.rowCount where from.width > 0 {
          let numbers = unsafe target.row(row)
          if from.isSparse {
            for index in 0..<from.width { unsafe numbers[index] = 0 }
          }
          source.forEachEntry(row) { unsafe numbers[$0] = $1 }
          unsafe transform.run(numbers, inverse: inverse)
        }
      }
    }
  }
}

/// The transform of one length: a table of cosines.
struct CosineTransform: Sendable {
  private let count: Int
  /// cos(pi i / (2 count)) for i up to 4 count.
  private let cosines: [Double]

  init(count: Int) {
    self.count = count
    // The first quarter of the circle alone is computed, so that the symmetries are exact.
    let quarter = (0...max(0, count)).map { index in
      2 * index <= count
        ? cos(Double(index) * Double.pi / Double(2 * max(1, count)))
        : sin(Double(count - index) * Double.pi / Double(2 * max(1, count)))
    }
    cosines = (0..<max(1, 4 * count)).map { index in
      switch index {
      case ...count: quarter[index]
      case ...(2 * count): -quarter[2 * count - index]
      case ...(3 * count): -quarter[index - 2 * count]
      default: quarter[4 * count - index]
      }
    }
  }

  /// cos(pi numerator / (2 length)), for a length that divides the own one.
  private func cosine(_ numerator: Int, _ length: Int) -> Double {
    cosines[numerator % (4 * length) * (count / length)]
  }

  /// Transforms numbers in place.
  func run(_ numbers: UnsafeMutablePointer<Double>, inverse: Bool) {
    let first = (1 / Double(count)).squareRoot()
    let others = (2 / Double(count)).squareRoot()
    // Small vectors take the stack, so that scoring allocates nothing.
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { room in
      guard let scratch = room.baseAddress else { return }
      if inverse {
        unsafe numbers[0] *= first
        for index in 1..<max(1, count) { unsafe numbers[index] *= others }
        unsafe backward(numbers, count, scratch)
      } else {
        unsafe forward(numbers, count, scratch)
        unsafe numbers[0] *= first
        for index in 1..<max(1, count) { unsafe numbers[index] *= others }
      }
    }
  }

  /// X_k = sum of x_j cos(pi (2j + 1) k / 2n).
  private func forward(
    _ x: UnsafeMutablePointer<Double>, _ n: Int, _ scratch: UnsafeMutablePointer<Double>
  ) {
    if n == 1 { return }
    guard n % 2 == 0 else {
      for k in 0..<n {
        var sum = 0.0
        for j in 0..<n { unsafe sum += x[j] * cosine((2 * j + 1) * k, n) }
        unsafe scratch[k] = sum
      }
      unsafe x.update(from: scratch, count: n)
      return
    }
    let half = n / 2
    let (even, odd) = unsafe (scratch, scratch + half)
    for j in 0..<half {
      let (a, b) = unsafe (x[j], x[n - 1 - j])
      unsafe even[j] = a + b
      unsafe odd[j] = (a - b) / (2 * cosine(2 * j + 1, n))
    }
    unsafe forward(even, half, scratch + n)
    unsafe forward(odd, half, scratch + n)
    for k in 0..<half {
      unsafe x[2 * k] = even[k]
      unsafe x[2 * k + 1] = odd[k] + (k + 1 < half ? odd[k + 1] : 0)
    }
  }

  /// x_j = sum of X_k cos(pi (2j + 1) k / 2n).
  private func backward(
    _ x: UnsafeMutablePointer<Double>, _ n: Int, _ scratch: UnsafeMutablePointer<Double>
  ) {
    if n == 1 { return }
    guard n % 2 == 0 else {
      for j in 0..<n {
        var sum = 0.0
        for k in 0..<n { unsafe sum += x[k] * cosine((2 * j + 1) * k, n) }
        unsafe scratch[j] = sum
      }
      unsafe x.update(from: scratch, count: n)
      return
    }
    let half = n / 2
    let (even, odd) = unsafe (scratch, scratch + half)
    for k in 0..<half {
      unsafe even[k] = x[2 * k]
      unsafe odd[k] = x[2 * k + 1] + (k > 0 ? x[2 * k - 1] : 0)
    }
    unsafe backward(even, half, scratch + n)
    unsafe backward(odd, half, scratch + n)
    for j in 0..<half {
      let (a, b) = unsafe (even[j], odd[j] / (2 * cosine(2 * j + 1, n)))
      unsafe x[j] = a + b
      unsafe x[n - 1 - j] = a - b
    }
  }
}
