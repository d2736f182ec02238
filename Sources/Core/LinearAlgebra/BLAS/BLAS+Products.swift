internal import Platform

extension BLAS {
  /// C = alpha A B + beta C, where the layouts say which of A and B are meant transposed.
  ///
  /// With `beta` 0 what was in C is not read, so C may hold anything. The inner dimension is cut
  /// at multiples of ``innerLimit`` and added in order.
  public static func gemm<Element: Scalar>(
    _ a: Span<Element>, _ aLayout: Layout, _ b: Span<Element>, _ bLayout: Layout,
    into c: inout MutableSpan<Element>, _ cLayout: Layout, alpha: Element = 1, beta: Element = 0
  ) {
    let inner = aLayout.width
    require(
      inner == bLayout.height && aLayout.height == cLayout.rowCount
        && bLayout.width == cLayout.columnCount && !cLayout.isTransposed,
      """
      a product of \(aLayout.height) x \(aLayout.width) and \(bLayout.height) x \(bLayout.width) \
      into \(cLayout.rowCount) x \(cLayout.columnCount), transposed \(cLayout.isTransposed)
      """)
    aLayout.check(a.count, "A")
    bLayout.check(b.count, "B")
    cLayout.check(c.count, "C")
    guard cLayout.extent > 0 else { return }
    guard inner > 0 else { return scale(&c, cLayout, by: beta) }
    prepare()
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          let aStep = aLayout.isTransposed ? aLayout.rowStride : 1
          let bStep = bLayout.isTransposed ? 1 : bLayout.rowStride
          forEachPiece(of: inner, by: innerLimit) { start, length in
            unsafe Element.gemm(
              a + start * aStep, aLayout, b + start * bStep, bLayout, inner: length, into: c,
              cLayout, alpha: alpha, beta: start == 0 ? beta : 1)
          }
        }
      }
    }
  }

  /// y = alpha A x + beta y, where the layout says whether A is meant transposed.
  ///
  /// With `beta` 0 what was in y is not read. The inner dimension is cut as in `gemm`.
  public static func gemv<Element: Scalar>(
    _ a: Span<Element>, _ layout: Layout, _ x: Span<Element>,
    into y: inout MutableSpan<Element>, alpha: Element = 1, beta: Element = 0
  ) {
    require(
      layout.width == x.count && layout.height == y.count,
      "a product of \(layout.height) x \(layout.width) and \(x.count) into \(y.count) elements")
    layout.check(a.count, "A")
    // Done here, because versions of the library differ in what 0 times NaN is.
    scale(&y, Layout(1, y.count), by: beta)
    guard layout.extent > 0 else { return }
    prepare()
    unsafe a.withUnsafeBufferPointer { a in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          guard let a = a.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          forEachPiece(of: layout.width, by: innerLimit) { start, length in
            let rows = layout.isTransposed ? length : layout.rowCount
            let columns = layout.isTransposed ? layout.columnCount : length
            let piece = Layout(
              rows, columns, rowStride: layout.rowStride, transposed: layout.isTransposed)
            let step = layout.isTransposed ? layout.rowStride : 1
            unsafe Element.gemv(a + start * step, piece, x + start, into: y, alpha: alpha)
          }
        }
      }
    }
  }

  /// The upper triangle of C = alpha A Aᵀ + beta C; what is below the diagonal stays as it was.
  ///
  /// For the Gram matrix of columns pass the layout transposed. ``mirror(_:_:)`` completes C once
  /// all parts are in it.
  public static func syrk<Element: Scalar>(
    _ a: Span<Element>, _ layout: Layout, into c: inout MutableSpan<Element>, _ cLayout: Layout,
    alpha: Element = 1, beta: Element = 0
  ) {
    require(
      layout.height == cLayout.rowCount && cLayout.rowCount == cLayout.columnCount
        && !cLayout.isTransposed,
      """
      a matrix of \(layout.height) x \(layout.width) times itself into \(cLayout.rowCount) x \
      \(cLayout.columnCount), transposed \(cLayout.isTransposed)
      """)
    layout.check(a.count, "A")
    cLayout.check(c.count, "C")
    guard cLayout.extent > 0 else { return }
    guard layout.width > 0 else {
      scale(&c, cLayout, by: beta, upperOnly: true)
      return
    }
    prepare()
    unsafe a.withUnsafeBufferPointer { a in
      unsafe c.withUnsafeMutableBufferPointer { c in
        guard let a = a.baseAddress, let c = c.baseAddress else { return }
        let step = layout.isTransposed ? layout.rowStride : 1
        forEachPiece(of: layout.width, by: innerLimit) { start, length in
          unsafe Element.syrk(
            a + start * step, layout, inner: length, into: c, cLayout, alpha: alpha,
            beta: start == 0 ? beta : 1)
        }
      }
    }
  }

  /// Copies the upper triangle onto the lower one.
  public static func mirror<Element: Scalar>(_ c: inout MutableSpan<Element>, _ layout: Layout) {
    require(layout.rowCount == layout.columnCount, "mirroring a matrix that is not square")
    layout.check(c.count, "C")
    for row in 1..<max(1, layout.rowCount) {
      for column in 0..<row {
        c[row * layout.rowStride + column] = c[column * layout.rowStride + row]
      }
    }
  }

  /// C = beta C, where 0 times anything is 0.
  private static func scale<Element: Scalar>(
    _ c: inout MutableSpan<Element>, _ layout: Layout, by beta: Element, upperOnly: Bool = false
  ) {
    guard beta != 1 else { return }
    for row in 0..<layout.rowCount {
      for column in (upperOnly ? row : 0)..<layout.columnCount {
        let index = row * layout.rowStride + column
        c[index] = beta == 0 ? 0 : beta * c[index]
      }
    }
  }
}
