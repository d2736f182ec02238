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
