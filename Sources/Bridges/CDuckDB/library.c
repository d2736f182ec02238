// The table of DuckDB's functions, filled with dlsym, and one door to each.
#include "CDuckDB.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>

typedef martlet_duckdb_result result_t;

#define FUNCTIONS(X) \
  X(const char *, library_version, (void)) \
  X(int, create_config, (void **)) \
  X(int, set_config, (void *, const char *, const char *)) \
  X(void, destroy_config, (void **)) \
  X(int, open_ext, (const char *, void **, void *, char **)) \
  X(void, close, (void **)) \
  X(int, connect, (void *, void **)) \
  X(void, disconnect, (void **)) \
  X(void, interrupt, (void *)) \
  X(void, free, (void *)) \
  X(uint64_t, extract_statements, (void *, const char *, void **)) \
  X(const char *, extract_statements_error, (void *)) \
  X(void, destroy_extracted, (void **)) \
  X(int, prepare_extracted_statement, (void *, void *, uint64_t, void **)) \
  X(const char *, prepare_error, (void *)) \
  X(int, prepared_statement_type, (void *)) \
  X(void, destroy_prepare, (void **)) \
  X(int, execute_prepared_streaming, (void *, result_t *)) \
  X(const char *, result_error, (result_t *)) \
  X(uint64_t, column_count, (result_t *)) \
  X(const char *, column_name, (result_t *, uint64_t)) \
  X(void *, fetch_chunk, (result_t)) \
  X(void, destroy_result, (result_t *)) \
  X(uint64_t, data_chunk_get_size, (void *)) \
  X(void, data_chunk_set_size, (void *, uint64_t)) \
  X(void *, data_chunk_get_vector, (void *, uint64_t)) \
  X(void, destroy_data_chunk, (void **)) \
  X(void *, create_data_chunk, (void **, uint64_t)) \
  X(uint64_t, vector_size, (void)) \
  X(void *, vector_get_data, (void *)) \
  X(uint64_t *, vector_get_validity, (void *)) \
  X(void, vector_ensure_validity_writable, (void *)) \
  X(void, vector_assign_string_element_len, (void *, uint64_t, const char *, uint64_t)) \
  X(void *, list_vector_get_child, (void *)) \
  X(uint64_t, list_vector_get_size, (void *)) \
  X(int, list_vector_set_size, (void *, uint64_t)) \
  X(int, list_vector_reserve, (void *, uint64_t)) \
  X(void *, struct_vector_get_child, (void *, uint64_t)) \
  X(void *, create_logical_type, (int)) \
  X(void *, create_list_type, (void *)) \
  X(void *, create_struct_type, (void **, const char **, uint64_t)) \
  X(void, destroy_logical_type, (void **)) \
  X(int, appender_create, (void *, const char *, const char *, void **)) \
  X(const char *, appender_error, (void *)) \
  X(int, append_data_chunk, (void *, void *)) \
  X(int, appender_close, (void *)) \
  X(int, appender_destroy, (void **))

#define FIELD(answer, name, parameters) answer(*name) parameters;
static struct {
  FUNCTIONS(FIELD)
} duckdb;

const char *martlet_duckdb_load(const char *path, const char *helper) {
  static char why[512];
  if (helper && !dlopen(helper, RTLD_NOW | RTLD_GLOBAL)) {
    snprintf(why, sizeof why, "%s", dlerror());
    return why;
  }
  void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    snprintf(why, sizeof why, "%s", dlerror());
    return why;
  }
