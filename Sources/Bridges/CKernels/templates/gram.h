// The upper triangle of sum w y y'. Up to 64 rows at a time are copied into the first-level cache
// as [vector of columns][row][LANES], so that a register tile reads a few dense streams whatever
// the dimension; tiles then cover the triangle in blocks of LANES x LANES.

#define STRIP (martlet_gram_rows * LANES)

// Copies `count` (fewer than LANES) elements into a vector of zeros.
INLINE void NAME(copy_tail)(const ELEMENT *from, ptrdiff_t count, ELEMENT *to) {
  *(VECTOR *)to = SPLAT(0);
  ptrdiff_t i = 0;
#if VECTOR_BYTES / ELEMENT_BYTES > 8
  if (count & 8) memcpy(to + i, from + i, 8 * ELEMENT_BYTES), i += 8;
#endif
#if VECTOR_BYTES / ELEMENT_BYTES > 4
  if (count & 4) memcpy(to + i, from + i, 4 * ELEMENT_BYTES), i += 4;
#endif
#if VECTOR_BYTES / ELEMENT_BYTES > 2
  if (count & 2) memcpy(to + i, from + i, 2 * ELEMENT_BYTES), i += 2;
#endif
  if (count & 1) to[i] = from[i];
}

INLINE void NAME(copy_rows)(
    const martlet_rows *rows, ptrdiff_t from, ptrdiff_t count, const ELEMENT *weights,
    ELEMENT *plain, ELEMENT *scaled) {
  ptrdiff_t dimension = rows->dimension, whole = dimension / LANES, tail = dimension % LANES;
  const ELEMENT *shift = rows->shift;
  for (ptrdiff_t r = 0; r < count; r++) {
    if (rows->positions && from + r + 8 < rows->count) {
      const char *next = (const char *)NAME(row)(rows, from + r + 8);
      ptrdiff_t bytes = dimension * ELEMENT_BYTES;
      for (ptrdiff_t b = 0; b < bytes && b < 1024; b += 64) __builtin_prefetch(next + b);
    }
    const ELEMENT *y = NAME(row)(rows, from + r);
    ELEMENT *to = plain + r * LANES;
    for (ptrdiff_t v = 0; v < whole; v++) {
      VECTOR value = LOAD_LOOSE(y + v * LANES);
      if (shift) value -= LOAD_LOOSE(shift + v * LANES);
      *(VECTOR *)(to + v * STRIP) = value;
    }
    if (tail) {
      NAME(copy_tail)(y + whole * LANES, tail, to + whole * STRIP);
      if (shift) {
        ELEMENT less[LANES] __attribute__((aligned(64)));
        NAME(copy_tail)(shift + whole * LANES, tail, less);
        *(VECTOR *)(to + whole * STRIP) -= LOAD(less);
      }
    }
    if (weights) {
      VECTOR weight = SPLAT(weights[from + r]);
      ptrdiff_t vectors = whole + (tail > 0);
      for (ptrdiff_t v = 0; v < vectors; v++)
        *(VECTOR *)(scaled + r * LANES + v * STRIP) = weight * LOAD(to + v * STRIP);
    }
  }
}

// `high` rows of the triangle by `wide` vectors of columns.
INLINE void NAME(gram_tile)(
    const ELEMENT *scaled, const ELEMENT *y, ptrdiff_t count, ELEMENT *partial, ptrdiff_t width,
    const int high, const int wide) {
  VECTOR s[2 * GRAM_ROWS][3];
  UNROLL for (int i = 0; i < high; i++)
    UNROLL for (int v = 0; v < wide; v++) s[i][v] = LOAD(partial + i * width + v * LANES);
  for (ptrdiff_t r = 0; r < count; r++) {
    VECTOR value[3];
    UNROLL for (int v = 0; v < wide; v++) value[v] = LOAD(y + v * STRIP + r * LANES);
    UNROLL for (int i = 0; i < high; i++) {
      VECTOR q = SPLAT(scaled[r * LANES + i]);
      UNROLL for (int v = 0; v < wide; v++) s[i][v] = FMA(q, value[v], s[i][v]);
    }
  }
  UNROLL for (int i = 0; i < high; i++)
    UNROLL for (int v = 0; v < wide; v++) *(VECTOR *)(partial + i * width + v * LANES) = s[i][v];
}

