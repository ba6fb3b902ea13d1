// SPDX-License-Identifier: GPL-2.0-or-later
// An MBR says nothing about the size of its disk. A GPT does in three places: the protective MBR's
// partition, the header (where the backup is, what partitions may use), the backup itself.
#include "part/fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crc.h"
#include "part/table.h"

#define PATCHES 5

struct patch {
	uint64_t off;
	size_t len;
	uint8_t *data;
};

struct fitted {
	struct src src;
	struct src *parent;
	struct patch patch[PATCHES];
	unsigned n;
};

static int fitted_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct fitted *f = (struct fitted *)s;
	uint64_t size = f->parent->size;
	size_t have = off >= size ? 0 : size - off < n ? (size_t)(size - off) : n;

	if (have && src_read(f->parent, off, p, have, e))
		return -1;
	memset((uint8_t *)p + have, 0, n - have);
	for (unsigned i = 0; i < f->n; i++) {
		const struct patch *q = &f->patch[i];
		uint64_t from = q->off > off ? q->off : off;
		uint64_t to = q->off + q->len < off + n ? q->off + q->len : off + n;

		if (from < to)
			memcpy((uint8_t *)p + (from - off), q->data + (from - q->off),
			       (size_t)(to - from));
	}
	return 0;
}

static void fitted_close(struct src *s)
{
	struct fitted *f = (struct fitted *)s;

	for (unsigned i = 0; i < f->n; i++)
		free(f->patch[i].data);
	free(f);
}

// Room for new bytes at off, zeroed.
static uint8_t *add(struct fitted *f, uint64_t off, size_t len)
{
	struct patch *p = &f->patch[f->n++];

	*p = (struct patch){ off, len, mem_zero(1, len) };
	return p->data;
}

static int check_room(struct src *s, const struct part_table *t, uint64_t end, struct err *e)
{
	for (unsigned i = 0; i < t->n; i++) {
		const struct part *p = &t->p[i];

		if (p->off > end || p->len > end - p->off)
			return err_usage(e,
					 "%s: partition %u ends at %llu, behind sector %llu, where "
					 "the backup of the GPT would begin",
					 s->name, p->number, (unsigned long long)(p->off + p->len),
					 (unsigned long long)(end / t->sector));
	}
	return 0;
}

// One of the two headers, at sector `self`, in a sector of its own. first: as it is on the disk,
// with what follows its structure.
static void put_header(struct fitted *f, const uint8_t *first, const struct gpt *g, uint64_t self,
		       uint64_t other, uint64_t table, uint64_t last)
{
	uint8_t *sector = add(f, self * g->sector, g->sector);
	struct gpt_header h = g->h;

	h.self = le64_put(self);
	h.other = le64_put(other);
	h.table = le64_put(table);
	h.last = le64_put(last);
	h.crc = le32_put(0);
	memcpy(sector, first, g->sector);
	memcpy(sector, &h, sizeof h);
	h.crc = le32_put(crc32_add(0, sector, le32_get(h.header_size)));
	memcpy(sector, &h, sizeof h);
}

// Only an MBR that is nothing but protective; a hybrid one is somebody's work.
static int fit_mbr(struct fitted *f, uint64_t sectors, struct err *e)
{
	uint64_t len = sectors - 1 < UINT32_MAX ? sectors - 1 : UINT32_MAX;
	unsigned used = 0, protective = 0;
	struct mbr m;

	if (src_read(f->parent, 0, &m, sizeof m, e))
		return -1;
	for (unsigned i = 0; i < 4; i++) {
		used += m.e[i].type != 0;
		if (m.e[i].type == MBR_PROTECTIVE && le32_get(m.e[i].start) == 1)
			protective = i + 1;
	}
	if (used != 1 || !protective)
		return 0;
	m.e[protective - 1].len = le32_put((uint32_t)len);
	memcpy(add(f, 0, sizeof m), &m, sizeof m);
	return 0;
}

// The header at the old end would be taken for one that is meant. To be added first: the new copy
// may reach over it.
static void clear_old(struct fitted *f, const struct gpt *g, uint64_t end)
{
	uint64_t other = le64_get(g->h.other);
	struct gpt old;
	const char *why;

	if (other >= end || other <= le64_get(g->h.last) ||
	    gpt_load(f->parent, g->sector, other, &old, &why, NULL) != 1)
		return;
	free(old.entries);
	add(f, other * g->sector, g->sector);
}

static int fit_gpt(struct fitted *f, const struct part_table *t, const struct gpt *g, struct err *e)
{
	size_t table_len = (size_t)g->count * g->entry_size;
	uint64_t sectors = f->src.size / g->sector, table, need;
	uint8_t first[4096];

	need = (table_len + g->sector - 1) / g->sector + 1;
	if (sectors < need || sectors - need <= le64_get(g->h.first))
		return err_usage(e, "%s: a disk of %llu bytes has no room for its GPT", f->src.name,
				 (unsigned long long)f->src.size);
	table = sectors - need;
	if (check_room(f->parent, t, table * g->sector, e) ||
	    src_read(f->parent, g->sector, first, g->sector, e))
		return -1;
	clear_old(f, g, sectors - 1);
	memcpy(add(f, table * g->sector, table_len), g->entries, table_len);
	put_header(f, first, g, sectors - 1, 1, table, table - 1);
	put_header(f, first, g, 1, sectors - 1, le64_get(g->h.table), table - 1);
	return fit_mbr(f, sectors, e);
}

static int fit(struct fitted *f, struct err *e)
{
	struct part_table t;
	const char *why;
	struct gpt g;
	int rc;

	if (part_read(f->parent, &t, e))
		return -1;
	if (strcmp(t.kind, "gpt"))
		return 0;
	rc = gpt_load(f->parent, t.sector, 1, &g, &why, e);
	if (rc < 0)
		return -1;
	if (!rc)
		return err_set(e, 0, "%s: the first copy of its GPT must be mended first (%s)",
			       f->src.name, *why ? why : "no header");
	rc = fit_gpt(f, &t, &g, e);
	free(g.entries);
	return rc;
}

int part_fit(struct src *parent, uint64_t size, struct src **out, struct map *changed,
	     struct err *e)
{
	static const struct src_ops ops = { fitted_read, fitted_close };
	struct fitted *f = mem_zero(1, sizeof *f);

	f->src = *parent;
	f->src.ops = &ops;
	f->src.size = size;
	f->parent = parent;
	if (fit(f, e)) {
		fitted_close(&f->src);
		return -1;
	}
	for (unsigned i = 0; changed && i < f->n; i++)
		map_set(changed, f->patch[i].off, f->patch[i].len, MAP_DONE);
	*out = &f->src;
	return 0;
}
