#include "kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

// What the processor has and the system saves: 1 for AVX2 with fma, 2 for AVX-512.
static int greatest_level(void) {
  unsigned a, b, c, d, low, high;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  // fma, movbe, osxsave, avx, f16c
  const unsigned first = 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29;
  if ((c & first) != first) return 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 0x6) != 0x6) return 0;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & 1u << 5)) return 0;  // lzcnt
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  const unsigned second = 1u << 3 | 1u << 5 | 1u << 8;  // bmi1, avx2, bmi2
  if ((b & second) != second) return 0;
  // avx512 f, dq, cd, bw, vl, and the system saves their registers
  const unsigned third = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
  return (b & third) == third && (low & 0xe6) == 0xe6 ? 2 : 1;
}
#else
static int greatest_level(void) { return 0; }
#endif

int martlet_level_supported(int level) { return level >= 0 && level <= greatest_level(); }

static const martlet_kernels *kernels(int level, int precision) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) return &martlet_avx512[precision];
  if (level == martlet_level_avx2) return &martlet_avx2[precision];
#endif
  (void)level;
  return &martlet_plain[precision];
}

void martlet_score(
    int level, int precision, const martlet_rows *rows, const martlet_columns *columns,
    const martlet_scores *out, const martlet_sums *sums, void *scratch) {
  kernels(level, precision)->score(rows, columns, out, sums, scratch);
}

void martlet_top_columns(
    int level, int precision, const martlet_rows *rows, const martlet_columns *columns,
    const martlet_top *out, void *scratch) {
  kernels(level, precision)->top(rows, columns, out, scratch);
}

void martlet_add_rows(
    int level, int precision, const martlet_rows *rows, const int32_t *chosen,
    const martlet_sums *sums) {
  kernels(level, precision)->add_rows(rows, chosen, sums);
}

void martlet_add_columns(
    int level, int precision, const martlet_rows *rows, const double *weights, double *sums,
    double *weight_sum) {
  kernels(level, precision)->add_columns(rows, weights, sums, weight_sum);
}

void martlet_squared_distances(
    int level, int precision, const martlet_rows *rows, const double *centres,
    const int32_t *chosen, double *out) {
  kernels(level, precision)->squared_distances(rows, centres, chosen, out);
}

void martlet_gram(
    int level, int precision, const martlet_rows *rows, const void *weights, const void *values,
    void *partial, void *right, void *scratch) {
  kernels(level, precision)->gram(rows, weights, values, partial, right, scratch);
}

int martlet_take_exact_parts(
    int level, const double *values, ptrdiff_t count, ptrdiff_t stride, int wants_squares,
    martlet_exact_parts *parts) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512)
    return martlet_exact_parts_avx512(values, count, stride, wants_squares, parts);
  if (level == martlet_level_avx2)
    return martlet_exact_parts_avx2(values, count, stride, wants_squares, parts);
#endif
  (void)level;
  return martlet_exact_parts_plain(values, count, stride, wants_squares, parts);
}

void martlet_sparse_best(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_points *points,
    int32_t *best) {
  kernels(level, precision)->sparse_best(rows, points, best);
}

void martlet_sparse_distances(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_points *points,
    const int32_t *chosen, double *out) {
  kernels(level, precision)->sparse_distances(rows, points, chosen, out);
}

void martlet_sparse_add(
    int level, int precision, const martlet_sparse_rows *rows, const int32_t *chosen,
    ptrdiff_t dimension, const martlet_sums *sums) {
  kernels(level, precision)->sparse_add(rows, chosen, dimension, sums);
}

void martlet_margins(
    int level, int precision, const martlet_rows *rows, const martlet_linear *linear, double *out,
    ptrdiff_t out_stride) {
  kernels(level, precision)->margins(rows, linear, out, out_stride);
}

void martlet_sparse_margins(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_linear *linear,
    double *out, ptrdiff_t out_stride, double *scratch) {
  kernels(level, precision)->sparse_margins(rows, linear, out, out_stride, scratch);
}

