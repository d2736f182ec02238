#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "include/Packing.h"

// zlib's own middle between speed and size.
enum { kLevel = 6 };

int64_t martlet_pack_room(int64_t count) { return (int64_t)compressBound((uLong)count) + 64; }

int64_t martlet_pack_block(
    const uint8_t *from, int64_t count, int32_t is_last, uint8_t *to, int64_t room) {
  if (count > INT_MAX || room > INT_MAX) return -1;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return -1;
  }
  stream.next_in = (Bytef *)from;
  stream.avail_in = (uInt)count;
  stream.next_out = to;
  stream.avail_out = (uInt)room;
  const int status = deflate(&stream, is_last ? Z_FINISH : Z_SYNC_FLUSH);
  const int64_t written = room - (int64_t)stream.avail_out;
  const int done = is_last ? status == Z_STREAM_END
                           : status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0;
  deflateEnd(&stream);
  return done ? written : -1;
}

uint32_t martlet_pack_check(const uint8_t *bytes, int64_t count) {
  return (uint32_t)crc32_z(crc32_z(0, Z_NULL, 0), bytes, (z_size_t)count);
}

uint32_t martlet_pack_joined_check(uint32_t first, uint32_t second, int64_t count) {
  return (uint32_t)crc32_combine(first, second, (z_off_t)count);
}
