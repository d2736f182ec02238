// 16 systems side by side: lane = system, so that no bit of one depends on the others. The matrices
// lie interleaved in bands of four rows: band k has the columns from 4 k on, [row][column][16].

enum { lanes16 = martlet_factor_systems };

INLINE ptrdiff_t band_start(ptrdiff_t band, ptrdiff_t order) {
  // Bands before this one hold 4 (order - 4 b) columns each.
  return (4 * band * order - 8 * band * (band - 1)) * lanes16;
}

// Interleaves the upper triangles; behind the dimension the identity, which changes nothing.
static void interleave(
    ptrdiff_t dimension, ptrdiff_t order, const float *partials, const float *rights,
    const float *ridges, ptrdiff_t count, float *matrices, float *sides) {
  ptrdiff_t width = martlet_gram_width(martlet_precision_float, dimension);
  for (ptrdiff_t i = 0; i < order; i++) {
    float *row = matrices + band_start(i / 4, order)
        + (i & 3) * (order - i / 4 * 4) * lanes16 - i / 4 * 4 * lanes16;
    for (ptrdiff_t j = i / LANES * LANES; j < order; j += LANES)
      for (ptrdiff_t s = 0; s < lanes16; s += LANES) {
        GLUE(block_f32, VECTOR_BYTES) block[LANES];
        UNROLL for (int q = 0; q < LANES; q++) {
          // A system that is missing repeats the last one.
          ptrdiff_t system = s + q < count ? s + q : count - 1;
          block[q] = LOAD(partials + (system * width + i) * width + j);
        }
        GLUE(transpose_f32, VECTOR_BYTES)(block);
        UNROLL for (int q = 0; q < LANES; q++)
          if (j + q >= i / 4 * 4 && j + q < order)
            *(VECTOR *)(row + (j + q) * lanes16 + s) = block[q];
      }
    for (ptrdiff_t s = 0; s < lanes16; s++) {
      ptrdiff_t system = s < count ? s : count - 1;
      row[i * lanes16 + s] += i < dimension ? ridges[system] : 1;
      sides[i * lanes16 + s] = rights[system * width + i];
    }
  }
}

// s -= the sum over the rows p above the band of u[p][i + a] u[p][j + b], p ascending.
INLINE void reduce_tile(
    const float *matrices, ptrdiff_t order, ptrdiff_t i, ptrdiff_t j, const int wide,
    VECTOR s[4][4]) {
  const float *band = matrices;
  for (ptrdiff_t first = 0; first < i; first += 4) {
    ptrdiff_t columns = order - first;
    UNROLL for (int p = 0; p < 4; p++) {
      const float *row = band + (p * columns - first) * lanes16;
      VECTOR right[4];
      UNROLL for (int b = 0; b < wide; b++) right[b] = LOAD(row + (j + b) * lanes16);
      UNROLL for (int a = 0; a < 4; a++) {
        VECTOR left = -LOAD(row + (i + a) * lanes16);
        UNROLL for (int b = 0; b < wide; b++) s[a][b] = FMA(left, right[b], s[a][b]);
      }
    }
    band += 4 * columns * lanes16;
  }
}

// The four rows of a band: u = (s - those above in the band) / root of the pivot. Where the pivot is
// no more than `limit` of the diagonal the system is refused, and goes on with 1.
INLINE void factor_corner(
    VECTOR s[4][4], const VECTOR *diagonal, float limit, VECTOR *inverse,
    GLUE(integers, f32) *accepted) {
  UNROLL for (int a = 0; a < 4; a++) {
    GLUE(integers, f32) fine = s[a][a] > SPLAT(limit) * diagonal[a];
    *accepted &= fine;
    VECTOR pivot = fine ? s[a][a] : SPLAT(1);
    inverse[a] = SPLAT(1) / __builtin_elementwise_sqrt(pivot);
    UNROLL for (int b = 0; b < 4; b++)
      if (b >= a) s[a][b] *= inverse[a];
    UNROLL for (int c = 0; c < 4; c++)
      UNROLL for (int b = 0; b < 4; b++)
        if (c > a && b >= c) s[c][b] = FMA(-s[a][c], s[a][b], s[c][b]);
  }
}

