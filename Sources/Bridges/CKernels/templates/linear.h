// Linear scores of rows, and sums of rows times factors, in Double whatever the rows hold. Each
// number of a result has eight lanes (column mod 8) or one chain over the rows, so that dense rows,
// sparse rows and a row alone give the same bits.

typedef INTEGER NAME(mask8) __attribute__((ext_vector_type(8)));
#define EIGHT(p) __builtin_convertvector(*(const NAME(loose8) *)(p), doubles8)

// The last columns of a row, fewer than eight, with zeros behind. Where eight lie before `end`, what
// follows the row is read too and masked: it may be no number.
INLINE doubles8 NAME(row_tail)(
    const ELEMENT *x, ptrdiff_t rest, const ELEMENT *end, NAME(mask8) mask) {
  NAME(mask8) bits;
  if (x + 8 <= end) {
    NAME(loose8) value = *(const NAME(loose8) *)x;
    memcpy(&bits, &value, sizeof bits);
    bits &= mask;
  } else {
    bits = (NAME(mask8))0;
    SCALAR_LOOP for (ptrdiff_t i = 0; i < rest; i++) memcpy((ELEMENT *)&bits + i, x + i, ELEMENT_BYTES);
  }
  ELEMENT tail[8];
  memcpy(tail, &bits, sizeof bits);
  return EIGHT(tail);
}

INLINE NAME(mask8) NAME(tail_mask)(ptrdiff_t rest) {
  NAME(mask8) mask;
  for (int i = 0; i < 8; i++) mask[i] = i < rest ? -1 : 0;
  return mask;
}

// Behind the last of some rows.
INLINE const ELEMENT *NAME(rows_end)(
    const ELEMENT *const *starts, ptrdiff_t count, ptrdiff_t dimension) {
  const ELEMENT *last = starts[0];
  SCALAR_LOOP for (ptrdiff_t r = 1; r < count; r++)
    if (starts[r] > last) last = starts[r];
  return last + dimension;
}

INLINE double NAME(folded)(doubles8 s) {
  doubles4 four = s.lo + s.hi;
  doubles2 two = four.lo + four.hi;
  return two.x + two.y;
}

// `high` rows against `wide` outputs.
INLINE void NAME(margin_tile)(
    const ELEMENT *const *x, const ELEMENT *end, ptrdiff_t dimension, const martlet_linear *linear,
    ptrdiff_t first, double *out, ptrdiff_t out_stride, const int high, const int wide) {
  doubles8 s[8][4], value[8];
  const double *w = linear->coefficients + first * linear->stride;
  ptrdiff_t stride = linear->stride, j = 0;
  UNROLL for (int r = 0; r < high; r++) UNROLL for (int c = 0; c < wide; c++) s[r][c] = 0;
  for (; j + 8 <= dimension; j += 8) {
    UNROLL for (int r = 0; r < high; r++) value[r] = EIGHT(x[r] + j);
    UNROLL for (int c = 0; c < wide; c++) {
      doubles8 number = *(const loose_doubles8 *)(w + c * stride + j);
      UNROLL for (int r = 0; r < high; r++)
        s[r][c] = __builtin_elementwise_fma(value[r], number, s[r][c]);
    }
  }
  if (j < dimension) {
    NAME(mask8) mask = NAME(tail_mask)(dimension - j);
    UNROLL for (int r = 0; r < high; r++)
      value[r] = NAME(row_tail)(x[r] + j, dimension - j, end, mask);
    UNROLL for (int c = 0; c < wide; c++) {
      doubles8 number = *(const loose_doubles8 *)(w + c * stride + j);
      UNROLL for (int r = 0; r < high; r++)
        s[r][c] = __builtin_elementwise_fma(value[r], number, s[r][c]);
    }
  }
  UNROLL for (int c = 0; c < wide; c++)
    UNROLL for (int r = 0; r < high; r++)
      out[c * out_stride + r] = NAME(folded)(s[r][c]) + linear->intercepts[first + c];
}

#if VECTOR_BYTES >= 64
#define MARGIN_ROWS 8
#define WIDE_ROWS 4
#define WIDE_OUTPUTS 4
#else
#define MARGIN_ROWS 4
#define WIDE_ROWS 2
#define WIDE_OUTPUTS 2
#endif

