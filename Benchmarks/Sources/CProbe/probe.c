#include "CProbe.h"

static volatile float sink;

#define PROBE(name, bytes, attributes)                                          \
  typedef float name##_lanes __attribute__((ext_vector_type(bytes / 4)));       \
  attributes static double name(long rounds) {                                  \
    name##_lanes s[10], a = 0.9999f, b = 1e-6f;                                 \
    for (int i = 0; i < 10; i++) s[i] = 1e-3f * (float)i;                       \
    for (long r = 0; r < rounds; r++) {                                         \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < 10; i++)           \
          s[i] = __builtin_elementwise_fma(s[i], a, b);                         \
    }                                                                           \
    float total = 0;                                                            \
    for (int i = 0; i < 10; i++) total += s[i][3];                              \
    sink = total;                                                               \
    return 2.0 * (bytes / 4) * 10 * (double)rounds;                             \
  }

#if defined(__x86_64__)
PROBE(fma64, 64, __attribute__((target("arch=x86-64-v4"), min_vector_width(512))))
PROBE(fma32, 32, __attribute__((target("arch=x86-64-v3"))))
#endif
PROBE(fma16, 16, )

double probe_fma(int vector_bytes, long rounds) {
#if defined(__x86_64__)
  if (vector_bytes == 64) return fma64(rounds);
  if (vector_bytes == 32) return fma32(rounds);
#endif
  (void)vector_bytes;
  return fma16(rounds);
}