#define LOOK_UP(answer, name, parameters) \
  *(void **)&duckdb.name = dlsym(library, "duckdb_" #name); \
  if (!duckdb.name) { \
    snprintf(why, sizeof why, "%s has no duckdb_%s", path, #name); \
    dlclose(library); \
    return why; \
  }
  FUNCTIONS(LOOK_UP)
  return NULL;
}

const char *martlet_duckdb_version(void) { return duckdb.library_version(); }

int martlet_duckdb_open(const char *const *names, const char *const *values, size_t count,
                        void **database, char **message) {
  void *config = NULL;
  *message = NULL;
  if (duckdb.create_config(&config)) return 1;
  int status = 0;
  for (size_t i = 0; i < count && !status; i++) {
    status = duckdb.set_config(config, names[i], values[i]);
  }
  if (!status) status = duckdb.open_ext(NULL, database, config, message);
  duckdb.destroy_config(&config);
  return status;
}

void martlet_duckdb_close(void *database) { duckdb.close(&database); }
int martlet_duckdb_connect(void *database, void **connection) {
  return duckdb.connect(database, connection);
}
void martlet_duckdb_disconnect(void *connection) { duckdb.disconnect(&connection); }
void martlet_duckdb_interrupt(void *connection) { duckdb.interrupt(connection); }
void martlet_duckdb_free(void *memory) { duckdb.free(memory); }

int64_t martlet_duckdb_extract(void *connection, const char *sql, void **statements) {
  return (int64_t)duckdb.extract_statements(connection, sql, statements);
}
const char *martlet_duckdb_extract_error(void *statements) {
  return duckdb.extract_statements_error(statements);
}
void martlet_duckdb_destroy_extracted(void *statements) { duckdb.destroy_extracted(&statements); }
int martlet_duckdb_prepare(void *connection, void *statements, int64_t index, void **prepared) {
  return duckdb.prepare_extracted_statement(connection, statements, (uint64_t)index, prepared);
}
const char *martlet_duckdb_prepare_error(void *prepared) { return duckdb.prepare_error(prepared); }
int martlet_duckdb_statement_kind(void *prepared) {
  return duckdb.prepared_statement_type(prepared);
}
void martlet_duckdb_destroy_prepared(void *prepared) { duckdb.destroy_prepare(&prepared); }
int martlet_duckdb_execute(void *prepared, martlet_duckdb_result *result) {
  return duckdb.execute_prepared_streaming(prepared, result);
}

const char *martlet_duckdb_error(martlet_duckdb_result *result) {
  return duckdb.result_error(result);
}
int64_t martlet_duckdb_column_count(martlet_duckdb_result *result) {
  return (int64_t)duckdb.column_count(result);
}
const char *martlet_duckdb_column_name(martlet_duckdb_result *result, int64_t column) {
  return duckdb.column_name(result, (uint64_t)column);
}
void *martlet_duckdb_fetch(martlet_duckdb_result *result) { return duckdb.fetch_chunk(*result); }
void martlet_duckdb_destroy_result(martlet_duckdb_result *result) {
  duckdb.destroy_result(result);
}

int64_t martlet_duckdb_row_count(void *chunk) {
  return (int64_t)duckdb.data_chunk_get_size(chunk);
}
void *martlet_duckdb_vector(void *chunk, int64_t column) {
  return duckdb.data_chunk_get_vector(chunk, (uint64_t)column);
}
void *martlet_duckdb_data(void *vector) { return duckdb.vector_get_data(vector); }
uint64_t *martlet_duckdb_validity(void *vector) { return duckdb.vector_get_validity(vector); }
void *martlet_duckdb_list_child(void *vector) { return duckdb.list_vector_get_child(vector); }
void martlet_duckdb_destroy_chunk(void *chunk) { duckdb.destroy_data_chunk(&chunk); }

int64_t martlet_duckdb_chunk_capacity(void) { return (int64_t)duckdb.vector_size(); }

int martlet_duckdb_appender(void *connection, const char *table, void **appender) {
  return duckdb.appender_create(connection, NULL, table, appender);
}
const char *martlet_duckdb_appender_error(void *appender) {
  return duckdb.appender_error(appender);
}
int martlet_duckdb_append(void *appender, void *chunk, int64_t row_count) {
  duckdb.data_chunk_set_size(chunk, (uint64_t)row_count);
  return duckdb.append_data_chunk(appender, chunk);
}
int martlet_duckdb_close_appender(void *appender) { return duckdb.appender_close(appender); }
void martlet_duckdb_destroy_appender(void *appender) { duckdb.appender_destroy(&appender); }

static void *list_of(int type) {
  void *child = duckdb.create_logical_type(type);
  void *list = duckdb.create_list_type(child);
  duckdb.destroy_logical_type(&child);
  return list;
}

static void *logical_type(int type) {
  if (type == MARTLET_DUCKDB_TEXTS) return list_of(MARTLET_DUCKDB_TEXT);
  if (type == MARTLET_DUCKDB_DOUBLES) return list_of(MARTLET_DUCKDB_DOUBLE);
  if (type != MARTLET_DUCKDB_SPARSE) return duckdb.create_logical_type(type);
  void *members[] = {
      duckdb.create_logical_type(MARTLET_DUCKDB_INT8),
      duckdb.create_logical_type(MARTLET_DUCKDB_INT32),
      list_of(MARTLET_DUCKDB_INT32),
      list_of(MARTLET_DUCKDB_DOUBLE),
  };
  const char *names[] = {"type", "size", "indices", "values"};
  void *whole = duckdb.create_struct_type(members, names, 4);
  for (int i = 0; i < 4; i++) duckdb.destroy_logical_type(&members[i]);
  return whole;
}

void *martlet_duckdb_create_chunk(const int *types, int64_t count) {
  void *logical[count > 0 ? count : 1];
  for (int64_t i = 0; i < count; i++) logical[i] = logical_type(types[i]);
  void *chunk = duckdb.create_data_chunk(logical, (uint64_t)count);
  for (int64_t i = 0; i < count; i++) duckdb.destroy_logical_type(&logical[i]);
  return chunk;
}

void martlet_duckdb_set_missing(void *vector, int64_t row) {
  duckdb.vector_ensure_validity_writable(vector);
  uint64_t *validity = duckdb.vector_get_validity(vector);
  validity[row >> 6] &= ~(UINT64_C(1) << (row & 63));
}

void martlet_duckdb_set_text(void *vector, int64_t row, const uint8_t *bytes, int64_t count) {
  duckdb.vector_assign_string_element_len(vector, (uint64_t)row, (const char *)bytes,
                                          (uint64_t)count);
}

int64_t martlet_duckdb_set_list(void *vector, int64_t row, int64_t length) {
  uint64_t start = duckdb.list_vector_get_size(vector);
  uint64_t end = start + (uint64_t)length;
  if (duckdb.list_vector_reserve(vector, end) || duckdb.list_vector_set_size(vector, end)) {
    return -1;
  }
  martlet_duckdb_list *lists = duckdb.vector_get_data(vector);
  lists[row] = (martlet_duckdb_list){.offset = start, .length = (uint64_t)length};
  return (int64_t)start;
}

void *martlet_duckdb_struct_child(void *vector, int64_t index) {
  return duckdb.struct_vector_get_child(vector, (uint64_t)index);
}
