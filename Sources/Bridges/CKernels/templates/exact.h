// Exact parts of sums: the numbers of a block are cut, as often as it takes, at a power of two so
// high that what lies above the cut adds up without rounding.
//
// Method: Rump, Ogita, Oishi, "Accurate floating-point summation part I", 2008: for a power of two
// s >= 256 |x|, q = (s + x) - s has at most 44 leading bits, x - q is exact, and so is the sum of
// 256 such q in any order.

typedef double exact_vector __attribute__((ext_vector_type(VECTOR_BYTES / 8), may_alias));
typedef int64_t exact_mask __attribute__((ext_vector_type(VECTOR_BYTES / 8)));
enum { exact_lanes = VECTOR_BYTES / 8 };
#define EXACT(p, i) (*(exact_vector *)((p) + (i)))

INLINE double exact_greatest(exact_vector lanes) {
  double greatest = lanes[0];
  for (int lane = 1; lane < exact_lanes; lane++)
    if (lanes[lane] > greatest) greatest = lanes[lane];
  return greatest;
}

// Takes the upper bits of all numbers away, adds them up, and tells the greatest magnitude left.
static double exact_cut(double *rest, ptrdiff_t count, double *most) {
  uint64_t bits;
  memcpy(&bits, most, 8);
  // 2^9 above the leading bit.
  bits = (bits & 0x7FF0000000000000u) + ((uint64_t)9 << 52);
  double cut;
  memcpy(&cut, &bits, 8);
  const exact_vector s = (exact_vector)(cut);
  exact_vector sum0 = 0, sum1 = 0, most0 = 0, most1 = 0;
  for (ptrdiff_t i = 0; i < count; i += 2 * exact_lanes) {
    exact_vector x0 = EXACT(rest, i), x1 = EXACT(rest, i + exact_lanes);
    exact_vector q0 = (s + x0) - s, q1 = (s + x1) - s;
    x0 -= q0;
    x1 -= q1;
    EXACT(rest, i) = x0;
    EXACT(rest, i + exact_lanes) = x1;
    sum0 += q0;
    sum1 += q1;
    most0 = __builtin_elementwise_max(most0, __builtin_elementwise_abs(x0));
    most1 = __builtin_elementwise_max(most1, __builtin_elementwise_abs(x1));
  }
  sum0 += sum1;
  double sum = sum0[0];
  for (int lane = 1; lane < exact_lanes; lane++) sum += sum0[lane];
  *most = exact_greatest(__builtin_elementwise_max(most0, most1));
  return sum;
}

// All parts of the sum of `rest`, which is used up; -1 where there are more than the limit.
INLINE ptrdiff_t exact_sum(double *rest, ptrdiff_t count, double most, double *parts) {
  ptrdiff_t found = 0;
  while (most > 0) {
    if (found == martlet_exact_parts_limit) return -1;
    parts[found++] = exact_cut(rest, count, &most);
  }
  return found;
}

// high + low = x * x exactly, for magnitudes between 2^-450 and 2^500, and 0.
INLINE void exact_square(exact_vector x, exact_vector *high, exact_vector *low) {
  *high = x * x;
#if VECTOR_BYTES >= 32 || defined(__aarch64__)
  *low = __builtin_elementwise_fma(x, x, -*high);
#else
  // Without fma the halves of x, after Dekker.
  exact_vector c = x * 134217729.0;
  exact_vector upper = c - (c - x), lower = x - upper;
  *low = ((upper * upper - *high) + 2.0 * upper * lower) + lower * lower;
#endif
}

int GLUE(martlet_exact_parts, LEVEL)(
    const double *values, ptrdiff_t count, ptrdiff_t stride, int wants_squares,
    martlet_exact_parts *parts) {
  _Alignas(64) double rest[martlet_exact_rows], high[martlet_exact_rows], low[martlet_exact_rows];
  ptrdiff_t kept = 0;
  SCALAR_LOOP for (ptrdiff_t i = 0; i < count; i++) {
    double value = values[i * stride];
    rest[kept] = value;
    kept += value == value;
  }
  parts->count = kept;
  parts->sum_count = parts->square_count = 0;
  parts->least = parts->greatest = 0;
  if (kept == 0) return martlet_exact_done;
  ptrdiff_t padded = (kept + 2 * exact_lanes - 1) / (2 * exact_lanes) * (2 * exact_lanes);
  for (ptrdiff_t i = kept; i < padded; i++) rest[i] = rest[0];
  exact_vector least = EXACT(rest, 0), greatest = least;
  for (ptrdiff_t i = exact_lanes; i < padded; i += exact_lanes) {
    least = __builtin_elementwise_min(least, EXACT(rest, i));
    greatest = __builtin_elementwise_max(greatest, EXACT(rest, i));
  }
  // Adding 0 turns -0 into 0.
  parts->least = -exact_greatest(-least) + 0.0;
  parts->greatest = exact_greatest(greatest) + 0.0;
  double most = parts->greatest > -parts->least ? parts->greatest : -parts->least;
  if (!(most <= 0x1.fffffffffffffp1023)) return martlet_exact_infinite;
  if (most > 0x1p1000) return martlet_exact_undone;
  for (ptrdiff_t i = kept; i < padded; i++) rest[i] = 0;
  if (wants_squares && most > 0) {
    exact_vector most_low = 0;
    exact_mask tiny = 0;
    for (ptrdiff_t i = 0; i < padded; i += exact_lanes) {
      exact_vector x = EXACT(rest, i), square, error;
      exact_square(x, &square, &error);
      EXACT(high, i) = square;
      EXACT(low, i) = error;
      most_low = __builtin_elementwise_max(most_low, __builtin_elementwise_abs(error));
      exact_vector size = __builtin_elementwise_abs(x);
      tiny |= (size < 0x1p-450) & (size > 0.0);
    }
    int64_t any = 0;
    for (int lane = 0; lane < exact_lanes; lane++) any |= tiny[lane];
    if (most > 0x1p500 || any) return martlet_exact_undone;
    ptrdiff_t of_high = exact_sum(high, padded, most * most, parts->squares);
    if (of_high < 0) return martlet_exact_undone;
    ptrdiff_t of_low = exact_sum(low, padded, exact_greatest(most_low), parts->squares + of_high);
    if (of_low < 0) return martlet_exact_undone;
    parts->square_count = of_high + of_low;
  }
  parts->sum_count = exact_sum(rest, padded, most, parts->sums);
  return parts->sum_count < 0 ? martlet_exact_undone : martlet_exact_done;
}
