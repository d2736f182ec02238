// Scores of panels against packed columns, and what is made of them.

// The greatest score of each row so far, the first column that has it, and the runner-up.
typedef struct {
  VECTOR best[2], second[2];
  NAME(integers) column[2];
} NAME(leaders);

INLINE void NAME(consider)(NAME(leaders) *s, int v, VECTOR score, ptrdiff_t column, int second) {
  // A score that is no number is never greater.
  NAME(integers) greater = score > s->best[v];
  if (second) {
    VECTOR loser = greater ? s->best[v] : score;
    s->second[v] = loser > s->second[v] ? loser : s->second[v];
  }
  s->best[v] = greater ? score : s->best[v];
  s->column[v] = greater ? (NAME(integers))((INTEGER)column) : s->column[v];
}

// Two vectors of rows against `count` columns of a group of `width`. `next` (or null) is where the
// next panel's rows begin: each step calls for 128 bytes of them, so that memory works meanwhile.
INLINE void NAME(tile)(
    const ELEMENT *x, const ELEMENT *c, const ELEMENT *bias, ptrdiff_t dimension,
    const ptrdiff_t width, const int count, const char *next, VECTOR a[], VECTOR b[]) {
  UNROLL for (int i = 0; i < count; i++) a[i] = b[i] = SPLAT(bias[i]);
  for (ptrdiff_t j = 0; j < dimension; j++) {
    if (next) {
      __builtin_prefetch(next + j * 128);
      __builtin_prefetch(next + j * 128 + 64);
    }
    VECTOR x0 = LOAD(x + j * PANEL), x1 = LOAD(x + j * PANEL + LANES);
    UNROLL for (int i = 0; i < count; i++) {
      VECTOR q = SPLAT(c[j * width + i]);
      a[i] = FMA(x0, q, a[i]);
      b[i] = FMA(x1, q, b[i]);
    }
  }
}

#include "top.h"

enum { NAME(mode_best), NAME(mode_second), NAME(mode_store), NAME(mode_top) };

INLINE void NAME(part)(
    const ELEMENT *x, const ELEMENT *c, const ELEMENT *bias, ptrdiff_t dimension,
    const ptrdiff_t width, const int count, const int mode, ptrdiff_t first,
    const char *next, NAME(leaders) *leaders, ELEMENT *stored, const NAME(heaps) *heaps) {
  VECTOR a[TILE_COLUMNS], b[TILE_COLUMNS];
  if (next) NAME(tile)(x, c, bias, dimension, width, count, next, a, b);
  else NAME(tile)(x, c, bias, dimension, width, count, NULL, a, b);
  if (mode == NAME(mode_top)) {
    NAME(offer)(heaps, a, b, count, first);
    return;
  }
  UNROLL for (int i = 0; i < count; i++) {
    if (mode == NAME(mode_store)) {
      *(VECTOR *)(stored + (first + i) * PANEL) = a[i];
      *(VECTOR *)(stored + (first + i) * PANEL + LANES) = b[i];
    } else {
      NAME(consider)(leaders, 0, a[i], first + i, mode == NAME(mode_second));
      NAME(consider)(leaders, 1, b[i], first + i, mode == NAME(mode_second));
    }
  }
}

// A group of 12, 8 or 4 columns, in tiles that this level's registers hold.
INLINE void NAME(group)(
    const ELEMENT *x, const ELEMENT *c, const ELEMENT *bias, ptrdiff_t dimension,
    const ptrdiff_t width, const int mode, ptrdiff_t first, const char *next,
    NAME(leaders) *leaders, ELEMENT *stored, const NAME(heaps) *heaps) {
  enum { whole = TILE_COLUMNS };
  const int count = width <= whole ? (int)width : width % whole == 0 ? whole : 4;
  for (int i = 0; i < width; i += count)
    NAME(part)(
        x, c + i, bias + i, dimension, width, count, mode, first + i, i == 0 ? next : NULL, leaders,
        stored, heaps);
}

INLINE void NAME(all_groups)(
    const ELEMENT *x, const martlet_columns *columns, ptrdiff_t dimension, const int mode,
    const char *next, NAME(leaders) *leaders, ELEMENT *stored, const NAME(heaps) *heaps) {
  const ELEMENT *c = columns->packed, *bias = columns->bias;
  ptrdiff_t first = 0, count = columns->count;
  for (; first + 12 <= count; first += 12) {
    NAME(group)(
        x, c + first * dimension, bias + first, dimension, 12, mode, first, next, leaders, stored,
        heaps);
    next = NULL;
  }
  c += first * dimension;
  bias += first;
  ptrdiff_t rest = count - first;
  if (rest > 8)
    NAME(group)(x, c, bias, dimension, 12, mode, first, next, leaders, stored, heaps);
  else if (rest > 4)
    NAME(group)(x, c, bias, dimension, 8, mode, first, next, leaders, stored, heaps);
  else if (rest > 0)
    NAME(group)(x, c, bias, dimension, 4, mode, first, next, leaders, stored, heaps);
}

