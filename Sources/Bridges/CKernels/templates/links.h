// Log-loss of margins, eight rows at a time: a row's numbers depend on its margins alone. The
// exponential and the logarithm are those of `Portable`, to the bit; only additions,
// multiplications and divisions, so no level shows.

typedef int64_t longs8 __attribute__((ext_vector_type(8)));
#define BITS(v) __builtin_bit_cast(longs8, v)
#define NUMBERS(v) __builtin_bit_cast(doubles8, v)
#define CHOOSE(test, a, b) NUMBERS(((test) & BITS(a)) | (~(test) & BITS(b)))

// exp(x) for x <= 0; below -700 that of -700, which is as good as 0.
INLINE doubles8 link_exp(doubles8 x) {
  const doubles8 least = (doubles8)-700.0, half = (doubles8)0x1.8p52;
  x = CHOOSE(x > least, x, least);
  // To the nearest whole number, whose lowest bits stand in those of the sum.
  doubles8 sum = x * (doubles8)0x1.71547652b82fep+0 + half;
  doubles8 k = sum - half;
  doubles8 upper = x - k * (doubles8)0x1.62e42feep-1;
  doubles8 lower = k * (doubles8)0x1.a39ef35793c76p-33;
  doubles8 r = upper - lower, z = r * r;
  doubles8 p = z * (doubles8)4.13813679705723846039e-8 - (doubles8)1.65339022054652515390e-6;
  p = z * p + (doubles8)6.61375632143793436117e-5;
  p = z * p - (doubles8)2.77777777770155933842e-3;
  p = z * p + (doubles8)1.66666666666666019037e-1;
  doubles8 c = r - z * p;
  doubles8 value = (doubles8)1.0 - ((lower - (r * c) / ((doubles8)2.0 - c)) - upper);
  longs8 exponent = (BITS(sum) + (longs8)1023) << 52;
  return value * NUMBERS(exponent);
}

// log(u) for a normal number u >= 1.
INLINE doubles8 link_log(doubles8 u) {
  const longs8 root = (longs8)0x3FE6A09E667F3BCD;
  longs8 offset = BITS(u) - root, k = offset >> 52;
  doubles8 m = NUMBERS((offset & (longs8)0x000FFFFFFFFFFFFF) + root);
  doubles8 f = m - (doubles8)1.0, s = f / ((doubles8)2.0 + f), z = s * s, w = z * z;
  doubles8 even = w * (doubles8)(2.0 / 19.0) + (doubles8)(2.0 / 15.0);
  even = w * even + (doubles8)(2.0 / 11.0);
  even = w * even + (doubles8)(2.0 / 7.0);
  even = w * even + (doubles8)(2.0 / 3.0);
  doubles8 odd = w * (doubles8)(2.0 / 21.0) + (doubles8)(2.0 / 17.0);
  odd = w * odd + (doubles8)(2.0 / 13.0);
  odd = w * odd + (doubles8)(2.0 / 9.0);
  odd = w * odd + (doubles8)(2.0 / 5.0);
  doubles8 series = z * (even + z * odd), half = (doubles8)0.5 * f * f;
  // k as a double: its bits in the lowest ones of 1.5 * 2^52.
  doubles8 scale = NUMBERS(k + BITS((doubles8)0x1.8p52)) - (doubles8)0x1.8p52;
  doubles8 upper = scale * (doubles8)0x1.62e42feep-1;
  doubles8 lower = scale * (doubles8)0x1.a39ef35793c76p-33;
  return upper - ((half - (s * (half + series) + lower)) - f);
}

// log(1 + e) for e of 0...1.
INLINE doubles8 link_log1p(doubles8 e) {
  doubles8 u = (doubles8)1.0 + e;
  return link_log(u) + (e - (u - (doubles8)1.0)) / u;
}

// Up to eight numbers; `behind` fills the rest.
INLINE doubles8 link_load(const double *from, ptrdiff_t count, double behind) {
  if (count >= 8) return *(const loose_doubles8 *)from;
  double part[8] __attribute__((aligned(64)));
  for (ptrdiff_t i = 0; i < 8; i++) part[i] = i < count ? from[i] : behind;
  return *(const doubles8 *)part;
}

INLINE void link_store(double *to, ptrdiff_t count, doubles8 values) {
  if (count >= 8) {
    *(loose_doubles8 *)to = values;
    return;
  }
  double part[8] __attribute__((aligned(64)));
  *(doubles8 *)part = values;
  SCALAR_LOOP for (ptrdiff_t i = 0; i < count; i++) to[i] = part[i];
}

INLINE void link_add(double *lanes, doubles8 values) {
  *(loose_doubles8 *)lanes = (doubles8)*(const loose_doubles8 *)lanes + values;
}

INLINE doubles8 link_weights(
    const martlet_labels *labels, ptrdiff_t row, ptrdiff_t count, doubles8 label) {
  doubles8 weight = (doubles8)1.0;
  if (labels->weights) weight = link_load(labels->weights + row, count, 0);
  else if (count < 8) {
    double part[8] __attribute__((aligned(64)));
    for (ptrdiff_t i = 0; i < 8; i++) part[i] = i < count ? 1 : 0;
    weight = *(const doubles8 *)part;
  }
  if (labels->class_weights) {
    double part[8] __attribute__((aligned(64)));
    *(doubles8 *)part = label;
    SCALAR_LOOP for (int i = 0; i < 8; i++) part[i] = labels->class_weights[(ptrdiff_t)part[i]];
    weight *= *(const doubles8 *)part;
  }
  return weight;
}

