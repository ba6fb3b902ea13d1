// SPDX-License-Identifier: GPL-2.0-or-later
// Is a VMDK file whole? Every sector that the header or a table names is marked in a bitmap; one
// that is named twice is an error. Second copies must agree with the first. Packed grains are
// unpacked, which proves their checksums, and what nobody named must be the markers that a reader
// of the stream needs.
#include "image/vmdk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct check {
	struct vmdk v;
	uint8_t *seen;	  // one bit a sector of the file
	uint64_t sectors; // of the file
	le32 *table, *second;
	struct vmdk_unpacker unpacker;
};

static bool is_seen(const struct check *c, uint64_t sector)
{
	return c->seen[sector / 8] >> sector % 8 & 1;
}

static void set_seen(struct check *c, uint64_t sector)
{
	c->seen[sector / 8] = (uint8_t)(c->seen[sector / 8] | 1u << sector % 8);
}

static int bad_sector(const struct check *c, uint64_t sector, const char *what, const char *why,
		      struct err *e)
{
	return err_set(e, 0, "%s: vmdk: %s at sector 0x%llx %s", c->v.file->name, what,
		       (unsigned long long)sector, why);
}

// Marks the sectors of len bytes from the byte `off` of the file.
static int mark(struct check *c, uint64_t off, uint64_t len, const char *what, struct err *e)
{
	uint64_t first = off / VMDK_SECTOR;

	if (off > c->v.file->size || len > c->v.file->size - off)
		return bad_sector(c, first, what, "does not lie inside the file", e);
	for (uint64_t i = first; i < first + vmdk_div_up(len, VMDK_SECTOR); i++) {
		if (is_seen(c, i))
			return bad_sector(c, i, what, "lies where something else lies", e);
		set_seen(c, i);
	}
	return 0;
}

static int check_grain(struct check *c, uint64_t number, uint64_t at, struct err *e)
{
	const struct vmdk *v = &c->v;
	uint64_t len = v->grain, first = number * v->grain;

	if (first >= v->size)
		return bad_sector(c, at / VMDK_SECTOR, "a grain", "is behind the disk's end", e);
	if (v->packed) {
		if (vmdk_unpack(&c->unpacker, v, number, at, &len, e))
			return -1;
	} else if (len > v->size - first && at < v->file->size && len > v->file->size - at) {
		len = v->size - first; // cut with the disk
	}
	return mark(c, at, len, "a grain", e);
}

// Table i of the directory, and its twin.
static int check_table(struct check *c, uint64_t i, struct err *e)
{
	const struct vmdk *v = &c->v;
	uint64_t at = 0, len = v->entries * sizeof *c->table;
	int rc = vmdk_read_table(v, v->dir_off, i, c->table, &at, e);

	if (rc < 0 || (rc && mark(c, at, len, "a table", e)))
		return -1;
	if (v->second_dir_off) {
		uint64_t twin = 0;
		int rc2 = vmdk_read_table(v, v->second_dir_off, i, c->second, &twin, e);

		if (rc2 < 0 || (rc2 && mark(c, twin, len, "a table of the second directory", e)))
			return -1;
		if (rc != rc2 || (rc && memcmp(c->table, c->second, len)))
			return err_set(e, 0,
				       "%s: vmdk: the two copies of table %llu, at sectors 0x%llx "
				       "and 0x%llx, do not agree",
				       v->file->name, (unsigned long long)i,
				       (unsigned long long)(at / VMDK_SECTOR),
				       (unsigned long long)(twin / VMDK_SECTOR));
	}
	for (uint32_t k = 0; rc && k < v->entries; k++) {
		uint64_t grain = vmdk_grain_at(v, c->table[k]);

		if (grain && check_grain(c, i * v->entries + k, grain, e))
			return -1;
	}
	return 0;
}

static int check_named(struct check *c, struct err *e)
{
	const struct vmdk *v = &c->v;

	if (mark(c, 0, VMDK_SECTOR, "the header", e) ||
	    mark(c, v->text_off, v->text_len, "the description", e) ||
	    mark(c, v->dir_off, v->tables * 4, "the grain directory", e) ||
	    (v->second_dir_off &&
	     mark(c, v->second_dir_off, v->tables * 4, "the second grain directory", e)))
		return -1;
	for (uint64_t i = 0; i < v->tables; i++)
		if (check_table(c, i, e))
			return -1;
	return 0;
}

