// SPDX-License-Identifier: GPL-2.0-or-later
// Inside copy/: looking into what lies within other things.
#ifndef COPY_WANTED_LOOK_H
#define COPY_WANTED_LOOK_H

#include "base/buf.h"
#include "fsmap/lvm.h"

// The used map of anything: a disk, or a volume with whatever is in it. m is initialised here.
// depth: how many things it lies in.
void wanted_look(struct src *s, struct map *m, struct buf *notes, unsigned depth);

// That of an LVM physical volume, whose volumes are looked into as if they were disks.
void wanted_lvm(struct src *pv, const struct lvm *l, struct map *m, struct buf *notes,
		unsigned depth);

// One line for the operator; notes may be NULL.
void wanted_note(struct buf *notes, const char *what, uint64_t used, uint64_t size,
		 const char *why);

#endif
