internal import CKernels
internal import Platform

/// Arithmetic of long vectors in a fixed order, for solvers: the same bits at every level.
public struct LongVector: Sendable {
  private let level: KernelLevel

  public init(level: KernelLevel) { self.level = level }

  /// The sum of products: 32 lanes of `fma` by place, added 16, 8, 4, 2 and 1 apart.
  public func dot(_ a: [Double], _ b: [Double]) -> Double {
    require(a.count == b.count, "a dot of \(a.count) and \(b.count)")
    return unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
        return unsafe martlet_dot(level.rawValue, first, second, a.count)
      }
    }
  }

  /// Adds `scale` times `x` to `y`.
  public func add(_ scale: Double, _ x: [Double], to y: inout [Double]) {
    require(x.count == y.count, "adding \(x.count) to \(y.count)")
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        guard let from = x.baseAddress, let to = y.baseAddress else { return }
        unsafe martlet_axpy(level.rawValue, scale, from, to, x.count)
      }
    }
  }
}

extension LongVector {
  /// The sum of products of two runs of memory.
  @unsafe public func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int
  ) -> Double {
    unsafe martlet_dot(level.rawValue, a, b, count)
  }

  /// Adds `scale` times one run of memory to another.
  @unsafe public func add(
    _ scale: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, count: Int
  ) {
    unsafe martlet_axpy(level.rawValue, scale, x, y, count)
  }
}
