#pragma once
#include <stddef.h>
#include <stdint.h>

// Hot loops over rows of numbers, one source for several instruction sets. Every result is a
// fixed chain of fused multiply-adds, vectorised over results and never over a sum, so that each
// level gives the same bits. Shapes are checked by the Swift wrappers before they come here.

// Levels of the instruction set, and the precisions of a row's elements.
enum { martlet_level_plain = 0, martlet_level_avx2 = 1, martlet_level_avx512 = 2 };
enum { martlet_precision_float = 0, martlet_precision_double = 1 };

// 1 when this machine and its system can run a level.
int martlet_level_supported(int level);

// Rows as they lie in memory. Row r is `start + (positions ? positions[r] : r) * stride`.
typedef struct {
  const void *start;
  ptrdiff_t stride;
  const int32_t *positions;
  ptrdiff_t count;
  ptrdiff_t dimension;
  // Subtracted from each row in the element type; may be null.
  const void *shift;
} martlet_rows;

// Columns to score against, packed by martlet_pack_columns.
typedef struct {
  const void *packed;
  const void *bias;
  ptrdiff_t count;
} martlet_columns;

// Where scores go; each pointer may be null (`scores` excludes the other three).
typedef struct {
  int32_t *best;
  void *score;
  void *second;
  void *scores;
  ptrdiff_t scores_stride;
} martlet_scores;

// Sums by cluster, with one weight a row (null: all 1). `counts` may be null.
typedef struct {
  const double *weights;
  double *sums;
  double *weight_sums;
  int64_t *counts;
} martlet_sums;

// Columns after padding; `packed` holds dimension times as many elements, `bias` as many.
ptrdiff_t martlet_padded_columns(ptrdiff_t count);
// Bytes of 64-byte aligned scratch that martlet_score wants.
size_t martlet_score_scratch(int precision, ptrdiff_t dimension, ptrdiff_t columns, int stores);

// Rounds (columns - shift) to the element type and packs it in groups of 12, the rest in one group
// of 4, 8 or 12. bias null: minus half the squared length of each rounded column.
void martlet_pack_columns(
    int precision, const double *columns, ptrdiff_t count, ptrdiff_t dimension, const void *shift,
    const double *bias, void *packed, void *packed_bias);

// score = bias, then fma(x_j, c_j, score) for j ascending. The best is the first greatest.
// sums null: scores only; otherwise each row is also added to the sums of its best column.
void martlet_score(
    int level, int precision, const martlet_rows *rows, const martlet_columns *columns,
    const martlet_scores *out, const martlet_sums *sums, void *scratch);

// The columns with the greatest scores, for each row.
typedef struct {
  // How many a row, and room for as many: best first, of equal scores the earlier column first.
  ptrdiff_t limit;
  int32_t *chosen;
  void *scores;
  // How many there were.
  int32_t *counts;
  // What a score must be greater than, one a row; null: -infinity.
  const void *floors;
  // What the packed columns are called, rising; null: 0, 1, 2, ...
  const int32_t *names;
  // What row r may not have: without[begins[r]] ..< without[ends[r]], rising. begins null: nothing.
  const int32_t *without;
  const ptrdiff_t *begins;
  const ptrdiff_t *ends;
} martlet_top;

// Bytes of 64-byte aligned scratch that martlet_top_columns wants.
size_t martlet_top_scratch(int precision, ptrdiff_t dimension);

// Packs columns as martlet_pack_columns does: row names[c] (names null: c) of `columns`, and its
// element of `bias` (null: 0).
void martlet_pack_chosen(
    int precision, const void *columns, ptrdiff_t dimension, const void *bias,
    const int32_t *names, ptrdiff_t count, void *packed, void *packed_bias);

// The chain of martlet_score. A score that is no number, or -infinity, is chosen for no row.
void martlet_top_columns(
    int level, int precision, const martlet_rows *rows, const martlet_columns *columns,
    const martlet_top *out, void *scratch);

// sums[chosen[r]] = fma(weight, Double(x) - Double(shift), sum), rows in order.
void martlet_add_rows(
    int level, int precision, const martlet_rows *rows, const int32_t *chosen,
    const martlet_sums *sums);

// The same for one cluster, with the sums kept in registers.
void martlet_add_columns(
    int level, int precision, const martlet_rows *rows, const double *weights, double *sums,
    double *weight_sum);