static void NAME(margins)(
    const martlet_rows *rows, const martlet_linear *linear, double *out, ptrdiff_t out_stride) {
  ptrdiff_t dimension = rows->dimension;
  for (ptrdiff_t from = 0; from < rows->count; from += PANEL) {
    const ELEMENT *x[PANEL];
    ptrdiff_t count = rows->count - from < PANEL ? rows->count - from : PANEL, c = 0;
    NAME(find_rows)(rows, from, count, count, x);
    const ELEMENT *end = NAME(rows_end)(x, count, dimension);
    for (; c + WIDE_OUTPUTS <= linear->outputs; c += WIDE_OUTPUTS) {
      double *to = out + c * out_stride + from;
      ptrdiff_t r = 0;
      for (; r + WIDE_ROWS <= count; r += WIDE_ROWS)
        NAME(margin_tile)(
            x + r, end, dimension, linear, c, to + r, out_stride, WIDE_ROWS, WIDE_OUTPUTS);
      for (; r < count; r++)
        NAME(margin_tile)(x + r, end, dimension, linear, c, to + r, out_stride, 1, WIDE_OUTPUTS);
    }
    for (; c < linear->outputs; c++) {
      double *to = out + c * out_stride + from;
      ptrdiff_t r = 0;
      for (; r + MARGIN_ROWS <= count; r += MARGIN_ROWS)
        NAME(margin_tile)(x + r, end, dimension, linear, c, to + r, out_stride, MARGIN_ROWS, 1);
      for (; r < count; r++)
        NAME(margin_tile)(x + r, end, dimension, linear, c, to + r, out_stride, 1, 1);
    }
  }
}

// `wide` outputs against `vectors` times eight columns, rows in order.
INLINE void NAME(product_tile)(
    const ELEMENT *const *x, const ELEMENT *end, ptrdiff_t count, ptrdiff_t column, ptrdiff_t rest,
    const double *factors, ptrdiff_t factors_stride, double *sums, ptrdiff_t sums_stride,
    const int wide, const int vectors) {
  doubles8 s[4][8], value[8];
  NAME(mask8) mask = NAME(tail_mask)(rest);
  UNROLL for (int c = 0; c < wide; c++)
    UNROLL for (int v = 0; v < vectors; v++)
      s[c][v] = *(const loose_doubles8 *)(sums + c * sums_stride + column + 8 * v);
  for (ptrdiff_t r = 0; r < count; r++) {
    const ELEMENT *p = x[r] + column;
    if (rest) value[0] = NAME(row_tail)(p, rest, end, mask);
    else UNROLL for (int v = 0; v < vectors; v++) value[v] = EIGHT(p + 8 * v);
    UNROLL for (int c = 0; c < wide; c++) {
      doubles8 factor = (doubles8)factors[c * factors_stride + r];
      UNROLL for (int v = 0; v < vectors; v++)
        s[c][v] = __builtin_elementwise_fma(factor, value[v], s[c][v]);
    }
  }
  UNROLL for (int c = 0; c < wide; c++)
    UNROLL for (int v = 0; v < vectors; v++)
      *(loose_doubles8 *)(sums + c * sums_stride + column + 8 * v) = s[c][v];
}

INLINE void NAME(products_of)(
    const ELEMENT *const *x, const ELEMENT *end, ptrdiff_t count, ptrdiff_t dimension,
    const double *factors, ptrdiff_t factors_stride, double *sums, ptrdiff_t sums_stride,
    const int wide, const int vectors) {
  ptrdiff_t j = 0;
  for (; j + 8 * vectors <= dimension; j += 8 * vectors)
    NAME(product_tile)(
        x, end, count, j, 0, factors, factors_stride, sums, sums_stride, wide, vectors);
  for (; j + 8 <= dimension; j += 8)
    NAME(product_tile)(x, end, count, j, 0, factors, factors_stride, sums, sums_stride, wide, 1);
  if (j < dimension)
    NAME(product_tile)(
        x, end, count, j, dimension - j, factors, factors_stride, sums, sums_stride, wide, 1);
}

