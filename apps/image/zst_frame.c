// SPDX-License-Identifier: GPL-2.0-or-later
// Headers of frames and blocks. A frame: magic number, header, blocks, perhaps a checksum. A block:
// three bytes (last one? type, size), then `size` bytes; of type RLE one byte, to be repeated.
#include "image/zst_frame.h"

#define ZSTD_STATIC_LINKING_ONLY // for ZSTD_getFrameHeader
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/endian.h"

#define HEADER_MAX 18u // bytes of magic number and header
#define BLOCK_HEADER 3u
#define BLOCK_LAST 1u // the block header's bits: last, type (2), size (21)
#define TYPE_RAW 0u
#define TYPE_RLE 1u
#define TYPE_RESERVED 3u

// Ours of zeros: 4 bytes of content size, a window of 128 KiB, no checksum.
#define ZEROS_DESCRIPTOR 0x80
#define ZEROS_WINDOW 0x38
#define ZEROS_HEADER 10u

static uint32_t block_header(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static int broken(const struct ahead *file, uint64_t off, const char *why, struct err *e)
{
	return err_set(e, 0, "%s: zstd frame at 0x%llx: %s", file->src->name,
		       (unsigned long long)off, why);
}

static int measure_blocks(struct ahead *file, uint64_t off, struct zst_frame *f, struct err *e)
{
	uint32_t block;

	do {
		const uint8_t *p = ahead_get(file, off + f->len, BLOCK_HEADER, e);
		unsigned type;

		if (!p)
			return -1;
		block = block_header(p);
		type = block >> 1 & 3;
		if (type == TYPE_RESERVED)
			return broken(file, off, "a block of no known type", e);
		f->len += BLOCK_HEADER + (type == TYPE_RLE ? 1 : block >> 3);
	} while (!(block & BLOCK_LAST));
	return 0;
}

int zst_frame_at(struct ahead *file, uint64_t off, struct zst_frame *f, struct err *e)
{
	uint64_t left = off < file->src->size ? file->src->size - off : 0;
	size_t n = left < HEADER_MAX ? (size_t)left : HEADER_MAX;
	const uint8_t *p = ahead_get(file, off, n, e);
	ZSTD_frameHeader h;

	*f = (struct zst_frame){ 0 };
	if (!p)
		return -1;
	if (ZSTD_getFrameHeader(&h, p, n))
		return broken(file, off, "there is none, or its end is missing", e);
	if (h.frameType == ZSTD_skippableFrame) {
		f->len = 8 + h.frameContentSize;
		return f->len <= left ? 0 : broken(file, off, "its end is missing", e);
	}
	f->unsized = h.frameContentSize == ZSTD_CONTENTSIZE_UNKNOWN;
	f->content = f->unsized ? 0 : h.frameContentSize;
	f->len = h.headerSize;
	if (measure_blocks(file, off, f, e))
		return -1;
	f->len += h.checksumFlag ? 4 : 0;
	return f->len <= left ? 0 : broken(file, off, "its end is missing", e);
}

size_t zst_zeros_len(uint32_t n)
{
	return ZEROS_HEADER + BLOCK_HEADER + 1 +
	       ((n - 1) / ZST_BLOCK + ((n - 1) % ZST_BLOCK != 0)) * (BLOCK_HEADER + 1);
}

static uint8_t *put_block(uint8_t *p, unsigned type, uint32_t size, bool last)
{
	uint32_t block = size << 3 | type << 1 | last;

	*p++ = (uint8_t)block;
	*p++ = (uint8_t)(block >> 8);
	*p++ = (uint8_t)(block >> 16);
	*p++ = 0;
	return p;
}

// The first block is one zero as it is: programs before zstd 1.4.4 stumble over a first block of
// type RLE.
size_t zst_zeros(uint8_t *out, uint32_t n)
{
	const le32 magic = le32_put(ZST_MAGIC), content = le32_put(n);
	uint8_t *p = out;

	memcpy(p, &magic, 4);
	p[4] = ZEROS_DESCRIPTOR;
	p[5] = ZEROS_WINDOW;
	memcpy(p + 6, &content, 4);
	p = put_block(p + ZEROS_HEADER, TYPE_RAW, 1, n == 1);
	for (n--; n;) {
		uint32_t size = n < ZST_BLOCK ? n : ZST_BLOCK;

		n -= size;
		p = put_block(p, TYPE_RLE, size, !n);
	}
	return (size_t)(p - out);
}

bool zst_may_be_zeros(uint64_t len, uint64_t content)
{
	return content && content <= ZST_ZEROS_MAX && len == zst_zeros_len((uint32_t)content);
}

int zst_is_zeros(const uint8_t *p, size_t len, uint64_t content)
{
	uint8_t *want;
	int is = 0;

	if (!zst_may_be_zeros(len, content))
		return 0;
	want = mem_alloc(len);
	zst_zeros(want, (uint32_t)content);
	if (!memcmp(p, want, ZEROS_HEADER))
		is = memcmp(p, want, len) ? -1 : 1;
	free(want);
	return is;
}