// Tiles of `high` rows down one block of LANES rows, no further than the dimension.
INLINE void NAME(gram_tiles)(
    const ELEMENT *scaled, const ELEMENT *y, ptrdiff_t count, ELEMENT *partial, ptrdiff_t width,
    ptrdiff_t rows, const int high, const int wide) {
  enum { most = LANES < 2 * GRAM_ROWS ? LANES : 2 * GRAM_ROWS };
  const int step = high < most ? high : most;
  for (ptrdiff_t i = 0; i < LANES && i < rows; i += step)
    NAME(gram_tile)(scaled + i, y, count, partial + i * width, width, step, wide);
}

static void NAME(gram_chunk)(
    const ELEMENT *scaled, const ELEMENT *plain, ptrdiff_t count, ptrdiff_t dimension,
    ELEMENT *partial, ptrdiff_t width) {
  ptrdiff_t vectors = (dimension + LANES - 1) / LANES;
  for (ptrdiff_t i = 0; i < vectors; i++) {
    const ELEMENT *left = scaled + i * STRIP;
    ELEMENT *row = partial + i * LANES * width;
    ptrdiff_t rows = dimension - i * LANES;
    for (ptrdiff_t v = i; v < vectors;) {
      ptrdiff_t rest = vectors - v;
      const ELEMENT *y = plain + v * STRIP;
      ELEMENT *to = row + v * LANES;
      if (rest == 3 || rest >= 5) {
        NAME(gram_tiles)(left, y, count, to, width, rows, GRAM_ROWS, 3);
        v += 3;
      } else if (rest >= 2) {
        NAME(gram_tiles)(left, y, count, to, width, rows, GRAM_ROWS, 2);
        v += 2;
      } else {
        NAME(gram_tiles)(left, y, count, to, width, rows, 2 * GRAM_ROWS, 1);
        v += 1;
      }
    }
  }
}

// right_j = fma(value, y_j, right_j) over the rows of a chunk.
static void NAME(gram_right)(
    const ELEMENT *plain, ptrdiff_t count, ptrdiff_t dimension, const ELEMENT *values,
    ELEMENT *right) {
  ptrdiff_t vectors = (dimension + LANES - 1) / LANES, v = 0;
  for (; v + 4 <= vectors; v += 4) {
    VECTOR s[4];
    UNROLL for (int i = 0; i < 4; i++) s[i] = LOAD(right + (v + i) * LANES);
    for (ptrdiff_t r = 0; r < count; r++) {
      VECTOR q = SPLAT(values[r]);
      UNROLL for (int i = 0; i < 4; i++)
        s[i] = FMA(q, LOAD(plain + (v + i) * STRIP + r * LANES), s[i]);
    }
    UNROLL for (int i = 0; i < 4; i++) *(VECTOR *)(right + (v + i) * LANES) = s[i];
  }
  for (; v < vectors; v++) {
    VECTOR s = LOAD(right + v * LANES);
    for (ptrdiff_t r = 0; r < count; r++)
      s = FMA(SPLAT(values[r]), LOAD(plain + v * STRIP + r * LANES), s);
    *(VECTOR *)(right + v * LANES) = s;
  }
}

static void NAME(gram)(
    const martlet_rows *rows, const void *weights, const void *values, void *partial, void *right,
    void *scratch) {
  ptrdiff_t dimension = rows->dimension;
  ptrdiff_t width = martlet_gram_width(ELEMENT_BYTES == 8, dimension);
  ELEMENT *plain = scratch;
  ELEMENT *scaled = weights ? plain + martlet_gram_rows * width : plain;
  for (ptrdiff_t from = 0; from < rows->count; from += martlet_gram_rows) {
    ptrdiff_t rest = rows->count - from;
    ptrdiff_t count = rest < martlet_gram_rows ? rest : martlet_gram_rows;
    NAME(copy_rows)(rows, from, count, weights, plain, scaled);
    NAME(gram_chunk)(scaled, plain, count, dimension, partial, width);
    if (values && right)
      NAME(gram_right)(plain, count, dimension, (const ELEMENT *)values + from, right);
  }
}
#undef STRIP
