// SPDX-License-Identifier: GPL-2.0-or-later
// Writing the plain kind, monolithicSparse. All parts in the order of the file:
//
//	header, description, second directory, its tables, directory, its tables, grains
//
// Every table is there, also those with nothing in them: QEMU never adds one when the guest writes
// later, it writes to the start of the file instead.
#include "image/vmdk.h"

#include <string.h>

static uint64_t copy_sectors(const struct vmdk_layout *l)
{
	return l->dir_sectors + l->tables * VMDK_TABLE_SECTORS;
}

static uint64_t first_grain(const struct vmdk_layout *l)
{
	uint64_t end = 1 + VMDK_TEXT_SECTORS + 2 * copy_sectors(l);

	return vmdk_div_up(end, VMDK_GRAIN_SECTORS) * VMDK_GRAIN_SECTORS;
}

void vmdk_plain_plan(struct image_plan *p)
{
	const struct vmdk_layout *l = p->state;

	p->file_size = (first_grain(l) + l->grains * VMDK_GRAIN_SECTORS) * VMDK_SECTOR;
}

static int write_dir(const struct vmdk_layout *l, struct sink *s, struct err *e)
{
	uint64_t at = s->pos / VMDK_SECTOR + l->dir_sectors;
	le32 entry[VMDK_SECTOR / 4];
	size_t fill = 0;

	for (uint64_t i = 0; i < l->tables; i++, at += VMDK_TABLE_SECTORS) {
		entry[fill++] = le32_put((uint32_t)at);
		if (fill < sizeof entry / sizeof *entry && i + 1 < l->tables)
			continue;
		if (sink_write(s, entry, fill * sizeof *entry, e))
			return -1;
		fill = 0;
	}
	return sink_align(s, VMDK_SECTOR, e);
}

// The table of the span that ends at `end`; r: what is used first in it. Grains follow each other
// from *sector.
static void fill_table(const struct image_plan *p, uint64_t end, struct range r, uint64_t *sector,
		       le32 *table)
{
	memset(table, 0, VMDK_ENTRIES * sizeof *table);
	do {
		uint64_t stop = r.len < end - r.off ? r.off + r.len : end;

		for (; r.off < stop; r.off += VMDK_GRAIN) {
			table[r.off % VMDK_SPAN / VMDK_GRAIN] = le32_put((uint32_t)*sector);
			*sector += VMDK_GRAIN_SECTORS;
		}
	} while (r.off < end && map_next(&p->used, r.off, MAP_DONE, &r) && r.off < end);
}

static int write_tables(const struct image_plan *p, struct sink *s, struct err *e)
{
	const struct vmdk_layout *l = p->state;
	uint64_t sector = first_grain(l), empty = 0;
	le32 table[VMDK_ENTRIES];
	struct range r;

	for (uint64_t i = 0; i < l->tables; i++) {
		if (!vmdk_under(p, i, &r)) {
			empty++;
			continue;
		}
		fill_table(p, (i + 1) * VMDK_SPAN, r, &sector, table);
		if ((empty && sink_skip(s, empty * sizeof table, e)) ||
		    sink_write(s, table, sizeof table, e))
			return -1;
		empty = 0;
	}
	return empty ? sink_skip(s, empty * sizeof table, e) : 0;
}

int vmdk_plain_begin(struct image_plan *p, struct sink *s, struct err *e)
{
	const struct vmdk_layout *l = p->state;
	uint64_t second = 1 + VMDK_TEXT_SECTORS;
	struct vmdk_header h = {
		.magic = le32_put(VMDK_MAGIC),
		.version = le32_put(1),
		.flags = le32_put(VMDK_NEWLINES | VMDK_TWO_DIRS),
		.capacity = le64_put(l->sectors),
		.grain_sectors = le64_put(VMDK_GRAIN_SECTORS),
		.text_sector = le64_put(1),
		.text_sectors = le64_put(VMDK_TEXT_SECTORS),
		.table_entries = le32_put(VMDK_ENTRIES),
		.second_dir_sector = le64_put(second),
		.dir_sector = le64_put(second + copy_sectors(l)),
		.first_grain_sector = le64_put(first_grain(l)),
	};

	memcpy(h.newlines, VMDK_NEWLINE_BYTES, sizeof h.newlines);
	if (vmdk_write_head(p, s, &h, e))
		return -1;
	for (int copy = 0; copy < 2; copy++)
		if (write_dir(l, s, e) || write_tables(p, s, e))
			return -1;
	return sink_align(s, VMDK_GRAIN, e);
}

int vmdk_plain_put(struct sink *s, const void *data, size_t len, struct err *e)
{
	return sink_sparse(s, data, len, e) || sink_align(s, VMDK_GRAIN, e) ? -1 : 0;
}
