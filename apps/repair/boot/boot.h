// SPDX-License-Identifier: GPL-2.0-or-later
// Boot loaders of installed systems. Each puts itself back with the system's own tools and is
// then judged by what lies on the disk, not by what the tools said.
#ifndef REPAIR_BOOT_BOOT_H
#define REPAIR_BOOT_BOOT_H

#include "repair/steps/step.h"

struct boot_ops {
	const char *name; // as in s_system.boot_loader
	// What keeps it from starting the system, in one phrase: 1 it is in why, 0 nothing does,
	// -1 unreadable.
	int (*check)(struct repair *r, char *why, size_t size, struct err *e);
	// Changes of its configuration; told in r->edits; written when a root is mounted.
	int (*configure)(struct repair *r, struct err *e);
	// Puts the loader on the disk, from inside the furnished root.
	int (*install)(struct repair *r, struct err *e);
};

// The driver for the system on the disk; NULL with *e filled when there is none.
const struct boot_ops *boot_find(const struct repair *r, struct err *e);

// device.map of both GRUBs: one line. path: "/boot/grub/device.map".
int boot_device_map(struct repair *r, const char *path, struct err *e);

// Disks by their letters in the arguments that a file of /boot has; for entries_each, too.
int boot_edit_arguments(struct repair *r, const void *arg, const char *path, struct err *e);

// Is there a loader on the EFI system partition? True where that cannot be read.
bool boot_esp_has_loader(const struct repair *r);

// For messages: what can be done without a boot loader.
#define BOOT_OTHER_STEPS "the other steps alone: --steps detach,fsck,label,devnodes,fstab,initrd"

#define BOOT_SECTOR 512

struct boot_bytes { // of a file that no installation changes: [from, to)
	size_t from, to;
};

// Does the disk hold what the system has in these files? 1 no, with the reason in why; 0 yes; -1
// unreadable. Both GRUBs:
// the boot sector, in its n fixed parts; sector: what lies there;
int boot_check_sector(struct repair *r, const char *path, const struct boot_bytes *fixed, size_t n,
		      void *sector, char *why, size_t size, struct err *e);
// what it loads, from `at` (bytes) on: the first sector but for the list of blocks at its end;
// whole: from the third on all of the file (the second has settings).
int boot_check_stage(struct repair *r, const char *path, uint64_t at, bool whole, char *why,
		     size_t size, struct err *e);

#define X(n) extern const struct boot_ops boot_##n;
#include "repair/boot/list.h"
#undef X

#endif
