// SPDX-License-Identifier: GPL-2.0-or-later
// GUID partition table (UEFI 2.10, 5.3).
//
// A header in sector 1 and a copy of it in the last one; each names its own array of entries, each
// with a CRC over itself and one over the entries. In sector 0 lies a protective MBR with one
// partition of type ee; without it neither Linux nor firmware believes the GPT, so a GPT under an
// MBR that has other partitions only is the rest of an earlier use and is not reported as the
// table. When the primary copy is damaged the backup is used and that is told. Headers are looked
// for in units of the disk's sector; an image file of a disk with 4096-byte sectors is recognised
// by trying that size too.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crc.h"
#include "base/text.h"
#include "part/table.h"

void guid_text(const uint8_t b[16], char text[37])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const char digits[] = "0123456789abcdef";
	char *p = text;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[b[order[i]] >> 4];
		*p++ = digits[b[order[i]] & 15];
	}
	*p = '\0';
}

bool guid_parse(const char *text, uint8_t b[16])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

	if (strlen(text) != 36)
		return false;
	for (int i = 0; i < 16; i++) {
		int v = 0;

		if (i == 4 || i == 6 || i == 8 || i == 10)
			if (*text++ != '-')
				return false;
		for (int k = 0; k < 2; k++, text++) {
			int c = *text | 0x20;

			if (*text >= '0' && *text <= '9')
				v = v << 4 | (*text - '0');
			else if (c >= 'a' && c <= 'f')
				v = v << 4 | (c - 'a' + 10);
			else
				return false;
		}
		b[order[i]] = (uint8_t)v;
	}
	return true;
}

static bool header_ok(const uint8_t *sector, uint32_t size, const struct gpt_header *h)
{
	uint32_t len = le32_get(h->header_size), crc;
	static const uint8_t zero[4];

	if (len < sizeof(*h) || len > size)
		return false;
	crc = crc32_add(0, sector, offsetof(struct gpt_header, crc));
	crc = crc32_add(crc, zero, sizeof(zero));
	crc = crc32_add(crc, sector + offsetof(struct gpt_header, zero),
			len - offsetof(struct gpt_header, zero));
	return crc == le32_get(h->crc);
}

int gpt_load(struct src *s, uint32_t sector, uint64_t at, struct gpt *g, const char **why,
	     struct err *e)
{
	uint8_t buf[4096];

	memset(g, 0, sizeof(*g));
	*why = "";
	if (sector > sizeof(buf) || sector < 512 || at >= s->size / sector)
		return 0;
	if (src_read(s, at * sector, buf, sector, e) < 0)
		return -1;
	memcpy(&g->h, buf, sizeof(g->h));
	if (memcmp(g->h.magic, "EFI PART", 8) != 0)
		return 0;
	*why = "header checksum is wrong";
	if (!header_ok(buf, sector, &g->h))
		return 0;
	*why = "header contradicts itself";
	g->sector = sector;
	g->self = at;
	g->count = le32_get(g->h.count);
	g->entry_size = le32_get(g->h.entry_size);
	uint64_t table = le64_get(g->h.table);

	if (le64_get(g->h.self) != at || g->entry_size < sizeof(struct gpt_entry) ||
	    g->entry_size % 8 != 0 || g->count == 0 || g->entry_size > GPT_MAX_TABLE ||
	    g->count > GPT_MAX_TABLE / g->entry_size)
		return 0;
	*why = "entries lie beyond the end of the disk";
	size_t size = (size_t)g->count * g->entry_size;

	if (table >= s->size / sector || size > s->size - table * sector)
		return 0;
	g->entries = mem_alloc(size);
	*why = "entries cannot be read";
	if (src_read(s, table * sector, g->entries, size, e) == 0) {
		*why = "checksum of the entries is wrong";
		if (crc32_add(0, g->entries, size) == le32_get(g->h.table_crc)) {
			*why = "";
			return 1;
		}
	}
	free(g->entries);
	g->entries = NULL;
	return 0;
}

