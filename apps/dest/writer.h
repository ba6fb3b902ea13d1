// SPDX-License-Identifier: GPL-2.0-or-later
// Writing a large file or disk through a descriptor without filling the memory with what waits to
// be written.
#ifndef DEST_WRITER_H
#define DEST_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct writer {
	int fd;
	const char *name; // for messages; outlives the writer
	uint64_t begun;	  // writing out was begun up to here
	uint64_t waited;  // written out, and dropped from the page cache, up to here
	bool keep;	  // it is not dropped: the whole will be read soon
};

int writer_put(struct writer *w, uint64_t off, const void *p, size_t n, struct err *e);
// Zeros on [off, off + len).
int writer_zero(struct writer *w, uint64_t off, uint64_t len, struct err *e);
int writer_sync(struct writer *w, struct err *e);

#endif
