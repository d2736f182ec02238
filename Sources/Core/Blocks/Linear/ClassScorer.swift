public import LinearAlgebra
internal import Platform

/// The probabilities of the classes of rows, from linear scores: for one row or for many, with their
/// zeros or by their entries, to the same bits.
public struct ClassScorer: Sendable {
  /// How many classes there are.
  public let classCount: Int
  private let dense: LinearScorer
  private let sparse: LinearScorer
  private var outputs: Int { dense.outputs }

  /// Probabilities of some rows.
  public struct Probabilities: Sendable {
    /// How many rows there are.
    public let count: Int
    /// Class by class; NaN for a row that is not all finite numbers.
    public let values: [Double]

    /// That of a class for each row.
    public func column(_ place: Int) -> ArraySlice<Double> {
      values[(place * count)..<((place + 1) * count)]
    }
  }

  /// - Parameter coefficients: one row for two classes, that of the second; else one a class.
  public init(coefficients: Matrix<Double>, intercepts: [Double]) throws {
    let level = try KernelLevel.current()
    classCount = max(2, coefficients.rowCount)
    dense = LinearScorer(
      coefficients: coefficients, intercepts: intercepts, isSparse: false, level: level)
    sparse = LinearScorer(
      coefficients: coefficients, intercepts: intercepts, isSparse: true, level: level)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func probabilities<Element: Scalar>(_ rows: Matrix<Element>) -> Probabilities {
    filled(rows.rowCount) { range, margins, _ in
      rows.withRows(range) { rows in
        unsafe dense.scores(rows, into: margins.pointer, stride: Self.rowLimit)
      }
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func probabilities<Element: Scalar>(_ rows: SparseRows<Element>) -> Probabilities {
    filled(rows.rowCount) { range, margins, scratch in
      unsafe sparse.scores(
        rows.block(range), into: margins.pointer, stride: Self.rowLimit,
        scratch: scratch.pointer)
      withExtendedLifetime(rows) {}
    }
  }

  private static var rowLimit: Int { 256 }

  private func filled(
    _ count: Int, _ score: (Range<Int>, Buffer<Double>, Buffer<Double>) -> Void
  ) -> Probabilities {
    var values = [Double](repeating: 0, count: classCount * count)
    let limit = Self.rowLimit
    let margins = Buffer<Double>(count: outputs * limit)
    let scratch = Buffer<Double>(count: max(1, sparse.scratchCount))
    let found = Buffer<Double>(count: classCount * limit)
    for first in stride(from: 0, to: count, by: limit) {
      let range = first..<min(count, first + limit)
      score(range, margins, scratch)
      unsafe LogLoss.probabilities(
        outputs: outputs, count: range.count, margins: margins.pointer, stride: limit,
        into: found.pointer, level: dense.level)
      for row in range {
        var isFinite = true
        for output in 0..<outputs {
          isFinite = isFinite && margins[output * limit + row - first].isFinite
        }
        for place in 0..<classCount {
          values[place * count + row] =
            isFinite ? found[place * limit + row - first] : .nan
        }
      }
    }
    return Probabilities(count: count, values: values)
  }
}
