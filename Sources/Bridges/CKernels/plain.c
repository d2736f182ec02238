// The level that every machine runs: 16-byte vectors. On arm64 that is NEON with 32 registers;
// on x86-64 without fma the compiler calls fma of the C library, slow but with the same bits.
#define LEVEL plain
#define VECTOR_BYTES 16
#if defined(__aarch64__)
#define TILE_COLUMNS 12
#else
#define TILE_COLUMNS 4
#endif
#define GRAM_ROWS 4
#include "templates/level.h"
