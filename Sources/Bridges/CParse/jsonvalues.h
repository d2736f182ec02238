// The values of one line of JSON: what they are, or into columns.
#pragma once
#include "jsonlines.h"
#include "times.h"

using namespace martlet;

struct martlet_json {
  Keys keys;
  // Columns in the order of their first values, and those that were asked for.
  Array<uint32_t> found, wanted;
  Array<uint8_t> words, scratch;
  Array<uint32_t> word_ends;
  uint64_t stamp = 0, row = 0;
  uint32_t failed = 0;
  bool skips = false;
};

namespace {

struct Line : Grammar {
  martlet_json *json;
  const uint8_t *bytes;
  int64_t origin;
  int mode;

  bool no_memory() { return fail(MARTLET_JSON_NO_MEMORY, p); }

  // The number of a key: mostly the one that followed the last time.
  uint32_t key_number(
      uint32_t parent, uint32_t before, const uint8_t *first, const uint8_t *last) {
    Keys &keys = json->keys;
    const uint32_t likely = before == 0 ? keys[parent].first_child : keys[before].next;
    const size_t count = (size_t)(last - first);
    if (likely != 0 && !escaped) {
      const Key &key = keys[likely];
      if (key.parent == parent && key.text.count == count && count > 0 &&
          memcmp(key.text.items, first, count) == 0)
        return likely;
    }
    const bool plain = !escaped;
    const uint8_t *text = first;
    size_t size = count;
    if (!plain) {
      json->scratch.count = 0;
      if (!append_unescaped(json->scratch, first, last, true)) return 0;
      text = json->scratch.items;
      size = json->scratch.count;
    }
    const uint32_t number = keys.find(parent, text, size);
    if (number == 0) return 0;
    Key &key = keys[number];
    if (plain && key.text.count == 0) {
      if (!push_bytes(key.text, first, count)) return 0;
      key.parent = parent;
    }
    (before == 0 ? keys[parent].first_child : keys[before].next) = number;
    return number;
  }

  bool object(uint32_t parent, unsigned depth) {
    uint32_t before = 0;
    int next = opened('}', depth);
    while (next == 1) {
      const uint8_t *first, *last;
      if (!key(&first, &last)) return false;
      const uint32_t number = key_number(parent, before, first, last);
      if (number == 0) return no_memory();
      if (json->keys.all.count > MARTLET_JSON_KEY_LIMIT) return fail(MARTLET_JSON_TOO_MANY, first);
      Key &key = json->keys[number];
      json->failed = number;
      if (key.stamp == json->stamp) return fail(MARTLET_JSON_DUPLICATE, first - 1);
      key.stamp = json->stamp;
      if (p < end && *p == '{') {
        if (mode == MARTLET_JSON_SURVEY) key.is_object = true;
        if (!object(number, depth + 1)) return false;
      } else if (mode == MARTLET_JSON_SURVEY) {
        if (!survey(key, number, depth + 1)) return false;
      } else if (mode == MARTLET_JSON_CONVERT && key.is_wanted) {
        if (!convert(key, depth + 1)) return false;
      } else if (!skip(depth + 1)) {
        return false;
      }
      json->failed = 0;
      before = number;
      next = more('}');
    }
    return next == 0;
  }

  bool is_missing_word(const uint8_t *first, const uint8_t *last) const {
    const size_t count = (size_t)(last - first);
    uint32_t from = 0;
    for (size_t i = 0; i < json->word_ends.count; i++) {
      const uint32_t to = json->word_ends.items[i];
      if (to - from == count && memcmp(json->words.items + from, first, count) == 0) return true;
      from = to;
    }
    return false;
  }

  // Puts the text of a string where its escapes are gone.
  bool plain_text(const uint8_t **first, const uint8_t **last) {
    if (!escaped) return true;
    json->scratch.count = 0;
    if (!append_unescaped(json->scratch, *first, *last, true)) return no_memory();
    *first = json->scratch.items;
    *last = *first + json->scratch.count;
    return true;
  }