static void NAME(add_products)(
    const martlet_rows *rows, const double *factors, ptrdiff_t factors_stride, ptrdiff_t outputs,
    double *sums, ptrdiff_t sums_stride) {
  for (ptrdiff_t from = 0; from < rows->count; from += PANEL) {
    const ELEMENT *x[PANEL];
    ptrdiff_t count = rows->count - from < PANEL ? rows->count - from : PANEL, c = 0;
    NAME(find_rows)(rows, from, count, count, x);
    const ELEMENT *end = NAME(rows_end)(x, count, rows->dimension);
    for (; c + WIDE_OUTPUTS <= outputs; c += WIDE_OUTPUTS)
      NAME(products_of)(
          x, end, count, rows->dimension, factors + c * factors_stride + from, factors_stride,
          sums + c * sums_stride, sums_stride, WIDE_OUTPUTS, WIDE_ROWS);
    for (; c < outputs; c++)
      NAME(products_of)(
          x, end, count, rows->dimension, factors + c * factors_stride + from, factors_stride,
          sums + c * sums_stride, sums_stride, 1, MARGIN_ROWS);
  }
}

// Sums of w d and of w d d, d = x - shift, for `vectors` times eight columns.
INLINE void NAME(moment_tile)(
    const ELEMENT *const *x, const ELEMENT *end, ptrdiff_t count, ptrdiff_t column, ptrdiff_t rest,
    const double *shift, const double *weights, double *sums, double *squares,
    const int vectors) {
  doubles8 s[4], q[4], less[4];
  NAME(mask8) mask = NAME(tail_mask)(rest);
  UNROLL for (int v = 0; v < vectors; v++) {
    s[v] = *(const loose_doubles8 *)(sums + column + 8 * v);
    q[v] = *(const loose_doubles8 *)(squares + column + 8 * v);
    less[v] = *(const loose_doubles8 *)(shift + column + 8 * v);
  }
  for (ptrdiff_t r = 0; r < count; r++) {
    const ELEMENT *p = x[r] + column;
    doubles8 weight = (doubles8)(weights ? weights[r] : 1);
    UNROLL for (int v = 0; v < vectors; v++) {
      doubles8 d = (rest ? NAME(row_tail)(p, rest, end, mask) : EIGHT(p + 8 * v)) - less[v];
      s[v] = __builtin_elementwise_fma(weight, d, s[v]);
      q[v] = __builtin_elementwise_fma(weight * d, d, q[v]);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    *(loose_doubles8 *)(sums + column + 8 * v) = s[v];
    *(loose_doubles8 *)(squares + column + 8 * v) = q[v];
  }
}

static void NAME(add_moments)(
    const martlet_rows *rows, const double *shift, const double *weights, double *sums,
    double *squares) {
  ptrdiff_t dimension = rows->dimension;
  for (ptrdiff_t from = 0; from < rows->count; from += PANEL) {
    const ELEMENT *x[PANEL];
    ptrdiff_t count = rows->count - from < PANEL ? rows->count - from : PANEL, j = 0;
    const double *w = weights ? weights + from : NULL;
    NAME(find_rows)(rows, from, count, count, x);
    const ELEMENT *end = NAME(rows_end)(x, count, dimension);
    for (; j + 32 <= dimension; j += 32)
      NAME(moment_tile)(x, end, count, j, 0, shift, w, sums, squares, 4);
    for (; j + 8 <= dimension; j += 8)
      NAME(moment_tile)(x, end, count, j, 0, shift, w, sums, squares, 1);
    if (j < dimension)
      NAME(moment_tile)(x, end, count, j, dimension - j, shift, w, sums, squares, 1);
  }
}

// Sparse rows: an entry belongs to the lane of its column, as it does among zeros.
INLINE void NAME(ask_number)(
    const martlet_sparse_rows *rows, const double *numbers, ptrdiff_t stride, ptrdiff_t entry,
    ptrdiff_t end) {
  enum { ahead = 24 };
  if (entry + ahead < end) __builtin_prefetch(numbers + rows->indices[entry + ahead] * stride);
}

static void NAME(sparse_margins)(
    const martlet_sparse_rows *rows, const martlet_linear *linear, double *out,
    ptrdiff_t out_stride, double *scratch) {
  const ELEMENT *values = rows->values;
  const double *w = linear->coefficients;
  ptrdiff_t end = rows->offsets[rows->count], outputs = linear->outputs, stride = linear->stride;
  if (outputs == 1) {
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      double lanes[8] __attribute__((aligned(64))) = {0};
      SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
        int32_t j = rows->indices[e];
        NAME(ask_number)(rows, w, 1, e, end);
        lanes[j & 7] = __builtin_fma((double)values[e], w[j], lanes[j & 7]);
      }
      out[r] = NAME(folded)(*(const doubles8 *)lanes) + linear->intercepts[0];
    }
    return;
  }
  // Coefficients and lanes lie output by output: [column][stride] and [lane][stride].
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    memset(scratch, 0, 8 * (size_t)stride * sizeof(double));
    SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
      ptrdiff_t j = rows->indices[e];
      double *lane = scratch + (j & 7) * stride;
      const double *numbers = w + j * stride;
      NAME(ask_number)(rows, w, stride, e, end);
      doubles8 value = (doubles8)(double)values[e];
      for (ptrdiff_t c = 0; c < stride; c += 8) {
        loose_doubles8 *s = (loose_doubles8 *)(lane + c);
        *s = __builtin_elementwise_fma(value, (doubles8)*(const loose_doubles8 *)(numbers + c), (doubles8)*s);
      }
    }
    for (ptrdiff_t c = 0; c < stride; c += 8) {
      doubles8 lane[8];
      UNROLL for (int i = 0; i < 8; i++)
        lane[i] = *(const loose_doubles8 *)(scratch + i * stride + c);
      UNROLL for (int half = 4; half; half /= 2)
        UNROLL for (int i = 0; i < half; i++) lane[i] += lane[i + half];
      double numbers[8] __attribute__((aligned(64)));
      *(doubles8 *)numbers = lane[0];
      SCALAR_LOOP for (ptrdiff_t i = 0; i < 8 && c + i < outputs; i++)
        out[(c + i) * out_stride + r] = numbers[i] + linear->intercepts[c + i];
    }
  }
}

