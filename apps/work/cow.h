// SPDX-License-Identifier: GPL-2.0-or-later
// The store of a device-mapper snapshot: which chunks of the disk were changed, and where their
// new contents lie.
#ifndef WORK_COW_H
#define WORK_COW_H

#include "block/src.h"

struct cow_chunk {
	uint64_t old; // its number on the disk
	uint64_t new; // its number in the store
};

struct cow {
	uint64_t chunk;	     // bytes
	struct cow_chunk *c; // in order of old
	size_t n;
};

// Reads the store's list. disk_size: bytes of the disk it belongs to. A list that contradicts
// itself is refused.
int cow_read(struct cow *c, struct src *store, uint64_t disk_size, struct err *e);
void cow_free(struct cow *c);

// The disk as changed: chunks of the list come from the store, all else from the source. All
// three must outlive it.
struct src *cow_src(const struct cow *c, struct src *store, struct src *source);

// MAP_DONE for the sectors (512 bytes) in which the changed disk differs from the source. m is
// made here. step is called between chunks with how many are done; non-zero from it ends the
// comparison with -1 (it fills *e).
int cow_changes(const struct cow *c, struct src *store, struct src *source, struct map *m,
		int (*step)(void *arg, size_t done, struct err *e), void *arg, struct err *e);

#endif
