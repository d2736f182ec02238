// Layouts that all levels share: packed columns, partial Grams.
#include <math.h>
#include <string.h>
#include "kernels.h"

#pragma clang fp contract(off)

static size_t element_bytes(int precision) { return precision == martlet_precision_double ? 8 : 4; }

static double element(int precision, const void *values, ptrdiff_t at) {
  return precision == martlet_precision_double ? ((const double *)values)[at]
                                               : (double)((const float *)values)[at];
}

// Stores a number rounded to the element type, and says what it became.
static double store(int precision, void *values, ptrdiff_t at, double value) {
  if (precision == martlet_precision_double) ((double *)values)[at] = value;
  else ((float *)values)[at] = (float)value;
  return element(precision, values, at);
}

ptrdiff_t martlet_padded_columns(ptrdiff_t count) { return (count + 3) / 4 * 4; }

size_t martlet_score_scratch(int precision, ptrdiff_t dimension, ptrdiff_t columns, int stores) {
  ptrdiff_t wide = stores ? martlet_padded_columns(columns) : 0;
  (void)precision;  // a panel is 128 bytes wide in both
  return 128 * (size_t)(dimension + wide);
}

void martlet_pack_columns(
    int precision, const double *columns, ptrdiff_t count, ptrdiff_t dimension, const void *shift,
    const double *bias, void *packed, void *packed_bias) {
  ptrdiff_t padded = martlet_padded_columns(count);
  memset(packed, 0, (size_t)(padded * dimension) * element_bytes(precision));
  for (ptrdiff_t c = 0; c < padded; c++) {
    if (c >= count) {
      // Padding never wins.
      store(precision, packed_bias, c, -INFINITY);
      continue;
    }
    ptrdiff_t group = c / 12 * 12, rest = padded - group, width = rest < 12 ? rest : 12;
    double square = 0;
    for (ptrdiff_t j = 0; j < dimension; j++) {
      double value = columns[c * dimension + j];
      if (shift) value -= element(precision, shift, j);
      value = store(precision, packed, group * dimension + j * width + (c - group), value);
      square = fma(value, value, square);
    }
    store(precision, packed_bias, c, bias ? bias[c] : -0.5 * square);
  }
}

size_t martlet_top_scratch(int precision, ptrdiff_t dimension) {
  (void)precision;  // a panel is 128 bytes wide in both
  return 8 * 128 * (size_t)(dimension + 1);
}

void martlet_pack_chosen(
    int precision, const void *columns, ptrdiff_t dimension, const void *bias,
    const int32_t *names, ptrdiff_t count, void *packed, void *packed_bias) {
  ptrdiff_t padded = martlet_padded_columns(count);
  size_t bytes = element_bytes(precision);
  memset(packed, 0, (size_t)(padded * dimension) * bytes);
  for (ptrdiff_t c = 0; c < padded; c++) {
    ptrdiff_t name = c < count && names ? names[c] : c;
    // Padding never wins.
    double start = c >= count ? -INFINITY : bias ? element(precision, bias, name) : 0;
    store(precision, packed_bias, c, start);
    if (c >= count) continue;
    ptrdiff_t group = c / 12 * 12, rest = padded - group, width = rest < 12 ? rest : 12;
    const char *from = (const char *)columns + (size_t)(name * dimension) * bytes;
    char *to = (char *)packed + (size_t)(group * dimension + (c - group)) * bytes;
    for (ptrdiff_t j = 0; j < dimension; j++)
      memcpy(to + (size_t)(j * width) * bytes, from + (size_t)j * bytes, bytes);
  }
}

ptrdiff_t martlet_gram_width(int precision, ptrdiff_t dimension) {
  ptrdiff_t lanes = 64 / (ptrdiff_t)element_bytes(precision);
  return (dimension + lanes - 1) / lanes * lanes;
}

size_t martlet_gram_scratch(int precision, ptrdiff_t dimension) {
  return 2 * (martlet_gram_rows + 1) * (size_t)martlet_gram_width(precision, dimension)
      * element_bytes(precision);
}

void martlet_gram_flush(
    int precision, ptrdiff_t dimension, void *partial, void *right, double *result,
    double *result_right) {
  ptrdiff_t width = martlet_gram_width(precision, dimension);
  for (ptrdiff_t i = 0; i < dimension; i++) {
    double *to = result + i * dimension;
    if (precision == martlet_precision_double) {
      const double *from = (const double *)partial + i * width;
      for (ptrdiff_t j = i; j < dimension; j++) to[j] += from[j];
    } else {
      const float *from = (const float *)partial + i * width;
      for (ptrdiff_t j = i; j < dimension; j++) to[j] += (double)from[j];
    }
  }
  memset(partial, 0, (size_t)(width * width) * element_bytes(precision));
  if (!right) return;
  for (ptrdiff_t j = 0; j < dimension; j++) result_right[j] += element(precision, right, j);
  memset(right, 0, (size_t)width * element_bytes(precision));
}

int martlet_all_within(const int32_t *values, ptrdiff_t count, ptrdiff_t limit) {
  int outside = 0;
  for (ptrdiff_t i = 0; i < count; i++) outside |= (values[i] < 0) | (values[i] >= limit);
  return !outside;
}
