// SPDX-License-Identifier: GPL-2.0-or-later
// Reading VHDX: the guest's bytes as a source. A piece of the table of blocks is kept.
#include "image/vhdx.h"

#include <stdlib.h>
#include <string.h>

#include "image/table.h"

struct guest {
	struct src src;
	struct vhdx x;
	struct table bat;
};

// Where block i lies in the file; 0: it is zeros.
static int find_block(struct guest *g, uint64_t i, uint64_t *off, struct err *e)
{
	const le64 *entry = table_entry(&g->bat, vhdx_entry_of(i, g->x.ratio), sizeof *entry, e);

	return entry ? vhdx_place_block(&g->x, i, le64_get(*entry), off, e) : -1;
}

static int guest_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint8_t *to = p;

	while (n) {
		uint64_t in = off % g->x.block, at;
		size_t len = g->x.block - in < n ? (size_t)(g->x.block - in) : n;

		if (find_block(g, off / g->x.block, &at, e))
			return -1;
		if (!at)
			memset(to, 0, len);
		else if (src_read(g->x.file, at + in, to, len, e))
			return -1;
		off += len;
		to += len;
		n -= len;
	}
	return 0;
}

int vhdx_stored(struct src *guest, struct map *m, struct err *e)
{
	struct guest *g = (struct guest *)guest;
	uint64_t at;

	for (uint64_t i = 0; i < g->x.blocks; i++) {
		if (find_block(g, i, &at, e))
			return -1;
		if (at)
			map_set(m, i * g->x.block, g->x.block, MAP_DONE);
	}
	return 0;
}

static void guest_close(struct src *s)
{
	table_end(&((struct guest *)s)->bat);
	free(s);
}

int vhdx_open(struct src *file, struct src **out, struct err *e)
{
	static const struct src_ops ops = { guest_read, guest_close };
	struct guest *g;
	struct vhdx x;
	int rc = vhdx_read(&x, file, e);

	if (rc <= 0)
		return rc;
	g = mem_zero(1, sizeof *g);
	g->src = (struct src){ .ops = &ops, .size = x.size, .sector = x.sector };
	str_copy(g->src.name, sizeof g->src.name, file->name);
	g->x = x;
	table_begin(&g->bat, file, x.bat.off, x.bat.len);
	*out = &g->src;
	return 1;
}
