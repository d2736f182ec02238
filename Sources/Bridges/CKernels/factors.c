// Factor models: which level computes, and what is the same at all of them.
#include <math.h>
#include "kernels.h"

#pragma clang fp contract(off)

static const martlet_factor_kernels *kernels(int level) {
#if defined(__x86_64__)
  if (level == martlet_level_avx512) return &martlet_factors_avx512;
  if (level == martlet_level_avx2) return &martlet_factors_avx2;
#endif
  (void)level;
  return &martlet_factors_plain;
}

size_t martlet_factor_grams_scratch(ptrdiff_t dimension) {
  return martlet_gram_scratch(martlet_precision_float, dimension);
}

size_t martlet_factor_cholesky_scratch(ptrdiff_t dimension) {
  ptrdiff_t order = (dimension + 3) / 4 * 4;
  // Bands of four rows, then the right-hand sides and the inverse pivots.
  return (size_t)(order * (order + 4) / 2 + 2 * order) * martlet_factor_systems * 4;
}

size_t martlet_factor_descent_scratch(ptrdiff_t dimension) {
  ptrdiff_t width = martlet_gram_width(martlet_precision_float, dimension);
  return (size_t)(6 * width + (2 + width) * martlet_factor_piece) * 4;
}

void martlet_factor_grams(
    int level, const martlet_observations *observations, const ptrdiff_t *from,
    const ptrdiff_t *counts, ptrdiff_t pieces, const float *start, float *partials, float *rights,
    double *squares, void *scratch) {
  kernels(level)->grams(
      observations, from, counts, pieces, start, partials, rights, squares, scratch);
}

void martlet_factor_cholesky(
    int level, ptrdiff_t dimension, const float *partials, const float *rights,
    const float *ridges, ptrdiff_t count, float limit, float *solutions, ptrdiff_t stride,
    double *gains, int32_t *accepted, void *scratch) {
  kernels(level)->cholesky(
      dimension, partials, rights, ridges, count, limit, solutions, stride, gains, accepted,
      scratch);
}

void martlet_factor_descent(
    int level, const martlet_observations *observations, const ptrdiff_t *from,
    const ptrdiff_t *counts, ptrdiff_t pieces, const float *system, const float *ridges, int steps,
    float *solutions, const ptrdiff_t *places, ptrdiff_t stride, double *gains, double *squares,
    void *scratch) {
  kernels(level)->descent(
      observations, from, counts, pieces, system, ridges, steps, solutions, places, stride, gains,
      squares, scratch);
}

int martlet_bounded_descent(
    ptrdiff_t dimension, ptrdiff_t bounded, const double *matrix, const double *right, double *x,
    double *gradient, int rounds, double tolerance) {
  for (ptrdiff_t i = 0; i < dimension; i++) gradient[i] = -right[i];
  for (ptrdiff_t k = 0; k < dimension; k++) {
    if (x[k] == 0) continue;
    for (ptrdiff_t i = 0; i < dimension; i++) gradient[i] += matrix[k * dimension + i] * x[k];
  }
  for (int round = 1; round <= rounds; round++) {
    double farthest = 0, greatest = 0;
    for (ptrdiff_t i = 0; i < dimension; i++) {
      const double *row = matrix + i * dimension;
      if (!(row[i] > 0)) continue;
      double to = x[i] - gradient[i] / row[i];
      if (i < bounded && !(to > 0)) to = 0;
      double step = to - x[i];
      if (fabs(to) > greatest) greatest = fabs(to);
      if (step == 0) continue;
      x[i] = to;
      if (fabs(step) > farthest) farthest = fabs(step);
      for (ptrdiff_t j = 0; j < dimension; j++) gradient[j] += row[j] * step;
    }
    if (farthest <= tolerance * greatest) return round;
  }
  return -1;
}