// A sector of a packed file that nobody named. 1: it is the end of the stream.
static int check_marker(struct check *c, uint64_t sector, struct err *e)
{
	struct vmdk_marker m;

	if (src_read(c->v.file, sector * VMDK_SECTOR, &m, sizeof m, e))
		return -1;
	if (le32_get(m.size))
		return bad_sector(c, sector, "data", "is named by no table", e);
	switch (le32_get(m.type)) {
	case VMDK_TABLE:
	case VMDK_DIR:
		if (sector + 1 >= c->sectors || !is_seen(c, sector + 1))
			return bad_sector(c, sector, "the marker", "is not that of a known table",
					  e);
		return 0;
	case VMDK_FOOTER:
		if (!c->v.at_end || sector + 3 != c->sectors)
			return bad_sector(c, sector, "a footer", "is not at the end", e);
		set_seen(c, sector + 1);
		return 0;
	case VMDK_END:
		return le64_get(m.value) ? bad_sector(c, sector, "the last marker", "is damaged", e)
					 : 1;
	default: return bad_sector(c, sector, "something unknown", "lies between the grains", e);
	}
}

static int check_stream(struct check *c, struct buf *notes, struct err *e)
{
	uint64_t sector = c->v.first_grain / VMDK_SECTOR, end = 0;

	for (; sector < c->sectors && !end; sector++) {
		int rc = is_seen(c, sector) ? 0 : check_marker(c, sector, e);

		if (rc < 0)
			return -1;
		end = rc ? sector : 0;
	}
	if (!end && c->v.at_end)
		return err_set(e, 0, "%s: vmdk: the marker of its end is missing", c->v.file->name);
	for (uint64_t i = sector; i < c->sectors; i++)
		if (is_seen(c, i))
			return bad_sector(c, end, "the marker of the end", "has data behind it", e);
	if (sector < c->sectors)
		buf_printf(notes, "%s: vmdk: %llu sectors lie behind its end (harmless)\n",
			   c->v.file->name, (unsigned long long)(c->sectors - sector));
	return 0;
}

static void count_unused(const struct check *c, struct buf *notes)
{
	uint64_t unused = 0;

	for (uint64_t i = c->v.first_grain / VMDK_SECTOR; i < c->sectors; i++)
		unused += !is_seen(c, i);
	if (unused)
		buf_printf(notes, "%s: vmdk: %llu sectors are reserved but not used (harmless)\n",
			   c->v.file->name, (unsigned long long)unused);
}

static void note_header(const struct vmdk *v, struct buf *notes)
{
	if (v->dirty)
		buf_printf(notes, "%s: vmdk: was not closed cleanly by what wrote it\n",
			   v->file->name);
	if (v->text.sectors != v->size / VMDK_SECTOR)
		buf_printf(notes,
			   "%s: vmdk: its description speaks of %llu sectors, its header of %llu\n",
			   v->file->name, (unsigned long long)v->text.sectors,
			   (unsigned long long)(v->size / VMDK_SECTOR));
	if (v->packed != !strcasecmp(v->text.type, "streamOptimized"))
		buf_printf(notes, "%s: vmdk: is called %s, but is %spacked\n", v->file->name,
			   v->text.type, v->packed ? "" : "not ");
}

int vmdk_check(struct src *file, struct buf *notes, struct err *e)
{
	struct check c = { 0 };
	int rc = vmdk_read_header(&c.v, file, e);

	if (rc <= 0)
		return rc ? -1 : err_set(e, 0, "%s: is no VMDK file", file->name);
	c.sectors = vmdk_div_up(file->size, VMDK_SECTOR);
	if (c.sectors > UINT32_MAX)
		return err_set(e, 0, "%s: vmdk: %llu sectors are too many to check", file->name,
			       (unsigned long long)c.sectors);
	c.seen = calloc(c.sectors / 8 + 1, 1);
	c.table = mem_alloc(c.v.entries * sizeof *c.table);
	c.second = mem_alloc(c.v.entries * sizeof *c.second);
	if (c.v.packed)
		vmdk_unpacker_begin(&c.unpacker, &c.v);
	rc = c.seen ? check_named(&c, e) : err_set(e, ENOMEM, "%s: check", file->name);
	if (!rc && c.v.packed)
		rc = check_stream(&c, notes, e);
	else if (!rc)
		count_unused(&c, notes);
	if (!rc)
		note_header(&c.v, notes);
	vmdk_unpacker_end(&c.unpacker);
	free(c.seen);
	free(c.table);
	free(c.second);
	return rc;
}
