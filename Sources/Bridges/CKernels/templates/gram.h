// The upper triangle of sum w y y'. Up to 64 rows at a time are copied into the first-level cache
// as [vector of columns][row][LANES], so that a register tile reads a few dense streams whatever
// the dimension; tiles then cover the triangle in blocks of LANES x LANES.

#define STRIP ((martlet_gram_rows + 1) * LANES)

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
    const ELEMENT *const *starts, ptrdiff_t count, ptrdiff_t dimension, const ELEMENT *shift,
    const ELEMENT *weights, ELEMENT *plain, ELEMENT *scaled) {
  for (ptrdiff_t j = 0; j < dimension; j += LANES, plain += STRIP, scaled += STRIP) {
    ptrdiff_t tail = dimension - j;
    ELEMENT last[LANES] __attribute__((aligned(64)));
    VECTOR less = SPLAT(0);
    if (shift && tail >= LANES) less = LOAD_LOOSE(shift + j);
    else if (shift) {
      NAME(copy_tail)(shift + j, tail, last);
      less = LOAD(last);
    }
    for (ptrdiff_t r = 0; r < count; r++) {
      VECTOR value;
      if (tail >= LANES) value = LOAD_LOOSE(starts[r] + j);
      else {
        NAME(copy_tail)(starts[r] + j, tail, last);
        value = LOAD(last);
      }
      // Subtracting zero changes nothing, not even the sign of a zero.
      value -= less;
      *(VECTOR *)(plain + r * LANES) = value;
      if (weights) *(VECTOR *)(scaled + r * LANES) = SPLAT(weights[r]) * value;
    }
  }
}

// A step to the next row of `partial` that the compiler cannot turn into one stored offset a row.
#define NEXT_ROW(p) ((p) += width, ({ __asm__("" : "+r"(p)); }))

// `high` rows of the triangle by `wide` vectors of columns; with `extra`, the same columns of the
// right-hand side as one more row. Step r calls for `lines` cache lines of the row next[r], if any.
INLINE void NAME(gram_tile)(
    const ELEMENT *scaled, const ELEMENT *y, ptrdiff_t count, ELEMENT *partial, ptrdiff_t width,
    const ELEMENT *const *next, ptrdiff_t lines, const ELEMENT *values, ELEMENT *right,
    const int extra, const int high, const int wide) {
  VECTOR s[2 * GRAM_ROWS][3], e[3];
  ELEMENT *p = partial;
  UNROLL for (int i = 0; i < high; i++, NEXT_ROW(p))
    UNROLL for (int v = 0; v < wide; v++) s[i][v] = LOAD(p + v * LANES);
  if (extra) UNROLL for (int v = 0; v < wide; v++) e[v] = LOAD(right + v * LANES);
  for (ptrdiff_t r = 0; r < count; r++) {
    if (next)
      for (ptrdiff_t b = 0; b < lines; b++)
        __builtin_prefetch((const char *)next[r] + 64 * b);
    VECTOR value[3];
    UNROLL for (int v = 0; v < wide; v++) value[v] = LOAD(y + v * STRIP + r * LANES);
    UNROLL for (int i = 0; i < high; i++) {
      VECTOR q = SPLAT(scaled[r * LANES + i]);
      UNROLL for (int v = 0; v < wide; v++) s[i][v] = FMA(q, value[v], s[i][v]);
    }
    if (extra) {
      VECTOR q = SPLAT(values[r]);
      UNROLL for (int v = 0; v < wide; v++) e[v] = FMA(q, value[v], e[v]);
    }
  }
  p = partial;
  UNROLL for (int i = 0; i < high; i++, NEXT_ROW(p))
    UNROLL for (int v = 0; v < wide; v++) *(VECTOR *)(p + v * LANES) = s[i][v];
  if (extra) UNROLL for (int v = 0; v < wide; v++) *(VECTOR *)(right + v * LANES) = e[v];
}
#undef NEXT_ROW

