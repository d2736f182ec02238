// Decompressing streams of gzip, zstd and the raw deflate of zip files.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MARTLET_UNPACK_GZIP = 0,
  MARTLET_UNPACK_ZSTD = 1,
  MARTLET_UNPACK_DEFLATE = 2,
};

/// How a step ended.
enum {
  /// More bytes are wanted, or more room.
  MARTLET_UNPACK_MORE = 0,
  /// A member ended; another may follow.
  MARTLET_UNPACK_ENDED = 1,
  /// The bytes are no such stream.
  MARTLET_UNPACK_CORRUPT = 2,
};

typedef struct {
  int32_t status;
  /// Bytes that were taken, and made.
  size_t used;
  size_t made;
} martlet_unpack_step_result;

typedef struct martlet_unpack martlet_unpack;

/// A stream, or NULL where there is no memory.
martlet_unpack *martlet_unpack_make(int kind);
void martlet_unpack_free(martlet_unpack *stream);

/// Goes on with some bytes; after a member the next one begins.
martlet_unpack_step_result martlet_unpack_step(
    martlet_unpack *stream, const uint8_t *bytes, size_t count, uint8_t *out, size_t room);

/// The checksum of zip files, continued from `before` (0 at first).
uint32_t martlet_crc32(uint32_t before, const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