// Squared distance of each row to centre chosen[r] (chosen null: centre 0), in Double: lane j mod 8
// chains fma(x - c, x - c, s), then lanes are added 4 apart, 2 apart, 1 apart.
void martlet_squared_distances(
    int level, int precision, const martlet_rows *rows, const double *centres,
    const int32_t *chosen, double *out);

// Elements a row of the partial Gram takes, and bytes of 64-byte aligned scratch.
ptrdiff_t martlet_gram_width(int precision, ptrdiff_t dimension);
size_t martlet_gram_scratch(int precision, ptrdiff_t dimension);

// Adds to the upper triangle of `partial` (width x width elements, 64-byte aligned): rows in order,
// s = fma(weight * y_i, y_j, s); `right` (width elements, or null): s = fma(value, y_j, s).
void martlet_gram(
    int level, int precision, const martlet_rows *rows, const void *weights, const void *values,
    void *partial, void *right, void *scratch);

// result += Double(partial) over the upper triangle and the right-hand side; partial = 0.
void martlet_gram_flush(
    int precision, ptrdiff_t dimension, void *partial, void *right, double *result,
    double *result_right);

// Rows by their entries that are not zero: row r has the entries offsets[r] ..< offsets[r + 1], by
// rising index.
typedef struct {
  const ptrdiff_t *offsets;
  const int32_t *indices;
  const void *values;
  ptrdiff_t count;
} martlet_sparse_rows;

// Points that sparse rows are compared with. Number c of feature j is
// packed[(slots ? slots[j] : j) * stride + c], and 0 where slots[j] < 0.
typedef struct {
  const int32_t *slots;
  const double *packed;
  // The squared length of each point: a chain over its numbers.
  const double *squares;
  ptrdiff_t count;
  // A multiple of 8; zeros behind `count`.
  ptrdiff_t stride;
} martlet_points;

// The nearest point of each row, the first of equals: the greatest of -squares[c] / 2, then
// fma(x_e, p_ec, score) for the row's entries in order, in Double. A row with a NaN gets 0.
void martlet_sparse_best(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_points *points,
    int32_t *best);

// The squared distance of each row to point chosen[r] (chosen null: point 0), in Double: the chain
// fma(x - p, x - p, s) over its entries, and what the point has beside them: its square less the
// chain fma(p, p, s), where that is above 0.
void martlet_sparse_distances(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_points *points,
    const int32_t *chosen, double *out);

// sums[chosen[r]] = fma(weight, Double(x), sum), rows and entries in order; chosen null: all to 0.
void martlet_sparse_add(
    int level, int precision, const martlet_sparse_rows *rows, const int32_t *chosen,
    ptrdiff_t dimension, const martlet_sums *sums);

// Linear scores: output c of a row is the sum of its numbers times coefficients, plus intercepts[c].
// For dense rows, and for sparse ones of one output, number j of output c is
// coefficients[c * stride + j], with zeros behind the dimension up to a multiple of 8; for sparse
// rows of several outputs it is coefficients[j * stride + c], stride a multiple of 8.
typedef struct {
  const double *coefficients;
  const double *intercepts;
  ptrdiff_t outputs;
  ptrdiff_t stride;
} martlet_linear;

// out[c * out_stride + r], in Double: lane j mod 8 chains fma(x_j, w_j, s) for j ascending, then
// lanes are added 4 apart, 2 apart, 1 apart, then the intercept. Zeros left out change nothing.
void martlet_margins(
    int level, int precision, const martlet_rows *rows, const martlet_linear *linear, double *out,
    ptrdiff_t out_stride);
// `scratch`: 8 * stride doubles where there are several outputs.
void martlet_sparse_margins(
    int level, int precision, const martlet_sparse_rows *rows, const martlet_linear *linear,
    double *out, ptrdiff_t out_stride, double *scratch);

// sums[c * sums_stride + j] = fma(factors[c * factors_stride + r], x_rj, sum), rows in order;
// sums_stride a multiple of 8 that is at least the dimension.
void martlet_add_products(
    int level, int precision, const martlet_rows *rows, const double *factors,
    ptrdiff_t factors_stride, ptrdiff_t outputs, double *sums, ptrdiff_t sums_stride);
