// Dates and times as ISO 8601 writes them, the forms that Frames reads.
#pragma once
#include "CParse.h"
#include "numbers.h"

namespace martlet {

static const int64_t microseconds_per_day = 86400000000;

// A fixed number of digits at p; -1 where there are others.
MARTLET_INLINE int fixed_digits(const uint8_t *p, unsigned count) {
  int value = 0;
  for (unsigned i = 0; i < count; i++) {
    const unsigned digit = (unsigned)p[i] - '0';
    if (digit > 9) return -1;
    value = value * 10 + (int)digit;
  }
  return value;
}

// Days since 1970-01-01 of a day from the year 0 on (Howard Hinnant's days_from_civil).
static inline int64_t days_from_civil(int year, int month, int day) {
  const int64_t shifted = (int64_t)year - (month <= 2) + 400;
  const int64_t era = shifted / 400, of_era = shifted - era * 400;
  const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468 - 146097;
}

static inline int days_of_month(int year, int month) {
  static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap);
}

// Reads a zone at p: minutes east of Greenwich; false for anything else or more.
static inline bool read_zone(const uint8_t *p, const uint8_t *end, int *minutes) {
  *minutes = 0;
  if (p + 1 == end && *p == 'Z') return true;
  if (p >= end || (*p != '+' && *p != '-')) return false;
  const int sign = *p++ == '-' ? -1 : 1;
  const size_t count = (size_t)(end - p);
  if (count != 2 && count != 4 && count != 5) return false;
  const int hours = fixed_digits(p, 2);
  const int rest = count == 2 ? 0 : fixed_digits(end - 2, 2);
  if (hours < 0 || hours > 23 || rest < 0 || rest > 59 || (count == 5 && p[2] != ':')) return false;
  *minutes = sign * (hours * 60 + rest);
  return true;
}

// What time a text is, and its value (days or microseconds): a date, a datetime, a timestamp, or
// just text. A time that could not be written back with its whole value is text too.
static inline uint8_t iso_time(const uint8_t *p, const uint8_t *end, int64_t *value) {
  const size_t count = (size_t)(end - p);
  if (count < 10 || count > 35 || p[4] != '-' || p[7] != '-') return MARTLET_CSV_TEXT;
  const int year = fixed_digits(p, 4), month = fixed_digits(p + 5, 2), day = fixed_digits(p + 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
    return MARTLET_CSV_TEXT;
  const int64_t days = days_from_civil(year, month, day);
  *value = days;
  if (count == 10) return MARTLET_CSV_DATE;
  if (count < 16 || (p[10] != 'T' && p[10] != ' ') || p[13] != ':') return MARTLET_CSV_TEXT;
  const int hour = fixed_digits(p + 11, 2), minute = fixed_digits(p + 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return MARTLET_CSV_TEXT;
  int second = 0, fraction = 0;
  p += 16;
  if (p < end && *p == ':') {
    if (end - p < 3) return MARTLET_CSV_TEXT;
    second = fixed_digits(p + 1, 2);
    if (second < 0 || second > 59) return MARTLET_CSV_TEXT;
    p += 3;
    if (p < end && *p == '.') {
      unsigned digits = 0;
      for (p++; p < end && *p >= '0' && *p <= '9'; p++, digits++) {
        if (digits < 6) fraction = fraction * 10 + (*p - '0');
        else if (*p != '0') return MARTLET_CSV_TEXT;
      }
      if (digits < 1 || digits > 9) return MARTLET_CSV_TEXT;
      for (; digits < 6; digits++) fraction *= 10;
    }
  }
  const bool zoned = p < end;
  int offset = 0;
  if (zoned && !read_zone(p, end, &offset)) return MARTLET_CSV_TEXT;
  const int64_t clock = (int64_t)(hour * 3600 + minute * 60 + second - offset * 60);
  *value = days * microseconds_per_day + clock * 1000000 + fraction;
  // A zone may carry it out of the years that are written with four digits.
  const int64_t first = days_from_civil(0, 1, 1) * microseconds_per_day;
  const int64_t last = (days_from_civil(9999, 12, 31) + 1) * microseconds_per_day;
  if (*value < first || *value >= last) return MARTLET_CSV_TEXT;
  return zoned ? MARTLET_CSV_TIMESTAMP : MARTLET_CSV_DATETIME;
}

}  // namespace martlet
