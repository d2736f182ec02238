// Finding records: separators of 64 bytes at a time as bits, quotes by a small state machine.
#pragma once
#include "CParse.h"
#include "numbers.h"
#include <stdlib.h>

namespace martlet {

// An array that grows and never throws.
template <class T>
struct Array {
  T *items = nullptr;
  size_t count = 0, capacity = 0;
  ~Array() { free(items); }
  bool reserve(size_t wanted) {
    if (__builtin_expect(wanted <= capacity, 1)) return true;
    const size_t size = wanted + wanted / 2 + 64;
    T *moved = (T *)realloc(items, size * sizeof(T));
    if (moved == nullptr) return false;
    items = moved;
    capacity = size;
    return true;
  }
};

// Where fields and lines end, in the bytes last looked at.
struct Index {
  // The place of the separator behind each field.
  Array<uint32_t> ends;
  // For each line feed that ends a record, how many fields end before it.
  Array<uint32_t> lines;
  // The lines (by number) with text behind a closing quote.
  Array<uint32_t> spoilt;
  size_t begin = 0;
};

// Where the search stands between two blocks of 64 bytes.
struct Scan {
  enum State { plain, quoted, closed } state = plain;
  bool spoilt = false;
  size_t field_start, skip_until = 0, quote = 0, stray = 0;
};

typedef uint8_t block64 __attribute__((vector_size(64), aligned(1)));
typedef bool bits64 __attribute__((ext_vector_type(64)));

// The bits of the bytes that are `byte`, of 64.
MARTLET_INLINE uint64_t places_of(const uint8_t *bytes, uint8_t byte) {
  block64 block;
  memcpy(&block, bytes, 64);
  return __builtin_bit_cast(uint64_t, __builtin_convertvector(block == byte, bits64));
}

MARTLET_INLINE uint64_t places_above_ascii(const uint8_t *bytes) {
  block64 block;
  memcpy(&block, bytes, 64);
  return __builtin_bit_cast(uint64_t, __builtin_convertvector(block >= 0x80, bits64));
}

// Appends the places of all set bits; the array has room for 64 more.
MARTLET_INLINE void append_places(Array<uint32_t> &ends, uint64_t bits, uint32_t base) {
  uint32_t *out = ends.items + ends.count;
  const unsigned count = (unsigned)__builtin_popcountll(bits);
  for (unsigned done = 0; done < count; done += 8) {
    for (unsigned i = 0; i < 8; i++) {
      out[done + i] = base + (uint32_t)(bits ? __builtin_ctzll(bits) : 0);
      bits &= bits - 1;
    }
  }
  ends.count += count;
}

// One block that has quotes in it, or lies within them, or a delimiter of several bytes.
static void scan_slowly(
    Index &index, Scan &scan, const martlet_csv_dialect &dialect, const uint8_t *bytes,
    size_t base, uint64_t bits, size_t count) {
  for (; bits; bits &= bits - 1) {
    const size_t at = base + (size_t)__builtin_ctzll(bits);
    if (at < scan.skip_until) continue;
    const uint8_t byte = bytes[at];
    if (byte == '"') {
      if (scan.state == Scan::quoted) {
        scan.state = Scan::closed;
        scan.quote = at;
      } else if (scan.state == Scan::closed) {
        if (scan.quote + 1 == at) scan.state = Scan::quoted;
      } else if (at == scan.field_start) {
        scan.state = Scan::quoted;
        scan.quote = at;
      } else {
        scan.stray++;
      }
      continue;
    }
    if (scan.state == Scan::quoted) continue;
    const bool line = byte == '\n';
    size_t width = 1;
    if (!line) {
      width = dialect.delimiter_count;
      if (at + width > count || memcmp(bytes + at, dialect.delimiter, width) != 0) continue;
    }
    if (scan.state == Scan::closed) {
      const bool clean = scan.quote + 1 == at ||
                         (line && scan.quote + 2 == at && bytes[at - 1] == '\r');
      scan.spoilt |= !clean;
      scan.state = Scan::plain;
    }
    index.ends.items[index.ends.count++] = (uint32_t)at;
    if (line) {
      if (scan.spoilt) index.spoilt.items[index.spoilt.count++] = (uint32_t)index.lines.count;
      scan.spoilt = false;
      index.lines.items[index.lines.count++] = (uint32_t)index.ends.count;
    }
    scan.field_start = scan.skip_until = at + width;
  }
}

// Notes the fields and lines that end in a block.
MARTLET_INLINE void append_records(
    Index &index, Scan &scan, uint64_t separators, uint64_t lines, size_t base) {
  const size_t before = index.ends.count;
  append_places(index.ends, separators, (uint32_t)base);
  for (uint64_t left = lines; left; left &= left - 1) {
    const uint64_t below = left ^ (left - 1);
    index.lines.items[index.lines.count++] =
        (uint32_t)(before + (size_t)__builtin_popcountll(separators & below));
    if (__builtin_expect(scan.spoilt, 0)) {
      index.spoilt.items[index.spoilt.count++] = (uint32_t)index.lines.count - 1;
      scan.spoilt = false;
    }
  }
  if (separators) scan.field_start = base + 64 - (size_t)__builtin_clzll(separators);
}

// One block in which every quote opens a field, closes one or is doubled, as nearly all are: then
// each changes sides. False, with nothing done, where a quote does not, or where it takes the bytes
// behind the block to tell.
MARTLET_INLINE bool scan_quoted(
    Index &index, Scan &scan, const uint8_t *bytes, size_t base, uint64_t separators,
    uint64_t lines, uint64_t quotes) {
  if (scan.state == Scan::closed) return false;
  const bool begins_within = scan.state == Scan::quoted;
  // From an opening quote to the byte before the closing one.
  uint64_t within = quotes;
  for (unsigned step = 1; step < 64; step *= 2) within ^= within << step;
  if (begins_within) within = ~within;
  const uint64_t opening = quotes & within, closing = quotes & ~within;
  const uint64_t outside = separators & ~within;
  const uint64_t starts = (outside | closing) << 1 | (scan.field_start == base);
  const uint64_t returns = places_of(bytes + base, '\r') & lines >> 1;
  const uint64_t follows = (quotes | separators | returns) >> 1;
  if ((opening & ~starts) | (closing & ~follows)) return false;
  append_records(index, scan, outside, lines & ~within, base);
  scan.state = within >> 63 ? Scan::quoted : Scan::plain;
  if (opening) {
    const unsigned last = 63 - (unsigned)__builtin_clzll(opening);
    scan.quote = base + last - (last > 0 && closing >> (last - 1) & 1);
  }
  return true;
}

// Finds fields and lines from `index.begin` on; false when there is no memory. `wide` says whether
// there are bytes above ASCII.
MARTLET_CLONES static bool scan_blocks(
    Index &index, Scan &scan, const martlet_csv_dialect &dialect, const uint8_t *bytes,
    size_t count, size_t wish, bool *wide) {
  uint64_t above = 0;
  const uint8_t delimiter = dialect.delimiter[0];
  const bool simple = dialect.delimiter_count == 1;
  const size_t begin = index.begin;
  for (size_t base = begin; base < count; base += 64) {
    if (base - begin >= wish && index.lines.count > 0) break;
    if (!index.ends.reserve(index.ends.count + 72) || !index.lines.reserve(index.lines.count + 72) ||
        !index.spoilt.reserve(index.spoilt.count + 64))
      return false;
    const uint8_t *const block = bytes + base;
    const uint64_t inside = count - base >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (count - base)) - 1;
    const uint64_t lines = places_of(block, '\n') & inside;
    const uint64_t separators = (places_of(block, delimiter) & inside) | lines;
    const uint64_t quotes = places_of(block, '"') & inside;
    above |= places_above_ascii(block) & inside;
    if (__builtin_expect(quotes != 0 || scan.state != Scan::plain || !simple, 0)) {
      if (!simple || !scan_quoted(index, scan, bytes, base, separators, lines, quotes))
        scan_slowly(index, scan, dialect, bytes, base, separators | quotes, count);
    } else {
      append_records(index, scan, separators, lines, base);
    }
  }
  *wide = above != 0;
  return true;
}

}  // namespace martlet
