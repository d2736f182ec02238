// A few steps of conjugate gradients on one row's normal equations, whose matrix is never formed:
// the rows are gathered once, 16 at a time, and each step reads them twice in the first-level cache.

// Rows up to so many numbers are summed up in registers.
enum { longest_short_row = 64 };

// Rows whose sums of lanes are held in registers at a time.
#define HELD (LANES == 16 ? 16 : LANES == 8 ? 4 : 2)

#define HALVES(a, b, low, high) \
  (__builtin_shufflevector(a, b, low) + __builtin_shufflevector(a, b, high))
#if VECTOR_BYTES == 64
#define LOW8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define LOW4 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define HIGH4 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#define LOW2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW1 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30
#define HIGH1 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31
#elif VECTOR_BYTES == 32
#define LOW4 0, 1, 2, 3, 8, 9, 10, 11
#define HIGH4 4, 5, 6, 7, 12, 13, 14, 15
#define LOW2 0, 1, 8, 9, 4, 5, 12, 13
#define HIGH2 2, 3, 10, 11, 6, 7, 14, 15
#define LOW1 0, 2, 8, 10, 4, 6, 12, 14
#define HIGH1 1, 3, 9, 11, 5, 7, 13, 15
#else
#define LOW2 0, 1, 4, 5
#define HIGH2 2, 3, 6, 7
#define LOW1 0, 2, 4, 6
#define HIGH1 1, 3, 5, 7
#endif

// The totals of LANES vectors, in their order: lanes are added 8, 4, 2 and 1 apart.
INLINE VECTOR totals(const VECTOR *v) {
#if VECTOR_BYTES == 64
  VECTOR two[2];
  UNROLL for (int h = 0; h < 2; h++) {
    VECTOR four[2];
    UNROLL for (int g = 0; g < 2; g++) {
      const VECTOR *w = v + 2 * h + g;
      VECTOR a = HALVES(w[0], w[4], LOW8, HIGH8), b = HALVES(w[8], w[12], LOW8, HIGH8);
      four[g] = HALVES(a, b, LOW4, HIGH4);
    }
    two[h] = HALVES(four[0], four[1], LOW2, HIGH2);
  }
#elif VECTOR_BYTES == 32
  VECTOR two[2];
  UNROLL for (int h = 0; h < 2; h++) {
    const VECTOR *w = v + 2 * h;
    VECTOR a = HALVES(w[0], w[4], LOW4, HIGH4), b = HALVES(w[1], w[5], LOW4, HIGH4);
    two[h] = HALVES(a, b, LOW2, HIGH2);
  }
#else
  VECTOR two[2] = {HALVES(v[0], v[1], LOW2, HIGH2), HALVES(v[2], v[3], LOW2, HIGH2)};
#endif
  return HALVES(two[0], two[1], LOW1, HIGH1);
}

// What 16 lanes in parts of LANES have in common: parts are added 8 lanes apart, then 4.
INLINE VECTOR fold_parts(const VECTOR *part) {
#if VECTOR_BYTES == 64
  return part[0];
#elif VECTOR_BYTES == 32
  return part[0] + part[1];
#else
  return (part[0] + part[2]) + (part[1] + part[3]);
#endif
}

// The products of 16 rows with p: element j goes to lane j mod 16, in order.
INLINE void products16(const float *rows, ptrdiff_t width, const float *p, float *out) {
  enum { parts = 16 / LANES };
  for (ptrdiff_t r = 0; r < 16; r += LANES) {
    VECTOR folded[LANES];
    for (ptrdiff_t h = 0; h < LANES; h += HELD) {
      VECTOR s[HELD][parts];
      UNROLL for (int i = 0; i < HELD; i++)
        UNROLL for (int v = 0; v < parts; v++) s[i][v] = SPLAT(0);
      const float *row = rows + (r + h) * width;
      for (ptrdiff_t j = 0; j < width; j += 16)
        UNROLL for (int v = 0; v < parts; v++) {
          VECTOR q = LOAD(p + j + v * LANES);
          UNROLL for (int i = 0; i < HELD; i++)
            s[i][v] = FMA(q, LOAD(row + i * width + j + v * LANES), s[i][v]);
        }
      UNROLL for (int i = 0; i < HELD; i++) folded[h + i] = fold_parts(s[i]);
    }
    *(VECTOR *)(out + r) = totals(folded);
  }
}

