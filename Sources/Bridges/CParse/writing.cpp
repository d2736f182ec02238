#include "text.h"

using martlet::Text;

namespace {

// What the formats write for doubles that are no numbers.
enum class Odd { words, null };

// One number; there is room for it.
template <typename Float>
void put_number(Text &text, Float value, Odd odd, bool keeps_point) {
  if (__builtin_expect(isfinite(value), 1)) return martlet::put_finite(text, value, keeps_point);
  if (odd == Odd::null) {
    text.lose();
    return text.word("null");
  }
  if (isnan(value)) return text.word("NaN");
  if (value < 0) text.byte('-');
  text.word("Infinity");
}

bool put_texts(Text &text, const martlet_field &field, int64_t place) {
  if (!text.room(2)) return false;
  text.byte('[');
  for (int64_t item = field.offsets[place]; item < field.offsets[place + 1]; item++) {
    if (!text.room(1)) return false;
    if (item > field.offsets[place]) text.byte(',');
    const int64_t first = field.ends[item];
    if (!martlet::put_quoted(text, field.bytes + first, field.ends[item + 1] - first)) return false;
  }
  if (!text.room(1)) return false;
  text.byte(']');
  return true;
}

template <typename Number>
bool put_list(Text &text, const Number *values, int64_t count, Odd odd) {
  if (!text.room(static_cast<size_t>(count) * martlet::kNumberRoom + 2)) return false;
  text.byte('[');
  for (int64_t place = 0; place < count; place++) {
    if (place > 0) text.byte(',');
    if constexpr (sizeof(Number) == 4) {
      martlet::put_integer(text, values[place]);
    } else {
      put_number(text, values[place], odd, false);
    }
  }
  text.byte(']');
  return true;
}

// (5,[0,3],[1,2.5]) in text formats, {"size":5,...} in JSON.
bool put_vector(Text &text, const martlet_field &field, int64_t place, Odd odd) {
  const auto *values = static_cast<const double *>(field.values);
  if (field.kind == MARTLET_VALUE_DENSE) {
    return put_list(text, values + place * field.width, field.width, odd);
  }
  const int64_t first = field.offsets[place];
  const int64_t count = field.offsets[place + 1] - first;
  const bool json = odd == Odd::null;
  if (!text.room(martlet::kNumberRoom + 32)) return false;
  if (json) text.word("{\"size\":"); else text.byte('(');
  martlet::put_integer(text, field.width);
  if (json) text.word(",\"indices\":"); else text.byte(',');
  if (!put_list(text, field.indices + first, count, odd) || !text.room(16)) return false;
  if (json) text.word(",\"values\":"); else text.byte(',');
  if (!put_list(text, values + first, count, odd) || !text.room(1)) return false;
  text.byte(json ? '}' : ')');
  return true;
}

// A value of one of the kinds that are short and need no quotes in CSV.
void put_scalar(Text &text, const martlet_field &field, int64_t place, Odd odd, bool keeps_point) {
  switch (field.kind) {
    case MARTLET_VALUE_BOOL:
      if (martlet::bit(static_cast<const uint8_t *>(field.values), place)) {
        text.word("true");
      } else {
        text.word("false");
      }
      break;
    case MARTLET_VALUE_INT32:
      martlet::put_integer(text, static_cast<const int32_t *>(field.values)[place]);
      break;
    case MARTLET_VALUE_INT64:
      martlet::put_integer(text, static_cast<const int64_t *>(field.values)[place]);
      break;
    case MARTLET_VALUE_FLOAT32:
      put_number(text, static_cast<const float *>(field.values)[place], odd, keeps_point);
      break;
    case MARTLET_VALUE_FLOAT64:
      put_number(text, static_cast<const double *>(field.values)[place], odd, keeps_point);
      break;
    case MARTLET_VALUE_DATE:
      martlet::put_date(text, static_cast<const int32_t *>(field.values)[place]);
      break;
    case MARTLET_VALUE_DATETIME:
      martlet::put_clock(text, static_cast<const int64_t *>(field.values)[place], ' ');
      break;
    case MARTLET_VALUE_TIMESTAMP:
      martlet::put_clock(text, static_cast<const int64_t *>(field.values)[place], 'T');
      text.byte('Z');
      break;
    default: break;
  }
}

// A field of CSV: in quotes where a reader would not give it back otherwise.
bool put_field(Text &text, const uint8_t *bytes, size_t count, uint8_t delimiter) {
  bool quotes = count == 0 || bytes[0] == ' ' || bytes[count - 1] == ' ' || bytes[0] == 0xEF;
  for (size_t place = 0; place < count && !quotes; place++) {
    const uint8_t byte = bytes[place];
    quotes = byte == delimiter || byte == '"' || byte == '\n' || byte == '\r';
  }
  if (!text.room(count * 2 + 2)) return false;
  if (!quotes) {
    text.bytes(bytes, count);
    return true;
  }
  text.byte('"');
  for (size_t place = 0; place < count; place++) {
    if (bytes[place] == '"') text.byte('"');
    text.byte(bytes[place]);
  }
  text.byte('"');
  return true;
}

bool put_csv(
    Text &text, martlet_text &scratch, const martlet_field &field, int64_t row, uint8_t delimiter) {
  const int64_t place = field.start + row;
  if (field.kind == MARTLET_VALUE_TEXT) {
    const int64_t first = field.offsets[place];
    const auto count = static_cast<size_t>(field.offsets[place + 1] - first);
    return put_field(text, field.bytes + first, count, delimiter);
  }
  if (field.kind < MARTLET_VALUE_TEXT) {
    put_scalar(text, field, place, Odd::words, false);
    return true;
  }
  scratch.count = 0;
  Text list(&scratch);
  const bool done = field.kind == MARTLET_VALUE_TEXTS ? put_texts(list, field, place)
                                                      : put_vector(list, field, place, Odd::words);
  if (!done) return false;
  list.finish();
  return put_field(text, scratch.data, scratch.count, delimiter);
}

bool put_json(Text &text, const martlet_field &field, int64_t row) {
  const int64_t place = field.start + row;
  switch (field.kind) {
    case MARTLET_VALUE_TEXT: {
      const int64_t first = field.offsets[place];
      return martlet::put_quoted(text, field.bytes + first, field.offsets[place + 1] - first);
    }
    case MARTLET_VALUE_TEXTS: return put_texts(text, field, place);
    case MARTLET_VALUE_DENSE:
    case MARTLET_VALUE_SPARSE: return put_vector(text, field, place, Odd::null);
    case MARTLET_VALUE_DATE:
    case MARTLET_VALUE_DATETIME:
    case MARTLET_VALUE_TIMESTAMP:
      text.byte('"');
      put_scalar(text, field, place, Odd::null, true);
      text.byte('"');
      return true;
    default: put_scalar(text, field, place, Odd::null, true); return true;
  }
}

bool is_plain_zero(double value) { return value == 0 && !signbit(value); }

void put_index(Text &text, int64_t index) {
  if (index == 0) return;
  text.byte(' ');
  martlet::put_integer(text, index);
  text.byte(':');
}

template <typename Float>
bool put_real_feature(Text &text, Float value, int64_t index) {
  if (!isfinite(value)) return false;
  if (index > 0 && is_plain_zero(value)) return true;
  put_index(text, index);
  martlet::put_finite(text, value, false);
  return true;
}

void put_whole_feature(Text &text, int64_t value, int64_t index) {
  if (index > 0 && value == 0) return;
  put_index(text, index);
  martlet::put_integer(text, value);
}

// The label (index 0) or a feature that is not zero; false where libsvm has no way to write it.
bool put_feature(Text &text, const martlet_field &field, int64_t place, int64_t index) {
  switch (field.kind) {
    case MARTLET_VALUE_BOOL:
      put_whole_feature(
          text, martlet::bit(static_cast<const uint8_t *>(field.values), place), index);
      return true;
    case MARTLET_VALUE_INT32:
      put_whole_feature(text, static_cast<const int32_t *>(field.values)[place], index);
      return true;
    case MARTLET_VALUE_INT64:
      put_whole_feature(text, static_cast<const int64_t *>(field.values)[place], index);
      return true;
    case MARTLET_VALUE_FLOAT32:
      return put_real_feature(text, static_cast<const float *>(field.values)[place], index);
    case MARTLET_VALUE_FLOAT64:
      return put_real_feature(text, static_cast<const double *>(field.values)[place], index);
    default: return false;
  }
}

enum class Fit { yes, no, memory };

Fit put_vector_features(Text &text, const martlet_field &field, int64_t place, int64_t before) {
  const auto *values = static_cast<const double *>(field.values);
  const bool dense = field.kind == MARTLET_VALUE_DENSE;
  const int64_t first = dense ? place * field.width : field.offsets[place];
  const int64_t count = dense ? field.width : field.offsets[place + 1] - first;
  if (!text.room(static_cast<size_t>(count) * 2 * martlet::kNumberRoom)) return Fit::memory;
  for (int64_t entry = 0; entry < count; entry++) {
    const int64_t index = before + 1 + (dense ? entry : field.indices[first + entry]);
    if (!put_real_feature(text, values[first + entry], index)) return Fit::no;
  }
  return Fit::yes;
}

}  // namespace

