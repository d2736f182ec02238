// Numbers from text: eight digits at a time, exact division where it is exact, fast_float elsewhere.
#pragma once
#include <stdint.h>
#include <string.h>

#if __has_include(<fast_float/fast_float.h>)
#include <fast_float/fast_float.h>
#else
#include <charconv>
#endif

#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define MARTLET_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MARTLET_CLONES
#endif
#define MARTLET_INLINE static inline __attribute__((always_inline))

namespace martlet {

// 10^0 to 10^22 are exact doubles.
static const double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const uint64_t integer_powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
                                          100000000};

// The value of eight digits, the first in the lowest byte, each from 0 to 9.
MARTLET_INLINE uint64_t eight_digits(uint64_t word) {
  word = word * 10 + (word >> 8);
  return (((word & 0x000000FF000000FFu) * 0x000F424000000064u) +
          (((word >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u)) >> 32;
}

// Eight bytes at p, of each digit its value, the first in the lowest byte.
MARTLET_INLINE uint64_t load_digits(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word ^ 0x3030303030303030u;
}

// Reads `count` characters, at most eight (eight bytes are read); false unless all are digits.
MARTLET_INLINE bool digit_word(const uint8_t *p, unsigned count, uint64_t *value) {
  // Digits go to the top bytes, zeros before them; in two steps, since 64 is no shift.
  const unsigned half = 4 * (8 - count);
  const uint64_t word = (load_digits(p) << half) << half;
  *value = eight_digits(word);
  return (((word + 0x7676767676767676u) | word) & 0x8080808080808080u) == 0;
}

// Reads up to eight leading digits at p (eight bytes are read); returns how many there are.
MARTLET_INLINE unsigned digit_run(const uint8_t *p, uint64_t *value) {
  uint64_t word = load_digits(p);
  // A byte is no digit when it is above 9: then adding 0x76 carries into its top bit. Carries
  // into the next byte only spoil bytes behind the first one that is no digit.
  const uint64_t others = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
  const unsigned count = others ? (unsigned)__builtin_ctzll(others) >> 3 : 8;
  // Digits go to the top bytes, zeros before them; in two steps, since 64 is no shift.
  const unsigned half = 4 * (8 - count);
  word = (word << half) << half;
  *value = eight_digits(word);
  return count;
}

// Reads a run of digits that ends at or before `end`, adding them to *value; at most 19 digits of
// the whole number may have been read, otherwise the value is meaningless and the count tells.
MARTLET_INLINE const uint8_t *digits(const uint8_t *p, uint64_t *value, unsigned *count) {
  for (;;) {
    uint64_t part;
    const unsigned n = digit_run(p, &part);
    *value = *value * integer_powers[n] + part;
    *count += n;
    p += n;
    if (__builtin_expect(n < 8, 1) || *count > 19) return p;
  }
}

// Without a branch, since nobody can foretell a sign.
MARTLET_INLINE double with_sign(double number, bool negative) {
  uint64_t bits;
  memcpy(&bits, &number, 8);
  bits ^= (uint64_t)negative << 63;
  memcpy(&number, &bits, 8);
  return number;
}

// value / 10^behind, rounded once; up to 19 digits. False where that takes more care.
MARTLET_INLINE bool long_double(uint64_t value, unsigned behind, bool negative, double *number) {
#if __has_include(<fast_float/fast_float.h>)
  const auto found =
      fast_float::compute_float<fast_float::binary_format<double>>(-(int64_t)behind, value);
  if (found.power2 < 0) return false;
  const uint64_t bits = found.mantissa | (uint64_t)found.power2 << 52;
  memcpy(number, &bits, 8);
  *number = with_sign(*number, negative);
  return true;
#else
  return false;
#endif
}

// The common forms of an integer; an empty text counts as one, of no digits.
MARTLET_INLINE bool plain_int64(
    const uint8_t *p, const uint8_t *end, int64_t *value, unsigned *digit_count) {
  const bool negative = p < end && *p == '-';
  p += negative;
  const size_t length = (size_t)(end - p);
  uint64_t number = 0;
  if (__builtin_expect(length <= 8, 1)) {
    if (!digit_word(p, (unsigned)length, &number)) return false;
    *digit_count = (unsigned)length;
  } else {
    unsigned count = 0;
    p = digits(p, &number, &count);
    if (p != end || count > 18) return false;
    *digit_count = count;
  }
  *value = (int64_t)((number ^ (0 - (uint64_t)negative)) + negative);
  return true;
}

// Whether a text is `word` in any case of letters; the word is in lower case.
static inline bool is_word(const uint8_t *p, const uint8_t *end, const char *word) {
  const size_t count = strlen(word);
  if ((size_t)(end - p) != count) return false;
  for (size_t i = 0; i < count; i++)
    if ((p[i] | 0x20) != (uint8_t)word[i]) return false;
  return true;
}

// Any spelling of a double, sign + included, nan and infinity too.
static inline bool any_double(const uint8_t *p, const uint8_t *end, uint8_t mark, double *value) {
  bool negative = false;
  if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  if (p == end) return false;
  if (!(*p == mark || (*p >= '0' && *p <= '9'))) {
    if (is_word(p, end, "nan")) *value = __builtin_nan("");
    else if (is_word(p, end, "inf") || is_word(p, end, "infinity")) *value = __builtin_inf();
    else return false;
    if (negative) *value = -*value;
    return true;
  }
  const char *first = (const char *)p, *last = (const char *)end;
#if __has_include(<fast_float/fast_float.h>)
  const auto answer = fast_float::from_chars_advanced(
      first, last, *value,
      fast_float::parse_options(fast_float::chars_format::general, (char)mark));
  if (answer.ptr != last || (answer.ec != std::errc() && answer.ec != std::errc::result_out_of_range))
    return false;
#else
  // The standard library knows the point only, and leaves the value alone when it is out of range.
  char copy[1088];
  const size_t count = (size_t)(last - first);
  if (count >= sizeof copy) return false;
  bool small = true, exponent = false;
  for (size_t i = 0; i < count; i++) {
    if (mark != '.' && first[i] == '.') return false;
    copy[i] = first[i] == (char)mark ? '.' : first[i];
    exponent |= (first[i] | 0x20) == 'e';
    if (exponent ? first[i] == '-' : false) small = false;
  }
  const auto answer = std::from_chars(copy, copy + count, *value);
  if (answer.ptr != copy + count) return false;
  if (answer.ec == std::errc::result_out_of_range) *value = small ? __builtin_inf() : 0;
  else if (answer.ec != std::errc()) return false;
#endif
  if (negative) *value = -*value;
  return true;
}

// What an integer text is: its value, too large for 64 bits, or no integer.
enum class integer { none, fits, large };

static inline integer any_int64(const uint8_t *p, const uint8_t *end, int64_t *value) {
  bool negative = false;
  if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  if (p == end) return integer::none;
  const uint64_t most = (uint64_t)INT64_MAX + negative;
  uint64_t number = 0;
  bool large = false;
  for (; p < end; p++) {
    const uint64_t digit = (uint64_t)*p - '0';
    if (digit > 9) return integer::none;
    large |= number > (most - digit) / 10;
    number = number * 10 + digit;
  }
  *value = (int64_t)(negative ? 0 - number : number);
  return large ? integer::large : integer::fits;
}

}  // namespace martlet