  bool survey(Key &key, uint32_t place_of_key, unsigned depth) {
    if (!key.is_found) {
      key.is_found = true;
      if (!push(json->found, place_of_key)) return no_memory();
    }
    const uint8_t *const start = p;
    // A column of text stays one; what follows needs only be sound.
    if (key.type == MARTLET_CSV_TEXT) return skip(depth);
    uint8_t type = MARTLET_CSV_MISSING;
    uint32_t width = 0;
    switch (p < end ? *p : 0) {
      case '"': {
        const uint8_t *first, *last;
        p++;
        if (!string(&first, &last) || !plain_text(&first, &last)) return false;
        int64_t value;
        if (!is_missing_word(first, last)) type = iso_time(first, last, &value);
        break;
      }
      case '[':
        if (!list(&type, &width, depth)) return false;
        break;
      case 't':
      case 'f':
        if (!skip(depth)) return false;
        type = MARTLET_CSV_BOOL;
        break;
      case 'n':
        if (!skip(depth)) return false;
        break;
      default: {
        bool whole = false;
        if (p < end && (*p == '-' || (*p >= '0' && *p <= '9')) && !(p + 1 < end && p[1] == 'I')) {
          if (!number(&whole)) return false;
        } else if (!skip(depth)) {
          return false;
        }
        int64_t value;
        type = whole && any_int64(start, p, &value) == integer::fits ? MARTLET_CSV_INT64
                                                                     : MARTLET_CSV_FLOAT64;
      }
    }
    see(key, type, width, origin + (start - bytes));
    return true;
  }

  void see(Key &key, uint8_t type, uint32_t width, int64_t at) {
    if (key.first_seen[type] < 0) {
      key.first_seen[type] = at;
      if (type == MARTLET_JSON_VECTOR) key.width = width;
      key.type = martlet_csv_join(key.type, type);
    }
    if (type == MARTLET_JSON_VECTOR && width != key.width) {
      if (key.other_width < 0) key.other_width = at;
      key.type = MARTLET_CSV_TEXT;
    }
  }

  // What kind of list stands here: of nothing, texts, numbers, or of anything else.
  bool list(uint8_t *type, uint32_t *width, unsigned depth) {
    *type = MARTLET_JSON_EMPTY_LIST;
    *width = 0;
    int next = opened(']', depth);
    while (next == 1) {
      skip_space();
      const uint8_t first = p < end ? *p : 0;
      const bool is_number = first == '-' || first == 'N' || first == 'I' ||
                             (first >= '0' && first <= '9');
      const uint8_t kind = first == '"' ? MARTLET_JSON_TEXTS
                           : is_number  ? MARTLET_JSON_VECTOR
                                        : MARTLET_CSV_TEXT;
      *type = *width == 0 || *type == kind ? kind : MARTLET_CSV_TEXT;
      ++*width;
      if (!skip(depth + 1)) return false;
      next = more(']');
    }
    return next == 0;
  }

