// The state of one reader, shared by records and columns.
#pragma once
#include "CParse.h"
#include "numbers.h"
#include "records.h"

namespace martlet {

// A field as it stands in the file.
struct Text {
  const uint8_t *start, *end;
  bool quoted;
};

// Writes Latin-1 as UTF-8, at most twice as long; returns how long.
static inline size_t from_latin1(uint8_t *out, const uint8_t *text, size_t count) {
  uint8_t *const first = out;
  for (size_t i = 0; i < count; i++) {
    if (text[i] < 0x80) {
      *out++ = text[i];
    } else {
      *out++ = (uint8_t)(0xC0 | text[i] >> 6);
      *out++ = (uint8_t)(0x80 | (text[i] & 0x3F));
    }
  }
  return (size_t)(out - first);
}

}  // namespace martlet

struct martlet_csv {
  martlet_csv_dialect dialect;
  martlet::Index index;
  // For each good record, the number of its first field, and how many it has.
  martlet::Array<uint32_t> rows, field_counts;
  martlet::Array<uint8_t> words;
  martlet::Array<uint32_t> word_ends;
  // Which lengths missing-value words have, the last bit standing for all long ones.
  uint64_t word_lengths = 0;
  // Rows in which a field is empty.
  martlet::Array<uint32_t> empty;
  // A field without its quotes, and one as UTF-8.
  martlet::Array<uint8_t> scratch, other;

  size_t start_of(size_t place) const {
    return place == 0 ? index.begin : (size_t)index.ends.items[place - 1] + 1;
  }

  // Field number `place` of all those found.
  martlet::Text field(const uint8_t *bytes, size_t place, bool first, bool last) const {
    const size_t before = first ? 1 : dialect.delimiter_count;
    const uint8_t *start =
        bytes + (place == 0 ? index.begin : (size_t)index.ends.items[place - 1] + before);
    const uint8_t *end = bytes + index.ends.items[place];
    if (last && end > start && end[-1] == '\r') end--;
    return {start, end, start < end && *start == '"'};
  }

  // Takes quotes off, doubled ones within made single; the text may then lie in `scratch`.
  bool unquote(martlet::Text &text) {
    const size_t count = (size_t)(text.end - text.start);
    // Nearly always there is none within, and no copy is needed.
    if (count >= 2 && text.end[-1] == '"' && memchr(text.start + 1, '"', count - 2) == nullptr) {
      text.start++;
      text.end--;
      return true;
    }
    if (!scratch.reserve(count + MARTLET_CSV_PADDING)) return false;
    uint8_t *out = scratch.items;
    for (const uint8_t *p = text.start + 1; p < text.end;) {
      const uint8_t *quote = (const uint8_t *)memchr(p, '"', (size_t)(text.end - p));
      if (quote == nullptr) quote = text.end;
      const size_t run = (size_t)(quote - p);
      memcpy(out, p, run);
      out += run;
      if (quote + 1 >= text.end || quote[1] != '"') break;
      *out++ = '"';
      p = quote + 2;
    }
    memset(out, 0, MARTLET_CSV_PADDING);
    text.start = scratch.items;
    text.end = out;
    return true;
  }

  // Whether a text is one of the words that mean missing.
  bool is_missing_word(const uint8_t *start, const uint8_t *end) const {
    const size_t count = (size_t)(end - start);
    if ((word_lengths >> (count < 63 ? count : 63) & 1) == 0) return false;
    uint32_t from = 0;
    for (uint32_t i = 0; i < dialect.word_count; i++) {
      const uint32_t to = word_ends.items[i];
      if (to - from == count && memcmp(words.items + from, start, count) == 0) return true;
      from = to;
    }
    return false;
  }
};
