// Sums of rows and exact distances, in Double whatever the rows hold.

#define EIGHT(p) __builtin_convertvector(*(const NAME(loose8) *)(p), doubles8)

// Adds rows to the sums of their clusters, in order: sum = fma(weight, x - shift, sum).
INLINE void NAME(add_row)(
    const ELEMENT *x, ptrdiff_t dimension, const ELEMENT *shift, double weight, double *sum) {
  ptrdiff_t j = 0;
  for (; j + 8 <= dimension; j += 8) {
    doubles8 value = EIGHT(x + j);
    if (shift) value -= EIGHT(shift + j);
    loose_doubles8 *s = (loose_doubles8 *)(sum + j);
    *s = __builtin_elementwise_fma((doubles8)weight, value, (doubles8)*s);
  }
  for (; j < dimension; j++) {
    double value = shift ? (double)x[j] - (double)shift[j] : (double)x[j];
    sum[j] = __builtin_fma(weight, value, sum[j]);
  }
}

static void NAME(add_starts)(
    const ELEMENT *const *starts, ptrdiff_t count, ptrdiff_t dimension, const ELEMENT *shift,
    const int32_t *chosen, const martlet_sums *sums, const double *weights) {
  SCALAR_LOOP for (ptrdiff_t r = 0; r < count; r++) {
    ptrdiff_t c = chosen[r];
    double weight = weights ? weights[r] : 1;
    if (shift) NAME(add_row)(starts[r], dimension, shift, weight, sums->sums + c * dimension);
    else NAME(add_row)(starts[r], dimension, NULL, weight, sums->sums + c * dimension);
    sums->weight_sums[c] += weight;
    if (sums->counts) sums->counts[c] += 1;
  }
}

static void NAME(add_rows)(
    const martlet_rows *rows, const int32_t *chosen, const martlet_sums *sums) {
  for (ptrdiff_t from = 0; from < rows->count; from += PANEL) {
    ptrdiff_t count = rows->count - from < PANEL ? rows->count - from : PANEL;
    const ELEMENT *starts[PANEL];
    NAME(find_rows)(rows, from, count, count, starts);
    NAME(add_starts)(
        starts, count, rows->dimension, rows->shift, chosen + from, sums,
        sums->weights ? sums->weights + from : NULL);
  }
}

// One cluster: 32 columns at a time stay in registers while the rows pass.
static void NAME(add_columns)(
    const martlet_rows *rows, const double *weights, double *sums, double *weight_sum) {
  ptrdiff_t dimension = rows->dimension, j = 0;
  const ELEMENT *shift = rows->shift;
  for (; j + 32 <= dimension; j += 32) {
    doubles8 s[4], less[4] = {0, 0, 0, 0};
    UNROLL for (int i = 0; i < 4; i++) {
      s[i] = *(const loose_doubles8 *)(sums + j + 8 * i);
      if (shift) less[i] = EIGHT(shift + j + 8 * i);
    }
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      const ELEMENT *x = NAME(row)(rows, r) + j;
      doubles8 weight = (doubles8)(weights ? weights[r] : 1);
      UNROLL for (int i = 0; i < 4; i++)
        s[i] = __builtin_elementwise_fma(weight, EIGHT(x + 8 * i) - less[i], s[i]);
    }
    UNROLL for (int i = 0; i < 4; i++) *(loose_doubles8 *)(sums + j + 8 * i) = s[i];
  }
  if (j < dimension)
    for (ptrdiff_t r = 0; r < rows->count; r++)
      NAME(add_row)(
          NAME(row)(rows, r) + j, dimension - j, shift ? shift + j : NULL,
          weights ? weights[r] : 1, sums + j);
  double total = *weight_sum;
  SCALAR_LOOP for (ptrdiff_t r = 0; r < rows->count; r++) total += weights ? weights[r] : 1;
  *weight_sum = total;
}

// The distances of `count` rows at once: their chains run side by side.
INLINE void NAME(distances)(
    const ELEMENT *const *x, const double *const *c, ptrdiff_t dimension, const ELEMENT *shift,
    const int count, double *out) {
  doubles8 s[4];
  UNROLL for (int r = 0; r < count; r++) s[r] = (doubles8)0.0;
  ptrdiff_t j = 0;
  for (; j + 8 <= dimension; j += 8)
    UNROLL for (int r = 0; r < count; r++) {
      doubles8 value = EIGHT(x[r] + j);
      if (shift) value -= EIGHT(shift + j);
      doubles8 apart = value - *(const loose_doubles8 *)(c[r] + j);
      s[r] = __builtin_elementwise_fma(apart, apart, s[r]);
    }
  if (j < dimension)
    UNROLL for (int r = 0; r < count; r++) {
      double lanes[8] __attribute__((aligned(64)));
      *(doubles8 *)lanes = s[r];
      for (ptrdiff_t i = j; i < dimension; i++) {
        double value = shift ? (double)x[r][i] - (double)shift[i] : (double)x[r][i];
        double apart = value - c[r][i];
        lanes[i - j] = __builtin_fma(apart, apart, lanes[i - j]);
      }
      s[r] = *(const doubles8 *)lanes;
    }
  UNROLL for (int r = 0; r < count; r++) {
    doubles4 four = s[r].lo + s[r].hi;
    doubles2 two = four.lo + four.hi;
    out[r] = two.x + two.y;
  }
}

static void NAME(squared_distances)(
    const martlet_rows *rows, const double *centres, const int32_t *chosen, double *out) {
  ptrdiff_t dimension = rows->dimension, r = 0;
  for (; r < rows->count; r += 4) {
    const ELEMENT *x[4];
    const double *c[4];
    ptrdiff_t count = rows->count - r < 4 ? rows->count - r : 4;
    NAME(find_rows)(rows, r, count, count, x);
    SCALAR_LOOP for (ptrdiff_t i = 0; i < count; i++)
      c[i] = centres + (chosen ? chosen[r + i] * dimension : 0);
    if (count == 4) NAME(distances)(x, c, dimension, rows->shift, 4, out + r);
    else
      for (ptrdiff_t i = 0; i < count; i++)
        NAME(distances)(x + i, c + i, dimension, rows->shift, 1, out + r + i);
  }
}
#undef EIGHT
