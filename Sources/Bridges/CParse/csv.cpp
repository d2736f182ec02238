// The CSV reader's records and their fields; typed columns are in columns.cpp.
#include "csv.h"
#include <new>

using namespace martlet;

extern "C" martlet_csv *martlet_csv_make(const martlet_csv_dialect *dialect) {
  martlet_csv *csv = new (std::nothrow) martlet_csv();
  if (csv == nullptr) return nullptr;
  csv->dialect = *dialect;
  const size_t count = dialect->word_count;
  const size_t size = count == 0 ? 0 : dialect->word_ends[count - 1];
  if (!csv->words.reserve(size + 1) || !csv->word_ends.reserve(count + 1)) {
    delete csv;
    return nullptr;
  }
  if (size > 0) memcpy(csv->words.items, dialect->words, size);
  for (size_t i = 0; i < count; i++) {
    csv->word_ends.items[i] = dialect->word_ends[i];
    const uint32_t length = dialect->word_ends[i] - (i == 0 ? 0 : dialect->word_ends[i - 1]);
    csv->word_lengths |= (uint64_t)1 << (length < 63 ? length : 63);
  }
  csv->dialect.words = csv->words.items;
  csv->dialect.word_ends = csv->word_ends.items;
  return csv;
}

extern "C" void martlet_csv_free(martlet_csv *csv) { delete csv; }

// Whether a record is an empty line.
static bool is_blank(const uint8_t *bytes, size_t start, size_t end, size_t fields) {
  return fields == 1 && (start == end || (start + 1 == end && bytes[start] == '\r'));
}

// Keeps the lines that are good records; `found` tells why it ended.
static void keep_rows(
    martlet_csv *csv, const uint8_t *bytes, size_t limit, martlet_csv_records *records) {
  Index &index = csv->index;
  const size_t expected = csv->dialect.field_count;
  size_t first = 0, start = index.begin, spoilt = 0;
  for (size_t line = 0; line < index.lines.count && start < limit; line++) {
    const size_t next = index.lines.items[line];
    const size_t fields = next - first;
    const size_t end = index.ends.items[next - 1];
    const bool behind_quote =
        spoilt < index.spoilt.count && index.spoilt.items[spoilt] == line && ++spoilt;
    if (__builtin_expect((expected != 0 && fields != expected) || behind_quote, 0)) {
      if (!is_blank(bytes, start, end, fields)) {
        if (!csv->dialect.skips_bad_rows) {
          records->status = behind_quote ? MARTLET_CSV_BEHIND_QUOTE : MARTLET_CSV_WRONG_COUNT;
          records->place = start;
          records->found = (uint32_t)fields;
          records->end = start;
          return;
        }
        records->bad_count++;
      }
    } else if (!is_blank(bytes, start, end, fields)) {
      csv->rows.items[csv->rows.count++] = (uint32_t)first;
      csv->field_counts.items[csv->field_counts.count++] = (uint32_t)fields;
    }
    first = next;
    start = end + 1;
  }
  records->end = start;
}