// The same into sums[j * sums_stride + c] (one output: sums[j]); `scratch`: sums_stride doubles.
void martlet_sparse_products(
    int level, int precision, const martlet_sparse_rows *rows, const double *factors,
    ptrdiff_t factors_stride, ptrdiff_t outputs, double *sums, ptrdiff_t sums_stride,
    double *scratch);

// sums[j] = fma(w, d, sum) and squares[j] = fma(w d, d, square), d = x_j - shift_j, rows in order;
// weights null: all 1. Shift, sums and squares are padded to a multiple of 8.
void martlet_add_moments(
    int level, int precision, const martlet_rows *rows, const double *shift,
    const double *weights, double *sums, double *squares);
// The same without a shift; sums may be null.
void martlet_sparse_moments(
    int level, int precision, const martlet_sparse_rows *rows, const double *weights,
    double *sums, double *squares);

// The entries of rows, `martlet_chunk_columns` columns after the other: those of chunk c begin at
// chunk_entries[c], leaf by leaf, segment_counts[c * leaves + l] of them for the l-th leaf, by rising
// row; `columns` are told from the first of the chunk. Root r of the tree of leaves covers the leaves
// root_leaves[r] ..< root_leaves[r + 1].
enum { martlet_chunk_columns = 512, martlet_tree_levels = 16 };
typedef struct {
  const ptrdiff_t *chunk_entries;
  const int32_t *segment_counts;
  const uint16_t *columns;
  const int32_t *rows;
  const void *values;
  ptrdiff_t column_count;
  const ptrdiff_t *root_leaves;
  ptrdiff_t root_count;
} martlet_entry_columns;

// out[root * column_count + c] for the columns of chunks first ..< last: in each leaf the chain of
// martlet_sparse_products (squared: of the squares of martlet_sparse_moments), rows in order; leaves
// in their perfect binary tree, left plus right. Factors null: all 1.
void martlet_column_sums(
    int level, int precision, const martlet_entry_columns *columns, const double *factors,
    int squared, ptrdiff_t first, ptrdiff_t last, double *out);

// The classes that rows have (0, 1, ... as doubles), the weights of rows and of classes; the last
// two may be null.
typedef struct {
  const double *places;
  const double *weights;
  const double *class_weights;
} martlet_labels;

// What margins cost: residual (probability less 1 for the row's own class) and curvature (p (1 - p))
// of output c and row r at [c * stride + r], each times the row's weight. `lanes` has 8 doubles
// for the loss and 8 for each output's residuals: lane r mod 8 is added to, rows in order.
typedef struct {
  double *residuals;
  // May be null.
  double *curvatures;
  ptrdiff_t stride;
  double *lanes;
} martlet_class_terms;

// One output: two classes, the margin is that of the second. Else one output a class.
void martlet_terms(
    int level, const martlet_labels *labels, ptrdiff_t outputs, ptrdiff_t rows,
    const double *margins, ptrdiff_t stride, const martlet_class_terms *out);
// The probability of each class, out[c * out_stride + r]; for one output there are two.
void martlet_probabilities(
    int level, ptrdiff_t outputs, ptrdiff_t rows, const double *margins, ptrdiff_t stride,
    double *out, ptrdiff_t out_stride);

// The product of two vectors: 32 lanes (place mod 32) of fma, added 16 apart, 8, 4, 2, 1 apart.
double martlet_dot(int level, const double *a, const double *b, ptrdiff_t count);
// y = fma(scale, x, y).
void martlet_axpy(int level, double scale, const double *x, double *y, ptrdiff_t count);
// The products of a vector kept in single precision with a, b and c: eight lanes (place mod 8) of
// fma each, added to what stands in lanes[0 ..< 24].
void martlet_kept_products(
    int level, const float *x, const double *a, const float *b, const float *c, ptrdiff_t count,
    double *lanes);
// y = fma(scale, x, y) for such a vector.
void martlet_add_kept(int level, double scale, const float *x, double *y, ptrdiff_t count);

// One side's observations as rows of a compressed matrix, and the factors of the other side: those
// of place c begin at c * stride, on borders of 64 bytes, and `dimension` of them are unknowns'
// partners. All in single precision.
typedef struct {
  const float *factors;
  ptrdiff_t stride;
  ptrdiff_t dimension;
  const int32_t *indices;
  const float *values;
  // Explicit, the target of an entry is its value less `shift` less the element `bias` of its place
  // (negative: none), with weight 1. Implicit, the weight is w = alpha |value| and the target 1 + w
  // where the value is above 0, else 0.
  ptrdiff_t bias;
  float shift;
  float alpha;
  int implicit;
} martlet_observations;

