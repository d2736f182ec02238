// Rows by their entries, against points that lie feature by feature. Each result is one chain over
// the entries of its row, vectorised over points.

// The numbers of all points for the feature of an entry, or null where all are zero.
INLINE const double *NAME(feature)(const martlet_points *points, int32_t index) {
  ptrdiff_t slot = points->slots ? points->slots[index] : index;
  return slot < 0 ? NULL : points->packed + slot * points->stride;
}

// Features lie far apart: their lines are asked for some entries ahead.
INLINE void NAME(ask_ahead)(
    const martlet_sparse_rows *rows, const martlet_points *points, ptrdiff_t entry,
    ptrdiff_t end) {
  enum { ahead = 12 };
  if (entry + ahead >= end) return;
  const double *line = NAME(feature)(points, rows->indices[entry + ahead]);
  if (line) __builtin_prefetch(line);
}

// The scores of one row for `vectors` times eight points, from point `first` on.
INLINE void NAME(sparse_scores)(
    const martlet_sparse_rows *rows, const martlet_points *points, ptrdiff_t row, ptrdiff_t end,
    ptrdiff_t first, const int vectors, double *out) {
  const ELEMENT *values = rows->values;
  doubles8 s[4];
  UNROLL for (int i = 0; i < vectors; i++)
    s[i] = (doubles8)-0.5 * *(const loose_doubles8 *)(points->squares + first + 8 * i);
  for (ptrdiff_t e = rows->offsets[row]; e < rows->offsets[row + 1]; e++) {
    NAME(ask_ahead)(rows, points, e, end);
    const double *numbers = NAME(feature)(points, rows->indices[e]);
    if (!numbers) {
      // Zeros leave a score as it is, but for a value that is no number.
      if (values[e] - values[e] == 0) continue;
      UNROLL for (int i = 0; i < vectors; i++) s[i] = (doubles8)(double)NAN;
      continue;
    }
    doubles8 value = (doubles8)(double)values[e];
    UNROLL for (int i = 0; i < vectors; i++)
      s[i] = __builtin_elementwise_fma(
          value, (doubles8)*(const loose_doubles8 *)(numbers + first + 8 * i), s[i]);
  }
  UNROLL for (int i = 0; i < vectors; i++) *(loose_doubles8 *)(out + 8 * i) = s[i];
}

static void NAME(sparse_best)(
    const martlet_sparse_rows *rows, const martlet_points *points, int32_t *best) {
  ptrdiff_t end = rows->offsets[rows->count];
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    double greatest = -INFINITY;
    int32_t place = 0;
    for (ptrdiff_t first = 0; first < points->count; first += 32) {
      ptrdiff_t count = points->count - first < 32 ? points->count - first : 32;
      double scores[32];
      switch ((count + 7) / 8) {
        case 1: NAME(sparse_scores)(rows, points, r, end, first, 1, scores); break;
        case 2: NAME(sparse_scores)(rows, points, r, end, first, 2, scores); break;
        case 3: NAME(sparse_scores)(rows, points, r, end, first, 3, scores); break;
        default: NAME(sparse_scores)(rows, points, r, end, first, 4, scores); break;
      }
      SCALAR_LOOP for (ptrdiff_t c = 0; c < count; c++)
        if (scores[c] > greatest) {
          greatest = scores[c];
          place = (int32_t)(first + c);
        }
    }
    best[r] = place;
  }
}

static void NAME(sparse_distances)(
    const martlet_sparse_rows *rows, const martlet_points *points, const int32_t *chosen,
    double *out) {
  const ELEMENT *values = rows->values;
  ptrdiff_t end = rows->offsets[rows->count];
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    ptrdiff_t c = chosen ? chosen[r] : 0;
    double sum = 0, covered = 0;
    for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++) {
      NAME(ask_ahead)(rows, points, e, end);
      const double *numbers = NAME(feature)(points, rows->indices[e]);
      double number = numbers ? numbers[c] : 0, apart = (double)values[e] - number;
      sum = __builtin_fma(apart, apart, sum);
      covered = __builtin_fma(number, number, covered);
    }
    double beside = points->squares[c] - covered;
    out[r] = beside > 0 ? sum + beside : sum;
  }
}

static void NAME(sparse_add)(
    const martlet_sparse_rows *rows, const int32_t *chosen, ptrdiff_t dimension,
    const martlet_sums *sums) {
  const ELEMENT *values = rows->values;
  SCALAR_LOOP for (ptrdiff_t r = 0; r < rows->count; r++) {
    ptrdiff_t c = chosen ? chosen[r] : 0;
    double weight = sums->weights ? sums->weights[r] : 1, *to = sums->sums + c * dimension;
    SCALAR_LOOP for (ptrdiff_t e = rows->offsets[r]; e < rows->offsets[r + 1]; e++)
      to[rows->indices[e]] = __builtin_fma(weight, (double)values[e], to[rows->indices[e]]);
    sums->weight_sums[c] += weight;
    if (sums->counts) sums->counts[c] += 1;
  }
}
