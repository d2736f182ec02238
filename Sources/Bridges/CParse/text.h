// Text that grows, and values as text. Internal to the bridge.
#pragma once
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <charconv>

#include "include/CWriting.h"

namespace martlet {

// Bytes behind one another. Room is asked for before they are written.
class Text {
 public:
  explicit Text(martlet_text *text)
      : text_(text), here_(text->data + text->count), end_(text->data + text->capacity) {}

  // Room for so many more bytes; false where there is no memory.
  bool room(size_t count) {
    if (__builtin_expect(static_cast<size_t>(end_ - here_) >= count, 1)) return true;
    const size_t used = static_cast<size_t>(here_ - text_->data);
    const size_t capacity = (used + count) * 3 / 2 + 4096;
    auto *data = static_cast<uint8_t *>(realloc(text_->data, capacity));
    if (!data) return false;
    text_->data = data;
    text_->capacity = capacity;
    here_ = data + used;
    end_ = data + capacity;
    return true;
  }

  void byte(uint8_t value) { *here_++ = value; }
  void bytes(const void *from, size_t count) {
    if (count) memcpy(here_, from, count);
    here_ += count;
  }
  template <size_t N>
  void word(const char (&letters)[N]) { bytes(letters, N - 1); }
  int64_t count() const { return here_ - text_->data; }
  uint8_t *here() { return here_; }
  void advance(size_t count) { here_ += count; }
  void finish() { text_->count = static_cast<size_t>(here_ - text_->data); }
  void lose() { text_->lost_count += 1; }

 private:
  martlet_text *text_;
  uint8_t *here_;
  uint8_t *end_;
};

// No number, date or time takes more room.
constexpr size_t kNumberRoom = 48;

inline bool bit(const uint8_t *bits, int64_t place) { return bits[place >> 3] >> (place & 7) & 1; }

inline bool is_missing(const martlet_field &field, int64_t row) {
  return field.validity && !bit(field.validity, field.validity_start + row);
}

inline void put_integer(Text &text, int64_t value) {
  char *here = reinterpret_cast<char *>(text.here());
  text.advance(static_cast<size_t>(std::to_chars(here, here + kNumberRoom, value).ptr - here));
}

inline void put_padded(Text &text, int64_t value, int width) {
  uint8_t *here = text.here();
  for (int place = width - 1; place >= 0; place--, value /= 10) {
    here[place] = static_cast<uint8_t>('0' + value % 10);
  }
  text.advance(static_cast<size_t>(width));
}

// The shortest digits that read back as the same number, laid out as Swift does: with an exponent
// below 1e-4 and beyond the whole numbers that the type tells apart. A whole number ends in ".0"
// where `keeps_point` asks for it, and a negative zero always, so that it stays one.
template <typename Float>
inline void put_finite(Text &text, Float value, bool keeps_point) {
  constexpr Float largest_fixed = sizeof(Float) == 8 ? 0x1p53 : 0x1p24;
  const Float size = value < 0 ? -value : value;
  if (size < (sizeof(Float) == 8 ? Float(0x1p53) : Float(0x1p24))) {
    const int64_t whole = static_cast<int64_t>(value);
    if (static_cast<Float>(whole) == value) {
      if (whole == 0 && signbit(value)) return text.word("-0.0");
      put_integer(text, whole);
      if (keeps_point) text.word(".0");
      return;
    }
  }
  char digits[kNumberRoom];
  const char *end =
      std::to_chars(digits, digits + kNumberRoom, size, std::chars_format::scientific).ptr;
  const char *mark = end;
  while (*--mark != 'e') {}
  int exponent = 0;
  for (const char *p = mark + 2; p < end; p++) exponent = exponent * 10 + (*p - '0');
  if (mark[1] == '-') exponent = -exponent;
  // "d.ddd" to "dddd".
  int count = 1;
  for (const char *p = digits + 2; p < mark; p++) digits[count++] = *p;
  if (value < 0) text.byte('-');
  if (exponent < -4 || size > largest_fixed) {
    text.byte(static_cast<uint8_t>(digits[0]));
    if (count > 1) {
      text.byte('.');
      text.bytes(digits + 1, static_cast<size_t>(count - 1));
    }
    text.word("e");
    text.byte(exponent < 0 ? '-' : '+');
    const int power = exponent < 0 ? -exponent : exponent;
    put_padded(text, power, power < 100 ? 2 : 3);
    return;
  }
  if (exponent < 0) {
    text.word("0.");
    for (int place = -1; place > exponent; place--) text.byte('0');
    text.bytes(digits, static_cast<size_t>(count));
    return;
  }
  const int before = exponent + 1;
  text.bytes(digits, static_cast<size_t>(before < count ? before : count));
  for (int place = count; place < before; place++) text.byte('0');
  if (count > before) {
    text.byte('.');
    text.bytes(digits + before, static_cast<size_t>(count - before));
  } else if (keeps_point) {
    text.word(".0");
  }
}

inline int64_t floor_divide(int64_t a, int64_t b) { return a >= 0 ? a / b : (a - b + 1) / b; }

// Days since 1970-01-01 as 2026-11-21 (Howard Hinnant's algorithm, as CivilDate has it).
inline void put_date(Text &text, int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t era = floor_divide(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  const int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const int64_t size = year < 0 ? -year : year;
  if (year < 0) text.byte('-');
  if (year > 9999) text.byte('+');
  if (size > 9999) {
    put_integer(text, size);
  } else {
    put_padded(text, size, 4);
  }
  text.byte('-');
  put_padded(text, month, 2);
  text.byte('-');
  put_padded(text, day_of_year - (153 * march_month + 2) / 5 + 1, 2);
}

// Microseconds since 1970-01-01 as 2026-11-21T14:03:05.25, without ending zeros.
inline void put_clock(Text &text, int64_t microseconds, uint8_t separator) {
  constexpr int64_t day = 86400000000;
  const int64_t days = floor_divide(microseconds, day);
  const int64_t rest = microseconds - days * day;
  const int64_t seconds = rest / 1000000;
  put_date(text, days);
  text.byte(separator);
  put_padded(text, seconds / 3600, 2);
  text.byte(':');
  put_padded(text, seconds / 60 % 60, 2);
  text.byte(':');
  put_padded(text, seconds % 60, 2);
  int64_t fraction = rest % 1000000;
  if (fraction == 0) return;
  int width = 6;
  for (; fraction % 10 == 0; fraction /= 10) width--;
  text.byte('.');
  put_padded(text, fraction, width);
}

// A text as JSON writes it; the bytes are UTF-8 already.
inline bool put_quoted(Text &text, const uint8_t *bytes, int64_t count) {
  if (!text.room(static_cast<size_t>(count) * 6 + 2)) return false;
  text.byte('"');
  for (int64_t place = 0; place < count; place++) {
    const uint8_t byte = bytes[place];
    if (__builtin_expect(byte >= 0x20 && byte != '"' && byte != '\\', 1)) {
      text.byte(byte);
      continue;
    }
    switch (byte) {
      case '"': text.word("\\\""); break;
      case '\\': text.word("\\\\"); break;
      case '\n': text.word("\\n"); break;
      case '\r': text.word("\\r"); break;
      case '\t': text.word("\\t"); break;
      default:
        text.word("\\u00");
        text.byte(static_cast<uint8_t>("0123456789abcdef"[byte >> 4]));
        text.byte(static_cast<uint8_t>("0123456789abcdef"[byte & 15]));
    }
  }
  text.byte('"');
  return true;
}

}  // namespace martlet
