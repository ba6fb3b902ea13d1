// SPDX-License-Identifier: GPL-2.0-or-later
// The bytes that change with a partition's type or place. A GPT is edited in every valid copy, the
// backup first, with the checksum of its entries and of its header.
#include "part/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crc.h"
#include "part/table.h"

static void add(struct part_edits *out, uint64_t off, const void *bytes, unsigned len)
{
	struct part_edit *v = &out->v[out->n++];

	v->off = off;
	v->len = len;
	memcpy(v->bytes, bytes, len);
}

// The table, and the index of a partition in it.
static int find(struct src *s, const char *kind, unsigned number, struct part_table *t,
		struct part **p, struct err *e)
{
	*p = NULL;
	if (part_read(s, t, e) < 0)
		return -1;
	if (kind && strcmp(t->kind, kind) != 0)
		return err_set(e, 0, "%s: change partition %u: the table is no %s but %s", s->name,
			       number, kind, t->kind);
	for (unsigned i = 0; i < t->n; i++) {
		if (t->p[i].number == number) {
			*p = &t->p[i];
			return 0;
		}
	}
	return err_set(e, 0, "%s: change partition %u: there is none with this number", s->name,
		       number);
}

int part_edit_type(struct src *s, unsigned number, uint8_t type, struct part_edits *out,
		   struct err *e)
{
	struct part_table t;
	struct part *p;

	memset(out, 0, sizeof(*out));
	if (find(s, "mbr", number, &t, &p, e) < 0)
		return -1;
	if (p->container || mbr_is_extended(type))
		return err_set(e, 0,
			       "%s: change partition %u: an extended partition keeps its type",
			       s->name, number);
	if (type == 0)
		return err_set(e, 0, "%s: change partition %u: type 0 would remove it", s->name,
			       number);
	if (p->type != type)
		add(out, p->entry_off + offsetof(struct mbr_entry, type), &type, 1);
	return 0;
}

// One copy of the GPT: puts len bytes at `at` within the entry of this index, and mends both
// checksums.
static int edit_copy(struct src *s, struct gpt *g, uint32_t index, size_t at, const void *bytes,
		     unsigned len, struct part_edits *out, struct err *e)
{
	size_t in_table = (size_t)index * g->entry_size + at;
	size_t table_size = (size_t)g->count * g->entry_size;
	uint64_t header = g->self * g->sector;
	uint32_t header_size = le32_get(g->h.header_size);
	struct gpt_header h;
	uint8_t sector[4096];
	le32 crc;

	if (memcmp(g->entries + in_table, bytes, len) == 0)
		return 0;
	if (src_read(s, header, sector, g->sector, e) < 0)
		return -1;
	memcpy(g->entries + in_table, bytes, len);
	add(out, le64_get(g->h.table) * g->sector + in_table, bytes, len);

	crc = le32_put(crc32_add(0, g->entries, table_size));
	add(out, header + offsetof(struct gpt_header, table_crc), &crc, sizeof(crc));
	memcpy(&h, sector, sizeof(h));
	h.table_crc = crc;
	h.crc = le32_put(0);
	memcpy(sector, &h, sizeof(h));
	crc = le32_put(crc32_add(0, sector, header_size));
	add(out, header + offsetof(struct gpt_header, crc), &crc, sizeof(crc));
	return 0;
}

static int edit_gpt(struct src *s, const struct part_table *t, unsigned number, size_t at,
		    const void *bytes, unsigned len, struct part_edits *out, struct err *e)
{
	uint64_t places[2] = { s->size / t->sector - 1, 1 };
	struct gpt g;
	const char *why;
	int r = gpt_load(s, t->sector, 1, &g, &why, e);

	if (r != 1)
		return err_set(e, 0,
			       "%s: change partition %u: the primary GPT must be mended first (%s)",
			       s->name, number,
			       r < 0  ? "its sector cannot be read"
			       : *why ? why
				      : "no header");
	places[0] = le64_get(g.h.other);
	free(g.entries);
	for (int i = 0; i < 2; i++) {
		r = gpt_load(s, t->sector, places[i], &g, &why, e);
		if (r != 1 || number > g.count) {
			if (r == 1)
				free(g.entries);
			str_copy(out->note, sizeof(out->note),
				 "the backup GPT is damaged or missing and stays as it is");
			continue;
		}
		r = edit_copy(s, &g, number - 1, at, bytes, len, out, e);
		free(g.entries);
		if (r < 0)
			return -1;
	}
	return 0;
}

int part_edit_guid(struct src *s, unsigned number, const char *guid, struct part_edits *out,
		   struct err *e)
{
	static const uint8_t empty[16];
	struct part_table t;
	struct part *p;
	uint8_t type[16];

	memset(out, 0, sizeof(*out));
	if (!guid_parse(guid, type) || memcmp(type, empty, 16) == 0)
		return err_usage(e, "%s: not the GUID of a partition type", guid);
	if (find(s, "gpt", number, &t, &p, e) < 0)
		return -1;
	return edit_gpt(s, &t, number, offsetof(struct gpt_entry, type), type, sizeof(type), out,
			e);
}

static bool overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
	return a < b ? b - a < a_len : a - b < b_len;
}

// The sector with the boot record that describes a logical partition; for the others the one with
// the table.
static uint64_t record_of(const struct part_table *t, const struct part *p)
{
	return p->entry_off - p->entry_off % t->sector;
}

