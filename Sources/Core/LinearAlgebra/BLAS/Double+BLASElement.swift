internal import CBLAS

extension Double: BLASElement {
  @unsafe public static func gemm(
    _ a: UnsafePointer<Double>, _ aLayout: BLAS.Layout, _ b: UnsafePointer<Double>,
    _ bLayout: BLAS.Layout, inner: Int, into c: UnsafeMutablePointer<Double>,
    _ cLayout: BLAS.Layout, alpha: Double, beta: Double
  ) {
    let (height, width) = (BLAS.count(cLayout.rowCount), BLAS.count(cLayout.columnCount))
    let (aStride, bStride, cStride) = (aLayout.stride, bLayout.stride, cLayout.stride)
    unsafe cblas_dgemm(
      CblasRowMajor, aLayout.order, bLayout.order, height, width, BLAS.count(inner), alpha, a,
      aStride, b, bStride, beta, c, cStride)
  }

  @unsafe public static func gemv(
    _ a: UnsafePointer<Double>, _ layout: BLAS.Layout, _ x: UnsafePointer<Double>,
    into y: UnsafeMutablePointer<Double>, alpha: Double
  ) {
    let (rows, columns) = (BLAS.count(layout.rowCount), BLAS.count(layout.columnCount))
    unsafe cblas_dgemv(
      CblasRowMajor, layout.order, rows, columns, alpha, a, layout.stride, x, 1, 1, y, 1)
  }

  @unsafe public static func syrk(
    _ a: UnsafePointer<Double>, _ layout: BLAS.Layout, inner: Int,
    into c: UnsafeMutablePointer<Double>, _ cLayout: BLAS.Layout, alpha: Double, beta: Double
  ) {
    let order = BLAS.count(cLayout.rowCount)
    let (aStride, cStride) = (layout.stride, cLayout.stride)
    unsafe cblas_dsyrk(
      CblasRowMajor, CblasUpper, layout.order, order, BLAS.count(inner), alpha, a, aStride, beta,
      c, cStride)
  }

  @unsafe public static func dot(
    _ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double {
    unsafe cblas_ddot(BLAS.count(count), x, 1, y, 1)
  }

  @unsafe public static func axpy(
    _ count: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe cblas_daxpy(BLAS.count(count), alpha, x, 1, y, 1)
  }

  @unsafe public static func nrm2(_ count: Int, _ x: UnsafePointer<Double>) -> Double {
    unsafe cblas_dnrm2(BLAS.count(count), x, 1)
  }

  @unsafe public static func potrf(
    _ order: Int, _ a: UnsafeMutablePointer<Double>, rowStride: Int
  ) -> Int {
    Int(unsafe martlet_dpotrf(BLAS.count(order), a, BLAS.count(rowStride)))
  }

  @unsafe public static func potrs(
    _ order: Int, sides: Int, factor: UnsafePointer<Double>, factorStride: Int,
    _ b: UnsafeMutablePointer<Double>, rowStride: Int
  ) -> Int {
    let (order, sides) = (BLAS.count(order), BLAS.count(sides))
    let (factorStride, rowStride) = (BLAS.count(factorStride), BLAS.count(rowStride))
    return Int(unsafe martlet_dpotrs(order, sides, factor, factorStride, b, rowStride))
  }

  @unsafe public static func syevd(
    _ order: Int, _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>
  ) -> Int {
    // The sizes that LAPACK's manual promises to suffice; its own answer to a question for them is
    // a floating-point number, which in single precision rounds above 2^24.
    let work = Buffer<Double>(count: 1 + 6 * order + 2 * order * order)
    let places = Buffer<CInt>(count: 3 + 5 * order)
    let (workCount, placeCount) = (BLAS.count(work.count), BLAS.count(places.count))
    return Int(
      unsafe martlet_dsyevd(
        BLAS.count(order), a, values, work.pointer, workCount, places.pointer, placeCount))
  }
}
