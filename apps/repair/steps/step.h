// SPDX-License-Identifier: GPL-2.0-or-later
// Repair steps. One file each in steps/; order of list.h is the order of application. Behind them
// come those of fixup/, which are for disks that become a virtual machine's: r->o->hyper.
//
// A step does the same work twice: `needed` finds out what it would change and says so, then
// on_disk and in_root change it and say what they changed. Afterwards `needed` is asked again and
// must find nothing.
#ifndef REPAIR_STEPS_STEP_H
#define REPAIR_STEPS_STEP_H

#include "repair/repair.h"
#include "repair/root.h"

struct repair {
	const struct repair_options *o;
	struct disk real;	 // the disk in this machine
	struct survey *machine;	 // all its disks; NULL: not known
	struct patient first;	 // before any change: it alone knows the names of the arrays
	struct patient now;	 // the work disk as it is (while planning: the disk itself)
	struct names names;	 // made from first
	struct root *root;	 // mounted, or NULL
	const struct work *work; // the work disk; NULL while planning
	struct edits *edits;	 // where edits go: the plan, or what was done
	bool loader_anew;	 // of UEFI: made again though one is there
	bool again;		 // needed is asked after the repair, to see that nothing is left
	struct ui *ui;
};

struct step_ops {
	const char *name;
	const char *help; // what it does, one sentence: for --help and F1
	const char *why;  // what would be if it did nothing, for the page beside an image
	bool system;	  // works on the files of an installed system
	// Adds to r->edits what is to be changed; nothing when nothing is. r->root is NULL.
	int (*needed)(struct repair *r, struct err *e);
	// On the work disk, nothing mounted. NULL: has nothing to do there.
	int (*on_disk)(struct repair *r, struct err *e);
	// In the mounted root. NULL: has nothing to do there.
	int (*in_root)(struct repair *r, struct err *e);
};

// Files of the system, up to 1 MiB: read from the mounted root, or while planning from the disk.
// *there tells whether there is such a file; one that is not is no error. Written only when a
// root is mounted.
int step_read(struct repair *r, const char *path, struct buf *out, bool *there, struct err *e);
int step_write(struct repair *r, const char *path, const struct buf *text, struct err *e);
// Calls each for every name in a folder; one that is not there has none.
int step_list(struct repair *r, const char *path,
	      int (*each)(void *arg, const char *name, unsigned type), void *arg, struct err *e);

// Makes the kernel read the partition table of the work disk again and looks at the disk anew.
int step_look_again(struct repair *r, struct err *e);

#define X(n) extern const struct step_ops step_##n;
#include "repair/steps/list.h"
#undef X
#define X(n) extern const struct step_ops fixup_##n;
#include "repair/fixup/list.h"
#undef X

#endif
