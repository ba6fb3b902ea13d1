// SPDX-License-Identifier: GPL-2.0-or-later
// Archives of the "new ASCII" form of cpio (kernel: Documentation/driver-api/early-userspace/
// buffer-format.rst): a header of "070701" and 13 fields of eight hexadecimal digits, the name,
// the contents, both padded to four bytes. Pure.
#ifndef BASE_CPIO_H
#define BASE_CPIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define CPIO_NAME 4096

struct cpio_entry {
	uint32_t ino, mode, uid, gid, nlink, mtime, size, rmajor, rminor;
	char name[CPIO_NAME];
};

struct cpio {
	// Fills n bytes; *got is less only at the end.
	int (*read)(void *arg, void *p, size_t n, size_t *got, struct err *e);
	void *arg;
	const char *name; // for messages

	unsigned entries; // so far
	uint64_t left;	  // of the contents of the last one, with what pads them
	uint64_t size;	  // of that without
};

// Is this how an archive begins? p: six bytes.
bool cpio_magic(const void *p);

// The next entry; what was not read of the one before is passed over. 1, 0 at the trailer, -1.
int cpio_next(struct cpio *c, struct cpio_entry *x, struct err *e);

// The contents of the entry that came last: n bytes of them, at most what x->size says.
int cpio_take(struct cpio *c, void *p, size_t n, struct err *e);

// Writing: an entry with its contents (x->size bytes), and the end of an archive. out has to
// begin where the archive does, or at a multiple of four.
void cpio_put(struct buf *out, const struct cpio_entry *x, const void *data);
void cpio_end(struct buf *out);

#endif
