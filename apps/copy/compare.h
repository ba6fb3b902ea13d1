// SPDX-License-Identifier: GPL-2.0-or-later
// Comparing a copy with what it was made from.
#ifndef COPY_COMPARE_H
#define COPY_COMPARE_H

#include "base/ui.h"
#include "block/src.h"

struct comparison {
	uint64_t same, differs, unreadable; // bytes; differs in whole sectors of 512
	uint64_t first;			    // offset of the first difference
	bool copy_failed;		    // after -1: it was the copy that could not be read
};

// Compares the ranges of `wanted` that are MAP_DONE. The source may be failing: what cannot be read
// of it is counted. -1: the copy cannot be read, the source is gone, or the operator stopped it.
int compare_run(struct comparison *c, struct src *copy, struct src *source,
		const struct map *wanted, struct ui *ui, struct err *e);

#endif
