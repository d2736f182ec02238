// The loops over the numbers and texts of a column. Included once for each instruction set, within a
// namespace of its own.

// Looks at the rows from `row` on without writing.
static bool classify(Pass &pass, size_t row) {
  martlet_csv_column &column = pass.column;
  const uint8_t mark = pass.csv->dialect.decimal_mark;
  for (; row < pass.row_count && column.seen != MARTLET_CSV_TEXT; row++) {
    const Text text = pass.field(row);
    int64_t integer;
    double number;
    unsigned count;
    // A plain number changes nothing, even where it is a word that means missing.
    if (column.seen == MARTLET_CSV_INT64 && plain_int64(text.start, text.end, &integer, &count) &&
        count > 0 && (!column.identifier || is_canonical(text.start, text.end)))
      continue;
    if (column.seen == MARTLET_CSV_FLOAT64 &&
        plain_double(text.start, text.end, mark, &number, &count) && count > 0)
      continue;
    Verdict verdict;
    if (!judge(pass.csv, column, text, verdict)) return false;
    pass.see(verdict.type, text);
  }
  return true;
}

// Empty fields and plain numbers are read here, all others by `judge_float64`. Which fields are empty
// is noted without a branch, since nobody can foretell it.
static bool write_float64(Pass &pass) {
  martlet_csv *const csv = pass.csv;
  double *const values = (double *)pass.column.values + pass.first_row;
  uint32_t *const empty = csv->empty.items;
  const uint8_t mark = csv->dialect.decimal_mark;
  const bool words = csv->word_lengths != 0;
  const Fields fields(pass);
  size_t empty_count = 0;
  for (size_t row = 0; row < fields.row_count; row++) {
    const Text text = fields[row];
    double number;
    unsigned count;
    const bool is_empty = text.start == text.end;
    if (__builtin_expect(plain_double(text.start, text.end, mark, &number, &count), 1) &&
        (count > 0) != is_empty && !(words && csv->is_missing_word(text.start, text.end))) {
      values[row] = number;
      empty[empty_count] = (uint32_t)row;
      empty_count += is_empty;
      continue;
    }
    switch (judge_float64(pass, row, text)) {
      case Outcome::done: break;
      case Outcome::misfit:
        pass.mark_missing(empty, empty_count);
        return classify(pass, row + 1);
      case Outcome::no_memory: return false;
    }
  }
  pass.mark_missing(empty, empty_count);
  return true;
}

static bool write_int64(Pass &pass) {
  martlet_csv *const csv = pass.csv;
  int64_t *const values = (int64_t *)pass.column.values + pass.first_row;
  uint32_t *const empty = csv->empty.items;
  const bool identifier = pass.column.identifier, words = csv->word_lengths != 0;
  const Fields fields(pass);
  size_t empty_count = 0;
  for (size_t row = 0; row < fields.row_count; row++) {
    const Text text = fields[row];
    int64_t integer;
    unsigned count;
    const bool is_empty = text.start == text.end;
    if (__builtin_expect(plain_int64(text.start, text.end, &integer, &count), 1) &&
        (count > 0) != is_empty && !(words && csv->is_missing_word(text.start, text.end)) &&
        (!identifier || is_empty || is_canonical(text.start, text.end))) {
      values[row] = integer;
      empty[empty_count] = (uint32_t)row;
      empty_count += is_empty;
      continue;
    }
    switch (judge_int64(pass, row, text)) {
      case Outcome::done: break;
      case Outcome::misfit:
        pass.mark_missing(empty, empty_count);
        return classify(pass, row + 1);
      case Outcome::no_memory: return false;
    }
  }
  pass.mark_missing(empty, empty_count);
  return true;
}

static bool write_text(Pass &pass) {
  martlet_csv_column &column = pass.column;
  martlet_csv *const csv = pass.csv;
  int64_t *const ends = (int64_t *)column.values + pass.first_row + 1;
  const Fields fields(pass);
  for (size_t row = 0; row < fields.row_count; row++) {
    Text text = fields[row];
    const bool empty = text.start == text.end;
    if (__builtin_expect(*text.start == '"', 0) && !empty && !csv->unquote(text)) return false;
    if (__builtin_expect(empty || may_be_word(csv, text), 0)) pass.mark_missing(row);
    else if (!append(csv, column, text)) return false;
    ends[row] = (int64_t)column.text_count;
  }
  return true;
}