// Two classes, one margin: m is how far on the right side it is.
static void link_binomial(
    const martlet_labels *labels, ptrdiff_t rows, const double *margins,
    const martlet_class_terms *out) {
  for (ptrdiff_t r = 0; r < rows; r += 8) {
    ptrdiff_t count = rows - r;
    doubles8 z = link_load(margins + r, count, 0), label = link_load(labels->places + r, count, 0);
    doubles8 weight = link_weights(labels, r, count, label);
    longs8 second = label > (doubles8)0.5;
    doubles8 m = CHOOSE(second, z, -z);
    longs8 right = m >= (doubles8)0.0;
    doubles8 e = link_exp(CHOOSE(right, -m, m));
    doubles8 inverse = (doubles8)1.0 / ((doubles8)1.0 + e), small = e * inverse;
    doubles8 wrong = weight * CHOOSE(right, small, inverse);
    doubles8 residual = CHOOSE(second, -wrong, wrong);
    doubles8 loss = weight * (link_log1p(e) + CHOOSE(right, (doubles8)0.0, -m));
    link_store(out->residuals + r, count, residual);
    if (out->curvatures) link_store(out->curvatures + r, count, weight * (small * inverse));
    link_add(out->lanes, loss);
    link_add(out->lanes + 8, residual);
  }
}

static void link_multinomial(
    const martlet_labels *labels, ptrdiff_t outputs, ptrdiff_t rows, const double *margins,
    ptrdiff_t stride, const martlet_class_terms *out) {
  for (ptrdiff_t r = 0; r < rows; r += 8) {
    ptrdiff_t count = rows - r;
    doubles8 label = link_load(labels->places + r, count, 0);
    doubles8 weight = link_weights(labels, r, count, label);
    doubles8 most = link_load(margins + r, count, 0), own = most, sum = (doubles8)0.0;
    for (ptrdiff_t c = 1; c < outputs; c++) {
      doubles8 z = link_load(margins + c * stride + r, count, 0);
      most = CHOOSE(z > most, z, most);
      own = CHOOSE(label == (doubles8)(double)c, z, own);
    }
    for (ptrdiff_t c = 0; c < outputs; c++) {
      doubles8 e = link_exp(link_load(margins + c * stride + r, count, 0) - most);
      link_store(out->residuals + c * out->stride + r, count, e);
      sum += e;
    }
    doubles8 inverse = (doubles8)1.0 / sum;
    link_add(out->lanes, weight * (link_log(sum) + (most - own)));
    for (ptrdiff_t c = 0; c < outputs; c++) {
      double *to = out->residuals + c * out->stride + r;
      doubles8 p = link_load(to, count, 0) * inverse;
      longs8 is_own = label == (doubles8)(double)c;
      doubles8 residual = weight * (p - CHOOSE(is_own, (doubles8)1.0, (doubles8)0.0));
      link_store(to, count, residual);
      if (out->curvatures)
        link_store(
            out->curvatures + c * out->stride + r, count, weight * (p * ((doubles8)1.0 - p)));
      link_add(out->lanes + 8 * (c + 1), residual);
    }
  }
}

void GLUE(martlet_class_terms, LEVEL)(
    const martlet_labels *labels, ptrdiff_t outputs, ptrdiff_t rows, const double *margins,
    ptrdiff_t stride, const martlet_class_terms *out) {
  if (outputs == 1) link_binomial(labels, rows, margins, out);
  else link_multinomial(labels, outputs, rows, margins, stride, out);
}

void GLUE(martlet_probabilities, LEVEL)(
    ptrdiff_t outputs, ptrdiff_t rows, const double *margins, ptrdiff_t stride, double *out,
    ptrdiff_t out_stride) {
  for (ptrdiff_t r = 0; r < rows; r += 8) {
    ptrdiff_t count = rows - r;
    doubles8 z = link_load(margins + r, count, 0);
    if (outputs == 1) {
      longs8 above = z >= (doubles8)0.0;
      doubles8 e = link_exp(CHOOSE(above, -z, z));
      doubles8 inverse = (doubles8)1.0 / ((doubles8)1.0 + e), small = e * inverse;
      link_store(out + r, count, CHOOSE(above, small, inverse));
      link_store(out + out_stride + r, count, CHOOSE(above, inverse, small));
      continue;
    }
    doubles8 most = z, sum = (doubles8)0.0;
    for (ptrdiff_t c = 1; c < outputs; c++) {
      z = link_load(margins + c * stride + r, count, 0);
      most = CHOOSE(z > most, z, most);
    }
    for (ptrdiff_t c = 0; c < outputs; c++) {
      doubles8 e = link_exp(link_load(margins + c * stride + r, count, 0) - most);
      link_store(out + c * out_stride + r, count, e);
      sum += e;
    }
    doubles8 inverse = (doubles8)1.0 / sum;
    for (ptrdiff_t c = 0; c < outputs; c++) {
      double *to = out + c * out_stride + r;
      link_store(to, count, link_load(to, count, 0) * inverse);
    }
  }
}
#undef BITS
#undef NUMBERS
#undef CHOOSE
