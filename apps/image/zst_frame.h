// SPDX-License-Identifier: GPL-2.0-or-later
// What can be known of zstd frames (RFC 8878) without unpacking them, and frames of nothing but
// zeros.
#ifndef IMAGE_ZST_FRAME_H
#define IMAGE_ZST_FRAME_H

#include "image/ahead.h"

#define ZST_MAGIC 0xfd2fb528u
#define ZST_SKIPPABLE 0x184d2a50u // the lowest four bits may be anything
#define ZST_SEEK_SKIPPABLE 0x184d2a5eu
#define ZST_SEEK_MAGIC 0x8f92eab1u
#define ZST_SEEK_FOOTER 9u	    // bytes: frames, flags, magic
#define ZST_BLOCK (128u << 10)	    // bytes of content in a block at most
#define ZST_ZEROS_MAX (1024u << 20) // bytes of content in a frame of zeros at most

// Frames of other programs that are unpacked at once: bytes that come out, bytes of the file.
#define ZST_CONTENT_MAX (16u << 20)
#define ZST_LEN_MAX (17u << 20)

struct zst_frame {
	uint64_t len;	  // bytes of the file
	uint64_t content; // bytes that come out; of skippable frames 0
	bool unsized;	  // it does not say how many
};

// Measures the frame at off, block by block.
int zst_frame_at(struct ahead *file, uint64_t off, struct zst_frame *f, struct err *e);

// Writes a frame of n > 0 zeros to out, which has room for zst_zeros_len(n), and returns its
// length: 4 bytes for every 128 KiB. It has no checksum: any other byte in it is seen.
size_t zst_zeros(uint8_t *out, uint32_t n);
size_t zst_zeros_len(uint32_t n);

// Could a frame be one of zst_zeros, by its lengths? Is it (p: all of it)? -1: it was.
bool zst_may_be_zeros(uint64_t len, uint64_t content);
int zst_is_zeros(const uint8_t *p, size_t len, uint64_t content);

#endif
