// DuckDB's C interface, loaded when it is first needed, and the loops from its vectors to columns.
//
// Only what this project calls, under names of its own; the build needs no DuckDB. A handle is
// what duckdb.h calls by many names; each is made, used and destroyed through this file alone.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Loads the library; `helper`, which may be NULL, is loaded before it. NULL when done, otherwise
/// why not, as a text that lives until the next call.
const char *martlet_duckdb_load(const char *path, const char *helper);

/// The version of the library that was loaded, as `v1.5.5`.
const char *martlet_duckdb_version(void);

/// What a query left behind, in DuckDB's own layout.
typedef struct {
  uint64_t unused[3];
  void *unused_columns;
  char *unused_message;
  void *internal;
} martlet_duckdb_result;

// Every int below is 0 when it went well.

/// Opens a database in memory; `names` and `values` are its settings. What went wrong is put into
/// `message`, to be freed with martlet_duckdb_free.
int martlet_duckdb_open(const char *const *names, const char *const *values, size_t count,
                        void **database, char **message);
void martlet_duckdb_close(void *database);
int martlet_duckdb_connect(void *database, void **connection);
void martlet_duckdb_disconnect(void *connection);
void martlet_duckdb_interrupt(void *connection);
void martlet_duckdb_free(void *memory);

/// Prepares the statements of a text one by one; how many there are, 0 where it cannot be parsed.
int64_t martlet_duckdb_extract(void *connection, const char *sql, void **statements);
const char *martlet_duckdb_extract_error(void *statements);
void martlet_duckdb_destroy_extracted(void *statements);
int martlet_duckdb_prepare(void *connection, void *statements, int64_t index, void **prepared);
const char *martlet_duckdb_prepare_error(void *prepared);
/// What kind of statement it is; 1 is SELECT.
int martlet_duckdb_statement_kind(void *prepared);
void martlet_duckdb_destroy_prepared(void *prepared);
/// Runs it; its rows come as they are asked for.
int martlet_duckdb_execute(void *prepared, martlet_duckdb_result *result);

const char *martlet_duckdb_error(martlet_duckdb_result *result);
int64_t martlet_duckdb_column_count(martlet_duckdb_result *result);
const char *martlet_duckdb_column_name(martlet_duckdb_result *result, int64_t column);
/// The next rows, NULL after the last ones or on an error (see martlet_duckdb_error).
void *martlet_duckdb_fetch(martlet_duckdb_result *result);
void martlet_duckdb_destroy_result(martlet_duckdb_result *result);

int64_t martlet_duckdb_row_count(void *chunk);
void *martlet_duckdb_vector(void *chunk, int64_t column);
void *martlet_duckdb_data(void *vector);
/// One bit a row, set where there is a value; NULL where all are there.
uint64_t *martlet_duckdb_validity(void *vector);
void *martlet_duckdb_list_child(void *vector);
void martlet_duckdb_destroy_chunk(void *chunk);

// MARK: From vectors to columns

/// Copies `count` values of `width` bytes; those of rows that hold none become zero.
void martlet_duckdb_copy(uint8_t *target, const void *vector_data, const uint64_t *validity,
                         int64_t count, int64_t width);

/// Writes one bit a row from bit `start` on, as the validity says; how many are not set.
int64_t martlet_duckdb_copy_validity(uint8_t *bits, int64_t start, const uint64_t *validity,
                                     int64_t count);

/// Writes one bit for each truth value from bit `start` on.
void martlet_duckdb_copy_bools(uint8_t *bits, int64_t start, const uint8_t *values,
                               const uint64_t *validity, int64_t count);

/// Writes where each text ends, the first one beginning at `offset`; where the last one ends.
int64_t martlet_duckdb_text_ends(int64_t *ends, int64_t offset, const void *texts,
                                 const uint64_t *validity, int64_t count);
/// Copies the texts themselves, end to end.
void martlet_duckdb_copy_texts(uint8_t *bytes, const void *texts, const uint64_t *validity,
                               int64_t count);

/// A list column: where each row's values lie in the child vector.
typedef struct {
  uint64_t offset, length;
} martlet_duckdb_list;

/// Writes where each list ends, the first one beginning at `offset`; where the last one ends.
/// A list that holds a missing value is named in `bad` (otherwise -1).
int64_t martlet_duckdb_list_ends(int64_t *ends, int64_t offset, const martlet_duckdb_list *lists,
                                 const uint64_t *validity, const uint64_t *child_validity,
                                 int64_t count, int64_t *bad);
/// Copies the values of lists end to end; `width` is the bytes of one.
void martlet_duckdb_copy_lists(uint8_t *target, const martlet_duckdb_list *lists,
                               const uint64_t *validity, const void *child, int64_t count,
                               int64_t width);
/// The ends of the texts in lists, and the texts.
int64_t martlet_duckdb_list_text_ends(int64_t *ends, int64_t offset,
                                      const martlet_duckdb_list *lists, const uint64_t *validity,
                                      const void *child, int64_t count);
void martlet_duckdb_copy_list_texts(uint8_t *bytes, const martlet_duckdb_list *lists,
                                    const uint64_t *validity, const void *child, int64_t count);

// MARK: From columns to a table

/// The types of a table that is written.
enum {
  MARTLET_DUCKDB_BOOL = 1,
  MARTLET_DUCKDB_INT8 = 2,
  MARTLET_DUCKDB_INT32 = 4,
  MARTLET_DUCKDB_INT64 = 5,
  MARTLET_DUCKDB_FLOAT = 10,
  MARTLET_DUCKDB_DOUBLE = 11,
  MARTLET_DUCKDB_DATETIME = 12,
  MARTLET_DUCKDB_DATE = 13,
  MARTLET_DUCKDB_TEXT = 17,
  MARTLET_DUCKDB_TIMESTAMP = 31,
  /// Beyond DuckDB's own: lists of texts and doubles, and sparse vectors as a struct.
  MARTLET_DUCKDB_TEXTS = 1001,
  MARTLET_DUCKDB_DOUBLES = 1002,
  MARTLET_DUCKDB_SPARSE = 1003,
};

/// The rows of a chunk that is written: 2048, whatever the build of DuckDB.
int64_t martlet_duckdb_chunk_capacity(void);

int martlet_duckdb_appender(void *connection, const char *table, void **appender);
const char *martlet_duckdb_appender_error(void *appender);
int martlet_duckdb_append(void *appender, void *chunk, int64_t row_count);
int martlet_duckdb_close_appender(void *appender);
void martlet_duckdb_destroy_appender(void *appender);
void *martlet_duckdb_create_chunk(const int *types, int64_t count);

/// Marks a row of a vector as missing.
void martlet_duckdb_set_missing(void *vector, int64_t row);
void martlet_duckdb_set_text(void *vector, int64_t row, const uint8_t *bytes, int64_t count);
/// Makes room for a list's values in the child and sets the list; where they begin in the child,
/// or -1.
int64_t martlet_duckdb_set_list(void *vector, int64_t row, int64_t length);
void *martlet_duckdb_struct_child(void *vector, int64_t index);
