// Rows to panels and back. A width that is no multiple of the block is covered by a last block that
// overlaps the one before: values move, so nothing is counted twice.

#define COVER(bytes, width, call)                               \
  if ((width) >= bytes / ELEMENT_BYTES) {                       \
    ptrdiff_t side = bytes / ELEMENT_BYTES, j = 0;              \
    for (; j + side <= (width); j += side) call;                \
    if (j < (width)) {                                          \
      j = (width) - side;                                       \
      call;                                                     \
    }                                                           \
    return;                                                     \
  }

static void NAME(pack_panel)(
    const ELEMENT *const *rows, const ELEMENT *shift, ptrdiff_t dimension, ELEMENT *panel) {
#if VECTOR_BYTES >= 64
  COVER(64, dimension, GLUE(NAME(pack), 64)(rows, shift, j, panel))
#endif
#if VECTOR_BYTES >= 32
  COVER(32, dimension, GLUE(NAME(pack), 32)(rows, shift, j, panel))
#endif
  COVER(16, dimension, GLUE(NAME(pack), 16)(rows, shift, j, panel))
  for (ptrdiff_t j = 0; j < dimension; j++)
    for (int r = 0; r < PANEL; r++) panel[j * PANEL + r] = rows[r][j] - (shift ? shift[j] : 0);
}

static void NAME(unpack_panel)(
    const ELEMENT *panel, ptrdiff_t columns, ptrdiff_t count, ELEMENT *out, ptrdiff_t stride) {
#if VECTOR_BYTES >= 64
  COVER(64, columns, GLUE(NAME(unpack), 64)(panel, j, count, out, stride))
#endif
#if VECTOR_BYTES >= 32
  COVER(32, columns, GLUE(NAME(unpack), 32)(panel, j, count, out, stride))
#endif
  COVER(16, columns, GLUE(NAME(unpack), 16)(panel, j, count, out, stride))
  for (ptrdiff_t r = 0; r < count; r++)
    for (ptrdiff_t j = 0; j < columns; j++) out[r * stride + j] = panel[j * PANEL + r];
}
#undef COVER
