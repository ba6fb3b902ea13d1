// SPDX-License-Identifier: GPL-2.0-or-later
// A table in an image file that is read. One piece of it is kept: memory does not grow with it.
#ifndef IMAGE_TABLE_H
#define IMAGE_TABLE_H

#include "block/src.h"

struct table {
	struct src *file;
	uint64_t off, len; // bytes: where it lies in the file
	uint8_t *piece;
	uint64_t at;	// of the piece in the table
	uint64_t valid; // bytes of it that are there
};

// [off, off + len) must lie inside the file, which must outlive the table.
void table_begin(struct table *t, struct src *file, uint64_t off, uint64_t len);
void table_end(struct table *t);
// Entry i, all of them having n bytes (a power of two, 64 at most): it stays until the next call.
// NULL: cannot be read, or lies behind the end.
const void *table_entry(struct table *t, uint64_t i, size_t n, struct err *e);

#endif
