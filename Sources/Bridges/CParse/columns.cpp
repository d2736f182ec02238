// Fields into typed columns: column by column over the records of a chunk, so that each loop knows
// its type.
#include "csv.h"
#include "times.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace martlet;

namespace {

// What one field says about its column, and the text as a number is read from it.
struct Verdict {
  uint8_t type;
  const uint8_t *start, *end;
  int64_t integer;
  double number;
};

inline bool is_exactly(const uint8_t *start, const uint8_t *end, const char *word) {
  const size_t count = strlen(word);
  return (size_t)(end - start) == count && memcmp(start, word, count) == 0;
}

inline bool is_true(const uint8_t *start, const uint8_t *end) {
  return is_exactly(start, end, "true") || is_exactly(start, end, "True") ||
         is_exactly(start, end, "TRUE");
}

inline bool is_false(const uint8_t *start, const uint8_t *end) {
  return is_exactly(start, end, "false") || is_exactly(start, end, "False") ||
         is_exactly(start, end, "FALSE");
}

// Whether an integer is written as it would be printed: no +, no leading zero, no -0.
inline bool is_canonical(const uint8_t *start, const uint8_t *end) {
  if (*start == '-') return start[1] != '0';
  return *start != '0' || end - start == 1;
}

// Judges any field with care; the loops below try the plain forms first.
bool judge(martlet_csv *csv, const martlet_csv_column &column, Text text, Verdict &verdict) {
  if (text.quoted && !csv->unquote(text)) return false;
  const uint8_t *start = text.start, *end = text.end;
  verdict.type = MARTLET_CSV_MISSING;
  if (start == end || csv->is_missing_word(start, end)) return true;
  if (is_exactly(start, end, "NA") || is_exactly(start, end, "null")) return true;
  if (column.identifier) {
    const bool fits = any_int64(start, end, &verdict.integer) == integer::fits && *start != '+' &&
                      is_canonical(start, end);
    verdict.type = fits ? MARTLET_CSV_INT64 : MARTLET_CSV_TEXT;
    verdict.start = start;
    verdict.end = end;
    return true;
  }
  verdict.type = MARTLET_CSV_BOOL;
  verdict.integer = is_true(start, end);
  if (verdict.integer || is_false(start, end)) return true;
  while (start < end && (*start == ' ' || *start == '\t')) start++;
  while (start < end && (end[-1] == ' ' || end[-1] == '\t')) end--;
  verdict.start = start;
  verdict.end = end;
  if (any_int64(start, end, &verdict.integer) == integer::fits) verdict.type = MARTLET_CSV_INT64;
  else if (any_double(start, end, csv->dialect.decimal_mark, &verdict.number))
    verdict.type = MARTLET_CSV_FLOAT64;
  else verdict.type = iso_time(start, end, &verdict.integer);
  return true;
}

// One column over the records of a chunk.
struct Pass {
  martlet_csv *csv;
  const uint8_t *bytes;
  int64_t origin;
  martlet_csv_column &column;
  size_t first_row, row_count;

  Text field(size_t row) const {
    const size_t place = csv->rows.items[row] + column.field;
    return csv->field(
        bytes, place, column.field == 0, column.field + 1 == csv->dialect.field_count);
  }

  void mark_missing(size_t row) {
    const size_t at = first_row + row;
    if (column.missing_count++ == 0) memset(column.validity, 0xFF, column.validity_count);
    column.validity[at >> 3] &= (uint8_t)~(1u << (at & 7));
  }

  void mark_missing(const uint32_t *rows, size_t count) {
    for (size_t i = 0; i < count; i++) mark_missing(rows[i]);
  }

  void see(uint8_t type, Text text) {
    const uint8_t joined = martlet_csv_join(column.seen, type);
    if (joined == column.seen) return;
    column.seen = joined;
    column.first_seen[joined] = origin + (text.start - bytes);
  }
};

// The fields of a column, with all that they need in registers.
struct Fields {
  const uint8_t *const bytes;
  const uint32_t *const rows;
  // The ends of this field and of the one before it, by the place of a row's first field.
  const uint32_t *const ends;
  const size_t row_count, begin, before;
  const bool first, last;

  explicit Fields(const Pass &pass)
      : bytes(pass.bytes), rows(pass.csv->rows.items),
        ends(pass.csv->index.ends.items + pass.column.field), row_count(pass.row_count),
        begin(pass.csv->index.begin),
        before(pass.column.field == 0 ? 1 : pass.csv->dialect.delimiter_count),
        first(pass.column.field == 0),
        last(pass.column.field + 1 == pass.csv->dialect.field_count) {}

