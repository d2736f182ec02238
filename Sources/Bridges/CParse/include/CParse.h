// Text to numbers and typed columns: the hot loops of the CSV reader.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CWriting.h"
#include "Packing.h"
#include "JSONLines.h"
#include "LibSVM.h"
#include "Unpack.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that may be read (never written) behind the end of every text given to these functions.
#define MARTLET_CSV_PADDING 64

/// What the values of a column are; a column's type is the join of its values' types, where
/// missing < bool < text, missing < int64 < float64 < text, and missing < a kind of time < text.
enum {
  MARTLET_CSV_MISSING = 0,
  MARTLET_CSV_BOOL = 1,
  MARTLET_CSV_INT64 = 2,
  MARTLET_CSV_FLOAT64 = 3,
  MARTLET_CSV_TEXT = 4,
  MARTLET_CSV_DATE = 5,
  MARTLET_CSV_DATETIME = 6,
  MARTLET_CSV_TIMESTAMP = 7,
};
#define MARTLET_CSV_TYPE_COUNT 8

/// How the search for records ended.
enum {
  /// Records were found.
  MARTLET_CSV_FOUND = 0,
  /// No record ends in these bytes; more are needed.
  MARTLET_CSV_INCOMPLETE = 1,
  /// The text ends within quotes, opened at `place`.
  MARTLET_CSV_UNTERMINATED = 2,
  /// The record at `place` has `found` fields.
  MARTLET_CSV_WRONG_COUNT = 3,
  /// The record at `place` has text behind a closing quote.
  MARTLET_CSV_BEHIND_QUOTE = 4,
  /// The bytes at `place` are not UTF-8.
  MARTLET_CSV_NOT_UTF8 = 5,
  /// There is no memory.
  MARTLET_CSV_NO_MEMORY = 6,
};

/// How a file is written. Words are missing-value texts, one behind the other.
typedef struct {
  uint8_t delimiter[8];
  uint32_t delimiter_count;
  /// Fields a record must have; 0 takes any number.
  uint32_t field_count;
  uint8_t decimal_mark;
  uint8_t latin1;
  uint8_t skips_bad_rows;
  const uint8_t *words;
  const uint32_t *word_ends;
  uint32_t word_count;
} martlet_csv_dialect;

/// The records found in a run of bytes.
typedef struct {
  int32_t status;
  /// Good records; the ones that `martlet_csv_convert` writes.
  uint32_t row_count;
  /// Records of another shape that were left out.
  uint32_t bad_count;
  /// Fields of the record that ended the search.
  uint32_t found;
  /// The place behind the last record looked at.
  size_t end;
  size_t place;
  /// Quotes that stand within an unquoted field.
  size_t stray_quotes;
} martlet_csv_records;

/// One column that is wanted, and where its values go.
typedef struct {
  /// Which field of a record it is.
  uint32_t field;
  /// The type that the values are written as.
  uint8_t type;
  /// What was seen; where it is not `type`, values are looked at and no longer written.
  uint8_t seen;
  /// Whether integers that are not written canonically make the column text.
  uint8_t identifier;
  /// int64, double, bits (bool) or the 64-bit offsets of text, which begin with a 0.
  void *values;
  /// One bit a row; all set at the first missing value.
  uint8_t *validity;
  /// Bytes of `validity`.
  size_t validity_count;
  uint64_t missing_count;
  /// Text, in memory of malloc that this function enlarges.
  uint8_t *text;
  size_t text_count;
  size_t text_capacity;
  /// Where in the file the column was first seen to be of a type, by type; -1 where it was not.
  int64_t first_seen[MARTLET_CSV_TYPE_COUNT];
} martlet_csv_column;

/// The scratch memory of one thread that reads.
typedef struct martlet_csv martlet_csv;

/// A reader, or NULL when there is no memory. The words are copied.
martlet_csv *martlet_csv_make(const martlet_csv_dialect *dialect);
void martlet_csv_free(martlet_csv *csv);

/// Finds records in `bytes` from `begin` (the start of a record) on: at least one, then as many as
/// end within about `wish` bytes and begin before `limit`. `count` is the end of what was read,
/// and `final` says that the text ends there.
martlet_csv_records martlet_csv_index(
    martlet_csv *csv, const uint8_t *bytes, size_t begin, size_t count, size_t limit, size_t wish,
    int final);

/// Where good record `row` of the last search begins.
size_t martlet_csv_row_start(const martlet_csv *csv, size_t row);

/// How many fields good record `row` has.
size_t martlet_csv_row_field_count(const martlet_csv *csv, size_t row);

/// The text of a field as UTF-8, without its quotes; valid until the next call. NULL: no memory.
const uint8_t *martlet_csv_field(
    martlet_csv *csv, const uint8_t *bytes, size_t row, size_t field, size_t *count);

/// Writes the fields of the records found as rows `first_row` and on of the columns; `origin` is
/// the place of `bytes` in the file. Returns 0, or MARTLET_CSV_NO_MEMORY.
int martlet_csv_convert(
    martlet_csv *csv, const uint8_t *bytes, int64_t origin, martlet_csv_column *columns,
    size_t column_count, size_t first_row);

/// The join of two types.
uint8_t martlet_csv_join(uint8_t one, uint8_t other);

/// Parses a whole text as a number as the CSV reader does; 1 when it is one. The text needs
/// MARTLET_CSV_PADDING readable bytes behind it.
int martlet_parse_double(const uint8_t *text, size_t count, uint8_t decimal_mark, double *value);
/// The same for an integer of 64 bits.
int martlet_parse_int64(const uint8_t *text, size_t count, int64_t *value);

/// How many line feeds there are.
size_t martlet_count_lines(const uint8_t *bytes, size_t count);

/// The place of the first bytes that are not UTF-8, or `count`.
size_t martlet_first_not_utf8(const uint8_t *bytes, size_t count);

/// Frees memory of a column's text.
void martlet_csv_free_text(martlet_csv_column *column);

#ifdef __cplusplus
}
#endif
