// Rows down trees of any shape, for one element type. Expects ELEMENT and WALK.

// Where a row goes from a node, which is the node itself at a leaf. Without a branch: which split it is
// and where the row lies are as good as random.
INLINE int32_t WALK(next)(
    const martlet_node *nodes, int32_t at, const ELEMENT *row, const int form) {
  const martlet_node *node = &nodes[at];
  double number = (double)row[node->column];
  uint32_t isLeft = number < node->cut, known = number == number;
  if (form != martlet_form_numbers) {
    uint32_t isCategory = (node->kind & 3) == martlet_split_category;
    isLeft ^= (isLeft ^ coin(node->key, number)) & -isCategory;
  }
  // Below nothing is what is missing, so its bit is 0 until now.
  isLeft = (isLeft & known) | (node->kind >> 2 & ~known);
  return node->right ^ ((node->right ^ (at + 1)) & -(int32_t)(isLeft & 1));
}

// The same where there are mixtures.
INLINE int32_t WALK(next_mixed)(
    const martlet_forest *forest, int32_t at, const ELEMENT *row) {
  const martlet_node *node = &forest->nodes[at];
  if ((node->kind & 3) != martlet_split_mixture)
    return WALK(next)(forest->nodes, at, row, martlet_form_categories);
  double sum = 0;
  for (int32_t term = node->column; term < node->column + (int32_t)node->key; term++) {
    double number = (double)row[forest->term_columns[term]];
    // A missing number stands at the centre.
    double part = (number - forest->term_centres[term]) * forest->term_weights[term];
    sum += number == number ? part : 0;
  }
  return node->right ^ ((node->right ^ (at + 1)) & -(int32_t)(sum < node->cut));
}

// Rows that go down together: while one waits for its node the others go on.
INLINE void WALK(descend)(
    const martlet_forest *forest, int32_t root, const ELEMENT *const *rows, int64_t *sums,
    const int form) {
  int32_t at[martlet_walk_rows], moved = 1;
  for (int r = 0; r < martlet_walk_rows; r++) at[r] = root;
  while (moved) {
    moved = 0;
#pragma clang loop unroll(full)
    for (int r = 0; r < martlet_walk_rows; r++) {
      int32_t next = form == martlet_form_mixtures
          ? WALK(next_mixed)(forest, at[r], rows[r])
          : WALK(next)(forest->nodes, at[r], rows[r], form);
      moved |= next ^ at[r];
      at[r] = next;
    }
  }
  for (int r = 0; r < martlet_walk_rows; r++) sums[r] += forest->nodes[at[r]].value;
}

static void WALK(paths)(
    const martlet_rows *rows, const martlet_forest *forest, int64_t *out) {
  const ELEMENT *starts[martlet_forest_rows];
  int64_t sums[martlet_forest_rows];
  // A tree stays in the first-level cache while all rows of a chunk go down it.
  for (ptrdiff_t from = 0; from < rows->count; from += martlet_forest_rows) {
    ptrdiff_t rest = rows->count - from;
    ptrdiff_t count = rest < martlet_forest_rows ? rest : martlet_forest_rows;
    ptrdiff_t padded = (count + martlet_walk_rows - 1) / martlet_walk_rows * martlet_walk_rows;
    for (ptrdiff_t r = 0; r < padded; r++) {
      ptrdiff_t row = from + (r < count ? r : count - 1);
      ptrdiff_t at = rows->positions ? (ptrdiff_t)rows->positions[row] : row;
      starts[r] = (const ELEMENT *)rows->start + at * rows->stride;
      sums[r] = 0;
    }
    for (ptrdiff_t tree = 0; tree < forest->trees; tree++)
      for (ptrdiff_t r = 0; r < padded; r += martlet_walk_rows) {
        int32_t root = forest->roots[tree];
        switch (forest->form) {
        case martlet_form_numbers:
          WALK(descend)(forest, root, starts + r, sums + r, martlet_form_numbers);
          break;
        case martlet_form_categories:
          WALK(descend)(forest, root, starts + r, sums + r, martlet_form_categories);
          break;
        default: WALK(descend)(forest, root, starts + r, sums + r, martlet_form_mixtures);
        }
      }
    memcpy(out + from, sums, (size_t)count * sizeof *sums);
  }
}
