// SPDX-License-Identifier: GPL-2.0-or-later
// Tables of image files, a piece at a time.
#include "image/table.h"

#include <stdlib.h>

#include "base/buf.h"

#define PIECE 65536u // bytes

void table_begin(struct table *t, struct src *file, uint64_t off, uint64_t len)
{
	*t = (struct table){ .file = file, .off = off, .len = len };
	t->piece = mem_alloc(PIECE);
}

void table_end(struct table *t)
{
	free(t->piece);
	*t = (struct table){ 0 };
}

const void *table_entry(struct table *t, uint64_t i, size_t n, struct err *e)
{
	uint64_t off, at;

	if (i >= t->len / n) {
		err_set(e, 0, "%s: entry %llu of a table of %llu", t->file->name,
			(unsigned long long)i, (unsigned long long)(t->len / n));
		return NULL;
	}
	off = i * n;
	at = off - off % PIECE;
	if (!t->valid || at != t->at) {
		uint64_t len = t->len - at < PIECE ? t->len - at : PIECE;

		t->valid = 0;
		if (src_read(t->file, t->off + at, t->piece, (size_t)len, e))
			return NULL;
		t->at = at;
		t->valid = len;
	}
	return t->piece + (off - at);
}
