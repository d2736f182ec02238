#pragma once
#include "include/CKernels.h"

// What one level offers for one precision.
typedef struct {
  void (*score)(
      const martlet_rows *, const martlet_columns *, const martlet_scores *, const martlet_sums *,
      void *);
  void (*top)(const martlet_rows *, const martlet_columns *, const martlet_top *, void *);
  void (*add_rows)(const martlet_rows *, const int32_t *, const martlet_sums *);
  void (*add_columns)(const martlet_rows *, const double *, double *, double *);
  void (*squared_distances)(const martlet_rows *, const double *, const int32_t *, double *);
  void (*gram)(
      const martlet_rows *, const void *, const void *, void *, void *, void *);
  void (*sparse_best)(const martlet_sparse_rows *, const martlet_points *, int32_t *);
  void (*sparse_distances)(
      const martlet_sparse_rows *, const martlet_points *, const int32_t *, double *);
  void (*sparse_add)(
      const martlet_sparse_rows *, const int32_t *, ptrdiff_t, const martlet_sums *);
  void (*margins)(const martlet_rows *, const martlet_linear *, double *, ptrdiff_t);
  void (*add_products)(
      const martlet_rows *, const double *, ptrdiff_t, ptrdiff_t, double *, ptrdiff_t);
  void (*add_moments)(const martlet_rows *, const double *, const double *, double *, double *);
  void (*sparse_margins)(
      const martlet_sparse_rows *, const martlet_linear *, double *, ptrdiff_t, double *);
  void (*sparse_products)(
      const martlet_sparse_rows *, const double *, ptrdiff_t, ptrdiff_t, double *, ptrdiff_t,
      double *);
  void (*sparse_moments)(const martlet_sparse_rows *, const double *, double *, double *);
  void (*column_sums)(
      const martlet_entry_columns *, const double *, int, ptrdiff_t, ptrdiff_t, double *);
  void (*short_paths)(const martlet_rows *, const martlet_short_forest *, int64_t *, void *);
} martlet_kernels;

extern const martlet_kernels martlet_plain[2], martlet_avx2[2], martlet_avx512[2];

// Exact parts, of doubles only.
typedef int martlet_exact_kernel(
    const double *, ptrdiff_t, ptrdiff_t, int, martlet_exact_parts *);
martlet_exact_kernel martlet_exact_parts_plain, martlet_exact_parts_avx2, martlet_exact_parts_avx512;

// The losses of margins, in doubles only.
typedef void martlet_terms_kernel(
    const martlet_labels *, ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t,
    const martlet_class_terms *);
martlet_terms_kernel martlet_class_terms_plain, martlet_class_terms_avx2, martlet_class_terms_avx512;
typedef void martlet_probabilities_kernel(
    ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t, double *, ptrdiff_t);
martlet_probabilities_kernel martlet_probabilities_plain, martlet_probabilities_avx2,
    martlet_probabilities_avx512;

// Arithmetic of long vectors.
typedef double martlet_dot_kernel(const double *, const double *, ptrdiff_t);
martlet_dot_kernel martlet_dot_plain, martlet_dot_avx2, martlet_dot_avx512;
typedef void martlet_axpy_kernel(double, const double *, double *, ptrdiff_t);
martlet_axpy_kernel martlet_axpy_plain, martlet_axpy_avx2, martlet_axpy_avx512;
typedef void martlet_kept_products_kernel(
    const float *, const double *, const float *, const float *, ptrdiff_t, double *);
martlet_kept_products_kernel martlet_kept_products_plain, martlet_kept_products_avx2,
    martlet_kept_products_avx512;
typedef void martlet_add_kept_kernel(double, const float *, double *, ptrdiff_t);
martlet_add_kept_kernel martlet_add_kept_plain, martlet_add_kept_avx2, martlet_add_kept_avx512;

// Normal equations of factor models, in single precision only.
typedef struct {
  void (*grams)(
      const martlet_observations *, const ptrdiff_t *, const ptrdiff_t *, ptrdiff_t, const float *,
      float *, float *, double *, void *);
  void (*cholesky)(
      ptrdiff_t, const float *, const float *, const float *, ptrdiff_t, float, float *, ptrdiff_t,
      double *, int32_t *, void *);
  void (*descent)(
      const martlet_observations *, const ptrdiff_t *, const ptrdiff_t *, ptrdiff_t, const float *,
      const float *, int, float *, const ptrdiff_t *, ptrdiff_t, double *, double *, void *);
} martlet_factor_kernels;

extern const martlet_factor_kernels martlet_factors_plain, martlet_factors_avx2,
    martlet_factors_avx512;

// Rows of the chunk that a Gram keeps in the first-level cache.
enum { martlet_gram_rows = 64 };

// Columns that are scored while they lie in the second-level cache, a multiple of 12: 192 KiB.
static inline ptrdiff_t martlet_top_block(ptrdiff_t element_bytes, ptrdiff_t dimension) {
  ptrdiff_t group = 12 * element_bytes * (dimension > 0 ? dimension : 1);
  return group < 196608 ? 196608 / group * 12 : 12;
}

// Whether a rising list has a number among begin ..< end.
static inline int martlet_has(
    const int32_t *list, ptrdiff_t begin, ptrdiff_t end, int32_t wanted) {
  while (begin < end) {
    ptrdiff_t middle = begin + (end - begin) / 2;
    if (list[middle] < wanted) begin = middle + 1;
    else if (list[middle] > wanted) end = middle;
    else return 1;
  }
  return 0;
}
