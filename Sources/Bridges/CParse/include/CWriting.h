// Typed columns to text: the hot loops of the writers.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the values of a column are.
enum {
  MARTLET_VALUE_BOOL = 0,
  MARTLET_VALUE_INT32 = 1,
  MARTLET_VALUE_INT64 = 2,
  MARTLET_VALUE_FLOAT32 = 3,
  MARTLET_VALUE_FLOAT64 = 4,
  /// Days since 1970-01-01, 32 bits.
  MARTLET_VALUE_DATE = 5,
  /// Microseconds since 1970-01-01 00:00, without a zone.
  MARTLET_VALUE_DATETIME = 6,
  /// The same in UTC.
  MARTLET_VALUE_TIMESTAMP = 7,
  MARTLET_VALUE_TEXT = 8,
  MARTLET_VALUE_TEXTS = 9,
  MARTLET_VALUE_DENSE = 10,
  MARTLET_VALUE_SPARSE = 11,
};

/// A column as it lies in memory; which pointers count depends on the kind.
typedef struct {
  int32_t kind;
  /// Numbers, or the bytes of a bitmap.
  const void *values;
  /// One bit a value, from bit `validity_start` on; null where none is missing.
  const uint8_t *validity;
  int64_t validity_start;
  /// The place of the first row in `values` or `offsets`; for bools a bit.
  int64_t start;
  const int64_t *offsets;
  const int64_t *ends;
  const uint8_t *bytes;
  const int32_t *indices;
  int64_t width;
  /// What stands before each value in JSON: the quoted name and a colon.
  const uint8_t *key;
  int64_t key_count;
} martlet_field;

/// How writing ended.
enum {
  MARTLET_WRITE_DONE = 0,
  MARTLET_WRITE_NO_MEMORY = 1,
  /// The value at `bad_row` of column `bad_field` cannot be written in this format.
  MARTLET_WRITE_UNFIT = 2,
};

/// The text of some rows; freed by `martlet_text_free`.
typedef struct {
  uint8_t *data;
  size_t count;
  size_t capacity;
  /// Values that were written as something else, since the format has no way to say them.
  int64_t lost_count;
  int64_t bad_row;
  int64_t bad_field;
} martlet_text;

/// Writes rows as CSV, a line each; `row_ends` takes where each row ends.
int32_t martlet_write_csv(
    const martlet_field *fields, int64_t field_count, int64_t row_count, uint8_t delimiter,
    int64_t *row_ends, martlet_text *text);

/// Writes rows as JSON objects, a line each.
int32_t martlet_write_json_lines(
    const martlet_field *fields, int64_t field_count, int64_t row_count, int64_t *row_ends,
    martlet_text *text);

/// Writes rows as libsvm has them; field 0 is the label, the others are features.
int32_t martlet_write_libsvm(
    const martlet_field *fields, int64_t field_count, int64_t row_count, int64_t *row_ends,
    martlet_text *text);

void martlet_text_free(martlet_text *text);

#ifdef __cplusplus
}
#endif
