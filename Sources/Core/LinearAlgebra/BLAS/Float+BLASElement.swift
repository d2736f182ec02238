internal import CBLAS

extension Float: BLASElement {
  @unsafe public static func gemm(
    _ a: UnsafePointer<Float>, _ aLayout: BLAS.Layout, _ b: UnsafePointer<Float>,
    _ bLayout: BLAS.Layout, inner: Int, into c: UnsafeMutablePointer<Float>,
    _ cLayout: BLAS.Layout, alpha: Float, beta: Float
  ) {
    let (height, width) = (BLAS.count(cLayout.rowCount), BLAS.count(cLayout.columnCount))
    let (aStride, bStride, cStride) = (aLayout.stride, bLayout.stride, cLayout.stride)
    unsafe cblas_sgemm(
      CblasRowMajor, aLayout.order, bLayout.order, height, width, BLAS.count(inner), alpha, a,
      aStride, b, bStride, beta, c, cStride)
  }

  @unsafe public static func gemv(
    _ a: UnsafePointer<Float>, _ layout: BLAS.Layout, _ x: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>, alpha: Float
  ) {
    let (rows, columns) = (BLAS.count(layout.rowCount), BLAS.count(layout.columnCount))
    unsafe cblas_sgemv(
      CblasRowMajor, layout.order, rows, columns, alpha, a, layout.stride, x, 1, 1, y, 1)
  }

  @unsafe public static func syrk(
    _ a: UnsafePointer<Float>, _ layout: BLAS.Layout, inner: Int,
    into c: UnsafeMutablePointer<Float>, _ cLayout: BLAS.Layout, alpha: Float, beta: Float
  ) {
    let order = BLAS.count(cLayout.rowCount)
    let (aStride, cStride) = (layout.stride, cLayout.stride)
    unsafe cblas_ssyrk(
      CblasRowMajor, CblasUpper, layout.order, order, BLAS.count(inner), alpha, a, aStride, beta,
      c, cStride)
  }

  @unsafe public static func dot(
    _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>
  ) -> Float {
    unsafe cblas_sdot(BLAS.count(count), x, 1, y, 1)
  }

  @unsafe public static func axpy(
    _ count: Int, _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe cblas_saxpy(BLAS.count(count), alpha, x, 1, y, 1)
  }

  @unsafe public static func nrm2(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
    unsafe cblas_snrm2(BLAS.count(count), x, 1)
  }

  @unsafe public static func potrf(
    _ order: Int, _ a: UnsafeMutablePointer<Float>, rowStride: Int
  ) -> Int {
    Int(unsafe martlet_spotrf(BLAS.count(order), a, BLAS.count(rowStride)))
  }

  @unsafe public static func potrs(
    _ order: Int, sides: Int, factor: UnsafePointer<Float>, factorStride: Int,
    _ b: UnsafeMutablePointer<Float>, rowStride: Int
  ) -> Int {
    let (order, sides) = (BLAS.count(order), BLAS.count(sides))
    let (factorStride, rowStride) = (BLAS.count(factorStride), BLAS.count(rowStride))
    return Int(unsafe martlet_spotrs(order, sides, factor, factorStride, b, rowStride))
  }

  @unsafe public static func syevd(
    _ order: Int, _ a: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>
  ) -> Int {
    // The sizes that LAPACK's manual promises to suffice; its own answer to a question for them is
    // a floating-point number, which in single precision rounds above 2^24.
    let work = Buffer<Float>(count: 1 + 6 * order + 2 * order * order)
    let places = Buffer<CInt>(count: 3 + 5 * order)
    let (workCount, placeCount) = (BLAS.count(work.count), BLAS.count(places.count))
    return Int(
      unsafe martlet_ssyevd(
        BLAS.count(order), a, values, work.pointer, workCount, places.pointer, placeCount))
  }
}
