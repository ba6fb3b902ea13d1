// SPDX-License-Identifier: GPL-2.0-or-later
// What is remembered of the work disk between two programs: a small text file, replaced as a whole.
#ifndef WORK_STATE_H
#define WORK_STATE_H

#include "work/work.h"

#define WORK_FOLDER "/run/salvor"
#define WORK_STATE WORK_FOLDER "/work"
#define WORK_RAM WORK_FOLDER "/store" // a tmpfs of its own, so that the store cannot eat all memory
#define WORK_SCRATCH WORK_FOLDER "/scratch" // the same for the new disk
#define WORK_DM "salvor-work"		    // names of the device-mapper devices
#define WORK_NEW_DM "salvor-new"

struct work_state {
	struct work w;
	bool open;	    // false: opening did not end
	char serial[40];    // unit serial number of the work disk
	char commit_id[65]; // hash of the undo file named in w.commit
	struct mounted store_fs;
	struct disk new; // a new disk made of it (new_disk.h); path "" none
	char new_serial[40];
	char scratch[256]; // what of it lies nowhere else; "" none
	bool scratch_in_ram;
};

// 1 read, 0 there is none, -1 damaged.
int state_load(struct work_state *s, const char *path, struct err *e);
int work_serial(char serial[40], struct err *e); // a new one, for a disk of ours
int state_save(const struct work_state *s, const char *path, struct err *e);

#endif
