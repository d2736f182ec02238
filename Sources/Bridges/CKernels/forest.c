// Forests, as far as they are the same at all levels: how they are packed, and rows down trees of any
// shape, a step at a time.
#include <math.h>
#include <string.h>
#include "kernels.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// A coin for each category, whether it was seen or not: 1 for left.
INLINE uint32_t coin(uint64_t key, double code) {
  uint64_t bits;
  memcpy(&bits, &code, sizeof bits);
  // The mixing steps of SplitMix64.
  bits = (bits ^ key) + 0x9E3779B97F4A7C15u;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return (uint32_t)(bits >> 63);
}

// Rows that go down a tree in step.
enum { martlet_walk_rows = 16 };

#define GLUED(a, b) a##_##b
#define GLUE(a, b) GLUED(a, b)

#define ELEMENT float
#define WALK(name) GLUE(name, f32)
#include "templates/walk.h"
#undef ELEMENT
#undef WALK

#define ELEMENT double
#define WALK(name) GLUE(name, f64)
#include "templates/walk.h"

void martlet_forest_paths(
    int precision, const martlet_rows *rows, const martlet_forest *forest, int64_t *sums) {
  if (precision == martlet_precision_double) paths_f64(rows, forest, sums);
  else paths_f32(rows, forest, sums);
}

void martlet_pack_heaps(
    int precision, const double *cuts, const int32_t *slots, const int32_t *values,
    ptrdiff_t count, void *packed_cuts, void *packed_places, void *packed_values) {
  for (ptrdiff_t i = 0; i < count; i++) {
    int32_t place = slots[i] * martlet_forest_rows;
    if (precision == martlet_precision_double) {
      ((double *)packed_cuts)[i] = cuts[i];
      ((int64_t *)packed_places)[i] = place;
      ((int64_t *)packed_values)[i] = values[i];
      continue;
    }
    float near = (float)cuts[i];
    ((float *)packed_cuts)[i] = (double)near < cuts[i] ? nextafterf(near, INFINITY) : near;
    ((int32_t *)packed_places)[i] = place;
    ((int32_t *)packed_values)[i] = values[i];
  }
}
