// SPDX-License-Identifier: GPL-2.0-or-later
// A disk seen as one of another size. Pure: reads through a source and computes.
#ifndef PART_FIT_H
#define PART_FIT_H

#include "block/src.h"

// parent as a disk of size bytes: cut, or with zeros behind it. A GPT is made right for the new
// end: its backup lies there, the header at the old end is cleared, checksums and the protective
// MBR agree. changed (fresh, size bytes; NULL: not wanted) gets MAP_DONE where bytes are not the
// parent's. Refused when a partition reaches beyond the new end, or the first copy of the GPT is
// damaged. parent must outlive *out.
int part_fit(struct src *parent, uint64_t size, struct src **out, struct map *changed,
	     struct err *e);

#endif
