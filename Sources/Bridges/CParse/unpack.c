// Streams of zlib and libzstd behind one face.
#include "Unpack.h"
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct martlet_unpack {
  int kind;
  z_stream deflate;
  ZSTD_DStream *zstd;
};

martlet_unpack *martlet_unpack_make(int kind) {
  martlet_unpack *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  stream->kind = kind;
  if (kind == MARTLET_UNPACK_ZSTD) {
    stream->zstd = ZSTD_createDStream();
    if (stream->zstd != NULL) return stream;
  } else if (inflateInit2(&stream->deflate, kind == MARTLET_UNPACK_GZIP ? 15 + 16 : -15) == Z_OK) {
    return stream;
  }
  free(stream);
  return NULL;
}

void martlet_unpack_free(martlet_unpack *stream) {
  if (stream == NULL) return;
  if (stream->zstd != NULL) ZSTD_freeDStream(stream->zstd);
  else inflateEnd(&stream->deflate);
  free(stream);
}

static martlet_unpack_step_result step_zstd(
    martlet_unpack *stream, const uint8_t *bytes, size_t count, uint8_t *out, size_t room) {
  ZSTD_inBuffer in = {bytes, count, 0};
  ZSTD_outBuffer to = {out, room, 0};
  const size_t rest = ZSTD_decompressStream(stream->zstd, &to, &in);
  martlet_unpack_step_result result = {MARTLET_UNPACK_MORE, in.pos, to.pos};
  if (ZSTD_isError(rest)) result.status = MARTLET_UNPACK_CORRUPT;
  else if (rest == 0) result.status = MARTLET_UNPACK_ENDED;
  return result;
}

martlet_unpack_step_result martlet_unpack_step(
    martlet_unpack *stream, const uint8_t *bytes, size_t count, uint8_t *out, size_t room) {
  if (stream->kind == MARTLET_UNPACK_ZSTD) return step_zstd(stream, bytes, count, out, room);
  z_stream *deflate = &stream->deflate;
  // zlib counts in 32 bits; the callers' pieces are far smaller.
  deflate->next_in = (z_const Bytef *)bytes;
  deflate->avail_in = (uInt)count;
  deflate->next_out = out;
  deflate->avail_out = (uInt)room;
  const int answer = inflate(deflate, Z_NO_FLUSH);
  martlet_unpack_step_result result = {
      MARTLET_UNPACK_MORE, count - deflate->avail_in, room - deflate->avail_out};
  if (answer == Z_STREAM_END) {
    result.status = MARTLET_UNPACK_ENDED;
    inflateReset(deflate);
  } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
    result.status = MARTLET_UNPACK_CORRUPT;
  }
  return result;
}

uint32_t martlet_crc32(uint32_t before, const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32_z(before, bytes, count);
}
