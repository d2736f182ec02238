#pragma once
#include "include/CKernels.h"

// What one level offers for one precision.
typedef struct {
  void (*score)(
      const martlet_rows *, const martlet_columns *, const martlet_scores *, const martlet_sums *,
      void *);
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
} martlet_kernels;

extern const martlet_kernels martlet_plain[2], martlet_avx2[2], martlet_avx512[2];

// Exact parts, of doubles only.
typedef int martlet_exact_kernel(
    const double *, ptrdiff_t, ptrdiff_t, int, martlet_exact_parts *);
martlet_exact_kernel martlet_exact_parts_plain, martlet_exact_parts_avx2, martlet_exact_parts_avx512;

// Rows of the chunk that a Gram keeps in the first-level cache.
enum { martlet_gram_rows = 64 };
