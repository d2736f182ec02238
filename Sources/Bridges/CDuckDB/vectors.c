// From DuckDB's vectors to columns in Arrow's layout.
#include "CDuckDB.h"
#include <string.h>

/// A text as DuckDB keeps it: up to twelve bytes in place, more behind a pointer.
typedef struct {
  uint32_t length;
  char prefix[4];
  union {
    char rest[8];
    const char *pointer;
  } value;
} text_t;

static inline int is_there(const uint64_t *validity, int64_t row) {
  return !validity || (validity[row >> 6] >> (row & 63) & 1);
}

static inline const char *bytes_of(const text_t *text) {
  return text->length <= 12 ? text->prefix : text->value.pointer;
}

void martlet_duckdb_copy(uint8_t *target, const void *vector_data, const uint64_t *validity,
                         int64_t count, int64_t width) {
  memcpy(target, vector_data, (size_t)(count * width));
  if (!validity) return;
  for (int64_t i = 0; i < count; i++) {
    if (!is_there(validity, i)) memset(target + i * width, 0, (size_t)width);
  }
}

int64_t martlet_duckdb_copy_validity(uint8_t *bits, int64_t start, const uint64_t *validity,
                                     int64_t count) {
  int64_t missing = 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t place = start + i;
    if (is_there(validity, i)) {
      bits[place >> 3] |= (uint8_t)(1u << (place & 7));
    } else {
      missing++;
    }
  }
  return missing;
}

void martlet_duckdb_copy_bools(uint8_t *bits, int64_t start, const uint8_t *values,
                               const uint64_t *validity, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    int64_t place = start + i;
    if (is_there(validity, i) && values[i]) bits[place >> 3] |= (uint8_t)(1u << (place & 7));
  }
}

int64_t martlet_duckdb_text_ends(int64_t *ends, int64_t offset, const void *texts,
                                 const uint64_t *validity, int64_t count) {
  const text_t *text = texts;
  for (int64_t i = 0; i < count; i++) {
    if (is_there(validity, i)) offset += text[i].length;
    ends[i] = offset;
  }
  return offset;
}

void martlet_duckdb_copy_texts(uint8_t *bytes, const void *texts, const uint64_t *validity,
                               int64_t count) {
  const text_t *text = texts;
  for (int64_t i = 0; i < count; i++) {
    if (!is_there(validity, i)) continue;
    memcpy(bytes, bytes_of(&text[i]), text[i].length);
    bytes += text[i].length;
  }
}

int64_t martlet_duckdb_list_ends(int64_t *ends, int64_t offset, const martlet_duckdb_list *lists,
                                 const uint64_t *validity, const uint64_t *child_validity,
                                 int64_t count, int64_t *bad) {
  *bad = -1;
  for (int64_t i = 0; i < count; i++) {
    if (is_there(validity, i)) {
      offset += (int64_t)lists[i].length;
      if (child_validity && *bad < 0) {
        for (uint64_t j = lists[i].offset; j < lists[i].offset + lists[i].length; j++) {
          if (!is_there(child_validity, (int64_t)j)) *bad = i;
        }
      }
    }
    ends[i] = offset;
  }
  return offset;
}

void martlet_duckdb_copy_lists(uint8_t *target, const martlet_duckdb_list *lists,
                               const uint64_t *validity, const void *child, int64_t count,
                               int64_t width) {
  for (int64_t i = 0; i < count; i++) {
    if (!is_there(validity, i)) continue;
    size_t size = (size_t)lists[i].length * (size_t)width;
    memcpy(target, (const uint8_t *)child + lists[i].offset * (uint64_t)width, size);
    target += size;
  }
}

int64_t martlet_duckdb_list_text_ends(int64_t *ends, int64_t offset,
                                      const martlet_duckdb_list *lists, const uint64_t *validity,
                                      const void *child, int64_t count) {
  const text_t *text = child;
  for (int64_t i = 0; i < count; i++) {
    if (!is_there(validity, i)) continue;
    for (uint64_t j = lists[i].offset; j < lists[i].offset + lists[i].length; j++) {
      offset += text[j].length;
      *ends++ = offset;
    }
  }
  return offset;
}

void martlet_duckdb_copy_list_texts(uint8_t *bytes, const martlet_duckdb_list *lists,
                                    const uint64_t *validity, const void *child, int64_t count) {
  const text_t *text = child;
  for (int64_t i = 0; i < count; i++) {
    if (!is_there(validity, i)) continue;
    for (uint64_t j = lists[i].offset; j < lists[i].offset + lists[i].length; j++) {
      memcpy(bytes, bytes_of(&text[j]), text[j].length);
      bytes += text[j].length;
    }
  }
}
