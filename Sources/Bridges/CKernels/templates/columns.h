// Sums over the rows of each column, for matrices so wide that a sum of their width for each leaf
// would cost more than the entries. Columns go a few at a time, whose sums of a leaf stay in the
// first-level cache, as do those of the nodes of the tree in which leaves are added as they come; a
// leaf without entries is a zero, which changes nothing.

// Adds to the sums of a node what is known left of it below `level`, the nearest first.
INLINE void NAME(carry)(
    double *sum, uint64_t leaf, int level, double *const *pending, uint64_t *have) {
  uint64_t below = ((uint64_t)1 << level) - 1, left = leaf & *have & below;
  for (; left; left &= left - 1) {
    const double *other = pending[__builtin_ctzll(left)];
    for (int c = 0; c < martlet_chunk_columns; c += 8) {
      doubles8 *to = (doubles8 *)(sum + c);
      *to = *(const doubles8 *)(other + c) + *to;
    }
  }
  *have &= ~below;
}

INLINE void NAME(chunk_sums)(
    const martlet_entry_columns *m, const double *factors, ptrdiff_t chunk, double *out,
    const int squared) {
  const ELEMENT *values = m->values;
  const uint16_t *columns = m->columns;
  const int32_t *rows = m->rows;
  double room[martlet_tree_levels + 1][martlet_chunk_columns] __attribute__((aligned(64)));
  double *pending[martlet_tree_levels], *sum = room[martlet_tree_levels];
  for (int level = 0; level < martlet_tree_levels; level++) pending[level] = room[level];
  ptrdiff_t first = chunk * martlet_chunk_columns, width = m->column_count - first;
  if (width > martlet_chunk_columns) width = martlet_chunk_columns;
  ptrdiff_t e = m->chunk_entries[chunk], start = m->root_leaves[0];
  const int32_t *counts = m->segment_counts + chunk * (m->root_leaves[m->root_count] - start);
  for (ptrdiff_t root = 0; root < m->root_count; root++) {
    ptrdiff_t before = m->root_leaves[root], behind = m->root_leaves[root + 1], last = -1;
    uint64_t have = 0;
    memset(sum, 0, sizeof room[0]);
    for (ptrdiff_t leaf = before; leaf < behind; leaf++) {
      ptrdiff_t end = e + counts[leaf - start];
      if (e == end) continue;
      if (last >= 0) {
        int level = 63 - __builtin_clzll((unsigned long long)(last ^ leaf));
        NAME(carry)(sum, (uint64_t)last, level, pending, &have);
        double *free = pending[level];
        pending[level] = sum;
        sum = free;
        memset(sum, 0, sizeof room[0]);
        have |= (uint64_t)1 << level;
      }
      last = leaf;
      SCALAR_LOOP for (; e < end; e++) {
        double factor = factors ? factors[rows[e]] : 1, value = (double)values[e];
        double *to = sum + columns[e];
        *to = squared ? __builtin_fma(factor * value, value, *to)
                      : __builtin_fma(factor, value, *to);
      }
    }
    if (last >= 0) {
      int level = 0;
      for (ptrdiff_t count = behind - before; count > 1; count /= 2) level++;
      NAME(carry)(sum, (uint64_t)last, level, pending, &have);
    }
    memcpy(out + root * m->column_count + first, sum, (size_t)width * sizeof(double));
  }
}

static void NAME(column_sums)(
    const martlet_entry_columns *m, const double *factors, int squared, ptrdiff_t first,
    ptrdiff_t last, double *out) {
  for (ptrdiff_t chunk = first; chunk < last; chunk++) {
    if (squared) NAME(chunk_sums)(m, factors, chunk, out, 1);
    else NAME(chunk_sums)(m, factors, chunk, out, 0);
  }
}