static void NAME(sparse_products)(
    const martlet_sparse_rows *rows, const double *factors, ptrdiff_t factors_stride,
    ptrdiff_t outputs, double *sums, ptrdiff_t stride, double *scratch) {
  const ELEMENT *values = rows->values;
  ptrdiff_t end = rows->offsets[rows->count];
  if (outputs == 1) {
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      double factor = factors[r];
      SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
        int32_t j = rows->indices[e];
        NAME(ask_number)(rows, sums, 1, e, end);
        sums[j] = __builtin_fma(factor, (double)values[e], sums[j]);
      }
    }
    return;
  }
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    SCALAR_LOOP for (ptrdiff_t c = 0; c < stride; c++)
      scratch[c] = c < outputs ? factors[c * factors_stride + r] : 0;
    SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
      double *to = sums + rows->indices[e] * stride;
      NAME(ask_number)(rows, sums, stride, e, end);
      doubles8 value = (doubles8)(double)values[e];
      for (ptrdiff_t c = 0; c < stride; c += 8) {
        loose_doubles8 *s = (loose_doubles8 *)(to + c);
        *s = __builtin_elementwise_fma((doubles8)*(const loose_doubles8 *)(scratch + c), value, (doubles8)*s);
      }
    }
  }
}

static void NAME(sparse_moments)(
    const martlet_sparse_rows *rows, const double *weights, double *sums, double *squares) {
  const ELEMENT *values = rows->values;
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    double weight = weights ? weights[r] : 1;
    SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
      int32_t j = rows->indices[e];
      double value = (double)values[e];
      if (sums) sums[j] = __builtin_fma(weight, value, sums[j]);
      squares[j] = __builtin_fma(weight * value, value, squares[j]);
    }
  }
}
#undef EIGHT
#undef MARGIN_ROWS
#undef WIDE_ROWS
#undef WIDE_OUTPUTS