void martlet_add_products(
    int level, int precision, const martlet_rows *rows, const double *factors,
    ptrdiff_t factors_stride, ptrdiff_t outputs, double *sums, ptrdiff_t sums_stride) {
  kernels(level, precision)
      ->add_products(rows, factors, factors_stride, outputs, sums, sums_stride);
}

void martlet_sparse_products(
    int level, int precision, const martlet_sparse_rows *rows, const double *factors,
    ptrdiff_t factors_stride, ptrdiff_t outputs, double *sums, ptrdiff_t sums_stride,
    double *scratch) {
  kernels(level, precision)
      ->sparse_products(rows, factors, factors_stride, outputs, sums, sums_stride, scratch);
}

void martlet_add_moments(
    int level, int precision, const martlet_rows *rows, const double *shift,
    const double *weights, double *sums, double *squares) {
  kernels(level, precision)->add_moments(rows, shift, weights, sums, squares);
}

void martlet_sparse_moments(
    int level, int precision, const martlet_sparse_rows *rows, const double *weights,
    double *sums, double *squares) {
  kernels(level, precision)->sparse_moments(rows, weights, sums, squares);
}

void martlet_column_sums(
    int level, int precision, const martlet_entry_columns *columns, const double *factors,
    int squared, ptrdiff_t first, ptrdiff_t last, double *out) {
  kernels(level, precision)->column_sums(columns, factors, squared, first, last, out);
}

void martlet_short_paths(
    int level, int precision, const martlet_rows *rows, const martlet_short_forest *forest,
    int64_t *sums, void *scratch) {
  kernels(level, precision)->short_paths(rows, forest, sums, scratch);
}

void martlet_terms(
    int level, const martlet_labels *labels, ptrdiff_t outputs, ptrdiff_t rows,
    const double *margins, ptrdiff_t stride, const martlet_class_terms *out) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) {
    martlet_class_terms_avx512(labels, outputs, rows, margins, stride, out);
    return;
  }
  if (level == martlet_level_avx2) {
    martlet_class_terms_avx2(labels, outputs, rows, margins, stride, out);
    return;
  }
#endif
  (void)level;
  martlet_class_terms_plain(labels, outputs, rows, margins, stride, out);
}

void martlet_probabilities(
    int level, ptrdiff_t outputs, ptrdiff_t rows, const double *margins, ptrdiff_t stride,
    double *out, ptrdiff_t out_stride) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) {
    martlet_probabilities_avx512(outputs, rows, margins, stride, out, out_stride);
    return;
  }
  if (level == martlet_level_avx2) {
    martlet_probabilities_avx2(outputs, rows, margins, stride, out, out_stride);
    return;
  }
#endif
  (void)level;
  martlet_probabilities_plain(outputs, rows, margins, stride, out, out_stride);
}

double martlet_dot(int level, const double *a, const double *b, ptrdiff_t count) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) return martlet_dot_avx512(a, b, count);
  if (level == martlet_level_avx2) return martlet_dot_avx2(a, b, count);
#endif
  (void)level;
  return martlet_dot_plain(a, b, count);
}

void martlet_axpy(int level, double scale, const double *x, double *y, ptrdiff_t count) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) {
    martlet_axpy_avx512(scale, x, y, count);
    return;
  }
  if (level == martlet_level_avx2) {
    martlet_axpy_avx2(scale, x, y, count);
    return;
  }
#endif
  (void)level;
  martlet_axpy_plain(scale, x, y, count);
}

void martlet_kept_products(
    int level, const float *x, const double *a, const float *b, const float *c, ptrdiff_t count,
    double *lanes) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) {
    martlet_kept_products_avx512(x, a, b, c, count, lanes);
    return;
  }
  if (level == martlet_level_avx2) {
    martlet_kept_products_avx2(x, a, b, c, count, lanes);
    return;
  }
#endif
  (void)level;
  martlet_kept_products_plain(x, a, b, c, count, lanes);
}

void martlet_add_kept(int level, double scale, const float *x, double *y, ptrdiff_t count) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) {
    martlet_add_kept_avx512(scale, x, y, count);
    return;
  }
  if (level == martlet_level_avx2) {
    martlet_add_kept_avx2(scale, x, y, count);
    return;
  }
#endif
  (void)level;
  martlet_add_kept_plain(scale, x, y, count);
}
