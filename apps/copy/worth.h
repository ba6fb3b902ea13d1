// SPDX-License-Identifier: GPL-2.0-or-later
// The order in which a failing disk is best read: what tells where everything lies, then what is in
// use, then the rest.
#ifndef COPY_WORTH_H
#define COPY_WORTH_H

#include "base/buf.h"
#include "block/src.h"

struct worth {
	struct map used;     // MAP_DONE: in use, or nobody knows
	struct map likely;   // the same by copies of what cannot be read; size 0: all could be
	struct map read;     // MAP_DONE: was read to find that out, or
	struct map failed;   // MAP_BAD: could not be
	struct map level[3]; // each holds the one before it
	const struct map *by_level[3];
	unsigned n;
};

// Looks at s for what is in use; notes as of wanted_used, may be NULL.
void worth_look(struct worth *w, struct src *s, struct buf *notes);
// Makes the levels, of whole sectors; the last one is `wanted`.
void worth_order(struct worth *w, const struct map *wanted, uint32_t sector);
// Tells the map of a copy what could not be read, so that it is not tried again as a block.
void worth_know(const struct worth *w, struct map *m, uint32_t sector);
void worth_free(struct worth *w);

#endif
