// Sums over the rows of each column, for matrices so wide that a sum of their width for each leaf
// would cost more than the entries. The leaves of a column are added in their binary tree as they
// come, in registers; a leaf without entries is a zero, which changes nothing.

// What of a leaf's sum is known at `level`, once all left of it is added.
INLINE double NAME(carried)(
    double sum, ptrdiff_t leaf, int level, const double *pending, uint64_t *have) {
  uint64_t below = ((uint64_t)1 << level) - 1, left = (uint64_t)leaf & *have & below;
  for (; left; left &= left - 1) sum = pending[__builtin_ctzll(left)] + sum;
  *have &= ~below;
  return sum;
}

INLINE void NAME(column_range)(
    const martlet_entry_columns *m, const double *factors, ptrdiff_t first, ptrdiff_t last,
    double *out, const int squared) {
  const ELEMENT *values = m->values;
  ptrdiff_t width = m->column_count;
  for (ptrdiff_t c = first; c < last; c++) {
    ptrdiff_t e = m->offsets[c], end = m->offsets[c + 1];
    for (ptrdiff_t root = 0; root < m->root_count; root++) {
      double pending[64], sum = 0;
      uint64_t have = 0;
      ptrdiff_t leaf = -1, before = m->root_leaves[root], behind = m->root_leaves[root + 1];
      SCALAR_LOOP for (; e < end; e++) {
        int32_t row = m->rows[e];
        ptrdiff_t next = m->root_leaves[0] + m->row_leaves[row];
        if (next != leaf) {
          if (next >= behind) break;
          if (leaf >= 0) {
            int level = 63 - __builtin_clzll((unsigned long long)(leaf ^ next));
            pending[level] = NAME(carried)(sum, leaf, level, pending, &have);
            have |= (uint64_t)1 << level;
          }
          leaf = next;
          sum = 0;
        }
        double factor = factors ? factors[row] : 1, value = (double)values[e];
        sum = squared ? __builtin_fma(factor * value, value, sum)
                      : __builtin_fma(factor, value, sum);
      }
      if (leaf >= 0) {
        int level = 0;
        for (ptrdiff_t count = behind - before; count > 1; count /= 2) level++;
        sum = NAME(carried)(sum, leaf, level, pending, &have);
      }
      out[root * width + c] = sum;
    }
  }
}

static void NAME(column_sums)(
    const martlet_entry_columns *m, const double *factors, int squared, ptrdiff_t first,
    ptrdiff_t last, double *out) {
  if (squared) NAME(column_range)(m, factors, first, last, out, 1);
  else NAME(column_range)(m, factors, first, last, out, 0);
}
