// SPDX-License-Identifier: GPL-2.0-or-later
// Disks whose end is not there, or not wanted.
#ifndef SALVOR_CUT_H
#define SALVOR_CUT_H

#include "salvor/source.h"

// Warns when the partition table speaks of a larger disk than this one.
void cut_warn_short(const struct source *s, struct ui *ui);

// The source without what lies behind its first len bytes, len > 0; used (of the whole source, cut
// with it) tells what is in use. Refused where that would cut a used block, and the error says
// where the last one ends. What lies behind the last partition does not count. len is that of the
// source: nothing happens.
int cut_source(struct source *s, struct map *used, uint64_t len, struct ui *ui, struct err *e);

#endif
