// SPDX-License-Identifier: GPL-2.0-or-later
// The raw disk as zstd frames, one behind the other: each granule is a frame of its own, what is
// free or zero are short frames of zeros. zstd -d makes the disk of it.
//
// At the end stands a table in the way of zstd's "seekable format": a skippable frame with the
// lengths of all frames, 8 bytes each, which other programs pass over.
#ifndef IMAGE_RAW_ZST_H
#define IMAGE_RAW_ZST_H

#include "base/endian.h"
#include "image/image.h"

// Methods of a plan of image_raw with PACK_ZSTD.
int raw_zst_plan(struct image_plan *p, struct err *e);
size_t raw_zst_pack(const struct image_plan *p, struct packer *k, uint64_t off, const void *data,
		    void *out);
int raw_zst_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
		struct err *e);
int raw_zst_finish(struct image_plan *p, struct sink *s, struct err *e);
void raw_zst_release(struct image_plan *p);

// An entry of the table.
struct zst_lengths {
	le32 len, content; // bytes of the file, bytes that come out
};

// Where the frames of a file are.
struct zst_index {
	struct zst_lengths *frames;
	size_t n, room;
	struct zst_place *places; // of every so-many-th frame
	uint64_t size;		  // of the disk
};

// One frame.
struct zst_place {
	size_t number;
	uint64_t at, off;      // of its first byte: in the file, on the disk
	uint32_t len, content; // bytes of the file, of the disk
};

// 1: a file of zstd frames; 0: none; -1: damaged, or it cannot be read in pieces.
int zst_index_read(struct zst_index *x, struct src *file, struct err *e);
void zst_index_free(struct zst_index *x);
// The frame that holds the disk's byte off (< x->size).
struct zst_place zst_index_find(const struct zst_index *x, uint64_t off);

#endif
