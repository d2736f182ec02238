// The greatest columns of each row: a heap a row, the worst of those kept at its root.

// The heaps of two vectors of rows. What does not beat a row's threshold does not enter its heap.
typedef struct {
  const martlet_top *out;
  ELEMENT *thresholds;
  // The first of the rows, and the first of the columns that are offered.
  ptrdiff_t row;
  ptrdiff_t column;
} NAME(heaps);

// Of equal scores the one of the later column is worse.
INLINE int NAME(worse)(ELEMENT a, int32_t i, ELEMENT b, int32_t j) {
  return a < b || (a == b && i > j);
}

// Puts a choice in place of the root of a heap of `count`.
INLINE void NAME(sink)(
    ELEMENT *scores, int32_t *chosen, ptrdiff_t count, ELEMENT score, int32_t column) {
  ptrdiff_t at = 0;
  for (ptrdiff_t child = 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count
        && NAME(worse)(scores[child + 1], chosen[child + 1], scores[child], chosen[child]))
      child++;
    if (!NAME(worse)(scores[child], chosen[child], score, column)) break;
    scores[at] = scores[child];
    chosen[at] = chosen[child];
    at = child;
  }
  scores[at] = score;
  chosen[at] = column;
}

// Adds a choice to a heap of `count` that has room for it.
INLINE void NAME(rise)(
    ELEMENT *scores, int32_t *chosen, ptrdiff_t count, ELEMENT score, int32_t column) {
  ptrdiff_t at = count;
  while (at > 0) {
    ptrdiff_t above = (at - 1) / 2;
    if (!NAME(worse)(score, column, scores[above], chosen[above])) break;
    scores[at] = scores[above];
    chosen[at] = chosen[above];
    at = above;
  }
  scores[at] = score;
  chosen[at] = column;
}

// A score that beats the threshold of its row.
INLINE void NAME(push)(const NAME(heaps) *heaps, ptrdiff_t lane, ELEMENT score, ptrdiff_t at) {
  const martlet_top *out = heaps->out;
  ptrdiff_t row = heaps->row + lane;
  int32_t column = out->names ? out->names[heaps->column + at] : (int32_t)(heaps->column + at);
  if (out->begins && martlet_has(out->without, out->begins[row], out->ends[row], column)) return;
  ELEMENT *scores = (ELEMENT *)out->scores + row * out->limit;
  int32_t *chosen = out->chosen + row * out->limit;
  if (out->counts[row] < out->limit) {
    NAME(rise)(scores, chosen, out->counts[row]++, score, column);
    if (out->counts[row] < out->limit) return;
  } else {
    NAME(sink)(scores, chosen, out->limit, score, column);
  }
  heaps->thresholds[lane] = scores[0];
}

// The scores of some columns, [columns][2 * LANES], at least one of which beats a threshold.
static __attribute__((noinline)) void NAME(push_some)(
    const NAME(heaps) *heaps, const ELEMENT *scores, ptrdiff_t first, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    for (int v = 0; v < 2; v++) {
      const ELEMENT *some = scores + (2 * i + v) * LANES;
      NAME(integers) beats = LOAD(some) > LOAD_LOOSE(heaps->thresholds + v * LANES);
      NAME(bools) bits = __builtin_convertvector(beats, NAME(bools));
      uint16_t mask = 0;
      memcpy(&mask, &bits, (LANES + 7) / 8);
      for (mask &= (1u << LANES) - 1; mask; mask &= mask - 1) {
        int lane = __builtin_ctz(mask);
        NAME(push)(heaps, v * LANES + lane, some[lane], first + i);
      }
    }
  }
}

// Scores of `count` columns. Most beat no threshold, which a vector says for all of them at once.
INLINE void NAME(offer)(
    const NAME(heaps) *heaps, const VECTOR *a, const VECTOR *b, const int count,
    ptrdiff_t first) {
  VECTOR low = LOAD_LOOSE(heaps->thresholds), high = LOAD_LOOSE(heaps->thresholds + LANES);
  VECTOR most = low, best = high;
  // A score that is no number is never greater.
  UNROLL for (int i = 0; i < count; i++) {
    most = a[i] > most ? a[i] : most;
    best = b[i] > best ? b[i] : best;
  }
  NAME(integers) beaten = (most > low) | (best > high);
  if (__builtin_expect(__builtin_reduce_or(beaten) == 0, 1)) return;
  ELEMENT scores[2 * LANES * TILE_COLUMNS] __attribute__((aligned(64)));
  UNROLL for (int i = 0; i < count; i++) {
    *(VECTOR *)(scores + 2 * i * LANES) = a[i];
    *(VECTOR *)(scores + (2 * i + 1) * LANES) = b[i];
  }
  NAME(push_some)(heaps, scores, first, count);
}

// No choices yet. Rows that only fill up a panel take none.
INLINE void NAME(empty_heaps)(
    const martlet_top *out, ptrdiff_t from, ptrdiff_t count, ELEMENT *thresholds) {
  ELEMENT infinity = (ELEMENT)__builtin_inff();
  const ELEMENT *floors = out->floors;
  ptrdiff_t whole = (count + PANEL - 1) / PANEL * PANEL;
  for (ptrdiff_t r = 0; r < whole; r++) thresholds[r] = r < count ? -infinity : infinity;
  if (floors) memcpy(thresholds, floors + from, (size_t)count * sizeof *floors);
  memset(out->counts + from, 0, (size_t)count * sizeof *out->counts);
}

// The best first: the worst goes behind the others, again and again.
INLINE void NAME(sort_heaps)(const martlet_top *out, ptrdiff_t from, ptrdiff_t count) {
  for (ptrdiff_t row = from; row < from + count; row++) {
    ELEMENT *scores = (ELEMENT *)out->scores + row * out->limit;
    int32_t *chosen = out->chosen + row * out->limit;
    for (ptrdiff_t last = (ptrdiff_t)out->counts[row] - 1; last > 0; last--) {
      ELEMENT score = scores[last];
      int32_t column = chosen[last];
      scores[last] = scores[0];
      chosen[last] = chosen[0];
      NAME(sink)(scores, chosen, last, score, column);
    }
  }
}
