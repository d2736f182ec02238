#pragma once
#include "CKernels.h"

// Trees whose splits compare one number of a row each, at most eight of them on any path: each tree
// a perfect heap of 255 splits, the first at place 1, over 256 leaves. A path that ends early is
// filled up with splits whose two sides are the same.
typedef struct {
  ptrdiff_t trees;
  // What splits look at, by rising number: twice the column, plus 1 where a missing number goes left.
  const int32_t *slots;
  ptrdiff_t slot_count;
  // [trees][256] in the element type: a number below its cut goes left.
  const void *cuts;
  // [trees][256] in the integer of that width: the slot times martlet_forest_rows.
  const void *places;
  // [trees][256] in the same integer, each below 2^26: what a leaf adds to the sum of a row.
  const void *values;
} martlet_short_forest;

// Rows that such a forest takes at a time.
enum { martlet_forest_rows = 128 };

// Writes `count` cuts, slots and values as such a forest has them. A cut between two elements becomes
// the upper one, below which the same elements are.
void martlet_pack_heaps(
    int precision, const double *cuts, const int32_t *slots, const int32_t *values,
    ptrdiff_t count, void *packed_cuts, void *packed_places, void *packed_values);

// sums[r] = the sum of the leaves that row r comes to. scratch: 64-byte aligned room for
// slot_count * martlet_forest_rows elements.
void martlet_short_paths(
    int level, int precision, const martlet_rows *rows, const martlet_short_forest *forest,
    int64_t *sums, void *scratch);

// What a node of a forest does with a row; 4 is added where rows that cannot be told go left.
enum {
  martlet_split_leaf = 0, martlet_split_number = 1, martlet_split_category = 2,
  martlet_split_mixture = 3
};

// Splits of numbers alone, of categories too, and of mixtures too.
enum { martlet_form_numbers = 0, martlet_form_categories = 1, martlet_form_mixtures = 2 };

// A node. Its left child is the next one. A leaf is its own right child, with a cut of -infinity and
// any column, so that a row stays there.
typedef struct {
  double cut;
  // What tosses the coins of categories; of a mixture how many terms it has.
  uint64_t key;
  // The column of a split, below the width of rows; of a mixture its first term.
  int32_t column;
  // The right child.
  int32_t right;
  // What it adds to the sum of a row that ends there.
  int32_t value;
  uint32_t kind;
} martlet_node;

// Trees of any shape.
typedef struct {
  ptrdiff_t trees;
  // The first node of each.
  const int32_t *roots;
  const martlet_node *nodes;
  // The form that its splits need.
  int form;
  // The terms of mixtures: weight * (x - centre).
  const int32_t *term_columns;
  const double *term_weights;
  const double *term_centres;
} martlet_forest;

// The same sums over such trees, on any level with the same bits, since they are whole numbers.
void martlet_forest_paths(
    int precision, const martlet_rows *rows, const martlet_forest *forest, int64_t *sums);
