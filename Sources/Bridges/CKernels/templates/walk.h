// Rows down trees of any shape, for one element type. Expects ELEMENT and WALK.

// Where a row goes from a node, which is the node itself at a leaf. Without a branch: which split it is
// and where the row lies are as good as random.
static inline int32_t WALK(next)(const martlet_node *nodes, int32_t at, const ELEMENT *row) {
  const martlet_node *node = &nodes[at];
  uint32_t split = node->kind & 3;
  double number = (double)row[node->column];
  uint32_t below = number < node->cut, toss = coin(node->key, number);
  uint32_t isLeft = split == martlet_split_category ? toss : below;
  isLeft = number == number ? isLeft : node->kind >> 2;
  int32_t next = isLeft ? at + 1 : node->right;
  return split == martlet_split_leaf ? at : next;
}

// The same where there are mixtures.
static inline int32_t WALK(next_mixed)(
    const martlet_forest *forest, int32_t at, const ELEMENT *row) {
  const martlet_node *node = &forest->nodes[at];
  if ((node->kind & 3) != martlet_split_mixture) return WALK(next)(forest->nodes, at, row);
  double sum = 0;
  for (int32_t term = node->column; term < node->column + (int32_t)node->key; term++) {
    double number = (double)row[forest->term_columns[term]];
    // A missing number stands at the centre.
    double part = (number - forest->term_centres[term]) * forest->term_weights[term];
    sum += number == number ? part : 0;
  }
  return sum < node->cut ? at + 1 : node->right;
}

static void WALK(paths)(
    const martlet_rows *rows, const martlet_forest *forest, int64_t *sums) {
  // Rows that go down together: while one waits for its node the others go on.
  enum { together = 8 };
  for (ptrdiff_t from = 0; from < rows->count; from += together) {
    ptrdiff_t count = rows->count - from < together ? rows->count - from : together;
    const ELEMENT *starts[together];
    int64_t own[together] = {0};
    for (ptrdiff_t r = 0; r < together; r++) {
      ptrdiff_t row = from + (r < count ? r : count - 1);
      ptrdiff_t at = rows->positions ? (ptrdiff_t)rows->positions[row] : row;
      starts[r] = (const ELEMENT *)rows->start + at * rows->stride;
    }
    for (ptrdiff_t tree = 0; tree < forest->trees; tree++) {
      int32_t at[together], moved = 1;
      for (int r = 0; r < together; r++) at[r] = forest->roots[tree];
      while (moved) {
        moved = 0;
        for (int r = 0; r < together; r++) {
          int32_t next = forest->has_mixtures
              ? WALK(next_mixed)(forest, at[r], starts[r])
              : WALK(next)(forest->nodes, at[r], starts[r]);
          moved |= next ^ at[r];
          at[r] = next;
        }
      }
      for (int r = 0; r < together; r++) own[r] += forest->nodes[at[r]].value;
    }
    for (ptrdiff_t r = 0; r < count; r++) sums[from + r] = own[r];
  }
}
