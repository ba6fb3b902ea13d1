// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of formats whose tables lie far apart: the input is a sparse file. It begins
// with the file's size in sectors (32 bits, the lowest 18 count: less than 128 MiB) and flags (8
// bits); then come pieces: sector (32 bits), length in bytes (16 bits), the bytes. All else is
// zeros, and later pieces cover earlier ones. All numbers are little-endian; make_corpus writes
// such files.
#ifndef TESTS_FUZZ_SPARSE_H
#define TESTS_FUZZ_SPARSE_H

#include <string.h>

#include "base/endian.h"
#include "block/src.h"

#define SPARSE_PIECES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct sparse {
	struct src src;
	unsigned flags;
	struct {
		uint64_t off;
		size_t len;
		const uint8_t *data;
	} piece[SPARSE_PIECES];
	size_t pieces;
};

static int sparse_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct sparse *f = (struct sparse *)s;

	(void)e;
	memset(p, 0, n);
	for (size_t i = 0; i < f->pieces; i++) {
		uint64_t from = f->piece[i].off, to = from + f->piece[i].len;

		if (from < off)
			from = off;
		if (to > off + n)
			to = off + n;
		if (from < to)
			memcpy((uint8_t *)p + (from - off),
			       f->piece[i].data + (from - f->piece[i].off), to - from);
	}
	return 0;
}

static inline void sparse_add(struct sparse *f, uint64_t off, const void *data, size_t len)
{
	if (f->pieces == SPARSE_PIECES)
		return;
	f->piece[f->pieces].off = off;
	f->piece[f->pieces].len = len;
	f->piece[f->pieces++].data = data;
}

static inline struct sparse sparse_file(const uint8_t *data, size_t len)
{
	static const struct src_ops ops = { .read = sparse_read };
	struct sparse f = { .src = { .ops = &ops, .sector = 512, .name = "fuzz" } };
	struct {
		le32 sector;
		le16 len;
	} head;
	le32 size;

	if (len < 5)
		return f;
	memcpy(&size, data, sizeof size);
	f.src.size = (uint64_t)(le32_get(size) & 0x3ffff) * 512;
	f.flags = data[4];
	// a few pieces are left for checksums
	for (size_t at = 5; len - at > sizeof head && f.pieces < SPARSE_PIECES - 8;) {
		size_t n;

		memcpy(&head, data + at, sizeof head);
		at += sizeof head;
		n = le16_get(head.len) < len - at ? le16_get(head.len) : len - at;
		sparse_add(&f, le32_get(head.sector) * 512ull, data + at, n);
		at += n;
	}
	return f;
}

#endif