extern "C" int32_t martlet_write_csv(
    const martlet_field *fields, int64_t field_count, int64_t row_count, uint8_t delimiter,
    int64_t *row_ends, martlet_text *out) {
  Text text(out);
  martlet_text scratch = {};
  bool done = true;
  for (int64_t row = 0; row < row_count && done; row++) {
    for (int64_t index = 0; index < field_count && done; index++) {
      done = text.room(martlet::kNumberRoom + 2);
      if (!done) break;
      if (index > 0) text.byte(delimiter);
      const martlet_field &field = fields[index];
      if (!martlet::is_missing(field, row)) {
        done = put_csv(text, scratch, field, row, delimiter);
      } else if (field_count == 1) {
        // A lone empty field would be a blank line, which readers skip.
        text.word("NA");
        if (field.kind >= MARTLET_VALUE_DATE) text.lose();
      }
    }
    done = done && text.room(1);
    if (done) text.byte('\n');
    row_ends[row] = text.count();
  }
  free(scratch.data);
  text.finish();
  return done ? MARTLET_WRITE_DONE : MARTLET_WRITE_NO_MEMORY;
}

extern "C" int32_t martlet_write_json_lines(
    const martlet_field *fields, int64_t field_count, int64_t row_count, int64_t *row_ends,
    martlet_text *out) {
  Text text(out);
  bool done = true;
  for (int64_t row = 0; row < row_count && done; row++) {
    done = text.room(1);
    if (done) text.byte('{');
    for (int64_t index = 0; index < field_count && done; index++) {
      const martlet_field &field = fields[index];
      done = text.room(static_cast<size_t>(field.key_count) + martlet::kNumberRoom + 8);
      if (!done) break;
      if (index > 0) text.byte(',');
      text.bytes(field.key, static_cast<size_t>(field.key_count));
      if (martlet::is_missing(field, row)) {
        text.word("null");
      } else {
        done = put_json(text, field, row);
      }
    }
    done = done && text.room(2);
    if (done) text.word("}\n");
    row_ends[row] = text.count();
  }
  text.finish();
  return done ? MARTLET_WRITE_DONE : MARTLET_WRITE_NO_MEMORY;
}

