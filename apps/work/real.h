// SPDX-License-Identifier: GPL-2.0-or-later
// The disk that a commit or an undo writes to. The only place in the program that opens a real
// disk for writing (besides the destinations of a copy).
#ifndef WORK_REAL_H
#define WORK_REAL_H

#include "block/disk.h"

struct real {
	const struct real_ops *ops;
	uint64_t size; // bytes
	char name[64]; // for messages
};

struct real_ops {
	// Exactly n bytes at off, inside size.
	int (*read)(struct real *t, uint64_t off, void *p, size_t n, struct err *e);
	int (*write)(struct real *t, uint64_t off, const void *p, size_t n, struct err *e);
	// Everything written is on the disk when it returns, and reads that follow come from the
	// disk.
	int (*flush)(struct real *t, struct err *e);
	void (*close)(struct real *t);
};

// Opens the disk (or image file) for reading and writing. A disk's read-only flag is lifted until
// real_close. Refused when it is in use (below).
int real_open(struct real **out, const struct disk *d, struct err *e);

static inline void real_close(struct real *t)
{
	if (t)
		t->ops->close(t);
}

// What uses a disk now: a mounted file system, swap, an array or a device-mapper device other than
// the work disk. 1: it is in what, 0: nothing does, -1 trouble.
int disk_in_use(const struct disk *d, char *what, size_t size, struct err *e);

// Sets or lifts a disk's read-only flag.
int disk_set_read_only(const char *path, bool on, struct err *e);

#endif
