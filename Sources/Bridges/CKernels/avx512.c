// AVX-512: 64-byte vectors, 32 registers. The minimum width keeps the compiler from splitting
// vectors in two, which it prefers for this architecture level.
#if defined(__x86_64__)
#include <immintrin.h>
#define LEVEL avx512
#define VECTOR_BYTES 64
#define TILE_COLUMNS 12
#define GRAM_ROWS 8
#pragma clang attribute push( \
    __attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#include "templates/level.h"
#pragma clang attribute pop
#endif
