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

// True when both name the same disk or one lies on the other (partition, same file): by device
// numbers and inodes.
int disk_same(const char *a, const char *b, bool *same, struct err *e);

// One attribute of /sys, without its newline; "" when it is absent.
void sysfs_read(const char *root, const char *path, char *text, size_t size);

#endif
