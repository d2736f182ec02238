internal import CKernels
internal import Platform

/// Up to 16 rows' normal equations, formed and solved side by side.
///
/// Forming gathers the other side's factors, 64 at a time, and calls for the next ones while it
/// multiplies: one chain over a row's ratings for each element, `fma(w y[i], y[j], s)`. Solving is a
/// Cholesky factorisation in which a lane of the vectors is a system, so that no bit of a row
/// depends on those beside it. All in single precision; a row of more than 4096 ratings comes in
/// pieces, whose sums are added in double.
/// Cost: d² operations a rating, d³ / 3 a system; memory for 16 matrices. One thread's own.
public final class FactorSystems {
  /// How many systems there may be at a time.
  public static let capacity = martlet_factor_systems
  /// The most ratings of a piece.
  public static let pieceLimit = martlet_factor_piece

  public let dimension: Int
  public let level: KernelLevel
  /// How many systems were formed.
  public private(set) var count = 0

  private let width: Int
  private let partials: Buffer<Float>
  private let rights: Buffer<Float>
  private let squareSums: Buffer<Double>
  private let solutions: Buffer<Float>
  private let gains: Buffer<Double>
  private let verdicts: Buffer<Int32>
  private let formScratch: Buffer<UInt8>
  private let solveScratch: Buffer<UInt8>

  public init(dimension: Int, level: KernelLevel) {
    require(dimension >= 1, "systems of \(dimension) unknowns")
    self.dimension = dimension
    self.level = level
    width = FactorObservations.width(of: dimension)
    partials = Buffer(count: Self.capacity * width * width)
    rights = Buffer(count: Self.capacity * width)
    squareSums = Buffer(count: Self.capacity)
    solutions = Buffer(count: Self.capacity * width)
    gains = Buffer(count: Self.capacity)
    verdicts = Buffer(count: Self.capacity)
    formScratch = Buffer(count: martlet_factor_grams_scratch(dimension))
    solveScratch = Buffer(count: martlet_factor_cholesky_scratch(dimension))
  }

  /// Forms the equations of stretches of ratings, on top of what all have in common.
  public func form(
    _ pieces: [Range<Int>], of observations: FactorObservations, on common: CommonPart? = nil
  ) {
    require(pieces.count <= Self.capacity, "\(pieces.count) systems at a time")
    require(common == nil || common?.dimension == dimension, "a common part of other systems")
    observations.check(pieces, dimension)
    count = pieces.count
    let (starts, counts) = (pieces.map(\.lowerBound), pieces.map(\.count))
    unsafe observations.withBridge { bridge in
      unsafe martlet_factor_grams(
        level.rawValue, bridge, starts, counts, pieces.count,
        common.map { unsafe UnsafePointer($0.elements.pointer) }, partials.pointer,
        rights.pointer, squareSums.pointer, formScratch.pointer)
    }
    withExtendedLifetime(common) {}
  }

  /// The sum of the squares of a system's targets, weighted as they are.
  public func squares(_ system: Int) -> Double { squareSums[system] }

  /// Solves all systems.
  /// - Parameters:
  ///   - ridges: added to the diagonals, one a system.
  ///   - pivotLimit: what must be left of a diagonal element when it becomes a pivot; a system with
  ///     less is not accepted.
  public func solve(ridges: [Float], pivotLimit: Float) {
    require(ridges.count == count, "\(ridges.count) ridges of \(count) systems")
    if count == 0 { return }
    unsafe martlet_factor_cholesky(
      level.rawValue, dimension, partials.pointer, rights.pointer, ridges, count, pivotLimit,
      solutions.pointer, width, gains.pointer, verdicts.pointer, solveScratch.pointer)
  }

  /// Whether a system was safe to solve in single precision; else its solution is worth nothing.
  public func isAccepted(_ system: Int) -> Bool { verdicts[system] != 0 }

  /// By how much a solution lowers the sum of squares, its ridge included: the product with the
  /// right side.
  public func gain(_ system: Int) -> Double { gains[system] }

  /// Writes the solution of a system.
  public func store(_ system: Int, in table: Buffer<Float>, at start: Int) {
    require(
      system >= 0 && system < count && start >= 0 && start + dimension <= table.count,
      "solution \(system) of \(count) at \(start) of \(table.count)")
    unsafe (table.pointer + start).update(
      from: solutions.pointer + system * width, count: dimension)
  }

  /// Adds a system's matrix (the upper triangle) and right side to sums in double.
  public func add(_ system: Int, to sums: FactorSums) {
    require(
      system >= 0 && system < count && sums.dimension == dimension, "system \(system) of \(count)")
    for row in 0..<dimension {
      let from = unsafe partials.pointer + (system * width + row) * width
      let to = unsafe sums.upper.pointer + row * dimension
      for column in row..<dimension { unsafe to[column] += Double(from[column]) }
      sums.right[row] += Double(rights[system * width + row])
    }
    sums.squares += squareSums[system]
  }
}
