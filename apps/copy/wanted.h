// SPDX-License-Identifier: GPL-2.0-or-later
// Which bytes of a disk are worth copying: everything but what a file system we understand calls
// free.
#ifndef COPY_WANTED_H
#define COPY_WANTED_H

#include "base/buf.h"
#include "block/src.h"

// m: MAP_DONE used, MAP_TODO free; all of s where nothing is understood. A disk, a partition or a
// RAID member. notes takes one line per partition for the operator ("partition 3: ext3: 61.0 GiB of
// 230.0 GiB in use"). -1 only when s cannot be read at all.
int wanted_used(struct src *s, struct map *m, struct buf *notes, struct err *e);

// Takes the holes of a sparse image file out of m (they are zeros).
void wanted_less_holes(const char *path, struct map *m);

#endif
