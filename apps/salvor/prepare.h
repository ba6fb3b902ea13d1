// SPDX-License-Identifier: GPL-2.0-or-later
// A disk made fit for a hypervisor before it becomes an image: judged, then changed on a work disk
// of its own that is thrown away when the image is there.
#ifndef SALVOR_PREPARE_H
#define SALVOR_PREPARE_H

#include "repair/repair.h"
#include "salvor/cmd.h"
#include "verdict/verdict.h"

struct prepared {
	const struct hyper *hyper; // NULL: for none
	bool changes;		   // it is changed, or would be
	bool planned_only;	   // a new disk would be made: there is none to look at
	struct verdict verdict;
	struct edits edits; // what is changed in the image
	struct map data;    // of source: MAP_TODO where it is zeros; size 0: not known
	struct disk disk;   // the real one
	char source[256];   // what the image is read from
	bool open;	    // a work disk is open, and ours
};

struct prepare_options {
	const char *target; // of --for, NULL or "none": the disk stays as it is
	const char *store;  // of the work disk, NULL: RAM
	bool one_partition; // and then the tree of its system goes into one partition
	uint64_t size;	    // of the disk with that partition, 0: what it needs and some room
};

// Refuses where the verdict is STOP. With j->plan it only says what it would do. prepare_end is to
// be called in any case.
int prepare(struct prepared *p, struct job *j, const struct prepare_options *o, struct ui *ui,
	    struct err *e);
// The verdict and the changes, for people.
void prepare_tell(const struct prepared *p, struct buf *out);
// The reason for the changes of one step.
const char *prepare_why(const char *step);
void prepare_end(struct prepared *p, struct ui *ui);

#endif