INLINE void add_columns16(
    const float *rows, ptrdiff_t width, const float *scales, float *even, float *odd,
    const int wide) {
  VECTOR s[2][4];
  UNROLL for (int v = 0; v < wide; v++) {
    s[0][v] = LOAD(even + v * LANES);
    s[1][v] = LOAD(odd + v * LANES);
  }
  UNROLL for (int r = 0; r < 16; r++) {
    VECTOR q = SPLAT(scales[r]);
    UNROLL for (int v = 0; v < wide; v++)
      s[r & 1][v] = FMA(q, LOAD(rows + r * width + v * LANES), s[r & 1][v]);
  }
  UNROLL for (int v = 0; v < wide; v++) {
    *(VECTOR *)(even + v * LANES) = s[0][v];
    *(VECTOR *)(odd + v * LANES) = s[1][v];
  }
}

// Adds scales[r] times row r for 16 rows: even rows to one chain, odd ones to the other.
INLINE void add_rows16(
    const float *rows, ptrdiff_t width, const float *scales, float *even, float *odd) {
  ptrdiff_t j = 0;
  for (; j + 4 * LANES <= width; j += 4 * LANES)
    add_columns16(rows + j, width, scales, even + j, odd + j, 4);
  for (; j < width; j += LANES) add_columns16(rows + j, width, scales, even + j, odd + j, 1);
}

// A sum of products in 16 lanes, added 8, 4, 2 and 1 apart.
INLINE float product16(const float *a, const float *b, ptrdiff_t width) {
  enum { parts = 16 / LANES };
  VECTOR lanes[parts];
  UNROLL for (int v = 0; v < parts; v++) lanes[v] = SPLAT(0);
  for (ptrdiff_t j = 0; j < width; j += 16)
    UNROLL for (int v = 0; v < parts; v++)
      lanes[v] = FMA(LOAD(a + j + v * LANES), LOAD(b + j + v * LANES), lanes[v]);
  UNROLL for (int half = parts / 2; half; half /= 2)
    UNROLL for (int v = 0; v < half; v++) lanes[v] += lanes[v + half];
  VECTOR sum = lanes[0];
  UNROLL for (int half = LANES / 2; half; half /= 2)
    UNROLL for (int r = 0; r < half; r++) sum[r] += sum[r + half];
  return sum[0];
}

// The same in double.
INLINE double wide_product(const float *a, const float *b, ptrdiff_t width, doubles8 lanes) {
  for (ptrdiff_t j = 0; j < width; j += 8)
    lanes = __builtin_elementwise_fma(
        __builtin_convertvector(*(const factors8 *)(a + j), doubles8),
        __builtin_convertvector(*(const factors8 *)(b + j), doubles8), lanes);
  return factor_total(lanes);
}

// One row's equations while they are solved: all vectors are `width` long, with zeros behind the
// dimension.
typedef struct {
  const float *system;  // what all rows have in common, or null
  ptrdiff_t dimension, count;
  float ridge;
  float *rows, *weights, *values;  // gathered, up to a multiple of 16
  float *even, *odd;
  // Rows of the next piece, called for while this one is worked on.
  const martlet_observations *observations;
  ptrdiff_t ahead, ahead_end;
} descent;

INLINE void call_ahead(descent *d, ptrdiff_t width) {
  const martlet_observations *o = d->observations;
  ptrdiff_t end = d->ahead_end - d->ahead < 16 ? d->ahead_end : d->ahead + 16;
  for (; d->ahead < end; d->ahead++) {
    const float *row = o->factors + o->indices[d->ahead] * o->stride;
    for (ptrdiff_t j = 0; j < width; j += 16) __builtin_prefetch(row + j);
  }
}

// What each of 16 rows counts in the sum of a pass.
INLINE void scale16(
    descent *d, ptrdiff_t r, const float *dots, float *scales, const int is_first,
    doubles8 *agreement) {
  UNROLL for (int i = 0; i < 16; i += LANES) {
    VECTOR weight = LOAD(d->weights + r + i), dot = *(const VECTOR *)(dots + i);
    *(VECTOR *)(scales + i) =
        is_first ? FMA(-weight, dot, LOAD(d->values + r + i)) : weight * dot;
  }
  if (is_first)
    for (int i = 0; i < 16; i += 8)
      *agreement = __builtin_elementwise_fma(
          __builtin_convertvector(*(const factors8 *)(d->values + r + i), doubles8),
          __builtin_convertvector(*(const factors8 *)(dots + i), doubles8), *agreement);
}