// Systems that are solved side by side; the most entries of a piece.
enum { martlet_factor_systems = 16, martlet_factor_piece = 4096 };

// Bytes of 64-byte aligned scratch that each of the next three wants.
size_t martlet_factor_grams_scratch(ptrdiff_t dimension);
size_t martlet_factor_cholesky_scratch(ptrdiff_t dimension);
size_t martlet_factor_descent_scratch(ptrdiff_t dimension);

// For each piece k, the entries from[k] ..< from[k] + counts[k] (at most martlet_factor_piece): the
// upper triangle of start (null: 0) plus the sum of w y y' into partials[k * width * width], entries
// in order, s = fma(w y_i, y_j, s), width = martlet_gram_width; the sum of target y into
// rights[k * width]; the sum of squared targets (implicit: of targets) in 8 lanes into squares[k].
void martlet_factor_grams(
    int level, const martlet_observations *observations, const ptrdiff_t *from,
    const ptrdiff_t *counts, ptrdiff_t pieces, const float *start, float *partials, float *rights,
    double *squares, void *scratch);

// Solves up to martlet_factor_systems systems (A + ridge I) x = b of such partials and rights.
// accepted[s] is 0 where a pivot was no more than `limit` of its diagonal element, and the solution
// then worth nothing. gains[s] is b x.
void martlet_factor_cholesky(
    int level, ptrdiff_t dimension, const float *partials, const float *rights,
    const float *ridges, ptrdiff_t count, float limit, float *solutions, ptrdiff_t stride,
    double *gains, int32_t *accepted, void *scratch);

// For each piece, `steps` of conjugate gradients on (system + sum w y y' + ridge I) x = sum target y
// from the solution that stands at solutions[places[k] * stride]; system: all of a symmetric matrix
// of width x width, zeros behind the dimension, or null. gains[k] is 2 b x - x A x.
void martlet_factor_descent(
    int level, const martlet_observations *observations, const ptrdiff_t *from,
    const ptrdiff_t *counts, ptrdiff_t pieces, const float *system, const float *ridges, int steps,
    float *solutions, const ptrdiff_t *places, ptrdiff_t stride, double *gains, double *squares,
    void *scratch);

// Minimises x A x / 2 - b x over x whose first `bounded` elements are not negative, by coordinate
// descent from the x that is there, until no element moves farther than `tolerance` times the
// greatest one, at most `rounds` times. A is symmetric, all of it. `gradient` is scratch. Returns the
// rounds, or -1 where they did not do.
int martlet_bounded_descent(
    ptrdiff_t dimension, ptrdiff_t bounded, const double *matrix, const double *right, double *x,
    double *gradient, int rounds, double tolerance);

// 1 when all of them are in 0 ..< limit.
int martlet_all_within(const int32_t *values, ptrdiff_t count, ptrdiff_t limit);

// Numbers whose exact sum is that of a block's numbers, and of their squares, for exact sums that
// take a few additions a block. Any order of exact additions gives the same: no level shows.
enum { martlet_exact_rows = 256, martlet_exact_parts_limit = 8 };
// What became of a block: all parts are there; they are not (too wide a range of magnitudes, or
// squares beyond those of doubles); an infinity is among the numbers.
enum { martlet_exact_done = 0, martlet_exact_undone = 1, martlet_exact_infinite = 2 };
typedef struct {
  // Numbers that are no NaN, and the ends of them (0 is never -0); without any of them 0.
  ptrdiff_t count;
  double least;
  double greatest;
  ptrdiff_t sum_count;
  ptrdiff_t square_count;
  double sums[martlet_exact_parts_limit];
  double squares[2 * martlet_exact_parts_limit];
} martlet_exact_parts;

// Up to martlet_exact_rows numbers, `stride` apart; the squares only where they are wanted.
int martlet_take_exact_parts(
    int level, const double *values, ptrdiff_t count, ptrdiff_t stride, int wants_squares,
    martlet_exact_parts *parts);

#include "forests.h"