static void solve_lanes(
    ptrdiff_t order, float *matrices, float *sides, float *inverses, float limit,
    int32_t *accepted) {
  enum { WIDE = LANES == 16 ? 4 : 2 };
  GLUE(integers, f32) fine = (GLUE(integers, f32))(-1);
  for (ptrdiff_t i = 0; i < order; i += 4) {
    ptrdiff_t columns = order - i;
    float *band = matrices + band_start(i / 4, order) - i * lanes16;
    VECTOR corner[4][4], diagonal[4], inverse[4], s[4][4];
    UNROLL for (int a = 0; a < 4; a++)
      UNROLL for (int b = 0; b < 4; b++)
        corner[a][b] = LOAD(band + (a * columns + i + b) * lanes16);
    UNROLL for (int a = 0; a < 4; a++) diagonal[a] = corner[a][a];
    reduce_tile(matrices, order, i, i, 4, corner);
    factor_corner(corner, diagonal, limit, inverse, &fine);
    UNROLL for (int a = 0; a < 4; a++) {
      *(VECTOR *)(inverses + (i + a) * lanes16) = inverse[a];
      UNROLL for (int b = 0; b < 4; b++)
        *(VECTOR *)(band + (a * columns + i + b) * lanes16) = corner[a][b];
    }
    for (ptrdiff_t j = i + 4; j < order; j += WIDE) {
      UNROLL for (int a = 0; a < 4; a++)
        UNROLL for (int b = 0; b < WIDE; b++)
          s[a][b] = LOAD(band + (a * columns + j + b) * lanes16);
      reduce_tile(matrices, order, i, j, WIDE, s);
      UNROLL for (int a = 0; a < 4; a++)
        UNROLL for (int b = 0; b < WIDE; b++) {
          UNROLL for (int p = 0; p < a; p++) s[a][b] = FMA(-corner[p][a], s[p][b], s[a][b]);
          s[a][b] *= inverse[a];
          *(VECTOR *)(band + (a * columns + j + b) * lanes16) = s[a][b];
        }
    }
    VECTOR side[4];
    UNROLL for (int a = 0; a < 4; a++) side[a] = LOAD(sides + (i + a) * lanes16);
    const float *above = matrices;
    for (ptrdiff_t first = 0; first < i; above += 4 * (order - first) * lanes16, first += 4)
      UNROLL for (int p = 0; p < 4; p++) {
        const float *row = above + (p * (order - first) - first) * lanes16;
        VECTOR z = LOAD(sides + (first + p) * lanes16);
        UNROLL for (int a = 0; a < 4; a++)
          side[a] = FMA(-LOAD(row + (i + a) * lanes16), z, side[a]);
      }
    UNROLL for (int a = 0; a < 4; a++) {
      UNROLL for (int p = 0; p < a; p++) side[a] = FMA(-corner[p][a], side[p], side[a]);
      side[a] *= inverse[a];
      *(VECTOR *)(sides + (i + a) * lanes16) = side[a];
    }
  }
  *(GLUE(integers, f32) *)accepted = fine;
}

// x = (z - the sum over the columns behind of u x, from the last) / root of the pivot.
static void substitute_lanes(
    ptrdiff_t order, const float *matrices, float *sides, const float *inverses) {
  for (ptrdiff_t i = order - 4; i >= 0; i -= 4) {
    ptrdiff_t columns = order - i;
    const float *band = matrices + band_start(i / 4, order) - i * lanes16;
    VECTOR x[4];
    UNROLL for (int a = 0; a < 4; a++) x[a] = LOAD(sides + (i + a) * lanes16);
    for (ptrdiff_t j = order - 1; j >= i + 4; j--) {
      VECTOR behind = LOAD(sides + j * lanes16);
      UNROLL for (int a = 0; a < 4; a++)
        x[a] = FMA(-LOAD(band + (a * columns + j) * lanes16), behind, x[a]);
    }
    UNROLL for (int a = 3; a >= 0; a--) {
      UNROLL for (int b = 3; b > a; b--)
        x[a] = FMA(-LOAD(band + (a * columns + i + b) * lanes16), x[b], x[a]);
      x[a] *= LOAD(inverses + (i + a) * lanes16);
      *(VECTOR *)(sides + (i + a) * lanes16) = x[a];
    }
  }
}

static void factor_cholesky(
    ptrdiff_t dimension, const float *partials, const float *rights, const float *ridges,
    ptrdiff_t count, float limit, float *solutions, ptrdiff_t stride, double *gains,
    int32_t *accepted, void *scratch) {
  ptrdiff_t order = (dimension + 3) / 4 * 4;
  float *sides = scratch;
  float *inverses = sides + order * lanes16;
  float *matrices = inverses + order * lanes16;
  int32_t fine[lanes16] __attribute__((aligned(64)));
  double sums[lanes16] __attribute__((aligned(64))) = {0};
  interleave(dimension, order, partials, rights, ridges, count, matrices, sides);
  for (ptrdiff_t s = 0; s < lanes16; s += LANES)
    solve_lanes(order, matrices + s, sides + s, inverses + s, limit, fine + s);
  for (ptrdiff_t i = 0; i < order; i++)
    for (int s = 0; s < lanes16; s++) {
      double z = sides[i * lanes16 + s];
      sums[s] = __builtin_fma(z, z, sums[s]);
    }
  for (ptrdiff_t s = 0; s < lanes16; s += LANES)
    substitute_lanes(order, matrices + s, sides + s, inverses + s);
  for (ptrdiff_t s = 0; s < count; s++) {
    gains[s] = sums[s];
    accepted[s] = fine[s] != 0;
    for (ptrdiff_t i = 0; i < dimension; i++) solutions[s * stride + i] = sides[i * lanes16 + s];
  }
}
