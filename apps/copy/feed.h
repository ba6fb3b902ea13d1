// SPDX-License-Identifier: GPL-2.0-or-later
// What fills the pump: blocks of a source, in whatever order reads it best.
#ifndef COPY_FEED_H
#define COPY_FEED_H

#include "block/src.h"

#define FEED_BLOCK (1u << 20) // bytes of a block at most

struct piece {
	uint64_t off;	      // bytes of the source
	size_t len;	      // before reader_next: the room at data, whole sectors
	enum map_state state; // MAP_DONE: data was read. Else how much is known of why not
	uint8_t *data;	      // the caller's, best aligned to 4096; NULL unless something was read
};

// What was made of a unit.
struct made {
	uint64_t off;  // of the unit on the source
	size_t len;    // bytes of the result
	uint8_t *data; // the result
};

// One stretch of FEED_BLOCK bytes of the source at most.
struct block {
	uint64_t off;	     // of the stretch
	uint8_t *data;	     // what lies at x on the source is at data + (x - off)
	struct piece *piece; // what was read, in order
	size_t n, cap;
	struct made *made; // what was made of it, in order
	size_t n_made;
	uint64_t mark; // take's own, for release
};

struct feed {
	struct src *src;
	// Empties the block and fills it. 1; 0: there is no more; -1: the source is gone, what was
	// read before is in the block. unit: blocks hold whole ones of these bytes, but at the end
	// of what is wanted.
	int (*fill)(struct feed *f, struct block *b, size_t unit, struct err *e);
};

void block_add(struct block *b, const struct piece *p);

// Is this an error of the device, or of us, rather than of the sectors that were asked for?
bool feed_is_fatal(int num);

#endif
