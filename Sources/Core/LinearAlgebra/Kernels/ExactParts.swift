internal import CKernels
internal import Platform

/// A few numbers whose exact sum is that of a block of numbers, and as many for their squares.
///
/// An exact sum costs about 2 ns for each number that is added to it; the numbers of a block become
/// one to three first, at a quarter of a nanosecond each. Nothing is lost on the way, so that
/// neither the level of the kernels nor the cut into blocks shows in an exact sum.
@safe
public struct ExactParts {
  /// The most numbers of a block.
  public static let rowLimit = 256

  private var parts = martlet_exact_parts()

  public init() {}

  /// What became of a block.
  public enum Outcome: Sendable {
    /// All parts are here.
    case done
    /// The magnitudes reach too far for that, and the parts are to be forgotten: the numbers must
    /// be added one by one.
    case undone
    /// There is an infinity among the numbers.
    case infinite
  }

  /// How many numbers of the block are no NaN.
  public var count: Int { parts.count }
  /// The least of them, 0 where there are none; never -0.
  public var least: Double { parts.least }
  /// The greatest of them, 0 where there are none; never -0.
  public var greatest: Double { parts.greatest }

  /// Takes a block of numbers, which lie `stride` apart; a NaN is left out.
  public mutating func take(
    _ values: UnsafePointer<Double>, count: Int, stride: Int = 1, squares: Bool,
    level: KernelLevel
  ) -> Outcome {
    require(count >= 0 && count <= Self.rowLimit, "a block of \(count) numbers")
    let outcome = unsafe martlet_take_exact_parts(
      level.rawValue, values, count, stride, squares ? 1 : 0, &parts)
    switch Int(outcome) {
    case Int(martlet_exact_done): return .done
    case Int(martlet_exact_infinite): return .infinite
    default: return .undone
    }
  }

  /// The parts of the sum.
  public func forEachSum(_ body: (Double) -> Void) {
    unsafe withUnsafeBytes(of: parts.sums) { bytes in
      for index in 0..<parts.sum_count {
        unsafe body(bytes.load(fromByteOffset: index * 8, as: Double.self))
      }
    }
  }

  /// The parts of the sum of the squares.
  public func forEachSquare(_ body: (Double) -> Void) {
    unsafe withUnsafeBytes(of: parts.squares) { bytes in
      for index in 0..<parts.square_count {
        unsafe body(bytes.load(fromByteOffset: index * 8, as: Double.self))
      }
    }
  }
}
