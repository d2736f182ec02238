// Lines of JSON: the grammar of RFC 8259, one value after another, with the place of what is wrong.
#pragma once
#include "keys.h"

namespace martlet {

typedef uint8_t block16 __attribute__((vector_size(16), aligned(1)));
typedef bool bits16 __attribute__((ext_vector_type(16)));

// The next byte that is a quote, a backslash or below a space; there is one, since a line feed or a
// zero ends the bytes.
MARTLET_INLINE const uint8_t *next_special(const uint8_t *p) {
  for (;; p += 16) {
    block16 block;
    memcpy(&block, p, 16);
    const uint16_t found = __builtin_bit_cast(
        uint16_t,
        __builtin_convertvector((block == '"') | (block == '\\') | (block < 0x20), bits16));
    if (found) return p + __builtin_ctz(found);
  }
}

static inline int hex_digits(const uint8_t *p) {
  int value = 0;
  for (unsigned i = 0; i < 4; i++) {
    const uint8_t byte = p[i], lower = byte | 0x20;
    int digit;
    if (byte >= '0' && byte <= '9') digit = byte - '0';
    else if (lower >= 'a' && lower <= 'f') digit = lower - 'a' + 10;
    else return -1;
    value = value * 16 + digit;
  }
  return value;
}

// Walks through one line. Everything that can be wrong ends in `fail`, which keeps the first fault.
struct Grammar {
  const uint8_t *p, *end;
  int status = MARTLET_JSON_DONE;
  const uint8_t *place = nullptr;
  bool escaped = false;

  bool fail(int why, const uint8_t *at) {
    if (status == MARTLET_JSON_DONE) {
      status = at >= end && (why == MARTLET_JSON_UNEXPECTED || why == MARTLET_JSON_CONTROL ||
                             why == MARTLET_JSON_BAD_NUMBER || why == MARTLET_JSON_BAD_ESCAPE)
                   ? MARTLET_JSON_ENDS_EARLY
                   : why;
      place = at < end ? at : end;
    }
    return false;
  }

  MARTLET_INLINE bool is_space(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }
  void skip_space() {
    while (p < end && is_space(*p)) p++;
  }

  // The text behind a quote; p is then behind the closing one. `escaped` tells of backslashes.
  bool string(const uint8_t **first, const uint8_t **last) {
    *first = p;
    escaped = false;
    for (;;) {
      p = next_special(p);
      if (__builtin_expect(*p == '"' && p < end, 1)) {
        *last = p++;
        return true;
      }
      if (p >= end || *p != '\\') return fail(MARTLET_JSON_CONTROL, p);
      escaped = true;
      if (!escape()) return false;
    }
  }

  bool escape() {
    const uint8_t *const start = p++;
    if (p >= end) return fail(MARTLET_JSON_BAD_ESCAPE, p);
    if (*p != 'u') {
      if (memchr("\"\\/bfnrt", *p, 8) == nullptr) return fail(MARTLET_JSON_BAD_ESCAPE, start);
      p++;
      return true;
    }
    const int code = end - p < 5 ? -1 : hex_digits(p + 1);
    if (code < 0) return fail(MARTLET_JSON_BAD_ESCAPE, start);
    p += 5;
    if (code < 0xD800 || code > 0xDFFF) return true;
    const int low = code > 0xDBFF || end - p < 6 || p[0] != '\\' || p[1] != 'u' ? -1 : hex_digits(p + 2);
    if (low < 0xDC00 || low > 0xDFFF) return fail(MARTLET_JSON_LONE_SURROGATE, start);
    p += 6;
    return true;
  }

  // A number; `whole` is set where it has no fraction and no exponent.
  bool number(bool *whole) {
    const uint8_t *const start = p;
    *whole = true;
    if (*p == '-') p++;
    if (*p == '0') p++;
    else if (!skip_digits()) return fail(MARTLET_JSON_BAD_NUMBER, start);
    if (p < end && *p == '.') {
      *whole = false;
      p++;
      if (!skip_digits()) return fail(MARTLET_JSON_BAD_NUMBER, start);
    }
    if (p < end && (*p | 0x20) == 'e') {
      *whole = false;
      p++;
      if (p < end && (*p == '+' || *p == '-')) p++;
      if (!skip_digits()) return fail(MARTLET_JSON_BAD_NUMBER, start);
    }
    if (p < end && *p >= '0' && *p <= '9') return fail(MARTLET_JSON_BAD_NUMBER, start);
    return true;
  }

  bool skip_digits() {
    const uint8_t *const start = p;
    while (p < end && (uint8_t)(*p - '0') <= 9) p++;
    return p > start;
  }

