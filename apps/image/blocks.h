// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks: the unit in which VHD and VHDX give room to a disk. They are larger than the granules
// that are read, so that a block may be used in part; its rest is skipped, which costs nothing
// where the destination has holes. Where every byte of a disk has its place, all of it is one open
// block.
#ifndef IMAGE_BLOCKS_H
#define IMAGE_BLOCKS_H

#include "base/map.h"
#include "base/sink.h"

struct blocks {
	uint64_t size; // bytes of a block
	// Writes what stands in front of a block's data. NULL: nothing does.
	int (*head)(struct sink *s, struct err *e);
	bool open;	 // one is being written:
	uint64_t number; // this one,
	uint64_t start;	 // its data begins at this byte of the file
};

// How many blocks hold something used; does block n?
uint64_t blocks_count(const struct map *used, uint64_t size);
bool blocks_used(const struct map *used, uint64_t size, uint64_t n);

// The next used bytes of the disk, in order of offset; blocks without any are left out.
int blocks_put(struct blocks *b, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e);
// Fills the last block.
int blocks_end(struct blocks *b, struct sink *s, struct err *e);

#endif
