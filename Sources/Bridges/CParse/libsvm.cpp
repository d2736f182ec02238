// The libsvm reader: `label [qid:n] index:value ... [# comment]`, a row a line.
#include "keys.h"

using namespace martlet;

struct martlet_libsvm {
  martlet_libsvm_options options;
  Array<double> labels, values;
  Array<int64_t> queries, offsets;
  Array<uint8_t> query_validity;
  Array<int32_t> indices;
  uint64_t query_missing = 0;
};

namespace {

MARTLET_INLINE bool is_gap(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

// Reads a number that ends at a gap, a line's end or one other byte; false for anything else. What
// lies behind `end` is a line feed or a zero, so it never runs on.
MARTLET_INLINE bool number(const uint8_t *&p, const uint8_t *end, double *value) {
  const uint8_t *const start = p;
  const bool negative = *p == '-';
  p += negative;
  uint64_t digits_value = 0;
  unsigned count = 0, behind = 0;
  p = digits(p, &digits_value, &count);
  if (*p == '.') {
    const unsigned before = count;
    p = digits(p + 1, &digits_value, &count);
    behind = count - before;
  }
  if (__builtin_expect(p <= end && count > 0 && count <= 19 && (is_gap(*p) || p == end), 1)) {
    if (digits_value <= (uint64_t)1 << 53 && behind <= 22) {
      *value = with_sign((double)digits_value / exact_powers[behind], negative);
      return true;
    }
    if (long_double(digits_value, behind, negative, value)) return true;
  }
  for (p = start; p < end && !is_gap(*p) && *p != '#'; p++) {}
  return any_double(start, p, '.', value);
}

struct Row {
  martlet_libsvm *reader;
  const uint8_t *p, *end;
  int status = MARTLET_LIBSVM_DONE;
  const uint8_t *place = nullptr;
  int64_t last = -1;

  bool fail(int why, const uint8_t *at) {
    status = why;
    place = at;
    return false;
  }

  __attribute__((always_inline)) bool at_gap() const { return p >= end || is_gap(*p); }

  void skip_gaps() {
    while (p < end && is_gap(*p)) p++;
  }

  bool read() {
    const uint8_t *const start = p;
    double label = 0;
    if (!number(p, end, &label) || !at_gap()) return fail(MARTLET_LIBSVM_BAD_LABEL, start);
    skip_gaps();
    if (!query()) return false;
    while (p < end) {
      if (!pair()) return false;
      skip_gaps();
    }
    reader->labels.items[reader->labels.count++] = label;
    return true;
  }

  bool query() {
    martlet_libsvm &rows = *reader;
    const bool named = end - p >= 4 && memcmp(p, "qid:", 4) == 0;
    if (named && !rows.options.has_query) return fail(MARTLET_LIBSVM_OTHER_QUERY, p);
    if (!rows.options.has_query) return true;
    int64_t value = 0;
    if (named) {
      const uint8_t *const start = p;
      for (p += 4; !at_gap(); p++) {}
      if (any_int64(start + 4, p, &value) != integer::fits)
        return fail(MARTLET_LIBSVM_BAD_QUERY, start);
      skip_gaps();
    }
    const size_t row = rows.queries.count;
    if ((row & 7) == 0) rows.query_validity.items[rows.query_validity.count++] = 0;
    uint8_t &bits = rows.query_validity.items[row >> 3];
    bits = (uint8_t)((bits & ~(1u << (row & 7))) | (unsigned)named << (row & 7));
    rows.query_missing += !named;
    rows.queries.items[rows.queries.count++] = value;
    return true;
  }

  __attribute__((always_inline)) bool pair() {
    martlet_libsvm &rows = *reader;
    const uint8_t *const start = p;
    uint64_t index = 0;
    for (; (uint8_t)(*p - '0') <= 9 && p - start < 12; p++) index = index * 10 + (*p - '0');
    if (__builtin_expect(p == start || *p != ':' || p >= end, 0)) {
      while (!at_gap() && *p != ':') p++;
      return fail(at_gap() ? MARTLET_LIBSVM_NO_PAIR : MARTLET_LIBSVM_BAD_INDEX, start);
    }
    if (index < rows.options.first_index) return fail(MARTLET_LIBSVM_INDEX_ZERO, start);
    index -= rows.options.first_index;
    const uint64_t limit = rows.options.width != 0 ? rows.options.width : (uint64_t)INT32_MAX;
    if (index >= limit) return fail(MARTLET_LIBSVM_TOO_WIDE, start);
    if ((int64_t)index <= last) return fail(MARTLET_LIBSVM_NOT_RISING, start);
    last = (int64_t)index;
    p++;
    const uint8_t *const first = p;
    double value = 0;
    if (!number(p, end, &value) || !at_gap()) return fail(MARTLET_LIBSVM_BAD_VALUE, first);
    if (value != 0) {
      const size_t at = rows.indices.count;
      rows.indices.items[at] = (int32_t)index;
      rows.values.items[at] = value;
      rows.indices.count = rows.values.count = at + 1;
    }
    return true;
  }
};

}  // namespace

extern "C" martlet_libsvm *martlet_libsvm_make(const martlet_libsvm_options *options) {
  martlet_libsvm *reader = new (std::nothrow) martlet_libsvm();
  if (reader != nullptr) reader->options = *options;
  return reader;
}

extern "C" void martlet_libsvm_free(martlet_libsvm *reader) { delete reader; }

extern "C" martlet_libsvm_end martlet_libsvm_read(
    martlet_libsvm *reader, const uint8_t *bytes, size_t count, uint64_t row_limit) {
  martlet_libsvm &rows = *reader;
  martlet_libsvm_end result = {};
  rows.labels.count = rows.values.count = rows.indices.count = rows.offsets.count = 0;
  rows.queries.count = rows.query_validity.count = 0;
  rows.query_missing = 0;
  const uint8_t *const end = bytes + count;
  // Bytes above ASCII stand in comments only, and there they may be anything.
  bool memory = push(rows.offsets, (int64_t)0);
  for (const uint8_t *start = bytes, *next; start < end && memory; start = next) {
    const uint8_t *const feed = (const uint8_t *)memchr(start, '\n', (size_t)(end - start));
    const uint8_t *stop = feed == nullptr ? end : feed;
    next = stop + (feed != nullptr);
    const uint8_t *const comment = (const uint8_t *)memchr(start, '#', (size_t)(stop - start));
    if (comment != nullptr) stop = comment;
    Row row;
    row.reader = reader;
    row.p = start;
    row.end = stop;
    row.skip_gaps();
    if (row.p == row.end) continue;
    if (result.row_count == row_limit) {
      result.place = (size_t)(start - bytes);
      return result;
    }
    // A pair takes four bytes at least, the gap before it included.
    const size_t most = (size_t)(stop - start) / 4 + 1;
    memory = rows.indices.reserve(rows.indices.count + most) &&
             rows.values.reserve(rows.values.count + most) &&
             rows.labels.reserve(rows.labels.count + 1) &&
             rows.queries.reserve(rows.queries.count + 1) &&
             rows.query_validity.reserve(rows.query_validity.count + 1);
    if (!memory) break;
    const size_t entries = rows.indices.count, queries = rows.queries.count;
    const uint64_t missing = rows.query_missing;
    if (__builtin_expect(!row.read(), 0)) {
      if (!rows.options.skips_bad_rows) {
        result.status = row.status;
        result.place = (size_t)(row.place - bytes);
        return result;
      }
      rows.indices.count = rows.values.count = entries;
      rows.queries.count = queries;
      rows.query_validity.count = (queries + 7) / 8;
      rows.query_missing = missing;
      result.bad_count++;
      continue;
    }
    memory = push(rows.offsets, (int64_t)rows.indices.count);
    if (row.last + 1 > (int64_t)result.width) result.width = (uint32_t)(row.last + 1);
    result.row_count++;
  }
  if (!memory) result.status = MARTLET_LIBSVM_NO_MEMORY;
  result.place = count;
  return result;
}

extern "C" martlet_libsvm_rows martlet_libsvm_rows_of(const martlet_libsvm *reader) {
  const martlet_libsvm &rows = *reader;
  return {
      rows.labels.items, rows.queries.items, rows.query_validity.items, rows.query_missing,
      rows.offsets.items, rows.indices.items, rows.values.items, rows.indices.count};
}
