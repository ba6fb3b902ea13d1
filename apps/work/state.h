// SPDX-License-Identifier: GPL-2.0-or-later
// What is remembered of the work disk between two programs: a small text file, replaced as a whole.
#ifndef WORK_STATE_H
#define WORK_STATE_H

#include "work/work.h"

#define WORK_FOLDER "/run/salvor"
#define WORK_STATE WORK_FOLDER "/work"
#define WORK_RAM WORK_FOLDER "/store" // a tmpfs of its own, so that the store cannot eat all memory
#define WORK_DM "salvor-work"	      // name of the device-mapper device

struct work_state {
	struct work w;
	bool open;	    // false: opening did not end
	char serial[40];    // unit serial number of the work disk
	char commit_id[65]; // hash of the undo file named in w.commit
	struct mounted store_fs;
};

// 1 read, 0 there is none, -1 damaged.
int state_load(struct work_state *s, const char *path, struct err *e);
int state_save(const struct work_state *s, const char *path, struct err *e);

#endif
