// Compressing text by gzip, a block at a time, so that blocks can be compressed at the same time.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Room that a compressed block of so many bytes may need.
int64_t martlet_pack_room(int64_t count);

/// Compresses a block as raw deflate that begins and ends at a byte and looks at no other block.
/// Returns how many bytes were written, or -1 where there is no memory or too little room.
int64_t martlet_pack_block(
    const uint8_t *from, int64_t count, int32_t is_last, uint8_t *to, int64_t room);

/// The checksum of gzip over some bytes, and over two runs of them, the second of `count` bytes.
uint32_t martlet_pack_check(const uint8_t *bytes, int64_t count);
uint32_t martlet_pack_joined_check(uint32_t first, uint32_t second, int64_t count);

#ifdef __cplusplus
}
#endif