  MARTLET_INLINE Text at(const Fields &fields, size_t row) {
    const ptrdiff_t place = (ptrdiff_t)fields.rows[row];
    const bool very_first = fields.first && place == 0;
    const uint8_t *const start =
        fields.bytes + (very_first ? fields.begin : fields.ends[place - 1] + fields.before);
    const uint8_t *end = fields.bytes + fields.ends[place];
    if (fields.last && end > start && end[-1] == '\r') end--;
    return {start, end, false};
  }
  __attribute__((always_inline)) Text operator[](size_t row) const { return at(*this, row); }
};

MARTLET_INLINE bool may_be_word(const martlet_csv *csv, Text text) {
  return csv->word_lengths != 0 && csv->is_missing_word(text.start, text.end);
}

enum class Outcome { done, misfit, no_memory };

// A field that is no plain number: missing, a number all the same, or one that does not fit; from
// there on the column is only looked at.
__attribute__((noinline)) Outcome judge_float64(Pass &pass, size_t row, Text text) {
  double &value = ((double *)pass.column.values)[pass.first_row + row];
  const uint8_t mark = pass.csv->dialect.decimal_mark;
  text.quoted = text.start < text.end && *text.start == '"';
  if (!text.quoted && !may_be_word(pass.csv, text) &&
      any_double(text.start, text.end, mark, &value))
    return Outcome::done;
  Verdict verdict;
  if (!judge(pass.csv, pass.column, text, verdict)) return Outcome::no_memory;
  if (verdict.type == MARTLET_CSV_MISSING) pass.mark_missing(row);
  else if (verdict.type == MARTLET_CSV_FLOAT64) value = verdict.number;
  else if (verdict.type == MARTLET_CSV_INT64) any_double(verdict.start, verdict.end, mark, &value);
  else {
    pass.see(verdict.type, text);
    return Outcome::misfit;
  }
  return Outcome::done;
}

__attribute__((noinline)) Outcome judge_int64(Pass &pass, size_t row, Text text) {
  text.quoted = text.start < text.end && *text.start == '"';
  Verdict verdict;
  if (!judge(pass.csv, pass.column, text, verdict)) return Outcome::no_memory;
  if (verdict.type == MARTLET_CSV_MISSING) pass.mark_missing(row);
  else if (verdict.type == MARTLET_CSV_INT64)
    ((int64_t *)pass.column.values)[pass.first_row + row] = verdict.integer;
  else {
    pass.see(verdict.type, text);
    return Outcome::misfit;
  }
  return Outcome::done;
}

// Makes room for `count` more bytes of text and a copy that writes up to 32 too many.
inline bool make_room(martlet_csv_column &column, size_t count) {
  const size_t wanted = column.text_count + count + 32;
  if (__builtin_expect(wanted <= column.text_capacity, 1)) return true;
  const size_t size = wanted + wanted / 2;
  uint8_t *moved = (uint8_t *)realloc(column.text, size);
  if (moved == nullptr) return false;
  column.text = moved;
  column.text_capacity = size;
  return true;
}

MARTLET_INLINE bool append(const martlet_csv *csv, martlet_csv_column &column, Text text) {
  const size_t count = (size_t)(text.end - text.start);
  if (__builtin_expect(csv->dialect.latin1, 0)) {
    if (!make_room(column, 2 * count)) return false;
    column.text_count += from_latin1(column.text + column.text_count, text.start, count);
    return true;
  }
  if (!make_room(column, count)) return false;
  uint8_t *const out = column.text + column.text_count;
  if (__builtin_expect(count <= 32, 1)) memcpy(out, text.start, 32);
  else memcpy(out, text.start, count);
  column.text_count += count;
  return true;
}

namespace base {
#define MARTLET_SHUFFLES 0
#include "digits.h"
#include "loops.h"
#undef MARTLET_SHUFFLES
}  // namespace base

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
namespace v3 {
#define MARTLET_SHUFFLES 1
#include "digits.h"
#include "loops.h"
#undef MARTLET_SHUFFLES
}  // namespace v3
#pragma clang attribute pop

const bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#define MARTLET_BEST(loop) (has_v3 ? v3::loop(pass) : base::loop(pass))
#else
#define MARTLET_BEST(loop) base::loop(pass)
#endif

// A field that does not fit: from here on the column is only looked at.
bool leave(Pass &pass, size_t row, uint8_t type, Text text) {
  pass.see(type, text);
  return base::classify(pass, row + 1);
}

bool write_bool(Pass &pass) {
  uint8_t *const bits = (uint8_t *)pass.column.values;
  for (size_t row = 0; row < pass.row_count; row++) {
    const Text text = pass.field(row);
    Verdict verdict;
    if (!judge(pass.csv, pass.column, text, verdict)) return false;
    const size_t at = pass.first_row + row;
    if (verdict.type == MARTLET_CSV_MISSING) pass.mark_missing(row);
    else if (verdict.type == MARTLET_CSV_BOOL) {
      if (verdict.integer) bits[at >> 3] |= (uint8_t)(1u << (at & 7));
    } else return leave(pass, row, verdict.type, text);
  }
  return true;
}

// Dates and times as whole numbers: days, or microseconds.
bool write_time(Pass &pass) {
  int64_t *const values = (int64_t *)pass.column.values + pass.first_row;
  const uint8_t type = pass.column.type;
  for (size_t row = 0; row < pass.row_count; row++) {
    const Text text = pass.field(row);
    if (iso_time(text.start, text.end, &values[row]) == type && !may_be_word(pass.csv, text))
      continue;
    Verdict verdict;
    if (!judge(pass.csv, pass.column, text, verdict)) return false;
    if (verdict.type == MARTLET_CSV_MISSING) {
      values[row] = 0;
      pass.mark_missing(row);
    } else if (verdict.type == type) {
      values[row] = verdict.integer;
    } else {
      return leave(pass, row, verdict.type, text);
    }
  }
  return true;
}

bool write_missing(Pass &pass) {
  for (size_t row = 0; row < pass.row_count; row++) {
    const Text text = pass.field(row);
    if (text.start == text.end) continue;
    Verdict verdict;
    if (!judge(pass.csv, pass.column, text, verdict)) return false;
    if (verdict.type != MARTLET_CSV_MISSING) return leave(pass, row, verdict.type, text);
  }
  return true;
}

bool write(Pass &pass) {
  if (pass.column.seen != pass.column.type) return base::classify(pass, 0);
  switch (pass.column.type) {
    case MARTLET_CSV_MISSING: return write_missing(pass);
    case MARTLET_CSV_BOOL: return write_bool(pass);
    case MARTLET_CSV_INT64: return MARTLET_BEST(write_int64);
    case MARTLET_CSV_FLOAT64: return MARTLET_BEST(write_float64);
    case MARTLET_CSV_TEXT: return MARTLET_BEST(write_text);
    default: return write_time(pass);
  }
}

}  // namespace