// Tiles of `high` rows down one block of LANES rows, no further than the dimension.
INLINE void NAME(gram_tiles)(
    const ELEMENT *scaled, const ELEMENT *y, ptrdiff_t count, ELEMENT *partial, ptrdiff_t width,
    ptrdiff_t rows, const ELEMENT *const *next, ptrdiff_t lines, const ELEMENT *values,
    ELEMENT *right, const int high, const int wide) {
  enum { most = LANES < 2 * GRAM_ROWS ? LANES : 2 * GRAM_ROWS };
  const int step = high < most ? high : most;
  if (right)
    NAME(gram_tile)(
        scaled, y, count, partial, width, next, lines, values, right, 1, step, wide);
  else NAME(gram_tile)(scaled, y, count, partial, width, next, lines, NULL, NULL, 0, step, wide);
  for (ptrdiff_t i = step; i < LANES && i < rows; i += step)
    NAME(gram_tile)(
        scaled + i, y, count, partial + i * width, width, NULL, 0, NULL, NULL, 0, step, wide);
}

static void NAME(gram_chunk)(
    const ELEMENT *scaled, const ELEMENT *plain, ptrdiff_t count, ptrdiff_t dimension,
    ELEMENT *partial, ptrdiff_t width, const ELEMENT *const *next, const ELEMENT *values,
    ELEMENT *right, ptrdiff_t lines) {
  if (lines > 16) lines = 16;
  ptrdiff_t vectors = (dimension + LANES - 1) / LANES;
  for (ptrdiff_t i = 0; i < vectors; i++) {
    const ELEMENT *left = scaled + i * STRIP;
    ELEMENT *row = partial + i * LANES * width;
    ptrdiff_t rows = dimension - i * LANES;
    for (ptrdiff_t v = i; v < vectors;) {
      ptrdiff_t rest = vectors - v;
      const ELEMENT *y = plain + v * STRIP;
      ELEMENT *to = row + v * LANES;
      // The blocks of the first rows pass over all columns once: they take the right-hand side.
      ELEMENT *beside = values && right && i == 0 ? right + v * LANES : NULL;
      if (rest == 3 || rest >= 5) {
        NAME(gram_tiles)(left, y, count, to, width, rows, next, lines, values, beside, GRAM_ROWS, 3);
        v += 3;
      } else if (rest >= 2) {
        NAME(gram_tiles)(left, y, count, to, width, rows, next, lines, values, beside, GRAM_ROWS, 2);
        v += 2;
      } else {
        NAME(gram_tiles)(left, y, count, to, width, rows, next, lines, values, beside, 2 * GRAM_ROWS, 1);
        v += 1;
      }
      next = NULL;
    }
  }
}

static void NAME(gram)(
    const martlet_rows *rows, const void *weights, const void *values, void *partial, void *right,
    void *scratch) {
  ptrdiff_t dimension = rows->dimension;
  ptrdiff_t width = martlet_gram_width(ELEMENT_BYTES == 8, dimension);
  ELEMENT *plain = scratch;
  ELEMENT *scaled = weights ? plain + (martlet_gram_rows + 1) * width : plain;
  // Where this chunk's rows begin, and the next one's.
  const ELEMENT *starts[2][martlet_gram_rows];
  ptrdiff_t count = rows->count < martlet_gram_rows ? rows->count : martlet_gram_rows;
  if (count > 0) NAME(find_rows)(rows, 0, count, count, starts[0]);
  for (ptrdiff_t from = 0, side = 0; from < rows->count; side = !side) {
    NAME(copy_rows)(
        starts[side], count, dimension, rows->shift,
        weights ? (const ELEMENT *)weights + from : NULL, plain, scaled);
    ptrdiff_t rest = rows->count - from - count;
    ptrdiff_t following = rest < martlet_gram_rows ? rest : martlet_gram_rows;
    if (following > 0) NAME(find_rows)(rows, from + count, following, count, starts[!side]);
    NAME(gram_chunk)(
        scaled, plain, count, dimension, partial, width,
        rows->positions && following > 0 ? starts[!side] : NULL,
        values ? (const ELEMENT *)values + from : NULL, right, dimension * ELEMENT_BYTES / 64 + 1);
    from += count;
    count = following;
  }
}
#undef STRIP
