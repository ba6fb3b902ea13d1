// SPDX-License-Identifier: GPL-2.0-or-later
// A source that remembers what was asked of it, and what it could not answer: looking for file
// systems would ask for that again and again.
#include <stdlib.h>

#include "base/buf.h"
#include "block/src.h"

struct record {
	struct src src;
	struct src *parent;
	struct map *reads, *failed;
};

static int record_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct record *r = (struct record *)s;
	struct range bad;

	map_set(r->reads, off, n, MAP_DONE);
	if (map_next(r->failed, off, MAP_BAD, &bad) && bad.off < off + n)
		return err_set(e, EIO, "%s: read at 0x%llx", s->name, (unsigned long long)off);
	if (!src_read(r->parent, off, p, n, e))
		return 0;
	map_set(r->failed, off, n, MAP_BAD);
	return -1;
}

static void record_close(struct src *s)
{
	free(s);
}

struct src *src_record(struct src *parent, struct map *reads, struct map *failed)
{
	static const struct src_ops ops = { record_read, record_close };
	struct record *r = mem_zero(1, sizeof *r);

	r->src = *parent;
	r->src.ops = &ops;
	r->parent = parent;
	r->reads = reads;
	r->failed = failed;
	return &r->src;
}
