// SPDX-License-Identifier: GPL-2.0-or-later
// Making the survivor boot on its own: steps that look (on the read-only disk), say what they would change, and change it
// on the work disk.
#ifndef REPAIR_REPAIR_H
#define REPAIR_REPAIR_H

#include "inspect/survey.h"
#include "work/work.h"

struct edit {			// one line of the plan or of the result
	const char *step;	// name of the step
	char subject[96];	// "partition 1", "/etc/fstab"
	char text[200];		// "type fd -> 83"
};

struct edits {
	struct edit *v;
	unsigned n, cap;
};

void edits_add(struct edits *l, const char *step, const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void edits_free(struct edits *l);

struct repair_options {
	const char *steps;	// "detach,grub", NULL: all
	const char *dev_from;	// devnodes: a folder or cpio archive to copy nodes from, NULL: the built-in set
	const char *store;	// work disk's store, NULL: RAM
};

// What would be changed, found on the read-only disk. Nothing is opened but for reading.
int repair_plan(const char *disk, const struct repair_options *o, struct edits *plan, struct ui *ui, struct err *e);

// Opens the work disk over `disk` (or goes on with the one that is open over it), runs the steps on it, checks the result.
// done: what was changed. On failure the work disk stays open for a look, everything else (mounts, chroot) is unwound.
int repair_run(const char *disk, const struct repair_options *o, struct edits *done, struct work *w, struct ui *ui, struct err *e);

// The steps' names, in order, NULL at the end; and one sentence on each.
const char *const *repair_steps(void);
const char *repair_step_help(const char *step);

#endif