// The sum of the gathered rows, each times its scale, for rows so short that the sums of even and
// odd rows stay in registers.
INLINE void add_short_rows(
    descent *d, const ptrdiff_t width, const float *p, float *out, const int is_first,
    doubles8 *agreement) {
  float dots[16] __attribute__((aligned(64))), scales[16] __attribute__((aligned(64)));
  VECTOR sum[2][longest_short_row / LANES];
  UNROLL for (ptrdiff_t v = 0; v < width / LANES; v++) sum[0][v] = sum[1][v] = SPLAT(0);
  for (ptrdiff_t r = 0; r < d->count; r += 16) {
    const float *rows = d->rows + r * width;
    call_ahead(d, width);
    products16(rows, width, p, dots);
    scale16(d, r, dots, scales, is_first, agreement);
    UNROLL for (int i = 0; i < 16; i++) {
      VECTOR q = SPLAT(scales[i]);
      UNROLL for (ptrdiff_t v = 0; v < width / LANES; v++)
        sum[i & 1][v] = FMA(q, LOAD(rows + i * width + v * LANES), sum[i & 1][v]);
    }
  }
  UNROLL for (ptrdiff_t v = 0; v < width / LANES; v++)
    *(VECTOR *)(out + v * LANES) = sum[0][v] + sum[1][v];
}

// The same for rows of any length.
INLINE void add_long_rows(
    descent *d, ptrdiff_t width, const float *p, float *out, const int is_first,
    doubles8 *agreement) {
  float dots[16] __attribute__((aligned(64))), scales[16] __attribute__((aligned(64)));
  memset(d->even, 0, (size_t)width * 8);
  for (ptrdiff_t r = 0; r < d->count; r += 16) {
    call_ahead(d, width);
    products16(d->rows + r * width, width, p, dots);
    scale16(d, r, dots, scales, is_first, agreement);
    add_rows16(d->rows + r * width, width, scales, d->even, d->odd);
  }
  for (ptrdiff_t j = 0; j < width; j++) out[j] = d->even[j] + d->odd[j];
}

// out = the sum of w (y p) y, and the common part and the ridge times p; for the first pass the
// right-hand side less that.
INLINE void apply(
    descent *d, const ptrdiff_t width, const int is_short, const float *p, float *out,
    const int is_first, doubles8 *agreement) {
  if (is_short) {
    add_short_rows(d, width, p, out, is_first, agreement);
  } else {
    add_long_rows(d, width, p, out, is_first, agreement);
  }
  if (d->system) {
    memset(d->even, 0, (size_t)width * 8);
    for (ptrdiff_t k = 0; k < width; k += 16)
      add_rows16(d->system + k * width, width, p + k, d->even, d->odd);
    for (ptrdiff_t j = 0; j < width; j++) {
      float common = d->even[j] + d->odd[j];
      out[j] = is_first ? out[j] - common : out[j] + common;
    }
  }
  float ridge = is_first ? -d->ridge : d->ridge;
  for (ptrdiff_t j = 0; j < width; j++) out[j] = __builtin_fmaf(ridge, p[j], out[j]);
  for (ptrdiff_t j = d->dimension; j < width; j++) out[j] = 0;
}

INLINE void gather_piece(
    descent *d, const martlet_observations *o, const ptrdiff_t width, ptrdiff_t from,
    doubles8 *squares) {
  for (ptrdiff_t r = 0; r < d->count; r += martlet_gram_rows) {
    ptrdiff_t rest = d->count - r;
    ptrdiff_t count = rest < martlet_gram_rows ? rest : martlet_gram_rows;
    factor_terms(o, from + r, count, d->weights + r, d->values + r, squares);
  }
  const int32_t *indices = o->indices + from;
  for (ptrdiff_t r = 0; r < d->count; r++) {
    if (r + 8 < d->count)
      for (ptrdiff_t j = 0; j < width; j += 16)
        __builtin_prefetch(o->factors + indices[r + 8] * o->stride + j);
    const float *row = o->factors + indices[r] * o->stride;
    for (ptrdiff_t j = 0; j < width; j += LANES)
      *(VECTOR *)(d->rows + r * width + j) = LOAD(row + j);
  }
  for (ptrdiff_t r = d->count; r & 15; r++)
    memset(d->rows + r * width, 0, (size_t)width * 4);
}

