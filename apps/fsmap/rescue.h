// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: a file system whose first tables are missing, with copies in their place.
#ifndef FSMAP_RESCUE_H
#define FSMAP_RESCUE_H

#include <stdbool.h>

#include "block/src.h"

struct rescue_piece {
	uint64_t off, len; // bytes; len 0: no piece
	uint64_t to;	   // where the copy lies
	uint8_t *data;	   // instead: the copy, from malloc; NULL: at `to`
};

// A source that reads what s reads, and where that fails, sector by sector, the copies. Takes over
// data. s must outlive it.
struct src *rescue_src(struct src *s, const struct rescue_piece p[2]);
// Is it one of these?
bool rescue_is(const struct src *s);

#endif
