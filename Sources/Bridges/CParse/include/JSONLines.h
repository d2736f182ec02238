// Lines of JSON to typed columns.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Types beside those of CSV: a list of nothing < a list of texts < text; a vector < text.
enum {
  MARTLET_JSON_EMPTY_LIST = 8,
  MARTLET_JSON_TEXTS = 9,
  MARTLET_JSON_VECTOR = 10,
};
#define MARTLET_JSON_TYPE_COUNT 11

/// How reading lines ended.
enum {
  MARTLET_JSON_DONE = 0,
  MARTLET_JSON_NO_OBJECT = 1,
  MARTLET_JSON_UNEXPECTED = 2,
  MARTLET_JSON_ENDS_EARLY = 3,
  MARTLET_JSON_BAD_ESCAPE = 4,
  MARTLET_JSON_LONE_SURROGATE = 5,
  MARTLET_JSON_CONTROL = 6,
  MARTLET_JSON_NOT_UTF8 = 7,
  MARTLET_JSON_DUPLICATE = 8,
  MARTLET_JSON_TOO_DEEP = 9,
  MARTLET_JSON_BAD_NUMBER = 10,
  MARTLET_JSON_BEHIND = 11,
  MARTLET_JSON_TOO_MANY = 12,
  MARTLET_JSON_NO_MEMORY = 13,
};

/// What is done with the values.
enum {
  /// Keys and types are found out.
  MARTLET_JSON_SURVEY = 0,
  /// The columns that are wanted are written.
  MARTLET_JSON_CONVERT = 1,
  /// Rows are only counted, up to a number.
  MARTLET_JSON_COUNT = 2,
};

/// Nested deeper than this is refused.
#define MARTLET_JSON_DEPTH 512
/// More keys than this are refused.
#define MARTLET_JSON_KEY_LIMIT 65536

typedef struct {
  int32_t status;
  uint64_t row_count;
  uint64_t bad_count;
  /// What is wrong, or the start of the row that was counted to; in the bytes given.
  size_t place;
} martlet_json_end;

/// A column that was seen.
typedef struct {
  const uint8_t *name;
  size_t name_count;
  uint8_t type;
  /// Whether objects were seen under this key too.
  uint8_t is_object;
  /// Of the first list of numbers.
  uint32_t width;
  /// Where in the file a value of each type was first seen; -1 where none was.
  int64_t first_seen[MARTLET_JSON_TYPE_COUNT];
  /// Where a list of numbers of another width was first seen.
  int64_t other_width;
} martlet_json_found;

/// The values of a column that was written.
typedef struct {
  const double *numbers;
  size_t number_count;
  /// Integers, days, microseconds; the offsets of text; the offsets of lists.
  const int64_t *integers;
  size_t integer_count;
  /// Where the texts of lists end.
  const int64_t *ends;
  size_t end_count;
  const uint8_t *bytes;
  size_t byte_count;
  const uint8_t *validity;
  uint64_t missing_count;
} martlet_json_values;

typedef struct martlet_json martlet_json;

/// A reader for one thread, or NULL. Words mean that a text is missing; they are copied.
martlet_json *martlet_json_make(
    const uint8_t *words, const uint32_t *word_ends, uint32_t word_count, int skips_bad_rows);
void martlet_json_free(martlet_json *json);

/// Forgets all keys and values.
void martlet_json_reset(martlet_json *json);

/// Asks for a column; 0, or MARTLET_JSON_NO_MEMORY.
int martlet_json_want(
    martlet_json *json, const uint8_t *name, size_t count, uint8_t type, uint32_t width);

/// Reads the lines of `bytes`, which begin at a line and end with one; `origin` is their place in
/// the file. 64 bytes more are readable behind them.
martlet_json_end martlet_json_read(
    martlet_json *json, const uint8_t *bytes, size_t count, int64_t origin, int mode,
    uint64_t row_limit);

/// How many columns were seen, in the order of their first values, and what they are.
size_t martlet_json_found_count(const martlet_json *json);
martlet_json_found martlet_json_found_at(const martlet_json *json, size_t index);

/// The values of the column that was asked for as number `index`; valid until the next reset.
martlet_json_values martlet_json_values_at(martlet_json *json, size_t index);

/// The key at which reading ended; NULL where it is none.
const uint8_t *martlet_json_failed_key(const martlet_json *json, size_t *count);

#ifdef __cplusplus
}
#endif
