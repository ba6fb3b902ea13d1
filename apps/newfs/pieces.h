// SPDX-License-Identifier: GPL-2.0-or-later
// Ranges of a new disk, and on which device they lie already.
#ifndef NEWFS_PIECES_H
#define NEWFS_PIECES_H

#include <stddef.h>
#include <stdint.h>

struct piece {
	uint64_t at, len; // on the new disk; bytes, whole sectors of 512
	uint64_t from;	  // on the device
	unsigned major, minor;
};

// In order of at, none over another.
struct pieces {
	struct piece *v;
	size_t n, cap;
};

// Adds one behind the last; they become one where it goes on on the device, too.
void pieces_add(struct pieces *p, const struct piece *x);
void pieces_free(struct pieces *p);

#endif
