// SPDX-License-Identifier: GPL-2.0-or-later
// What was lost: the files and folders of a disk that lie in what could not be read.
#ifndef COPY_LOST_H
#define COPY_LOST_H

#include "base/ui.h"
#include "block/src.h"
#include "fsmap/fsmap.h"

// A partition or a volume of which something is missing.
struct lost_place {
	char name[96]; // "partition 2", "partition 2 vg/root"; "" all of the disk
	struct fs_loss loss;
};

struct lost {
	struct lost_place *v;
	size_t n;
	uint64_t missing; // bytes in all
	uint64_t around;  // of them outside of file systems: partition tables, gaps, LVM's own
	size_t named;	  // damaged things in all v[].loss.v, FS_LOST_MAX at most
};

// copy: of the disk, or of what of it could be read; have: MAP_DONE where it could (a map of its
// size). The copy is read only there. *l is to be freed by lost_free.
void lost_find(struct lost *l, struct src *copy, const struct map *have, struct ui *ui);
void lost_free(struct lost *l);

// Sums over all places.
struct lost_sums {
	uint64_t files, directories; // how many of them are damaged, known by name or not
	uint64_t contents, metadata, free, unknown; // bytes
};
struct lost_sums lost_sums(const struct lost *l);

#endif
