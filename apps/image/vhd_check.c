// SPDX-License-Identifier: GPL-2.0-or-later
// Is a VHD file whole? The places of all blocks are gathered and sorted (4 bytes each, 16 MiB for
// the largest disk); then everything that lies in the file is walked over in order: what begins
// before its neighbour ends is an error, what nothing claims is told.
#include "image/vhd.h"

#include <stdlib.h>
#include <string.h>

#include "image/table.h"

struct part {
	uint64_t off, len;
	const char *what;
};

struct check {
	struct vhd v;
	struct part fixed[3]; // the footer's copy, header and table, in order of offset
	uint32_t *sectors;    // of the blocks, sorted
	uint64_t blocks;
	uint64_t lost; // bytes that nothing claims
};

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int by_offset(const void *a, const void *b)
{
	uint64_t x = ((const struct part *)a)->off, y = ((const struct part *)b)->off;

	return (x > y) - (x < y);
}

static int gather_blocks(struct check *c, struct err *e)
{
	struct table t;
	int rc = 0;

	c->sectors = mem_zero((size_t)c->v.entries + 1, sizeof *c->sectors);
	table_begin(&t, c->v.file, c->v.table_off, c->v.entries * 4ull);
	for (uint32_t i = 0; i < c->v.entries && !rc; i++) {
		const be32 *entry = table_entry(&t, i, sizeof *entry, e);

		if (!entry) {
			rc = -1;
		} else if (be32_get(*entry) != VHD_NO_BLOCK) {
			c->sectors[c->blocks++] = be32_get(*entry);
			rc = vhd_check_block(&c->v, i, be32_get(*entry), e);
		}
	}
	table_end(&t);
	qsort(c->sectors, c->blocks, sizeof *c->sectors, by_value);
	return rc;
}

static void gather_parts(struct check *c)
{
	const struct vhd *v = &c->v;
	uint64_t table = (v->entries * 4ull + VHD_SECTOR - 1) / VHD_SECTOR * VHD_SECTOR;

	c->fixed[0] = (struct part){ 0, sizeof v->footer, "the footer's copy" };
	c->fixed[1] = (struct part){ v->header_off, sizeof(struct vhd_header), "the header" };
	c->fixed[2] = (struct part){ v->table_off, table, "the table" };
	qsort(c->fixed, 3, sizeof *c->fixed, by_offset);
}

// Space in front of a block that only brings it to a good place is not lost.
static int walk(struct check *c, struct err *e)
{
	uint64_t at = 0, block = 0;
	size_t fixed = 0;

	while (fixed < 3 || block < c->blocks) {
		struct part p = { UINT64_MAX, 0, NULL };

		if (block < c->blocks)
			p = (struct part){ (uint64_t)c->sectors[block] * VHD_SECTOR,
					   (uint64_t)c->v.bitmap + c->v.block, "a block" };
		if (fixed < 3 && c->fixed[fixed].off <= p.off)
			p = c->fixed[fixed++];
		else
			block++;
		if (p.off < at)
			return err_set(e, 0, "%s: vhd: %s at 0x%llx lies where something else lies",
				       c->v.file->name, p.what, (unsigned long long)p.off);
		if (p.off - at >= VHD_ALIGN)
			c->lost += p.off - at;
		at = p.off + p.len;
	}
	if (c->v.end > at)
		c->lost += c->v.end - at;
	return 0;
}

// Both footers must be there, and the same.
static int check_footers(const struct vhd *v, struct err *e)
{
	const char *name = v->file->name;
	struct vhd_footer copy;

	if (!v->has_end)
		return err_set(e, 0, "%s: vhd: no footer at the end that is right: was it cut?",
			       name);
	if (!v->has_copy)
		return err_set(e, 0, "%s: vhd: the footer's copy at the beginning is damaged",
			       name);
	if (src_read(v->file, 0, &copy, sizeof copy, e))
		return -1;
	if (memcmp(&copy, &v->footer, sizeof copy))
		return err_set(e, 0, "%s: vhd: the footer and its copy differ", name);
	return 0;
}

static int check_dynamic(struct check *c, struct err *e)
{
	if (check_footers(&c->v, e) || gather_blocks(c, e))
		return -1;
	gather_parts(c);
	return walk(c, e);
}

int vhd_check(struct src *file, struct buf *notes, struct err *e)
{
	struct check c = { 0 };
	int rc = vhd_read_header(&c.v, file, e);

	if (rc <= 0)
		return rc ? -1 : err_set(e, 0, "%s: is no VHD file", file->name);
	c.lost = c.v.fixed ? c.v.end - c.v.size : 0;
	rc = c.v.fixed ? 0 : check_dynamic(&c, e);
	free(c.sectors);
	if (!rc && c.lost)
		buf_printf(notes, "%s: vhd: %llu bytes of the file are not used (harmless)\n",
			   file->name, (unsigned long long)c.lost);
	return rc;
}