static void add_entries(struct src *s, struct part_table *t, const struct gpt *g)
{
	static const uint8_t empty[16];
	uint64_t sectors = UINT64_MAX / g->sector;

	for (uint32_t i = 0; i < g->count; i++) {
		struct gpt_entry n;

		memcpy(&n, g->entries + (size_t)i * g->entry_size, sizeof(n));
		if (memcmp(n.type, empty, 16) == 0)
			continue;
		uint64_t first = le64_get(n.first), last = le64_get(n.last);

		if (last < first || last >= sectors) {
			part_trouble(t,
				     "partition %u: from sector %llu to %llu is no range, left out",
				     i + 1, (unsigned long long)first, (unsigned long long)last);
			continue;
		}
		struct part *p =
			part_add(t, i + 1, first * g->sector, (last - first + 1) * g->sector);

		if (!p) {
			part_trouble(t, "more than %d partitions, the rest is left out", PART_MAX);
			return;
		}
		guid_text(n.type, p->guid);
		guid_text(n.id, p->id);
		text_clean16(p->name, sizeof(p->name), n.name, sizeof(n.name) / 2, 0);
		p->active = (n.flags.b[0] & 4) != 0;
		p->entry_off = le64_get(g->h.table) * g->sector + (uint64_t)i * g->entry_size;
		part_told_end(t, p, s->size);
	}
}

enum guard { GUARD_NONE, GUARD_EMPTY, GUARD_PURE, GUARD_HYBRID, GUARD_LOST };

// What sector 0 says about a GPT behind it.
static enum guard look_at_mbr(const struct mbr *m)
{
	unsigned used = 0, protective = 0;

	if (le16_get(m->magic) != MBR_MAGIC)
		return GUARD_EMPTY;
	for (int i = 0; i < 4; i++) {
		used += m->e[i].type != 0;
		protective += m->e[i].type == MBR_PROTECTIVE;
	}
	if (used == 0)
		return GUARD_EMPTY;
	return protective == 0 ? GUARD_NONE : used > protective ? GUARD_HYBRID : GUARD_PURE;
}

// The copy to believe, with its trouble told. 1, 0, -1. The backup is asked only where the MBR says
// that there is a GPT, or can say nothing any more: alone it may as well be the rest of an earlier
// use.
static int load_best(struct src *s, struct part_table *t, uint32_t sector, enum guard guard,
		     struct gpt *g, struct err *e)
{
	const char *why, *why_backup;
	uint64_t end = s->size / sector;
	struct err ignored;
	struct gpt backup;
	int r = gpt_load(s, sector, 1, g, &why, e);

	if (r == 1) {
		uint64_t other = le64_get(g->h.other);

		if (other >= end) {
			t->needs = other < UINT64_MAX / sector ? (other + 1) * sector : UINT64_MAX;
			part_trouble(t,
				     "the disk is smaller than its table: the backup should be at "
				     "sector %llu of %llu",
				     (unsigned long long)other, (unsigned long long)end);
		} else if (gpt_load(s, sector, other, &backup, &why_backup, &ignored) == 1) {
			free(backup.entries);
		} else {
			part_trouble(t, "the backup table is damaged or missing");
		}
		return 1;
	}
	if (r < 0)
		why = "its sector cannot be read";
	if (guard == GUARD_EMPTY || end < 3 ||
	    gpt_load(s, sector, end - 1, g, &why_backup, &ignored) != 1)
		return r;
	part_trouble(t, "the primary table is damaged (%s): the backup was read",
		     *why ? why : "no header");
	return 1;
}

static int read_table(struct src *s, struct part_table *t, struct err *e)
{
	uint32_t sizes[2] = { s->sector, s->sector == 4096 ? 512 : 4096 };
	struct err ignored;
	enum guard guard;
	struct gpt g;
	struct mbr m;
	int r = 0;

	if (s->size < 2 * 512)
		return 0;
	guard = src_read(s, 0, &m, sizeof(m), e) < 0 ? GUARD_LOST : look_at_mbr(&m);
	if (guard == GUARD_NONE)
		return 0;
	for (int i = 0; i < 2 && r == 0; i++) {
		r = load_best(s, t, sizes[i], guard, &g, guard == GUARD_LOST ? &ignored : e);
		t->sector = sizes[i];
	}
	if (r <= 0)
		return guard == GUARD_LOST ? -1 : r;
	if (guard == GUARD_LOST)
		part_trouble(t, "sector 0 cannot be read, whatever stands there");
	if (guard == GUARD_EMPTY)
		part_trouble(t, "the protective MBR is missing");
	if (guard == GUARD_HYBRID)
		part_trouble(t, "hybrid MBR: other partitions stand in sector 0 as well");
	add_entries(s, t, &g);
	free(g.entries);
	return 1;
}

const struct part_ops part_gpt = { .name = "gpt", .read = read_table };
