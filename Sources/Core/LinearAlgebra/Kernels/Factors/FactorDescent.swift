internal import CKernels
internal import Platform

/// A few steps of conjugate gradients on one row's normal equations after the other's.
///
/// The matrix of a row is never formed: its factors are gathered once, and each step reads them
/// twice from the first-level cache. From the solution of the round before, three steps come nearly
/// as far as solving does (Hu, Koren and Volinsky, 2008; Takács, Pilászy and Tikk, 2011), at 4 d
/// operations a rating and step in place of d². Products over a factor go into 16 lanes, added 8, 4,
/// 2 and 1 apart. Memory for the factors of 4096 ratings. One thread's own.
public final class FactorDescent {
  public let dimension: Int
  public let level: KernelLevel
  private let scratch: Buffer<UInt8>
  private var gains: [Double] = []
  private var squareSums: [Double] = []

  public init(dimension: Int, level: KernelLevel) {
    require(dimension >= 1, "systems of \(dimension) unknowns")
    self.dimension = dimension
    self.level = level
    scratch = Buffer(count: martlet_factor_descent_scratch(dimension))
  }

  /// Betters the solutions of some rows.
  /// - Parameters:
  ///   - pieces: the ratings of each row.
  ///   - ridges: added to the diagonals, one a row.
  ///   - table: where the solutions stand, that of a row at its `starts`.
  public func descend(
    _ pieces: [Range<Int>], of observations: FactorObservations, on common: CommonPart? = nil,
    ridges: [Float], steps: Int, in table: Buffer<Float>, at starts: [Int]
  ) {
    require(
      ridges.count == pieces.count && starts.count == pieces.count,
      "\(ridges.count) ridges and \(starts.count) solutions of \(pieces.count) rows")
    require(common == nil || common?.dimension == dimension, "a common part of other systems")
    observations.check(pieces, dimension)
    for start in starts {
      require(start >= 0 && start + dimension <= table.count, "\(start) of \(table.count)")
    }
    gains = [Double](repeating: 0, count: pieces.count)
    squareSums = gains
    unsafe observations.withBridge { bridge in
      unsafe martlet_factor_descent(
        level.rawValue, bridge, pieces.map(\.lowerBound), pieces.map(\.count), pieces.count,
        common.map { unsafe UnsafePointer($0.elements.pointer) }, ridges, Int32(clamping: steps),
        table.pointer, starts, 1, &gains, &squareSums, scratch.pointer)
    }
    withExtendedLifetime(common) {}
  }

  /// By how much the solution of a row lowers the sum of squares, its ridge included.
  public func gain(_ row: Int) -> Double { gains[row] }
  /// The sum of the squares of a row's targets, weighted as they are.
  public func squares(_ row: Int) -> Double { squareSums[row] }
}
