// Arithmetic of long vectors of doubles, for solvers.

double GLUE(martlet_dot, LEVEL)(const double *a, const double *b, ptrdiff_t count) {
  doubles8 s[4] = {0, 0, 0, 0};
  ptrdiff_t i = 0;
  for (; i + 32 <= count; i += 32)
    UNROLL for (int v = 0; v < 4; v++)
      s[v] = __builtin_elementwise_fma(
          (doubles8)*(const loose_doubles8 *)(a + i + 8 * v),
          (doubles8)*(const loose_doubles8 *)(b + i + 8 * v), s[v]);
  double lanes[32] __attribute__((aligned(64)));
  UNROLL for (int v = 0; v < 4; v++) *(doubles8 *)(lanes + 8 * v) = s[v];
  SCALAR_LOOP for (ptrdiff_t r = 0; i + r < count; r++)
    lanes[r] = __builtin_fma(a[i + r], b[i + r], lanes[r]);
  for (int half = 16; half; half /= 2)
    for (int r = 0; r < half; r++) lanes[r] += lanes[r + half];
  return lanes[0];
}

void GLUE(martlet_axpy, LEVEL)(double scale, const double *x, double *y, ptrdiff_t count) {
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8) {
    loose_doubles8 *to = (loose_doubles8 *)(y + i);
    *to = __builtin_elementwise_fma(
        (doubles8)scale, (doubles8)*(const loose_doubles8 *)(x + i), (doubles8)*to);
  }
  SCALAR_LOOP for (; i < count; i++) y[i] = __builtin_fma(scale, x[i], y[i]);
}

// Vectors kept in single precision against one in double and two in single: eight lanes each.
void GLUE(martlet_kept_products, LEVEL)(
    const float *x, const double *a, const float *b, const float *c, ptrdiff_t count,
    double *lanes) {
  typedef float loose_floats8 __attribute__((ext_vector_type(8), aligned(4), may_alias));
#define WIDE(p) __builtin_convertvector(*(const loose_floats8 *)(p), doubles8)
  doubles8 s[3];
  UNROLL for (int v = 0; v < 3; v++) s[v] = *(const loose_doubles8 *)(lanes + 8 * v);
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8) {
    doubles8 value = WIDE(x + i);
    s[0] = __builtin_elementwise_fma(value, (doubles8)*(const loose_doubles8 *)(a + i), s[0]);
    s[1] = __builtin_elementwise_fma(value, WIDE(b + i), s[1]);
    s[2] = __builtin_elementwise_fma(value, WIDE(c + i), s[2]);
  }
#undef WIDE
  UNROLL for (int v = 0; v < 3; v++) *(loose_doubles8 *)(lanes + 8 * v) = s[v];
  SCALAR_LOOP for (ptrdiff_t r = 0; i + r < count; r++) {
    double value = (double)x[i + r];
    lanes[r] = __builtin_fma(value, a[i + r], lanes[r]);
    lanes[8 + r] = __builtin_fma(value, (double)b[i + r], lanes[8 + r]);
    lanes[16 + r] = __builtin_fma(value, (double)c[i + r], lanes[16 + r]);
  }
}

void GLUE(martlet_add_kept, LEVEL)(double scale, const float *x, double *y, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] = __builtin_fma(scale, (double)x[i], y[i]);
}
