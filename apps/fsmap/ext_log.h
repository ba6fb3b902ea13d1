// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: the journal of ext3 and ext4, read but not replayed: which blocks it holds newer
// contents of.
#ifndef FSMAP_EXT_LOG_H
#define FSMAP_EXT_LOG_H

#include "fsmap/ext.h"

struct ext_piece { // of the journal, in blocks
	uint32_t first, n;
	uint64_t block; // where it lies in the file system
};

struct ext_version {
	uint64_t block; // of the file system
	uint32_t order; // in which it was written
	uint32_t at;	// block of the journal that holds it
	bool escaped;	// its first word was taken away, because it looked like the journal's own
};

struct ext_log {
	struct src *src;
	uint32_t block;		  // bytes
	struct ext_piece *pieces; // in order
	size_t n_pieces;
	struct ext_version *v; // sorted by block, then order
	size_t n, cap;
};

// Reads what a replay would write: the blocks of all transactions that were committed, from the
// oldest that is not known to be in place. -1: the journal lies elsewhere or cannot be understood
// to its end, e names it. *l is to be freed in any case.
int ext_log_read(ext2_filsys fs, struct ext_io *io, struct ext_log *l, struct err *e);
void ext_log_free(struct ext_log *l);

// The versions of a block: how many, and *first the index of the oldest.
size_t ext_log_find(const struct ext_log *l, uint64_t block, size_t *first);

// The contents of version k. False when they are unreadable.
bool ext_log_load(const struct ext_log *l, size_t k, void *p);

#endif
