// SPDX-License-Identifier: GPL-2.0-or-later
// Inside copy/: looking into what lies within other things.
#ifndef COPY_WANTED_LOOK_H
#define COPY_WANTED_LOOK_H

#include "base/buf.h"
#include "fsmap/lvm.h"
#include "part/part.h"

struct look {
	struct buf *notes; // for the operator; may be NULL
	bool likely;	   // what is probably used, where parts of the tables cannot be read
};

// The used map of anything: a disk, or a volume with whatever is in it. m is initialised here.
// depth: how many things it lies in.
void wanted_look(struct src *s, struct map *m, const struct look *how, unsigned depth);
// The same of a disk whose partition table was read.
void wanted_disk(struct src *s, const struct part_table *t, struct map *m, const struct look *how,
		 unsigned depth);

// That of an LVM physical volume, whose volumes are looked into as if they were disks.
void wanted_lvm(struct src *pv, const struct lvm *l, struct map *m, const struct look *how,
		unsigned depth);

// One line for the operator.
void wanted_note(const struct look *how, const char *what, uint64_t used, uint64_t size,
		 const char *why);

#endif