extern "C" martlet_csv_records martlet_csv_index(
    martlet_csv *csv, const uint8_t *bytes, size_t begin, size_t count, size_t limit, size_t wish,
    int final) {
  Index &index = csv->index;
  martlet_csv_records records = {};
  records.end = begin;
  index.ends.count = index.lines.count = index.spoilt.count = 0;
  csv->rows.count = csv->field_counts.count = 0;
  index.begin = begin;
  Scan scan;
  scan.field_start = begin;
  bool wide = false;
  bool memory = scan_blocks(index, scan, csv->dialect, bytes, count, wish, &wide);
  records.stray_quotes = scan.stray;
  if (memory && index.lines.count == 0) {
    if (!final) {
      records.status = MARTLET_CSV_INCOMPLETE;
      records.place = scan.state == Scan::quoted ? scan.quote : count;
      return records;
    }
    if (scan.state == Scan::quoted) {
      records.status = MARTLET_CSV_UNTERMINATED;
      records.place = scan.quote;
      return records;
    }
    // The last record has no line feed; the end of the text stands for one.
    memory = index.ends.reserve(index.ends.count + 1) && index.lines.reserve(1) &&
             index.spoilt.reserve(1);
    if (memory) {
      const bool clean = scan.state != Scan::closed || scan.quote + 1 == count ||
                         (scan.quote + 2 == count && bytes[count - 1] == '\r');
      if (scan.spoilt || !clean) index.spoilt.items[index.spoilt.count++] = 0;
      index.ends.items[index.ends.count++] = (uint32_t)count;
      index.lines.items[index.lines.count++] = (uint32_t)index.ends.count;
    }
  }
  if (!memory || !csv->rows.reserve(index.lines.count) ||
      !csv->field_counts.reserve(index.lines.count)) {
    records.status = MARTLET_CSV_NO_MEMORY;
    return records;
  }
  keep_rows(csv, bytes, limit, &records);
  if (records.end > count) records.end = count;
  records.row_count = (uint32_t)csv->rows.count;
  if (wide && !csv->dialect.latin1) {
    const size_t size = records.end - begin;
    const size_t bad = martlet_first_not_utf8(bytes + begin, size);
    if (bad < size) {
      records.status = MARTLET_CSV_NOT_UTF8;
      records.place = begin + bad;
    }
  }
  return records;
}

extern "C" size_t martlet_csv_row_start(const martlet_csv *csv, size_t row) {
  return csv->start_of(csv->rows.items[row]);
}

extern "C" size_t martlet_csv_row_field_count(const martlet_csv *csv, size_t row) {
  return csv->field_counts.items[row];
}

extern "C" const uint8_t *martlet_csv_field(
    martlet_csv *csv, const uint8_t *bytes, size_t row, size_t field, size_t *count) {
  const size_t place = csv->rows.items[row] + field;
  const bool first = field == 0, last = field + 1 == csv->field_counts.items[row];
  Text text = csv->field(bytes, place, first, last);
  if (text.quoted && !csv->unquote(text)) return nullptr;
  const size_t size = (size_t)(text.end - text.start);
  if (!csv->other.reserve(2 * size + 32)) return nullptr;
  *count = csv->dialect.latin1 ? from_latin1(csv->other.items, text.start, size)
                               : (memcpy(csv->other.items, text.start, size), size);
  return csv->other.items;
}

extern "C" size_t martlet_count_lines(const uint8_t *bytes, size_t count) {
  size_t lines = 0;
  for (size_t i = 0; i < count; i++) lines += bytes[i] == '\n';
  return lines;
}

extern "C" size_t martlet_first_not_utf8(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  while (at < count) {
    if (count - at >= 32) {
      uint64_t words[4];
      memcpy(words, bytes + at, 32);
      const uint64_t all = words[0] | words[1] | words[2] | words[3];
      if ((all & 0x8080808080808080u) == 0) {
        at += 32;
        continue;
      }
      // The first byte above ASCII is among these.
      while (bytes[at] < 0x80) {
        uint64_t word;
        memcpy(&word, bytes + at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        const uint64_t high = word & 0x8080808080808080u;
        at += high ? (size_t)__builtin_ctzll(high) >> 3 : 8;
      }
    }
    const uint8_t lead = bytes[at];
    if (lead < 0x80) {
      at++;
      continue;
    }
    // The allowed second bytes keep out overlong forms, surrogates and what is above U+10FFFF.
    size_t width = 0;
    uint8_t low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) width = 2;
    else if ((lead & 0xF0) == 0xE0) width = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) width = 4;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (width == 0 || at + width > count) return at;
    if (bytes[at + 1] < low || bytes[at + 1] > high) return at;
    for (size_t i = 2; i < width; i++)
      if ((bytes[at + i] & 0xC0) != 0x80) return at;
    at += width;
  }
  return count;
}