extern "C" int32_t martlet_write_libsvm(
    const martlet_field *fields, int64_t field_count, int64_t row_count, int64_t *row_ends,
    martlet_text *out) {
  Text text(out);
  Fit fit = Fit::yes;
  for (int64_t row = 0; row < row_count; row++) {
    int64_t before = 0;
    for (int64_t index = 0; index < field_count; index++) {
      const martlet_field &field = fields[index];
      const int64_t place = field.start + row;
      const bool vector = field.kind >= MARTLET_VALUE_DENSE;
      if (!text.room(2 * martlet::kNumberRoom)) {
        fit = Fit::memory;
      } else if (martlet::is_missing(field, row)) {
        fit = Fit::no;
      } else if (vector) {
        fit = put_vector_features(text, field, place, before);
      } else {
        fit = put_feature(text, field, place, index == 0 ? 0 : before + 1) ? Fit::yes : Fit::no;
      }
      if (fit != Fit::yes) {
        out->bad_row = row;
        out->bad_field = index;
        text.finish();
        return fit == Fit::no ? MARTLET_WRITE_UNFIT : MARTLET_WRITE_NO_MEMORY;
      }
      if (index > 0) before += vector ? field.width : 1;
    }
    if (!text.room(1)) return MARTLET_WRITE_NO_MEMORY;
    text.byte('\n');
    row_ends[row] = text.count();
  }
  text.finish();
  return MARTLET_WRITE_DONE;
}

extern "C" void martlet_text_free(martlet_text *text) {
  free(text->data);
  *text = {};
}