extern "C" int martlet_csv_convert(
    martlet_csv *csv, const uint8_t *bytes, int64_t origin, martlet_csv_column *columns,
    size_t column_count, size_t first_row) {
  if (!csv->empty.reserve(csv->rows.count + 1)) return MARTLET_CSV_NO_MEMORY;
  for (size_t i = 0; i < column_count; i++) {
    Pass pass = {csv, bytes, origin, columns[i], first_row, csv->rows.count};
    if (!write(pass)) return MARTLET_CSV_NO_MEMORY;
  }
  return 0;
}

extern "C" uint8_t martlet_csv_join(uint8_t one, uint8_t other) {
  if (one == other || other == MARTLET_CSV_MISSING) return one;
  if (one == MARTLET_CSV_MISSING) return other;
  const auto joins = [&](uint8_t a, uint8_t b) {
    return (one == a && other == b) || (one == b && other == a);
  };
  if (joins(MARTLET_CSV_INT64, MARTLET_CSV_FLOAT64)) return MARTLET_CSV_FLOAT64;
  if (joins(MARTLET_JSON_EMPTY_LIST, MARTLET_JSON_TEXTS)) return MARTLET_JSON_TEXTS;
  return MARTLET_CSV_TEXT;
}

extern "C" int martlet_parse_double(
    const uint8_t *text, size_t count, uint8_t decimal_mark, double *value) {
  unsigned digits = 0;
  return (base::plain_double(text, text + count, decimal_mark, value, &digits) && digits > 0) ||
         any_double(text, text + count, decimal_mark, value);
}

extern "C" int martlet_parse_int64(const uint8_t *text, size_t count, int64_t *value) {
  unsigned digits = 0;
  return (plain_int64(text, text + count, value, &digits) && digits > 0) ||
         any_int64(text, text + count, value) == integer::fits;
}

extern "C" void martlet_csv_free_text(martlet_csv_column *column) {
  free(column->text);
  column->text = nullptr;
  column->text_count = column->text_capacity = 0;
}
