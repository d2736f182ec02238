// Square transposes in registers of BLOCK_BYTES: SIDE rows of SIDE elements. First 2 x 2 or 4 x 4
// within 16-byte quarters, then the quarters among each other.
#define SIDE (BLOCK_BYTES / ELEMENT_BYTES)
#define BLOCKED(name) GLUE(NAME(name), BLOCK_BYTES)
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

typedef ELEMENT BLOCKED(block) __attribute__((ext_vector_type(SIDE)));
typedef ELEMENT BLOCKED(loose_block)
    __attribute__((ext_vector_type(SIDE), aligned(ELEMENT_BYTES), may_alias));

#if ELEMENT_BYTES == 4 && BLOCK_BYTES == 64
#define LOW_ONES 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define HIGH_ONES 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#define LOW_PAIRS 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH_PAIRS 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define EVEN_QUARTERS 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define ODD_QUARTERS 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#elif ELEMENT_BYTES == 4 && BLOCK_BYTES == 32
#define LOW_ONES 0, 8, 1, 9, 4, 12, 5, 13
#define HIGH_ONES 2, 10, 3, 11, 6, 14, 7, 15
#define LOW_PAIRS 0, 1, 8, 9, 4, 5, 12, 13
#define HIGH_PAIRS 2, 3, 10, 11, 6, 7, 14, 15
#define EVEN_QUARTERS 0, 1, 2, 3, 8, 9, 10, 11
#define ODD_QUARTERS 4, 5, 6, 7, 12, 13, 14, 15
#elif ELEMENT_BYTES == 4
#define LOW_ONES 0, 4, 1, 5
#define HIGH_ONES 2, 6, 3, 7
#define LOW_PAIRS 0, 1, 4, 5
#define HIGH_PAIRS 2, 3, 6, 7
#elif BLOCK_BYTES == 64
#define LOW_PAIRS 0, 8, 2, 10, 4, 12, 6, 14
#define HIGH_PAIRS 1, 9, 3, 11, 5, 13, 7, 15
#define EVEN_QUARTERS 0, 1, 4, 5, 8, 9, 12, 13
#define ODD_QUARTERS 2, 3, 6, 7, 10, 11, 14, 15
#elif BLOCK_BYTES == 32
#define LOW_PAIRS 0, 4, 2, 6
#define HIGH_PAIRS 1, 5, 3, 7
#define EVEN_QUARTERS 0, 1, 4, 5
#define ODD_QUARTERS 2, 3, 6, 7
#else
#define LOW_PAIRS 0, 2
#define HIGH_PAIRS 1, 3
#endif

INLINE void BLOCKED(transpose)(BLOCKED(block) *r) {
  enum { quarter = 16 / ELEMENT_BYTES, quarters = BLOCK_BYTES / 16 };
#if ELEMENT_BYTES == 4
  UNROLL for (int g = 0; g < SIDE; g += 4) {
    BLOCKED(block) a = PICK(r[g], r[g + 1], LOW_ONES), b = PICK(r[g], r[g + 1], HIGH_ONES);
    BLOCKED(block) c = PICK(r[g + 2], r[g + 3], LOW_ONES), d = PICK(r[g + 2], r[g + 3], HIGH_ONES);
    r[g] = PICK(a, c, LOW_PAIRS);
    r[g + 1] = PICK(a, c, HIGH_PAIRS);
    r[g + 2] = PICK(b, d, LOW_PAIRS);
    r[g + 3] = PICK(b, d, HIGH_PAIRS);
  }
#else
  UNROLL for (int g = 0; g < SIDE; g += 2) {
    BLOCKED(block) a = r[g], b = r[g + 1];
    r[g] = PICK(a, b, LOW_PAIRS);
    r[g + 1] = PICK(a, b, HIGH_PAIRS);
  }
#endif
#if BLOCK_BYTES == 64
  UNROLL for (int s = 0; s < quarter; s++) {
    BLOCKED(block) a = r[s], b = r[quarter + s], c = r[2 * quarter + s], d = r[3 * quarter + s];
    BLOCKED(block) e = PICK(a, b, EVEN_QUARTERS), o = PICK(a, b, ODD_QUARTERS);
    BLOCKED(block) f = PICK(c, d, EVEN_QUARTERS), p = PICK(c, d, ODD_QUARTERS);
    r[s] = PICK(e, f, EVEN_QUARTERS);
    r[quarter + s] = PICK(o, p, EVEN_QUARTERS);
    r[2 * quarter + s] = PICK(e, f, ODD_QUARTERS);
    r[3 * quarter + s] = PICK(o, p, ODD_QUARTERS);
  }
#elif BLOCK_BYTES == 32
  UNROLL for (int s = 0; s < quarter; s++) {
    BLOCKED(block) a = r[s], b = r[quarter + s];
    r[s] = PICK(a, b, EVEN_QUARTERS);
    r[quarter + s] = PICK(a, b, ODD_QUARTERS);
  }
#endif
}

// Packs columns j ..< j + SIDE of all PANEL rows.
INLINE void BLOCKED(pack)(
    const ELEMENT *const *rows, const ELEMENT *shift, ptrdiff_t j, ELEMENT *panel) {
  for (int r = 0; r < PANEL; r += SIDE) {
    BLOCKED(block) block[SIDE];
    UNROLL for (int i = 0; i < SIDE; i++)
      block[i] = *(const BLOCKED(loose_block) *)(rows[r + i] + j);
    if (shift) {
      BLOCKED(block) less = *(const BLOCKED(loose_block) *)(shift + j);
      UNROLL for (int i = 0; i < SIDE; i++) block[i] -= less;
    }
    BLOCKED(transpose)(block);
    UNROLL for (int i = 0; i < SIDE; i++)
      *(BLOCKED(loose_block) *)(panel + (j + i) * PANEL + r) = block[i];
  }
}

// Writes columns j ..< j + SIDE of the first `count` rows of a panel of scores, row by row.
INLINE void BLOCKED(unpack)(
    const ELEMENT *panel, ptrdiff_t j, ptrdiff_t count, ELEMENT *out, ptrdiff_t stride) {
  for (int r = 0; r < PANEL && r < count; r += SIDE) {
    BLOCKED(block) block[SIDE];
    UNROLL for (int i = 0; i < SIDE; i++)
      block[i] = *(const BLOCKED(loose_block) *)(panel + (j + i) * PANEL + r);
    BLOCKED(transpose)(block);
    UNROLL for (int i = 0; i < SIDE; i++)
      if (r + i < count) *(BLOCKED(loose_block) *)(out + (r + i) * stride + j) = block[i];
  }
}

#undef SIDE
#undef BLOCKED
#undef PICK
#undef LOW_ONES
#undef HIGH_ONES
#undef LOW_PAIRS
#undef HIGH_PAIRS
#undef EVEN_QUARTERS
#undef ODD_QUARTERS
