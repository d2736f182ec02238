// AVX2 with fma: 32-byte vectors, 16 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#define LEVEL avx2
#define VECTOR_BYTES 32
#define TILE_COLUMNS 6
#define GRAM_ROWS 4
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "templates/level.h"
#pragma clang attribute pop
#endif
