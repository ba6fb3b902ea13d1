// SPDX-License-Identifier: GPL-2.0-or-later
// A source that fails where a map says so.
#include <stdlib.h>

#include "base/buf.h"
#include "block/src.h"

struct fault {
	struct src src;
	struct src *parent;
	struct map map;
};

static int fault_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct fault *f = (struct fault *)s;

	for (size_t i = map_find(&f->map, off); i < f->map.n && f->map.r[i].off < off + n; i++)
		if (f->map.r[i].state != MAP_DONE)
			return err_set(e, EIO, "%s: read at 0x%llx", s->name,
				       (unsigned long long)off);
	return src_read(f->parent, off, p, n, e);
}

static void fault_close(struct src *s)
{
	map_free(&((struct fault *)s)->map);
	free(s);
}

struct src *src_fault(struct src *parent, const struct map *faults)
{
	static const struct src_ops ops = { fault_read, fault_close };
	struct fault *f = mem_zero(1, sizeof *f);

	f->src = *parent;
	f->src.ops = &ops;
	f->parent = parent;
	map_copy(&f->map, faults);
	return &f->src;
}
