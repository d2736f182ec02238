internal import CBLAS

/// What BLAS and LAPACK do for one number type, as thin calls without any check.
///
/// Only the wrappers in ``BLAS`` use it; they check shapes and hold the library to one thread.
public protocol BLASElement: BitwiseCopyable {
  @unsafe static func gemm(
    _ a: UnsafePointer<Self>, _ aLayout: BLAS.Layout, _ b: UnsafePointer<Self>,
    _ bLayout: BLAS.Layout, inner: Int, into c: UnsafeMutablePointer<Self>,
    _ cLayout: BLAS.Layout, alpha: Self, beta: Self)
  @unsafe static func gemv(
    _ a: UnsafePointer<Self>, _ layout: BLAS.Layout, _ x: UnsafePointer<Self>,
    into y: UnsafeMutablePointer<Self>, alpha: Self)
  @unsafe static func syrk(
    _ a: UnsafePointer<Self>, _ layout: BLAS.Layout, inner: Int,
    into c: UnsafeMutablePointer<Self>, _ cLayout: BLAS.Layout, alpha: Self, beta: Self)
  @unsafe static func dot(
    _ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>
  ) -> Self
  @unsafe static func axpy(
    _ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  @unsafe static func nrm2(_ count: Int, _ x: UnsafePointer<Self>) -> Self
  /// The library's `info`: 0, or the pivot (from 1) at which it gave up.
  @unsafe static func potrf(
    _ order: Int, _ a: UnsafeMutablePointer<Self>, rowStride: Int
  ) -> Int
  @unsafe static func potrs(
    _ order: Int, sides: Int, factor: UnsafePointer<Self>, factorStride: Int,
    _ b: UnsafeMutablePointer<Self>, rowStride: Int
  ) -> Int
  /// The library's `info`: 0, or how many values did not converge.
  @unsafe static func syevd(
    _ order: Int, _ a: UnsafeMutablePointer<Self>, values: UnsafeMutablePointer<Self>
  ) -> Int
}
