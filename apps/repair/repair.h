// SPDX-License-Identifier: GPL-2.0-or-later
// Making the survivor boot on its own: steps that look (on the read-only disk), say what they would
// change, and change it on the work disk.
#ifndef REPAIR_REPAIR_H
#define REPAIR_REPAIR_H

#include "inspect/survey.h"
#include "work/work.h"

struct edit {		   // one line of the plan or of the result
	const char *step;  // name of the step
	char subject[160]; // "partition 1", "/etc/fstab"
	char text[200];	   // "type fd -> 83"
};

struct edits {
	struct edit *v;
	unsigned n, cap;
};

void edits_add(struct edits *l, const char *step, const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void edits_free(struct edits *l);

struct repair_options {
	const char *steps; // "detach,grub", NULL: all
	// devnodes: root folder or cpio archive to copy from, NULL: our own set
	const char *dev_from;
	struct work_store *store; // the work disk's
	// What the disk is made fit for, by the steps of fixup/; NULL: to start in this machine.
	// Other disks do not come along there.
	const struct hyper *hyper;
	bool image;	 // it is only read in the end: the other half of a whole mirror may be here
	bool full_check; // fsck: all of every ext file system, also of the clean ones
};

// The disk's path for what the operator named: a disk, a partition of it, or "survivor". Refuses
// disks that must not be repaired (a stale half, the boot medium, the work disk itself). image: as
// above.
int repair_disk(const char *name, bool image, char *path, size_t size, struct ui *ui,
		struct err *e);

// What would be changed, found on the read-only disk (or on the work disk when one is open over
// it). Nothing is opened but for reading.
int repair_plan(const char *disk, const struct repair_options *o, struct edits *plan, struct ui *ui,
		struct err *e);

// Opens the work disk over `disk` (or goes on with the one that is open over it), runs the steps
// on it, checks the result: looked at anew, no step may find anything left to do. done: what was
// changed. On failure the work disk stays open for a look, everything else (mounts, chroot) is
// unwound. With nothing to do no work disk is opened: done is empty and w->disk.path is "".
int repair_run(const char *disk, const struct repair_options *o, struct edits *done, struct work *w,
	       struct ui *ui, struct err *e);

// The reason for a step's changes; NULL: there is no such step.
const char *repair_step_why(const char *step);

// What each step does, for people, in lines of at most `width` columns: those of a repair, or those
// of fixup/.
void repair_steps_text(bool fixup, size_t width, struct buf *out);

#endif
