// One level: every kernel for float, then for double. Expects LEVEL, VECTOR_BYTES (of a register),
// TILE_COLUMNS (columns scored at once against two vectors of rows) and GRAM_ROWS.
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "../kernels.h"

// Only the fused multiply-adds that are written as such: contraction would depend on the level.
#pragma clang fp contract(off)

// Vectors pass between functions that are always inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// For loops over rows with an optional pointer: vectorised, they become masked loads of address
// zero, each of which the processor handles like a fault (20 ns a row).
#define SCALAR_LOOP _Pragma("clang loop vectorize(disable)")
#define GLUED(a, b) a##_##b
#define GLUE(a, b) GLUED(a, b)

// Eight doubles: the lanes of distances and sums at every level.
typedef double doubles8 __attribute__((ext_vector_type(8)));
typedef double doubles4 __attribute__((ext_vector_type(4)));
typedef double doubles2 __attribute__((ext_vector_type(2)));
typedef double loose_doubles8 __attribute__((ext_vector_type(8), aligned(8), may_alias));

#define ELEMENT float
#define ELEMENT_BYTES 4
#define INTEGER int32_t
#define SUFFIX f32
#include "kernels.h"
#undef ELEMENT
#undef ELEMENT_BYTES
#undef INTEGER
#undef SUFFIX

#define ELEMENT double
#define ELEMENT_BYTES 8
#define INTEGER int64_t
#define SUFFIX f64
#include "kernels.h"

const martlet_kernels GLUE(martlet, LEVEL)[2] = {
    {score_f32, top_f32, add_rows_f32, add_columns_f32, squared_distances_f32, gram_f32, sparse_best_f32,
     sparse_distances_f32, sparse_add_f32, margins_f32, add_products_f32, add_moments_f32,
     sparse_margins_f32, sparse_products_f32, sparse_moments_f32, column_sums_f32,
     short_paths_f32},
    {score_f64, top_f64, add_rows_f64, add_columns_f64, squared_distances_f64, gram_f64, sparse_best_f64,
     sparse_distances_f64, sparse_add_f64, margins_f64, add_products_f64, add_moments_f64,
     sparse_margins_f64, sparse_products_f64, sparse_moments_f64, column_sums_f64,
     short_paths_f64},
};

#include "exact.h"
#include "links.h"
#include "vectors.h"
#include "factors.h"