static int check_place(struct src *s, const struct part_table *t, const struct part *p,
		       uint64_t off, uint64_t len, struct err *e)
{
	bool logical = strcmp(t->kind, "mbr") == 0 && p->number > 4, inside = !logical;

	if (off % t->sector || len % t->sector || len == 0)
		return err_set(e, 0, "%s: move partition %u: no whole sectors of %u bytes", s->name,
			       p->number, t->sector);
	if (off < t->sector || off > s->size || len > s->size - off)
		return err_set(e, 0, "%s: move partition %u: not inside the disk", s->name,
			       p->number);
	for (unsigned i = 0; i < t->n; i++) {
		const struct part *q = &t->p[i];

		if (q->container) {
			bool within = off >= q->off && off - q->off <= q->len &&
				      len <= q->len - (off - q->off);

			inside = inside || within;
			if (!logical && q != p && overlap(off, len, q->off, q->len))
				return err_set(e, 0,
					       "%s: move partition %u: over the extended partition",
					       s->name, p->number);
			continue;
		}
		if (q != p && overlap(off, len, q->off, q->len))
			return err_set(e, 0, "%s: move partition %u: over partition %u", s->name,
				       p->number, q->number);
		if (record_of(t, q) > 0 && logical && overlap(off, len, record_of(t, q), t->sector))
			return err_set(
				e, 0, "%s: move partition %u: over the boot record of partition %u",
				s->name, p->number, q->number);
	}
	if (!inside)
		return err_set(e, 0, "%s: move partition %u: out of the extended partition",
			       s->name, p->number);
	return 0;
}

// Cylinder, head, sector as every BIOS since 1995 translates: 255 heads, 63 sectors; beyond that
// the mark fe ff ff.
static void chs(uint64_t sector, uint8_t out[3])
{
	uint64_t c = sector / (255 * 63);

	if (c > 1023) {
		memcpy(out, "\xfe\xff\xff", 3);
		return;
	}
	out[0] = (uint8_t)(sector / 63 % 255);
	out[1] = (uint8_t)((sector % 63 + 1) | (c >> 8) << 6);
	out[2] = (uint8_t)c;
}

static int place_mbr(struct src *s, const struct part_table *t, const struct part *p, uint64_t off,
		     uint64_t len, struct part_edits *out, struct err *e)
{
	uint64_t start = (off - record_of(t, p)) / t->sector, count = len / t->sector;
	uint64_t first = off / t->sector;
	struct mbr_entry old, new;

	if (p->container)
		return err_set(e, 0,
			       "%s: move partition %u: extended partitions stay where they are",
			       s->name, p->number);
	if (off < record_of(t, p) || start > UINT32_MAX || count > UINT32_MAX)
		return err_set(e, 0, "%s: move partition %u: an MBR cannot describe that place",
			       s->name, p->number);
	if (src_read(s, p->entry_off, &old, sizeof(old), e) < 0)
		return -1;
	new = old;
	new.start = le32_put((uint32_t)start);
	new.len = le32_put((uint32_t)count);
	if (off != p->off)
		chs(first, new.start_chs);
	if (off + len != p->off + p->len)
		chs(first + count - 1, new.end_chs);
	if (memcmp(&old, &new, sizeof(new)) != 0)
		add(out, p->entry_off, &new, sizeof(new));
	return 0;
}

// A hybrid MBR names some of the partitions a second time.
static int check_hybrid(struct src *s, const struct part_table *t, const struct part *p,
			struct err *e)
{
	struct mbr m;

	if (src_read(s, 0, &m, sizeof(m), e) < 0)
		return -1;
	for (int i = 0; i < 4; i++)
		if (m.e[i].type != 0 && m.e[i].type != MBR_PROTECTIVE &&
		    (uint64_t)le32_get(m.e[i].start) * t->sector == p->off)
			return err_set(e, 0,
				       "%s: move partition %u: it stands in the MBR, too (a hybrid "
				       "table): take it out there first",
				       s->name, p->number);
	return 0;
}

static int place_gpt(struct src *s, const struct part_table *t, const struct part *p, uint64_t off,
		     uint64_t len, struct part_edits *out, struct err *e)
{
	struct {
		le64 first, last;
	} place = { le64_put(off / t->sector), le64_put((off + len) / t->sector - 1) };
	struct gpt g;
	const char *why;

	if (check_hybrid(s, t, p, e) < 0)
		return -1;
	if (gpt_load(s, t->sector, 1, &g, &why, e) == 1) {
		uint64_t first = le64_get(g.h.first), last = le64_get(g.h.last);

		free(g.entries);
		if (le64_get(place.first) < first || le64_get(place.last) > last)
			return err_set(e, 0,
				       "%s: move partition %u: outside of sectors %llu to %llu, "
				       "which the GPT allows",
				       s->name, p->number, (unsigned long long)first,
				       (unsigned long long)last);
	}
	return edit_gpt(s, t, p->number, offsetof(struct gpt_entry, first), &place, sizeof(place),
			out, e);
}

int part_edit_place(struct src *s, unsigned number, uint64_t off, uint64_t len,
		    struct part_edits *out, struct err *e)
{
	struct part_table t;
	struct part *p;

	memset(out, 0, sizeof(*out));
	if (find(s, NULL, number, &t, &p, e) < 0 || check_place(s, &t, p, off, len, e) < 0)
		return -1;
	if (strcmp(t.kind, "gpt") == 0)
		return place_gpt(s, &t, p, off, len, out, e);
	return place_mbr(s, &t, p, off, len, out, e);
}
