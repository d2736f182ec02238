// Lines of libsvm to sparse rows.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How reading lines ended.
enum {
  MARTLET_LIBSVM_DONE = 0,
  MARTLET_LIBSVM_BAD_LABEL = 1,
  MARTLET_LIBSVM_NO_PAIR = 2,
  MARTLET_LIBSVM_BAD_INDEX = 3,
  MARTLET_LIBSVM_INDEX_ZERO = 4,
  MARTLET_LIBSVM_NOT_RISING = 5,
  MARTLET_LIBSVM_TOO_WIDE = 6,
  MARTLET_LIBSVM_BAD_VALUE = 7,
  MARTLET_LIBSVM_BAD_QUERY = 8,
  MARTLET_LIBSVM_OTHER_QUERY = 9,
  MARTLET_LIBSVM_NO_MEMORY = 10,
};

typedef struct {
  /// 0 or 1.
  uint32_t first_index;
  /// How many features there may be; 0 for any number.
  uint32_t width;
  /// Whether rows may name a query.
  uint8_t has_query;
  uint8_t skips_bad_rows;
} martlet_libsvm_options;

typedef struct {
  int32_t status;
  uint64_t row_count;
  uint64_t bad_count;
  /// What is wrong, or the start of the row that was counted to; in the bytes given.
  size_t place;
  /// The greatest feature plus one, the first being 0.
  uint32_t width;
} martlet_libsvm_end;

typedef struct {
  const double *labels;
  /// Of each row, and which rows have one.
  const int64_t *queries;
  const uint8_t *query_validity;
  uint64_t query_missing_count;
  /// Row i has the entries offsets[i] to offsets[i + 1].
  const int64_t *offsets;
  const int32_t *indices;
  const double *values;
  size_t entry_count;
} martlet_libsvm_rows;

typedef struct martlet_libsvm martlet_libsvm;

/// A reader for one thread, or NULL.
martlet_libsvm *martlet_libsvm_make(const martlet_libsvm_options *options);
void martlet_libsvm_free(martlet_libsvm *reader);

/// Reads the lines of `bytes`, which begin at a line and end with one, up to a number of rows.
/// What was read before is forgotten. 64 bytes more are readable behind them.
martlet_libsvm_end martlet_libsvm_read(
    martlet_libsvm *reader, const uint8_t *bytes, size_t count, uint64_t row_limit);

/// The rows that were read last.
martlet_libsvm_rows martlet_libsvm_rows_of(const martlet_libsvm *reader);

#ifdef __cplusplus
}
#endif
