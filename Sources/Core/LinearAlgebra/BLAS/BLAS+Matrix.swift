extension Matrix {
  /// How its elements lie.
  public var layout: BLAS.Layout { BLAS.Layout(rowCount, columnCount) }
}

extension BLAS {
  /// C = alpha A B + beta C, with A or B or both transposed.
  public static func gemm<Element: Scalar>(
    _ a: Matrix<Element>, _ b: Matrix<Element>, into c: inout Matrix<Element>,
    transposeA: Bool = false, transposeB: Bool = false, alpha: Element = 1, beta: Element = 0
  ) {
    let cLayout = c.layout
    a.withSpan { a1 in
      b.withSpan { b1 in
        c.withMutableSpan { c1 in
          gemm(
            a1, transposeA ? a.layout.transposed : a.layout, b1,
            transposeB ? b.layout.transposed : b.layout, into: &c1, cLayout, alpha: alpha,
            beta: beta)
        }
      }
    }
  }

  /// The product of two matrices, either of them transposed.
  public static func product<Element: Scalar>(
    _ a: Matrix<Element>, _ b: Matrix<Element>, transposeA: Bool = false, transposeB: Bool = false
  ) -> Matrix<Element> {
    var c = Matrix<Element>(
      rowCount: transposeA ? a.columnCount : a.rowCount,
      columnCount: transposeB ? b.rowCount : b.columnCount)
    gemm(a, b, into: &c, transposeA: transposeA, transposeB: transposeB)
    return c
  }

  /// The product of a matrix, or its transpose, and a vector.
  public static func product<Element: Scalar>(
    _ a: Matrix<Element>, _ x: [Element], transposeA: Bool = false
  ) -> [Element] {
    let layout = transposeA ? a.layout.transposed : a.layout
    let y = Buffer<Element>(count: layout.height)
    a.withSpan { span in
      unsafe x.withUnsafeBufferPointer { x in
        y.withMutableSpan { unsafe gemv(span, layout, Span(_unsafeElements: x), into: &$0) }
      }
    }
    return y.array
  }

  /// AᵀA, all of it: the products of the columns.
  public static func gram<Element: Scalar>(_ a: Matrix<Element>) -> Matrix<Element> {
    var c = Matrix<Element>(rowCount: a.columnCount, columnCount: a.columnCount)
    let layout = c.layout
    a.withSpan { span in
      c.withMutableSpan { target in
        syrk(span, a.layout.transposed, into: &target, layout)
        mirror(&target, layout)
      }
    }
    return c
  }
}
