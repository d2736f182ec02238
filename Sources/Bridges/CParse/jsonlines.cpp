// The JSON lines reader: line by line, and what was found.
#include "jsonvalues.h"

namespace {

// Reads one line; `mode` may only look.
Line read_line(
    martlet_json *json, const uint8_t *bytes, int64_t origin, const uint8_t *start,
    const uint8_t *end, int mode) {
  Line line;
  line.p = start;
  line.end = end;
  line.json = json;
  line.bytes = bytes;
  line.origin = origin;
  line.mode = mode;
  json->stamp++;
  json->failed = 0;
  line.skip_space();
  if (line.p >= end || *line.p != '{') {
    line.fail(MARTLET_JSON_NO_OBJECT, line.p);
  } else if (line.object(0, 0)) {
    line.skip_space();
    json->failed = 0;
    if (line.p < end) line.fail(MARTLET_JSON_BEHIND, line.p);
  }
  return line;
}

bool is_blank(const uint8_t *p, const uint8_t *end) {
  while (p < end && Grammar::is_space(*p)) p++;
  return p == end;
}

// Arrays that begin with a 0: the offsets of texts and lists.
bool prepare(Key &key) {
  if (key.type == MARTLET_CSV_TEXT) return push(key.integers, (int64_t)0);
  if (key.type == MARTLET_JSON_TEXTS || key.type == MARTLET_JSON_EMPTY_LIST)
    return push(key.integers, (int64_t)0) && push(key.ends, (int64_t)0);
  return true;
}

}  // namespace

extern "C" martlet_json *martlet_json_make(
    const uint8_t *words, const uint32_t *word_ends, uint32_t word_count, int skips_bad_rows) {
  martlet_json *json = new (std::nothrow) martlet_json();
  if (json == nullptr) return nullptr;
  json->skips = skips_bad_rows != 0;
  bool memory = json->keys.begin();
  if (word_count > 0) memory = memory && push_bytes(json->words, words, word_ends[word_count - 1]);
  for (uint32_t i = 0; i < word_count && memory; i++) memory = push(json->word_ends, word_ends[i]);
  if (memory) return json;
  delete json;
  return nullptr;
}

extern "C" void martlet_json_free(martlet_json *json) { delete json; }

extern "C" void martlet_json_reset(martlet_json *json) {
  json->keys.clear();
  json->found.count = json->wanted.count = 0;
  json->stamp = json->row = 0;
  json->failed = 0;
}

extern "C" int martlet_json_want(
    martlet_json *json, const uint8_t *name, size_t count, uint8_t type, uint32_t width) {
  if (!json->keys.begin()) return MARTLET_JSON_NO_MEMORY;
  const uint32_t number = json->keys.find_path(name, count);
  if (number == 0 || !push(json->wanted, number)) return MARTLET_JSON_NO_MEMORY;
  Key &key = json->keys[number];
  key.is_wanted = true;
  key.type = type;
  key.width = width;
  return prepare(key) ? MARTLET_JSON_DONE : MARTLET_JSON_NO_MEMORY;
}

extern "C" martlet_json_end martlet_json_read(
    martlet_json *json, const uint8_t *bytes, size_t count, int64_t origin, int mode,
    uint64_t row_limit) {
  martlet_json_end result = {};
  const uint8_t *const end = bytes + count;
  if (!json->keys.begin()) {
    result.status = MARTLET_JSON_NO_MEMORY;
    return result;
  }
  const bool is_checked = mode == MARTLET_JSON_CONVERT && !json->skips;
  size_t bad = is_checked ? count : martlet_first_not_utf8(bytes, count);
  for (const uint8_t *start = bytes, *next; start < end; start = next) {
    const uint8_t *feed = (const uint8_t *)memchr(start, '\n', (size_t)(end - start));
    const uint8_t *const stop = feed == nullptr ? end : feed;
    next = stop + (feed != nullptr);
    if (is_blank(start, stop)) continue;
    if (mode == MARTLET_JSON_COUNT && result.row_count == row_limit) {
      result.place = (size_t)(start - bytes);
      return result;
    }
    const bool has_bad_bytes = bytes + bad < stop;
    Line line;
    line.status = has_bad_bytes ? MARTLET_JSON_NOT_UTF8 : MARTLET_JSON_DONE;
    line.place = bytes + bad;
    // Where bad rows are left out they must leave no trace: the line is looked at first.
    const bool looks_first = json->skips || mode == MARTLET_JSON_COUNT;
    if (!has_bad_bytes && looks_first)
      line = read_line(json, bytes, origin, start, stop, MARTLET_JSON_COUNT);
    if (line.status == MARTLET_JSON_DONE && mode != MARTLET_JSON_COUNT)
      line = read_line(json, bytes, origin, start, stop, mode);
    if (__builtin_expect(line.status != MARTLET_JSON_DONE, 0)) {
      const bool is_fault =
          line.status == MARTLET_JSON_NO_MEMORY || line.status == MARTLET_JSON_TOO_MANY;
      if (!json->skips || is_fault) {
        result.status = line.status;
        result.place = (size_t)(line.place - bytes);
        return result;
      }
      result.bad_count++;
      if (has_bad_bytes)
        bad = (size_t)(next - bytes) + martlet_first_not_utf8(next, (size_t)(end - next));
      continue;
    }
    result.row_count++;
    json->row++;
  }
  result.place = count;
  // The last rows may have had no value.
  Line line;
  line.p = line.end = end;
  line.json = json;
  for (size_t i = 0; i < json->wanted.count; i++)
    if (!line.catch_up(json->keys[json->wanted.items[i]], json->row))
      result.status = MARTLET_JSON_NO_MEMORY;
  return result;
}

extern "C" size_t martlet_json_found_count(const martlet_json *json) { return json->found.count; }

extern "C" martlet_json_found martlet_json_found_at(const martlet_json *json, size_t index) {
  const Key &key = json->keys[json->found.items[index]];
  martlet_json_found found = {};
  found.name = key.path.items;
  found.name_count = key.path.count;
  found.type = key.type;
  found.is_object = key.is_object;
  found.width = key.width;
  memcpy(found.first_seen, key.first_seen, sizeof found.first_seen);
  found.other_width = key.other_width;
  return found;
}

extern "C" martlet_json_values martlet_json_values_at(martlet_json *json, size_t index) {
  const Key &key = json->keys[json->wanted.items[index]];
  return {
      key.numbers.items, key.numbers.count, key.integers.items, key.integers.count,
      key.ends.items, key.ends.count, key.bytes.items, key.bytes.count,
      key.validity.items, key.missing_count};
}

extern "C" const uint8_t *martlet_json_failed_key(const martlet_json *json, size_t *count) {
  if (json->failed == 0) return nullptr;
  const Key &key = json->keys[json->failed];
  *count = key.path.count;
  // A key without letters is one all the same.
  return key.path.items;
}
