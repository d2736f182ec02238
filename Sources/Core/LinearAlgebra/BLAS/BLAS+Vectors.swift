internal import Platform

extension BLAS {
  /// How many products of a long dot are summed by one call; the sums are added in order.
  public static let dotPiece = 65_536

  // Far below what a C count holds.
  private static let longestCall = 1 << 30

  /// The sum of the products of two vectors' elements.
  public static func dot<Element: Scalar>(_ x: Span<Element>, _ y: Span<Element>) -> Element {
    require(x.count == y.count, "a dot of \(x.count) and \(y.count) elements")
    prepare()
    return unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeBufferPointer { y in
        guard let xStart = x.baseAddress, let yStart = y.baseAddress else { return 0 }
        var sum: Element = 0
        forEachPiece(of: x.count, by: dotPiece) { start, length in
          let part = unsafe Element.dot(length, xStart + start, yStart + start)
          sum = start == 0 ? part : sum + part
        }
        return sum
      }
    }
  }

  /// Adds `alpha` times `x` to `y`.
  public static func axpy<Element: Scalar>(
    _ alpha: Element, _ x: Span<Element>, into y: inout MutableSpan<Element>
  ) {
    require(x.count == y.count, "an axpy of \(x.count) into \(y.count) elements")
    prepare()
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        guard let xStart = x.baseAddress, let yStart = y.baseAddress else { return }
        forEachPiece(of: x.count, by: longestCall) { start, length in
          unsafe Element.axpy(length, alpha, xStart + start, yStart + start)
        }
      }
    }
  }

  /// The Euclidean norm, without overflow where the norm itself does not overflow.
  ///
  /// A vector has fewer than 2^31 elements.
  public static func nrm2<Element: Scalar>(_ x: Span<Element>) -> Element {
    prepare()
    return unsafe x.withUnsafeBufferPointer { x in
      guard let start = x.baseAddress, !x.isEmpty else { return 0 }
      return unsafe Element.nrm2(x.count, start)
    }
  }

  // For arrays no `span`: in a generic function that is not specialised, Swift 6.3 believes that
  // nobody reads the elements through it, and an optimised caller drops the stores of a literal.

  /// The sum of the products of two arrays' elements.
  public static func dot<Element: Scalar>(_ x: [Element], _ y: [Element]) -> Element {
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeBufferPointer { y in
        unsafe dot(Span(_unsafeElements: x), Span(_unsafeElements: y))
      }
    }
  }

  /// Adds `alpha` times `x` to `y`.
  public static func axpy<Element: Scalar>(
    _ alpha: Element, _ x: [Element], into y: inout [Element]
  ) {
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        var target = unsafe MutableSpan(_unsafeElements: y)
        unsafe axpy(alpha, Span(_unsafeElements: x), into: &target)
      }
    }
  }

  /// The Euclidean norm of an array.
  public static func nrm2<Element: Scalar>(_ x: [Element]) -> Element {
    unsafe x.withUnsafeBufferPointer { unsafe nrm2(Span(_unsafeElements: $0)) }
  }
}
