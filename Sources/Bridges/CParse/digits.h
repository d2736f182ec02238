// Doubles from text, sixteen digits at a time where bytes of a register can be shuffled. Included
// once for each instruction set, within a namespace of its own.

#if MARTLET_SHUFFLES
// Up to 16 characters: digits, at most one mark among them, a '-' before them where `sign` is.
// Without a mark `behind` is 0. False where there is anything else.
struct Digits {
  uint64_t value;
  unsigned count, behind;
  bool marked;
};

MARTLET_INLINE bool read_digits(
    const uint8_t *p, unsigned count, bool sign, uint8_t mark, Digits &digits) {
  const __m128i text = _mm_loadu_si128((const __m128i *)p);
  const unsigned marks =
      (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8((char)mark))) &
      ((1u << count) - 1);
  // Without a mark one is thought of behind the last digit.
  const unsigned total = count + (marks == 0);
  const unsigned place = (unsigned)__builtin_ctz(marks | 1u << count);
  // Digits go to the end of the register, zeros before them, those before the mark one further.
  const __m128i steps = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m128i from = _mm_add_epi8(steps, _mm_set1_epi8((char)(total - 16)));
  const __m128i before = _mm_cmpgt_epi8(_mm_set1_epi8((char)(place + 1)), from);
  // '-' with these bits changed is '0'.
  const __m128i zeroed = _mm_xor_si128(text, _mm_cvtsi32_si128(sign ? '-' ^ '0' : 0));
  const __m128i all = _mm_shuffle_epi8(
      _mm_sub_epi8(zeroed, _mm_set1_epi8('0')), _mm_add_epi8(from, before));
  const __m128i others = _mm_subs_epu8(all, _mm_set1_epi8(9));
  const __m128i tens = _mm_maddubs_epi16(all, _mm_set1_epi16(0x010A));
  const __m128i hundreds = _mm_madd_epi16(tens, _mm_set1_epi32(0x00010064));
  const __m128i narrow = _mm_packus_epi32(hundreds, hundreds);
  const __m128i halves = _mm_madd_epi16(narrow, _mm_set1_epi32(0x00012710));
  const uint64_t both = (uint64_t)_mm_cvtsi128_si64(halves);
  digits.value = (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
  digits.count = total - 1 - sign;
  digits.behind = total - 1 - place;
  digits.marked = marks != 0;
  return _mm_testz_si128(others, others);
}

// The common forms of a double; false leaves everything else to `any_double`. An empty text counts
// as one, of no digits. What two ways of reading give is the same, rounded once.
MARTLET_INLINE bool plain_double(
    const uint8_t *p, const uint8_t *end, uint8_t mark, double *value, unsigned *digit_count) {
  const size_t count = (size_t)(end - p);
  const bool negative = count > 0 && *p == '-';
  Digits digits;
  if (__builtin_expect(count <= 16, 1)) {
    if (!read_digits(p, (unsigned)count, negative, mark, digits)) return false;
    *digit_count = digits.count;
    if (__builtin_expect(digits.value > (uint64_t)1 << 53, 0))
      return long_double(digits.value, digits.behind, negative, value);
  } else {
    // The last 16 characters and the few before them.
    Digits first;
    if (count > 22 || !read_digits(p, (unsigned)count - 16, negative, mark, first) ||
        !read_digits(end - 16, 16, false, mark, digits) || (first.marked && digits.marked))
      return false;
    *digit_count = first.count + digits.count;
    if (*digit_count > 19) return false;
    digits.value += first.value * (digits.marked ? 1000000000000000 : 10000000000000000);
    if (first.marked) digits.behind = first.behind + 16;
    if (digits.value > (uint64_t)1 << 53)
      return long_double(digits.value, digits.behind, negative, value);
  }
  *value = with_sign((double)(int64_t)digits.value / exact_powers[digits.behind], negative);
  return true;
}
#else
// The common forms of a double; false leaves everything else to `any_double`. An empty text counts
// as one, of no digits. What two ways of reading give is the same, rounded once.
MARTLET_INLINE bool plain_double(
    const uint8_t *p, const uint8_t *end, uint8_t mark, double *value, unsigned *digit_count) {
  const bool negative = p < end && *p == '-';
  p += negative;
  uint64_t mantissa = 0;
  unsigned count = 0, whole = 0;
  if (p < end) {
    p = digits(p, &mantissa, &count);
    whole = count;
    if (p < end && *p == mark) p = digits(p + 1, &mantissa, &count);
  }
  if (p != end || count > 19) return false;
  *digit_count = count;
  if (mantissa > (uint64_t)1 << 53)
    return long_double(mantissa, count - whole, negative, value);
  *value = with_sign((double)(int64_t)mantissa / exact_powers[count - whole], negative);
  return true;
}
#endif
