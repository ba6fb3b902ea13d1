// SPDX-License-Identifier: GPL-2.0-or-later
// A disk made fit for a hypervisor before it becomes an image: judged, then changed on a work disk
// of its own that is thrown away when the image is there.
#ifndef SALVOR_PREPARE_H
#define SALVOR_PREPARE_H

#include "repair/repair.h"
#include "salvor/cmd.h"
#include "verdict/verdict.h"

struct prepared {
	const struct hyper *hyper; // NULL: nothing was asked for
	struct verdict verdict;
	struct edits edits; // what is changed in the image
	struct disk disk;   // the real one
	char source[256];   // what the image is read from
	bool open;	    // a work disk is open, and ours
};

// target: of --for, NULL or "none": nothing is done. Refuses where the verdict is STOP. store: of
// the work disk, NULL: RAM. With j->plan it only says what it would do. prepare_end is to be
// called in any case.
int prepare(struct prepared *p, struct job *j, const char *target, const char *store, struct ui *ui,
	    struct err *e);
// The verdict and the changes, for people.
void prepare_tell(const struct prepared *p, struct buf *out);
void prepare_end(struct prepared *p, struct ui *ui);

#endif
