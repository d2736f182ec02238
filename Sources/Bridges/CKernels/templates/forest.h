// Rows down the trees of a forest, a vector of rows at a time; see martlet_short_forest.

typedef ELEMENT NAME(alias) __attribute__((may_alias));
typedef INTEGER NAME(loose_integers)
    __attribute__((ext_vector_type(LANES), aligned(ELEMENT_BYTES), may_alias));

// table[index] in each lane.
INLINE VECTOR NAME(gather)(const void *table, NAME(integers) index) {
#if VECTOR_BYTES == 64 && ELEMENT_BYTES == 4
  return (VECTOR)_mm512_i32gather_ps((__m512i)index, table, 4);
#elif VECTOR_BYTES == 64
  return (VECTOR)_mm512_i64gather_pd((__m512i)index, table, 8);
#elif VECTOR_BYTES == 32 && ELEMENT_BYTES == 4
  return (VECTOR)_mm256_i32gather_ps(table, (__m256i)index, 4);
#elif VECTOR_BYTES == 32
  return (VECTOR)_mm256_i64gather_pd(table, (__m256i)index, 8);
#else
  VECTOR found;
  UNROLL for (int lane = 0; lane < LANES; lane++)
    found[lane] = ((const NAME(alias) *)table)[index[lane]];
  return found;
#endif
}

// The same for an index below `count`, a constant of 16 to 128: from registers, where they hold it.
INLINE VECTOR NAME(look_up)(const void *table, NAME(integers) index, const int count) {
#if VECTOR_BYTES == 64 && ELEMENT_BYTES == 4
  const char *parts = table;
  __m512i at = (__m512i)index;
#define PART(i) _mm512_loadu_ps(parts + 64 * (i))
#define PAIR(i) _mm512_permutex2var_ps(PART(i), at, PART((i) + 1))
  if (count == 16) return (VECTOR)_mm512_permutexvar_ps(at, PART(0));
  if (count == 32) return (VECTOR)PAIR(0);
  __mmask16 second = _mm512_test_epi32_mask(at, _mm512_set1_epi32(32));
  __m512 low = _mm512_mask_blend_ps(second, PAIR(0), PAIR(2));
  if (count == 64) return (VECTOR)low;
  __mmask16 upper = _mm512_test_epi32_mask(at, _mm512_set1_epi32(64));
  return (VECTOR)_mm512_mask_blend_ps(
      upper, low, _mm512_mask_blend_ps(second, PAIR(4), PAIR(6)));
#undef PART
#undef PAIR
#else
  (void)count;
  return NAME(gather)(table, index);
#endif
}

// Some vectors of rows down one tree.
//
// The first four levels compare every row with all 15 splits, without a look at where it is: bit
// 15 - e of a row stays set while it may leave them by exit e of 16, and a split that sends it right
// clears the exits on its left, so that the highest bit left is its exit. Then it goes level by level.
INLINE void NAME(descend)(
    const ELEMENT *panel, const ELEMENT *cuts, const INTEGER *places, const INTEGER *values,
    INTEGER *sums, const int vectors) {
  NAME(integers) at[4], lanes;
  UNROLL for (int lane = 0; lane < LANES; lane++) lanes[lane] = lane;
  UNROLL for (int v = 0; v < vectors; v++) at[v] = (NAME(integers))(INTEGER)0xFFFF;
  UNROLL for (int node = 1; node < 16; node++) {
    int level = node < 2 ? 0 : node < 4 ? 1 : node < 8 ? 2 : 3;
    int half = 8 >> level, first = 2 * half * (node - (1 << level));
    INTEGER others = ~(INTEGER)(((1 << half) - 1) << (16 - first - half));
    const ELEMENT *numbers = panel + places[node];
    VECTOR cut = SPLAT(cuts[node]);
    UNROLL for (int v = 0; v < vectors; v++)
      at[v] &= (LOAD(numbers + v * LANES) < cut) | (NAME(integers))others;
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    // The highest bit is the exponent of the number.
    VECTOR number = __builtin_convertvector(at[v], VECTOR);
    at[v] = (NAME(integers))(INTEGER)(ELEMENT_BYTES == 4 ? 127 + 15 : 1023 + 15)
        - ((NAME(integers))number >> (ELEMENT_BYTES == 4 ? 23 : 52));
  }
  UNROLL for (int level = 4; level < 8; level++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      VECTOR cut = NAME(look_up)(cuts + (1 << level), at[v], 1 << level);
      NAME(integers) place =
          (NAME(integers))NAME(look_up)(places + (1 << level), at[v], 1 << level);
      VECTOR number = NAME(gather)(panel + v * LANES, place + lanes);
      at[v] = at[v] + at[v] + 1 + (number < cut);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    NAME(loose_integers) *sum = (NAME(loose_integers) *)(sums + v * LANES);
    *sum += (NAME(integers))NAME(gather)(values, at[v]);
  }
}

// The numbers that splits look at, [slots][martlet_forest_rows], with what is missing at the end of
// the line where the slot wants it. Behind the last row come copies of it, up to `padded` rows.
static void NAME(pack_slots)(
    const ELEMENT *const *starts, const martlet_short_forest *forest, ptrdiff_t padded,
    ELEMENT *panel) {
  ELEMENT infinity = (ELEMENT)__builtin_inff();
  for (ptrdiff_t s = 0; s < forest->slot_count; s++) {
    ELEMENT missing = forest->slots[s] & 1 ? -infinity : infinity;
    ptrdiff_t column = forest->slots[s] >> 1;
    ELEMENT *to = panel + s * martlet_forest_rows;
    for (ptrdiff_t r = 0; r < padded; r++) {
      ELEMENT number = starts[r][column];
      to[r] = number == number ? number : missing;
    }
  }
}

static void NAME(short_paths)(
    const martlet_rows *rows, const martlet_short_forest *forest, int64_t *out, void *scratch) {
  // 32 leaves of less than 2^26 are a number of 32 bits.
  enum { together = 31 };
  ELEMENT *panel = scratch;
  const ELEMENT *starts[martlet_forest_rows];
  INTEGER sums[martlet_forest_rows] __attribute__((aligned(64)));
  for (ptrdiff_t from = 0; from < rows->count; from += martlet_forest_rows) {
    ptrdiff_t rest = rows->count - from;
    ptrdiff_t count = rest < martlet_forest_rows ? rest : martlet_forest_rows;
    ptrdiff_t step = count <= LANES ? LANES : 4 * LANES;
    ptrdiff_t padded = (count + step - 1) / step * step;
    NAME(find_rows)(rows, from, count, padded, starts);
    NAME(pack_slots)(starts, forest, padded, panel);
    for (ptrdiff_t r = 0; r < count; r++) out[from + r] = 0;
    for (ptrdiff_t first = 0; first < forest->trees; first += together) {
      ptrdiff_t end = first + together < forest->trees ? first + together : forest->trees;
      memset(sums, 0, sizeof sums);
      for (ptrdiff_t tree = first; tree < end; tree++) {
        const ELEMENT *cuts = (const ELEMENT *)forest->cuts + tree * 256;
        const INTEGER *places = (const INTEGER *)forest->places + tree * 256;
        const INTEGER *values = (const INTEGER *)forest->values + tree * 256;
        if (step == LANES) {
          NAME(descend)(panel, cuts, places, values, sums, 1);
          continue;
        }
        for (ptrdiff_t r = 0; r < padded; r += 4 * LANES)
          NAME(descend)(panel + r, cuts, places, values, sums + r, 4);
      }
      for (ptrdiff_t r = 0; r < count; r++) out[from + r] += sums[r];
    }
  }
}
