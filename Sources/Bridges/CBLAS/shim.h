// BLAS through its C interface, and the few LAPACK routines in use through Fortran's.
//
// OpenBLAS holds all of LAPACK itself. The C interface to it (LAPACKE) is a library of its own that
// brings four more into the program, which costs a start several milliseconds and users a package.
#pragma once
#include <cblas.h>
#include <stddef.h>

// Ends the threads that OpenBLAS started when it was loaded; a later call that wants some starts
// them anew.
int blas_thread_shutdown_(void) __attribute__((weak));
static inline void martlet_blas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();  // builds without threads lack it
}

// Fortran passes everything by address and the lengths of texts by value behind the rest.
void spotrf_(const char *, const blasint *, float *, const blasint *, blasint *, size_t);
void dpotrf_(const char *, const blasint *, double *, const blasint *, blasint *, size_t);
void spotrs_(const char *, const blasint *, const blasint *, const float *, const blasint *,
             float *, const blasint *, blasint *, size_t);
void dpotrs_(const char *, const blasint *, const blasint *, const double *, const blasint *,
             double *, const blasint *, blasint *, size_t);
void ssyevd_(const char *, const char *, const blasint *, float *, const blasint *, float *,
             float *, const blasint *, blasint *, const blasint *, blasint *, size_t, size_t);
void dsyevd_(const char *, const char *, const blasint *, double *, const blasint *, double *,
             double *, const blasint *, blasint *, const blasint *, blasint *, size_t, size_t);

// Row-major upper triangles are what Fortran, which stores columns, calls lower ones.
static inline blasint martlet_spotrf(blasint n, float *a, blasint stride) {
  blasint info;
  spotrf_("L", &n, a, &stride, &info, 1);
  return info;
}
static inline blasint martlet_dpotrf(blasint n, double *a, blasint stride) {
  blasint info;
  dpotrf_("L", &n, a, &stride, &info, 1);
  return info;
}
static inline blasint martlet_spotrs(blasint n, blasint sides, const float *factor,
                                     blasint factor_stride, float *b, blasint b_stride) {
  blasint info;
  spotrs_("L", &n, &sides, factor, &factor_stride, b, &b_stride, &info, 1);
  return info;
}
static inline blasint martlet_dpotrs(blasint n, blasint sides, const double *factor,
                                     blasint factor_stride, double *b, blasint b_stride) {
  blasint info;
  dpotrs_("L", &n, &sides, factor, &factor_stride, b, &b_stride, &info, 1);
  return info;
}
// With counts of -1 the routine only writes how much work space it wants.
static inline blasint martlet_ssyevd(blasint n, float *a, float *values, float *work,
                                     blasint work_count, blasint *places, blasint place_count) {
  blasint info;
  ssyevd_("V", "L", &n, a, &n, values, work, &work_count, places, &place_count, &info, 1, 1);
  return info;
}
static inline blasint martlet_dsyevd(blasint n, double *a, double *values, double *work,
                                     blasint work_count, blasint *places, blasint place_count) {
  blasint info;
  dsyevd_("V", "L", &n, a, &n, values, work, &work_count, places, &place_count, &info, 1, 1);
  return info;
}
