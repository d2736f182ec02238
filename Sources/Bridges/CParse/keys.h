// The keys of JSON objects as the columns of a table: found by their path, mostly by the order in
// which they came before.
#pragma once
#include "CParse.h"
#include "records.h"
#include <new>

namespace martlet {

// A key: a column, an object that holds more, or both in different rows.
struct Key {
  Array<uint8_t> path;
  // The key itself as it stands in the file, and the object it is in; to compare with what comes.
  Array<uint8_t> text;
  uint32_t parent = 0, next = 0, first_child = 0;
  // The row in which it was last met.
  uint64_t stamp = 0;
  bool is_object = false, is_found = false, is_wanted = false;
  uint8_t type = MARTLET_CSV_MISSING;
  uint32_t width = 0;
  int64_t first_seen[MARTLET_JSON_TYPE_COUNT];
  int64_t other_width = -1;
  // The values, and for how many rows there are some.
  uint64_t row_count = 0, missing_count = 0;
  Array<double> numbers;
  Array<int64_t> integers, ends;
  Array<uint8_t> bytes, validity;

  Key() {
    for (int64_t &place : first_seen) place = -1;
  }
};

template <class T>
static bool push(Array<T> &array, T value) {
  if (!array.reserve(array.count + 1)) return false;
  array.items[array.count++] = value;
  return true;
}

static inline bool push_bytes(Array<uint8_t> &array, const uint8_t *bytes, size_t count) {
  if (!array.reserve(array.count + count + 1)) return false;
  if (count > 0) memcpy(array.items + array.count, bytes, count);
  array.count += count;
  return true;
}

// All keys; number 0 stands for the whole line.
struct Keys {
  Array<Key *> all;
  Array<uint32_t> table;
  Array<uint8_t> path;

  ~Keys() { clear(); }

  void clear() {
    for (size_t i = 0; i < all.count; i++) delete all.items[i];
    all.count = 0;
    table.count = 0;
  }

  Key &operator[](uint32_t number) const { return *all.items[number]; }

  bool begin() {
    if (all.count > 0) return true;
    Key *root = new (std::nothrow) Key();
    if (root == nullptr || !push(all, root)) return false;
    return grow(256);
  }

  static uint64_t hash(const uint8_t *bytes, size_t count) {
    uint64_t value = 0x9E3779B97F4A7C15u ^ count;
    for (size_t i = 0; i < count; i++) value = (value ^ bytes[i]) * 0x100000001B3u;
    return value ^ value >> 29;
  }

  bool grow(size_t size) {
    if (!table.reserve(size)) return false;
    table.count = size;
    memset(table.items, 0, size * sizeof(uint32_t));
    for (uint32_t i = 1; i < all.count; i++) *slot(all.items[i]->path.items, all.items[i]->path.count) = i;
    return true;
  }

  // Where the number of a path stands, or 0 where it is to be put.
  uint32_t *slot(const uint8_t *bytes, size_t count) {
    const size_t mask = table.count - 1;
    for (size_t at = hash(bytes, count) & mask;; at = (at + 1) & mask) {
      uint32_t *const found = &table.items[at];
      if (*found == 0) return found;
      const Array<uint8_t> &known = all.items[*found]->path;
      if (known.count == count && memcmp(known.items, bytes, count) == 0) return found;
    }
  }

  // The number of a path, which is added where it is new; 0 where there is no memory.
  uint32_t find_path(const uint8_t *bytes, size_t count) {
    uint32_t *found = slot(bytes, count);
    if (*found != 0) return *found;
    if (2 * all.count >= table.count) {
      if (!grow(table.count * 2)) return 0;
      found = slot(bytes, count);
    }
    Key *key = new (std::nothrow) Key();
    if (key == nullptr) return 0;
    if (!push_bytes(key->path, bytes, count) || !push(all, key)) {
      delete key;
      return 0;
    }
    *found = (uint32_t)(all.count - 1);
    return *found;
  }

  // The number of a key within an object.
  uint32_t find(uint32_t parent, const uint8_t *bytes, size_t count) {
    path.count = 0;
    const Array<uint8_t> &outer = (*this)[parent].path;
    if (parent != 0 && !(push_bytes(path, outer.items, outer.count) && push<uint8_t>(path, '.')))
      return 0;
    if (!push_bytes(path, bytes, count)) return 0;
    return find_path(path.items, path.count);
  }
};

}  // namespace martlet
