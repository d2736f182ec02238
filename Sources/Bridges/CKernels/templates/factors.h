// Normal equations of factor models, in single precision: the Gram matrices of gathered rows, their
// Cholesky solution for 16 systems side by side, and a few steps of conjugate gradients.

#define VECTOR vector_f32
#define LANES (VECTOR_BYTES / 4)
#define LOAD(p) (*(const VECTOR *)(p))
#define SPLAT(s) ((VECTOR)(s))
#define FMA(a, b, s) __builtin_elementwise_fma(a, b, s)
typedef float factors8 __attribute__((ext_vector_type(8), aligned(4), may_alias));

// Weights and values of up to 64 entries, zeros behind them up to a multiple of 16; what the squares
// of the targets add up to, entry e in lane e mod 8.
INLINE void factor_terms(
    const martlet_observations *o, ptrdiff_t from, ptrdiff_t count, float *weights, float *values,
    doubles8 *squares) {
  const float *given = o->values + from;
  if (o->implicit) {
    for (ptrdiff_t e = 0; e < count; e++) {
      float weight = o->alpha * __builtin_fabsf(given[e]);
      weights[e] = weight;
      values[e] = given[e] > 0 ? 1 + weight : 0;
    }
  } else {
    for (ptrdiff_t e = 0; e < count; e++) values[e] = given[e] - o->shift;
    if (o->bias >= 0) {
      const float *biases = o->factors + o->bias;
      const int32_t *indices = o->indices + from;
      SCALAR_LOOP for (ptrdiff_t e = 0; e < count; e++)
        values[e] -= biases[indices[e] * o->stride];
    }
    for (ptrdiff_t e = 0; e < count; e++) weights[e] = 1;
  }
  for (ptrdiff_t e = count; e & 15; e++) weights[e] = values[e] = 0;
  for (ptrdiff_t e = 0; e < count; e += 8) {
    doubles8 v = __builtin_convertvector(*(const factors8 *)(values + e), doubles8);
    *squares = o->implicit ? *squares + v : __builtin_elementwise_fma(v, v, *squares);
  }
}

// Lanes are added 4 apart, 2 apart, 1 apart.
INLINE double factor_total(doubles8 s) {
  doubles4 four = s.lo + s.hi;
  doubles2 two = four.lo + four.hi;
  return two.lo + two.hi;
}

INLINE void factor_starts(
    const martlet_observations *o, ptrdiff_t from, ptrdiff_t count, ptrdiff_t wanted,
    const float **starts) {
  martlet_rows rows = {o->factors, o->stride, o->indices, 0, o->dimension, NULL};
  find_rows_f32(&rows, from, count, wanted, starts);
}

static void factor_grams(
    const martlet_observations *o, const ptrdiff_t *from, const ptrdiff_t *counts,
    ptrdiff_t pieces, const float *start, float *partials, float *rights, double *squares,
    void *scratch) {
  ptrdiff_t width = martlet_gram_width(martlet_precision_float, o->dimension);
  float *plain = scratch;
  float *scaled = o->implicit ? plain + (martlet_gram_rows + 1) * width : plain;
  float weights[martlet_gram_rows] __attribute__((aligned(64)));
  float values[martlet_gram_rows] __attribute__((aligned(64)));
  // Where this chunk's rows begin, and the next one's, be it of the next piece.
  const float *starts[2][martlet_gram_rows];
  ptrdiff_t lines = ((o->bias < 0 ? o->dimension : o->bias + 1) + 15) / 16;
  int side = 0, found = 0;
  for (ptrdiff_t k = 0; k < pieces; k++) {
    float *partial = partials + k * width * width, *right = rights + k * width;
    if (start) memcpy(partial, start, (size_t)(width * width) * 4);
    else memset(partial, 0, (size_t)(width * width) * 4);
    memset(right, 0, (size_t)width * 4);
    doubles8 lanes = 0;
    for (ptrdiff_t at = 0; at < counts[k];) {
      ptrdiff_t rest = counts[k] - at;
      ptrdiff_t count = rest < martlet_gram_rows ? rest : martlet_gram_rows;
      if (!found) factor_starts(o, from[k] + at, count, count, starts[side]);
      factor_terms(o, from[k] + at, count, weights, values, &lanes);
      copy_rows_f32(
          starts[side], count, o->dimension, NULL, o->implicit ? weights : NULL, plain, scaled);
      ptrdiff_t next = k, then = at + count;
      while (next < pieces && then >= counts[next]) next++, then = 0;
      found = next < pieces;
      if (found) {
        ptrdiff_t left = counts[next] - then;
        ptrdiff_t following = left < martlet_gram_rows ? left : martlet_gram_rows;
        factor_starts(o, from[next] + then, following, count, starts[!side]);
      }
      gram_chunk_f32(
          scaled, plain, count, o->dimension, partial, width, found ? starts[!side] : NULL,
          values, right, lines);
      side = !side;
      at += count;
    }
    squares[k] = factor_total(lanes);
  }
}

#include "cholesky.h"
#include "descent.h"

const martlet_factor_kernels GLUE(martlet_factors, LEVEL) = {
    factor_grams, factor_cholesky, factor_descent};

#undef VECTOR
#undef LANES
#undef LOAD
#undef SPLAT
#undef FMA