  // Rows before this one that had no value.
  bool catch_up(Key &key, uint64_t row);
  bool mark(Key &key, bool there);
  bool missing(Key &key);
  bool convert(Key &key, unsigned depth);
  bool convert_value(Key &key, unsigned depth);
  bool convert_text(Key &key, unsigned depth);
  bool convert_list(Key &key, unsigned depth);
  bool read_double(double *value);
};

// Whether row `key.row_count` has a value.
bool Line::mark(Key &key, bool there) {
  const uint64_t row = key.row_count++;
  if ((row & 7) == 0 && !push<uint8_t>(key.validity, 0)) return no_memory();
  if (there) key.validity.items[row >> 3] |= (uint8_t)(1u << (row & 7));
  else key.missing_count++;
  return true;
}

// A row without a value, whose place in the arrays is filled.
bool Line::missing(Key &key) {
  bool done = true;
  switch (key.type) {
    case MARTLET_CSV_MISSING:
    case MARTLET_CSV_FLOAT64: done = push(key.numbers, 0.0); break;
    case MARTLET_CSV_BOOL:
      done = (key.row_count & 7) != 0 || push<uint8_t>(key.bytes, 0);
      break;
    case MARTLET_CSV_TEXT:
      done = push(key.integers, (int64_t)key.bytes.count);
      break;
    case MARTLET_JSON_EMPTY_LIST:
    case MARTLET_JSON_TEXTS: done = push(key.integers, (int64_t)key.ends.count - 1); break;
    case MARTLET_JSON_VECTOR:
      for (uint32_t i = 0; i < key.width && done; i++) done = push(key.numbers, 0.0);
      break;
    default: done = push(key.integers, (int64_t)0);
  }
  return done ? mark(key, false) : no_memory();
}

bool Line::catch_up(Key &key, uint64_t row) {
  while (key.row_count < row)
    if (!missing(key)) return false;
  return true;
}

bool Line::read_double(double *value) {
  const uint8_t *const start = p;
  if (!skip(0)) return false;
  if (!martlet_parse_double(start, (size_t)(p - start), '.', value))
    return fail(MARTLET_JSON_BAD_NUMBER, start);
  return true;
}

bool Line::convert(Key &key, unsigned depth) {
  if (key.row_count < json->row && !catch_up(key, json->row)) return false;
  if (p < end && *p == 'n') return skip(depth) && missing(key);
  if (json->word_ends.count > 0 && p < end && *p == '"') {
    const uint8_t *const start = p++, *first, *last;
    if (!string(&first, &last) || !plain_text(&first, &last)) return false;
    if (is_missing_word(first, last)) return missing(key);
    p = start;
  }
  return convert_value(key, depth) && mark(key, true);
}

// What does not fit the type was changed since the survey.
bool Line::convert_value(Key &key, unsigned depth) {
  const uint8_t *const start = p;
  switch (key.type) {
    case MARTLET_CSV_FLOAT64: {
      double value = 0;
      if (!read_double(&value)) return false;
      return push(key.numbers, value) || no_memory();
    }
    case MARTLET_CSV_INT64: {
      int64_t value;
      if (!skip(depth)) return false;
      if (!martlet_parse_int64(start, (size_t)(p - start), &value))
        return fail(MARTLET_JSON_BAD_NUMBER, start);
      return push(key.integers, value) || no_memory();
    }
    case MARTLET_CSV_BOOL: {
      const bool value = *p == 't';
      if (!skip(depth)) return false;
      if ((key.row_count & 7) == 0 && !push<uint8_t>(key.bytes, 0)) return no_memory();
      if (value) key.bytes.items[key.row_count >> 3] |= (uint8_t)(1u << (key.row_count & 7));
      return true;
    }
    case MARTLET_CSV_TEXT: return convert_text(key, depth);
    case MARTLET_CSV_DATE:
    case MARTLET_CSV_DATETIME:
    case MARTLET_CSV_TIMESTAMP: {
      const uint8_t *first, *last;
      int64_t value;
      if (*p++ != '"') return fail(MARTLET_JSON_UNEXPECTED, start);
      if (!string(&first, &last) || !plain_text(&first, &last)) return false;
      if (iso_time(first, last, &value) != key.type) return fail(MARTLET_JSON_UNEXPECTED, start);
      return push(key.integers, value) || no_memory();
    }
    case MARTLET_JSON_EMPTY_LIST:
    case MARTLET_JSON_TEXTS:
    case MARTLET_JSON_VECTOR: return convert_list(key, depth);
    default: return fail(MARTLET_JSON_UNEXPECTED, start);
  }
}

// A string without quotes and escapes; anything else as it stands in the file.
bool Line::convert_text(Key &key, unsigned depth) {
  const uint8_t *first = p, *last;
  escaped = false;
  if (*p == '"') {
    p++;
    if (!string(&first, &last)) return false;
  } else {
    if (!skip(depth)) return false;
    escaped = false;
    last = p;
  }
  if (!append_unescaped(key.bytes, first, last, escaped) ||
      !push(key.integers, (int64_t)key.bytes.count))
    return no_memory();
  return true;
}

bool Line::convert_list(Key &key, unsigned depth) {
  uint32_t count = 0;
  const uint8_t *const start = p;
  if (*p != '[') return fail(MARTLET_JSON_UNEXPECTED, p);
  int next = opened(']', depth);
  while (next == 1) {
    skip_space();
    if (key.type == MARTLET_JSON_VECTOR) {
      double value = 0;
      if (!read_double(&value)) return false;
      if (!push(key.numbers, value)) return no_memory();
    } else {
      const uint8_t *first, *last;
      if (p >= end || *p++ != '"') return fail(MARTLET_JSON_UNEXPECTED, start);
      if (!string(&first, &last)) return false;
      if (!append_unescaped(key.bytes, first, last, escaped) ||
          !push(key.ends, (int64_t)key.bytes.count))
        return no_memory();
    }
    count++;
    next = more(']');
  }
  if (next < 0) return false;
  if (key.type == MARTLET_JSON_VECTOR)
    return count == key.width || fail(MARTLET_JSON_UNEXPECTED, start);
  return push(key.integers, (int64_t)key.ends.count - 1) || no_memory();
}

}  // namespace
