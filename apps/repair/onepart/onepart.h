// SPDX-License-Identifier: GPL-2.0-or-later
// The installed tree in one partition of a new disk, with a swap file: what goes in is planned from
// the survey, put together from the work disk (newfs, work/new_disk.h), then its own configuration
// and boot loader are made to fit.
#ifndef REPAIR_ONEPART_H
#define REPAIR_ONEPART_H

#include "newfs/newfs.h"
#include "repair/repair.h"
#include "repair/root.h"
#include "repair/text.h"

#define ONEPART_STEP "layout"
#define ONEPART_SWAP "swapfile"
#define ONEPART_START (1u << 20) // the partition; GRUB lies in front of it

struct repair;

struct onepart {
	struct root_mount mounts[ROOT_MOUNTS]; // in order; dir: of the patient's survey
	unsigned n;
	struct newfs_kind kind;
	char uuid[40], label[64];
	uint64_t used, inodes; // of the tree
	uint64_t swap;	       // bytes of the swap file, 0: none
	unsigned swaps;	       // partitions it takes the place of
	uint64_t least, size;  // bytes the disk needs, and gets
	uint64_t scratch;      // bytes that are written for it, about
	bool own_boot;	       // /boot was a partition of its own
	bool has_resume;       // its initrd looks for a partition to resume from
};

// What would be done with the system on p. size: of the disk, 0: what it needs and some room. A
// usage error where it cannot be done, or not in so few bytes.
int onepart_plan(struct onepart *o, struct patient *p, uint64_t size, struct err *e);
void onepart_tell(const struct onepart *o, const struct patient *p, struct edits *out);

// conf.c: fstab, the boot loader's configuration and what tells a system of its partitions, in the
// mounted root of the new disk.
int onepart_configure(struct repair *r, const struct onepart *o, struct err *e);

// places.c: pieces on volumes of the open root become pieces on the partition beneath.
int onepart_settle(const struct root *root, const struct patient *p, struct pieces *pieces,
		   struct err *e);

// Only says what would be done, read-only.
int onepart_show(const char *disk, uint64_t size, struct edits *plan, struct err *e);
struct onepart_disk {
	char path[256];
	struct map data; // MAP_DONE where it holds anything but zeros
};

// Makes the new disk over the work disk. done gets what was done. On failure the work disk is to be
// thrown away. disk->data is to be freed in any case.
int onepart_run(const struct work *w, const struct repair_options *ro, uint64_t size,
		struct edits *done, struct onepart_disk *disk, struct ui *ui, struct err *e);

#endif
