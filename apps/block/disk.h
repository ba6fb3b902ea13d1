// SPDX-License-Identifier: GPL-2.0-or-later
// The disks of this machine as the kernel's /sys describes them. Nothing is opened.
#ifndef BLOCK_DISK_H
#define BLOCK_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct disk {
	char name[32];	 // "sdb"
	char path[256];	 // "/dev/sdb", or the file's path for an image file
	char model[64];	 // vendor and model, trimmed; "" unknown
	char serial[64]; // "" unknown
	char wwn[64];	 // "naa.5000c5001d2f6b1a", a number no other disk has; "" unknown
	char transport
		[12];	 // "sata" "ide" "scsi" "sas" "usb" "virtio" "nvme" "hyperv" "file" "other"
	uint64_t size;	 // bytes
	uint32_t sector; // logical sector, bytes
	unsigned major, minor;
	bool removable, read_only, work; // work: this is the work disk, not a real one
};

struct disks {
	struct disk *d;
	size_t n;
};

// Whole disks only: no partitions, loop, ram, md, dm, optical or floppy devices, nothing of size 0.
// root: "" , or a folder that holds a sys/ and dev/ for tests.
int disks_list(struct disks *out, const char *root, struct err *e);
void disks_free(struct disks *d);

// Fills one entry for a path given by the operator: a block device or an image file.
int disk_of_path(struct disk *d, const char *path, struct err *e);

// True when both are the same piece of hardware, by model, serial number and size.
bool disk_equal(const struct disk *a, const struct disk *b);

// Looks for a disk that dropped out and may be back under another name: the same model and size,
// and the same serial number or WWN. A disk that had neither is never recognised; of an image file
// only path and size are compared. -1: it is not there (e->num ENODEV), or there are two.
int disk_find_again(const struct disk *was, struct disk *now, struct err *e);
// The same among a list.
int disks_find_again(const struct disks *among, const struct disk *was, struct disk *now,
		     struct err *e);

// True when both name the same disk or one lies on the other (partition, same file): by device
// numbers and inodes.
int disk_same(const char *a, const char *b, bool *same, struct err *e);

// One attribute of /sys, without its newline; "" when it is absent.
void sysfs_read(const char *root, const char *path, char *text, size_t size);

// The numbers of a block device by the kernel's name for it ("sda1", "dm-3"): they are known here
// also where /dev has no node of it. False: there is none.
bool sysfs_device(const char *name, unsigned *major, unsigned *minor);

#endif