  bool word(const char *text) {
    const size_t count = strlen(text);
    if ((size_t)(end - p) < count || memcmp(p, text, count) != 0)
      return fail(MARTLET_JSON_UNEXPECTED, p);
    p += count;
    return true;
  }

  // Passes over any value.
  bool skip(unsigned depth) {
    const uint8_t *first, *last;
    bool whole;
    switch (p < end ? *p : 0) {
      case '"': p++; return string(&first, &last);
      case '{': return skip_members(depth);
      case '[': return skip_elements(depth);
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      case 'N': return word("NaN");
      case 'I': return word("Infinity");
      case '-':
        if (p + 1 < end && p[1] == 'I') return word("-Infinity");
        return number(&whole);
      case '0': case '1': case '2': case '3': case '4':
      case '5': case '6': case '7': case '8': case '9': return number(&whole);
      default: return fail(MARTLET_JSON_UNEXPECTED, p);
    }
  }

  // Behind a value of an array or object: 1 where another follows, 0 at its end, -1 for a fault.
  int more(uint8_t close) {
    skip_space();
    if (p >= end || (*p != ',' && *p != close)) {
      fail(MARTLET_JSON_UNEXPECTED, p);
      return -1;
    }
    return *p++ == ',';
  }

  // Behind an opening bracket: 1 where something is within, 0 at its end, -1 for a fault.
  int opened(uint8_t close, unsigned depth) {
    if (depth >= MARTLET_JSON_DEPTH) {
      fail(MARTLET_JSON_TOO_DEEP, p);
      return -1;
    }
    p++;
    skip_space();
    if (p >= end || *p != close) return 1;
    p++;
    return 0;
  }

  bool skip_elements(unsigned depth) {
    int next = opened(']', depth);
    while (next == 1) {
      skip_space();
      if (!skip(depth + 1)) return false;
      next = more(']');
    }
    return next == 0;
  }

  // A key and its colon.
  bool key(const uint8_t **first, const uint8_t **last) {
    skip_space();
    if (p >= end || *p != '"') return fail(MARTLET_JSON_UNEXPECTED, p);
    p++;
    if (!string(first, last)) return false;
    skip_space();
    if (p >= end || *p != ':') return fail(MARTLET_JSON_UNEXPECTED, p);
    p++;
    skip_space();
    return true;
  }

  bool skip_members(unsigned depth) {
    int next = opened('}', depth);
    while (next == 1) {
      const uint8_t *first, *last;
      if (!key(&first, &last) || !skip(depth + 1)) return false;
      next = more('}');
    }
    return next == 0;
  }
};

// Appends a text without its escapes, which are known to be good.
static inline bool append_unescaped(
    Array<uint8_t> &out, const uint8_t *p, const uint8_t *end, bool escaped) {
  if (!escaped) return push_bytes(out, p, (size_t)(end - p));
  // What an escape stands for is never longer than the escape.
  if (!out.reserve(out.count + (size_t)(end - p) + 4)) return false;
  uint8_t *to = out.items + out.count;
  while (p < end) {
    if (*p != '\\') {
      *to++ = *p++;
      continue;
    }
    const uint8_t letter = p[1];
    p += 2;
    switch (letter) {
      case 'b': *to++ = '\b'; continue;
      case 'f': *to++ = '\f'; continue;
      case 'n': *to++ = '\n'; continue;
      case 'r': *to++ = '\r'; continue;
      case 't': *to++ = '\t'; continue;
      case 'u': break;
      default: *to++ = letter; continue;
    }
    uint32_t code = (uint32_t)hex_digits(p);
    p += 4;
    if (code >= 0xD800 && code < 0xDC00) {
      code = 0x10000 + ((code - 0xD800) << 10) + ((uint32_t)hex_digits(p + 2) - 0xDC00);
      p += 6;
    }
    if (code < 0x80) {
      *to++ = (uint8_t)code;
    } else if (code < 0x800) {
      *to++ = (uint8_t)(0xC0 | code >> 6);
      *to++ = (uint8_t)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      *to++ = (uint8_t)(0xE0 | code >> 12);
      *to++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
      *to++ = (uint8_t)(0x80 | (code & 0x3F));
    } else {
      *to++ = (uint8_t)(0xF0 | code >> 18);
      *to++ = (uint8_t)(0x80 | (code >> 12 & 0x3F));
      *to++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
      *to++ = (uint8_t)(0x80 | (code & 0x3F));
    }
  }
  out.count = (size_t)(to - out.items);
  return true;
}

}  // namespace martlet