INLINE void descend(
    const ptrdiff_t width, const int is_short, const martlet_observations *o, const ptrdiff_t *from, const ptrdiff_t *counts,
    ptrdiff_t pieces, const float *system, const float *ridges, int steps, float *solutions,
    const ptrdiff_t *places, ptrdiff_t stride, double *gains, double *squares, void *scratch) {
  float *x = scratch, *r = x + width, *p = r + width, *q = p + width;
  descent d = {.system = system, .dimension = o->dimension, .observations = o};
  d.even = q + width;
  d.odd = d.even + width;
  d.weights = d.odd + width;
  d.values = d.weights + martlet_factor_piece;
  d.rows = d.values + martlet_factor_piece;
  for (ptrdiff_t k = 0; k < pieces; k++) {
    float *to = solutions + places[k] * stride;
    doubles8 lanes = 0, agreement = 0;
    d.count = counts[k];
    d.ridge = ridges[k];
    gather_piece(&d, o, width, from[k], &lanes);
    d.ahead = d.ahead_end = 0;
    if (k + 1 < pieces) {
      d.ahead = from[k + 1];
      d.ahead_end = d.ahead + counts[k + 1];
      for (ptrdiff_t j = 0; j < width; j += 16)
        __builtin_prefetch(solutions + places[k + 1] * stride + j);
    }
    memset(x, 0, (size_t)width * 4);
    memcpy(x, to, (size_t)o->dimension * 4);
    apply(&d, width, is_short, x, r, 1, &agreement);
    memcpy(p, r, (size_t)width * 4);
    double gain = wide_product(x, r, width, agreement);
    float size = product16(r, r, width);
    for (int step = 0; step < steps && size > 0; step++) {
      apply(&d, width, is_short, p, q, 0, NULL);
      float curvature = product16(p, q, width);
      if (!(curvature > 0)) break;
      float length = size / curvature;
      for (ptrdiff_t j = 0; j < width; j++) {
        x[j] = __builtin_fmaf(length, p[j], x[j]);
        r[j] = __builtin_fmaf(-length, q[j], r[j]);
      }
      gain += (double)length * (double)size;
      float rest = product16(r, r, width);
      float ratio = rest / size;
      for (ptrdiff_t j = 0; j < width; j++) p[j] = __builtin_fmaf(ratio, p[j], r[j]);
      size = rest;
    }
    memcpy(to, x, (size_t)o->dimension * 4);
    gains[k] = gain;
    squares[k] = factor_total(lanes);
  }
}

// The usual widths are known to the compiler.
static void factor_descent(
    const martlet_observations *o, const ptrdiff_t *from, const ptrdiff_t *counts,
    ptrdiff_t pieces, const float *system, const float *ridges, int steps, float *solutions,
    const ptrdiff_t *places, ptrdiff_t stride, double *gains, double *squares, void *scratch) {
#define DESCEND(width, is_short)                                                              \
  descend(                                                                                    \
      width, is_short, o, from, counts, pieces, system, ridges, steps, solutions, places,     \
      stride, gains, squares, scratch)
  ptrdiff_t width = martlet_gram_width(martlet_precision_float, o->dimension);
  switch (width) {
    case 16: DESCEND(16, 1); break;
    case 32: DESCEND(32, 1); break;
    case 48: DESCEND(48, 1); break;
    case 64: DESCEND(64, 1); break;
    case 80: DESCEND(80, 0); break;
    case 96: DESCEND(96, 0); break;
    case 112: DESCEND(112, 0); break;
    case 128: DESCEND(128, 0); break;
    default: DESCEND(width, 0);
  }
#undef DESCEND
}

#undef HELD
#undef HALVES
#undef LOW8
#undef HIGH8
#undef LOW4
#undef HIGH4
#undef LOW2
#undef HIGH2
#undef LOW1
#undef HIGH1
