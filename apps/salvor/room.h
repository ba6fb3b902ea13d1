// SPDX-License-Identifier: GPL-2.0-or-later
// Does the disk in an image fit onto one that is smaller?
#ifndef SALVOR_ROOM_H
#define SALVOR_ROOM_H

#include "part/part.h"
#include "salvor/opened.h"

// stored, table: of the image. Refused, with what can be done: where a partition or (without
// partitions) data would be cut; where something else would be, unless fit.
int room_check(const struct opened *image, const struct map *stored, const struct part_table *table,
	       const struct disk *d, bool fit, struct err *e);

#endif
