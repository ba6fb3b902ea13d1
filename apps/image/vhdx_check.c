// SPDX-License-Identifier: GPL-2.0-or-later
// Is a VHDX file whole? Everything in it lies at whole MiB: those that something claims are marked
// in a bitmap. One that is claimed twice is an error, one that nothing claims is told.
#include "image/vhdx.h"

#include <stdlib.h>
#include <string.h>

#include "image/table.h"

#define MAX_FILE (256 * TIB) // 32 MiB of bitmap

struct check {
	struct vhdx x;
	uint8_t *seen;	// one bit a MiB of the file
	uint64_t units; // of MiB, the last one may be cut
};

// Marks [off, off + len), which lies inside the file at whole MiB.
static int mark(struct check *c, uint64_t off, uint64_t len, const char *what, struct err *e)
{
	for (uint64_t i = off / MIB; i < (off + len) / MIB; i++) {
		uint8_t bit = (uint8_t)(1u << i % 8);

		if (c->seen[i / 8] & bit)
			return err_set(e, 0,
				       "%s: vhdx: %s at 0x%llx lies where something else lies",
				       c->x.file->name, what, (unsigned long long)off);
		c->seen[i / 8] |= bit;
	}
	return 0;
}

// Both must be right and tell the same. Sequence numbers are one apart in a file that was closed,
// but programs are known that write the same header twice.
static int check_headers(const struct check *c, struct err *e)
{
	const char *name = c->x.file->name;
	struct vhdx_header h[2];

	for (unsigned i = 0; i < 2; i++) {
		int right = vhdx_read_header(c->x.file, i, &h[i], e);

		if (right < 0)
			return -1;
		if (!right)
			return err_set(e, 0, "%s: vhdx: header %u is damaged", name, i + 1);
	}
	if (memcmp(&h[0].log, &h[1].log, sizeof h[0].log) ||
	    le16_get(h[0].version) != le16_get(h[1].version) ||
	    le32_get(h[0].log_length) != le32_get(h[1].log_length) ||
	    le64_get(h[0].log_offset) != le64_get(h[1].log_offset))
		return err_set(e, 0, "%s: vhdx: the two headers differ", name);
	return 0;
}

static int check_regions(const struct check *c, struct err *e)
{
	const char *name = c->x.file->name;
	uint8_t *table = mem_alloc(2 * VHDX_TABLE_SIZE);
	int rc = 0;

	for (unsigned i = 0; i < 2 && !rc; i++) {
		int right = vhdx_read_regions(c->x.file, i, table + i * VHDX_TABLE_SIZE, e);

		if (!right)
			rc = err_set(e, 0, "%s: vhdx: table of regions %u is damaged", name, i + 1);
		if (right < 0)
			rc = -1;
	}
	if (!rc && memcmp(table, table + VHDX_TABLE_SIZE, VHDX_TABLE_SIZE))
		rc = err_set(e, 0, "%s: vhdx: the two tables of regions differ", name);
	free(table);
	return rc;
}

static int check_block(struct check *c, uint64_t i, uint64_t entry, struct err *e)
{
	uint64_t off;

	if (entry & VHDX_RESERVED)
		return err_set(e, 0, "%s: vhdx: entry of block %llu is damaged (0x%llx)",
			       c->x.file->name, (unsigned long long)i, (unsigned long long)entry);
	if (vhdx_place_block(&c->x, i, entry, &off, e))
		return -1;
	return off ? mark(c, off, c->x.block, "a block", e) : 0;
}

static int check_blocks(struct check *c, struct table *bat, struct err *e)
{
	uint64_t entries = vhdx_entries(c->x.blocks, c->x.ratio), block = 0;

	for (uint64_t i = 0; i < entries; i++) {
		const le64 *entry = table_entry(bat, i, sizeof *entry, e);

		if (!entry)
			return -1;
		if (i == vhdx_entry_of(block, c->x.ratio)) {
			if (check_block(c, block++, le64_get(*entry), e))
				return -1;
		} else if (le64_get(*entry) & VHDX_STATE) {
			return err_set(e, 0, "%s: vhdx: has a bitmap of sectors, and no parent",
				       c->x.file->name);
		}
	}
	return 0;
}

static int check_all(struct check *c, struct err *e)
{
	struct vhdx *x = &c->x;
	struct table bat;
	int rc;

	if (check_headers(c, e) || check_regions(c, e) || mark(c, 0, MIB, "the head", e) ||
	    mark(c, x->log.off, x->log.len, "the log", e) ||
	    mark(c, x->metadata.off, x->metadata.len, "the metadata", e) ||
	    mark(c, x->bat.off, x->bat.len, "the table of blocks", e))
		return -1;
	table_begin(&bat, x->file, x->bat.off, x->bat.len);
	rc = check_blocks(c, &bat, e);
	table_end(&bat);
	return rc;
}

static void tell_lost(const struct check *c, struct buf *notes)
{
	uint64_t lost = 0;

	for (uint64_t i = 0; i < c->units; i++)
		lost += !(c->seen[i / 8] >> i % 8 & 1);
	if (lost)
		buf_printf(notes, "%s: vhdx: %llu MiB of the file are not used (harmless)\n",
			   c->x.file->name, (unsigned long long)lost);
}

int vhdx_check(struct src *file, struct buf *notes, struct err *e)
{
	struct check c = { 0 };
	int rc = vhdx_read(&c.x, file, e);

	if (rc <= 0)
		return rc ? -1 : err_set(e, 0, "%s: is no VHDX file", file->name);
	if (file->size > MAX_FILE)
		return err_set(e, 0, "%s: vhdx: %s are too much to check", file->name,
			       size_show(file->size).s);
	c.units = file->size / MIB + (file->size % MIB != 0);
	c.seen = mem_zero(c.units / 8 + 1, 1);
	rc = check_all(&c, e);
	if (!rc)
		tell_lost(&c, notes);
	free(c.seen);
	return rc;
}
