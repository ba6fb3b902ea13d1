// SPDX-License-Identifier: GPL-2.0-or-later
// Writing the packed kind, streamOptimized, as VMware's own export writes it. In the order of the
// file:
//
//	header, description, room up to a grain;
//	grains, each with its marker; behind the last of a table's grains: marker, table;
//	marker, directory; marker, footer; the end's marker
//
// Tables and directory lie behind what they point to, so nothing is ever changed that was written.
// What is kept meanwhile is one table and the directory: 128 KiB for each TiB of the disk. A table
// without grains is not written.
#include "image/vmdk.h"

#include <string.h>

#include "base/zero.h"

// Packed data that could not be made smaller: a grain, with the frames of the blocks it is stored
// in. Together with the marker that is a grain and one sector at most.
#define PACK_MAX (VMDK_GRAIN + VMDK_SECTOR)

void vmdk_stream_plan(struct image_plan *p)
{
	struct vmdk_layout *l = p->state;
	uint64_t tables = 0;
	struct range r;

	for (uint64_t i = 0; i < l->tables; i++)
		tables += vmdk_under(p, i, &r);
	p->set.packing = PACK_ZLIB;
	p->pack_max = PACK_MAX;
	p->file_size = VMDK_GRAIN + l->grains * PACK_MAX +
		       (tables * (1 + VMDK_TABLE_SECTORS) + 1 + l->dir_sectors + 3) * VMDK_SECTOR;
	l->dir = mem_zero(l->dir_sectors, VMDK_SECTOR);
}

static struct vmdk_header header(const struct vmdk_layout *l, uint64_t dir_sector)
{
	struct vmdk_header h = {
		.magic = le32_put(VMDK_MAGIC),
		.version = le32_put(3), // others are refused by VMware's import
		.flags = le32_put(VMDK_NEWLINES | VMDK_PACKED | VMDK_MARKERS),
		.capacity = le64_put(l->sectors),
		.grain_sectors = le64_put(VMDK_GRAIN_SECTORS),
		.text_sector = le64_put(1),
		.text_sectors = le64_put(VMDK_TEXT_SECTORS),
		.table_entries = le32_put(VMDK_ENTRIES),
		.dir_sector = le64_put(dir_sector),
		.first_grain_sector = le64_put(VMDK_GRAIN_SECTORS),
		.algorithm = le16_put(1),
	};

	memcpy(h.newlines, VMDK_NEWLINE_BYTES, sizeof h.newlines);
	return h;
}

int vmdk_stream_begin(struct image_plan *p, struct sink *s, struct err *e)
{
	struct vmdk_header h = header(p->state, VMDK_AT_END);

	return vmdk_write_head(p, s, &h, e) || sink_align(s, VMDK_GRAIN, e) ? -1 : 0;
}

size_t vmdk_stream_pack(const struct image_plan *p, struct packer *k, uint64_t off,
			const void *data, void *out)
{
	uint8_t *to = out;
	struct vmdk_marker m = { .value = le64_put(off / VMDK_SECTOR) };
	size_t n, len, whole;

	if (is_zero(data, VMDK_GRAIN))
		return 0;
	n = packer_pack(k, data, VMDK_GRAIN, to + VMDK_GRAIN_MARKER,
			p->pack_max - VMDK_GRAIN_MARKER);
	m.size = le32_put((uint32_t)n);
	memcpy(to, &m, VMDK_GRAIN_MARKER);
	len = VMDK_GRAIN_MARKER + n;
	if (!n)
		return len; // no room, which cannot be: put refuses it
	whole = vmdk_div_up(len, VMDK_SECTOR) * VMDK_SECTOR;
	memset(to + len, 0, whole - len);
	return whole;
}

static int write_marker(struct sink *s, unsigned type, uint64_t sectors, struct err *e)
{
	struct vmdk_marker m = { .value = le64_put(sectors), .type = le32_put(type) };

	return sink_write(s, &m, sizeof m, e) || sink_align(s, VMDK_SECTOR, e) ? -1 : 0;
}

static int flush_table(struct vmdk_layout *l, struct sink *s, struct err *e)
{
	if (!l->filled)
		return 0;
	if (write_marker(s, VMDK_TABLE, VMDK_TABLE_SECTORS, e))
		return -1;
	l->dir[l->number] = le32_put((uint32_t)(s->pos / VMDK_SECTOR));
	if (sink_write(s, l->table, sizeof l->table, e))
		return -1;
	memset(l->table, 0, sizeof l->table);
	l->filled = false;
	return 0;
}

int vmdk_stream_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data,
		    size_t len, struct err *e)
{
	struct vmdk_layout *l = p->state;
	uint64_t number = off / VMDK_SPAN;
	struct vmdk_marker m = { 0 };

	memcpy(&m, data, len < VMDK_GRAIN_MARKER ? len : VMDK_GRAIN_MARKER);
	if (len % VMDK_SECTOR || !le32_get(m.size) || le64_get(m.value) != off / VMDK_SECTOR)
		return err_set(e, 0, "vmdk: the grain at 0x%llx is not packed",
			       (unsigned long long)off);
	if (number != l->number && flush_table(l, s, e))
		return -1;
	l->number = number;
	l->filled = true;
	l->table[off % VMDK_SPAN / VMDK_GRAIN] = le32_put((uint32_t)(s->pos / VMDK_SECTOR));
	return sink_write(s, data, len, e);
}

int vmdk_stream_finish(struct image_plan *p, struct sink *s, struct err *e)
{
	struct vmdk_layout *l = p->state;
	struct vmdk_header footer;

	if (flush_table(l, s, e) || write_marker(s, VMDK_DIR, l->dir_sectors, e))
		return -1;
	footer = header(l, s->pos / VMDK_SECTOR);
	return sink_write(s, l->dir, l->dir_sectors * VMDK_SECTOR, e) ||
			       write_marker(s, VMDK_FOOTER, 1, e) ||
			       sink_write(s, &footer, sizeof footer, e) ||
			       write_marker(s, VMDK_END, 0, e)
		       ? -1
		       : 0;
}
