// All kernels of one level for one precision.
#define NAME(name) GLUE(name, SUFFIX)
#define LANES (VECTOR_BYTES / ELEMENT_BYTES)
// Rows scored together, packed as [dimension][PANEL]: the same at every level.
#define PANEL (128 / ELEMENT_BYTES)

typedef ELEMENT NAME(vector) __attribute__((ext_vector_type(LANES), may_alias));
typedef INTEGER NAME(integers) __attribute__((ext_vector_type(LANES)));
typedef _Bool NAME(bools) __attribute__((ext_vector_type(LANES)));
typedef int32_t NAME(indices)
    __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef ELEMENT NAME(loose)
    __attribute__((ext_vector_type(LANES), aligned(ELEMENT_BYTES), may_alias));
typedef ELEMENT NAME(loose8)
    __attribute__((ext_vector_type(8), aligned(ELEMENT_BYTES), may_alias));
#define VECTOR NAME(vector)
#define LOAD(p) (*(const VECTOR *)(p))
#define LOAD_LOOSE(p) (VECTOR)(*(const NAME(loose) *)(p))
#define SPLAT(s) ((VECTOR)(s))
#define FMA(a, b, s) __builtin_elementwise_fma(a, b, s)

INLINE const ELEMENT *NAME(row)(const martlet_rows *rows, ptrdiff_t index) {
  ptrdiff_t at = rows->positions ? (ptrdiff_t)rows->positions[index] : index;
  return (const ELEMENT *)rows->start + at * rows->stride;
}

// Where `count` rows begin, from row `from` on; the rest of `wanted` repeats the last of them.
INLINE void NAME(find_rows)(
    const martlet_rows *rows, ptrdiff_t from, ptrdiff_t count, ptrdiff_t wanted,
    const ELEMENT **starts) {
  const ELEMENT *start = rows->start;
  ptrdiff_t stride = rows->stride;
  const int32_t *positions = rows->positions;
  if (positions) {
    SCALAR_LOOP for (ptrdiff_t r = 0; r < count; r++)
      starts[r] = start + positions[from + r] * stride;
  } else {
    SCALAR_LOOP for (ptrdiff_t r = 0; r < count; r++) starts[r] = start + (from + r) * stride;
  }
  SCALAR_LOOP for (ptrdiff_t r = count; r < wanted; r++) starts[r] = starts[count - 1];
}

#if VECTOR_BYTES >= 64
#define BLOCK_BYTES 64
#include "transpose.h"
#undef BLOCK_BYTES
#endif
#if VECTOR_BYTES >= 32
#define BLOCK_BYTES 32
#include "transpose.h"
#undef BLOCK_BYTES
#endif
#define BLOCK_BYTES 16
#include "transpose.h"
#undef BLOCK_BYTES

#include "sums.h"
#include "panel.h"
#include "score.h"
#include "gram.h"
#include "sparse.h"
#include "linear.h"
#include "columns.h"
#include "forest.h"

#undef VECTOR
#undef LOAD
#undef LOAD_LOOSE
#undef SPLAT
#undef FMA
#undef NAME
#undef LANES
#undef PANEL