INLINE void NAME(panel_leaders)(
    const ELEMENT *panel, const martlet_columns *columns, ptrdiff_t dimension, const int mode,
    const char *next, int32_t *best, ELEMENT *score, ELEMENT *second) {
  for (int r = 0; r < PANEL; r += 2 * LANES) {
    NAME(leaders) s;
    for (int v = 0; v < 2; v++) {
      s.best[v] = s.second[v] = SPLAT(-(ELEMENT)__builtin_inff());
      s.column[v] = (NAME(integers))((INTEGER)0);
    }
    NAME(all_groups)(panel + r, columns, dimension, mode, r == 0 ? next : NULL, &s, NULL, NULL);
    for (int v = 0; v < 2; v++) {
      *(NAME(indices) *)(best + r + v * LANES) =
          __builtin_convertvector(s.column[v], NAME(indices));
      *(VECTOR *)(score + r + v * LANES) = s.best[v];
      if (mode == NAME(mode_second)) *(VECTOR *)(second + r + v * LANES) = s.second[v];
    }
  }
}

static void NAME(panel_best)(
    const ELEMENT *panel, const martlet_columns *columns, ptrdiff_t dimension,
    const char *next, int32_t *best, ELEMENT *score) {
  NAME(panel_leaders)(panel, columns, dimension, NAME(mode_best), next, best, score, NULL);
}

static void NAME(panel_best_two)(
    const ELEMENT *panel, const martlet_columns *columns, ptrdiff_t dimension,
    const char *next, int32_t *best, ELEMENT *score, ELEMENT *second) {
  NAME(panel_leaders)(panel, columns, dimension, NAME(mode_second), next, best, score, second);
}

static void NAME(panel_store)(
    const ELEMENT *panel, const martlet_columns *columns, ptrdiff_t dimension,
    const char *next, ELEMENT *stored) {
  for (int r = 0; r < PANEL; r += 2 * LANES)
    NAME(all_groups)(
        panel + r, columns, dimension, NAME(mode_store), r == 0 ? next : NULL, NULL, stored + r,
        NULL);
}

static void NAME(score)(
    const martlet_rows *rows, const martlet_columns *columns, const martlet_scores *out,
    const martlet_sums *sums, void *scratch) {
  ptrdiff_t dimension = rows->dimension;
  ELEMENT *panel = scratch, *stored = panel + dimension * PANEL;
  int32_t best[PANEL] __attribute__((aligned(64)));
  ELEMENT score[PANEL] __attribute__((aligned(64))), second[PANEL] __attribute__((aligned(64)));
  for (ptrdiff_t from = 0; from < rows->count; from += PANEL) {
    ptrdiff_t count = rows->count - from < PANEL ? rows->count - from : PANEL;
    // The last panel is filled up with its last row; what comes of that is dropped.
    const ELEMENT *starts[PANEL];
    NAME(find_rows)(rows, from, count, PANEL, starts);
    int follows = !rows->positions && rows->stride == dimension && from + 2 * PANEL <= rows->count;
    const char *next = follows ? (const char *)NAME(row)(rows, from + PANEL) : NULL;
    NAME(pack_panel)(starts, rows->shift, dimension, panel);
    if (out->scores) {
      NAME(panel_store)(panel, columns, dimension, next, stored);
      NAME(unpack_panel)(
          stored, columns->count, count, (ELEMENT *)out->scores + from * out->scores_stride,
          out->scores_stride);
      continue;
    }
    if (out->second) NAME(panel_best_two)(panel, columns, dimension, next, best, score, second);
    else NAME(panel_best)(panel, columns, dimension, next, best, score);
    if (out->best) memcpy(out->best + from, best, (size_t)count * sizeof *best);
    if (out->score) memcpy((ELEMENT *)out->score + from, score, (size_t)count * sizeof *score);
    if (out->second) memcpy((ELEMENT *)out->second + from, second, (size_t)count * sizeof *score);
    if (sums)
      NAME(add_starts)(
          starts, count, dimension, rows->shift, best, sums,
          sums->weights ? sums->weights + from : NULL);
  }
}

// Rows whose heaps are filled together, so that a block of columns is read from memory once for all.
enum { NAME(rows_together) = 8 * PANEL };

static void NAME(top)(
    const martlet_rows *rows, const martlet_columns *columns, const martlet_top *out,
    void *scratch) {
  ptrdiff_t dimension = rows->dimension, block = martlet_top_block(ELEMENT_BYTES, dimension);
  ELEMENT *thresholds = scratch, *panels = thresholds + NAME(rows_together);
  for (ptrdiff_t from = 0; from < rows->count; from += NAME(rows_together)) {
    ptrdiff_t rest = rows->count - from;
    ptrdiff_t count = rest < NAME(rows_together) ? rest : NAME(rows_together);
    for (ptrdiff_t r = 0; r < count; r += PANEL) {
      const ELEMENT *starts[PANEL];
      NAME(find_rows)(rows, from + r, count - r < PANEL ? count - r : PANEL, PANEL, starts);
      NAME(pack_panel)(starts, rows->shift, dimension, panels + r * dimension);
    }
    NAME(empty_heaps)(out, from, count, thresholds);
    for (ptrdiff_t first = 0; first < columns->count; first += block) {
      ptrdiff_t left = columns->count - first;
      martlet_columns some = {
          (const ELEMENT *)columns->packed + first * dimension,
          (const ELEMENT *)columns->bias + first, left < block ? left : block};
      for (ptrdiff_t r = 0; r < count; r += 2 * LANES) {
        NAME(heaps) heaps = {out, thresholds + r, from + r, first};
        const ELEMENT *panel = panels + r / PANEL * PANEL * dimension + r % PANEL;
        NAME(all_groups)(
            panel, &some, dimension, NAME(mode_top), NULL, NULL, NULL, &heaps);
      }
    }
    NAME(sort_heaps)(out, from, count);
  }
}
