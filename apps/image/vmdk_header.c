// SPDX-License-Identifier: GPL-2.0-or-later
// The header of a VMDK file, its footer, and the tables: what reading and checking have in common.
#include "image/vmdk.h"

#include <string.h>

#define MAX_GRAIN (16u << 20)	 // bytes; all known programs write 64 KiB
#define MAX_ENTRIES 512u	 // of a table, QEMU's own limit
#define MAX_TEXT (1u << 20)	 // bytes
#define MAX_SECTORS (1ull << 47) // of the guest's disk

#define UNKNOWN_FLAGS (0xffff0000u & ~(VMDK_PACKED | VMDK_MARKERS)) // not to be ignored

// Is there a stretch of len bytes at that sector of the file?
static bool inside(const struct vmdk *v, uint64_t sector, uint64_t len)
{
	uint64_t size = v->file->size;

	return sector <= size / VMDK_SECTOR && len <= size - sector * VMDK_SECTOR;
}

static int outside(const struct vmdk *v, const char *what, uint64_t sector, struct err *e)
{
	return err_set(e, 0, "%s: vmdk: %s at sector 0x%llx does not lie inside the file",
		       v->file->name, what, (unsigned long long)sector);
}

static int check_kind(struct vmdk *v, const struct vmdk_header *h, struct err *e)
{
	const char *name = v->file->name;

	if (v->version < 1 || v->version > 3)
		return err_set(e, 0, "%s: vmdk: version %u is not known", name, v->version);
	if (v->flags & VMDK_NEWLINES && memcmp(h->newlines, VMDK_NEWLINE_BYTES, sizeof h->newlines))
		return err_set(e, 0,
			       "%s: vmdk: its line ends were changed by a transfer as text: fetch "
			       "it again, as binary",
			       name);
	if (v->flags & UNKNOWN_FLAGS)
		return err_set(e, 0, "%s: vmdk: has features that cannot be read here (0x%x)", name,
			       v->flags);
	v->packed = v->flags & VMDK_PACKED;
	if (le16_get(h->algorithm) != v->packed || !(v->flags & VMDK_MARKERS) != !v->packed)
		return err_set(e, 0,
			       "%s: vmdk: is packed in a way that cannot be read here (flags 0x%x, "
			       "algorithm %u)",
			       name, v->flags, le16_get(h->algorithm));
	return 0;
}

// A file whose header says so has its true header in front of the last sector.
static int read_footer(struct vmdk *v, struct vmdk_header *h, struct err *e)
{
	uint64_t sectors = v->file->size / VMDK_SECTOR;
	struct vmdk_header footer;

	v->at_end = true;
	if (sectors < 4 ||
	    src_read(v->file, (sectors - 2) * VMDK_SECTOR, &footer, sizeof footer, e))
		return sectors < 4 ? outside(v, "the footer", sectors, e) : -1;
	if (le32_get(footer.magic) != VMDK_MAGIC || le64_get(footer.dir_sector) == VMDK_AT_END)
		return err_set(e, 0,
			       "%s: vmdk: there is no footer at its end: it was not written or not "
			       "copied to the end",
			       v->file->name);
	if (le64_get(footer.capacity) != le64_get(h->capacity) ||
	    le64_get(footer.grain_sectors) != le64_get(h->grain_sectors) ||
	    le32_get(footer.table_entries) != le32_get(h->table_entries) ||
	    le32_get(footer.flags) != le32_get(h->flags))
		return err_set(e, 0, "%s: vmdk: footer and header do not agree", v->file->name);
	*h = footer;
	return 0;
}

static int read_text(struct vmdk *v, const struct vmdk_header *h, struct err *e)
{
	uint64_t sector = le64_get(h->text_sector), sectors = le64_get(h->text_sectors);
	char *text STR_AUTO = NULL;

	if (!sector)
		sectors = 0;
	if (sectors > MAX_TEXT / VMDK_SECTOR || !inside(v, sector, sectors * VMDK_SECTOR))
		return outside(v, "the description", sector, e);
	v->text_off = sector * VMDK_SECTOR;
	v->text_len = sectors * VMDK_SECTOR;
	text = mem_alloc(v->text_len + 1);
	if (v->text_len && src_read(v->file, v->text_off, text, v->text_len, e))
		return -1;
	text[v->text_len] = 0;
	vmdk_text_parse(&v->text, text, strlen(text));
	return vmdk_text_check(&v->text, v->file->name, e);
}

static int read_sizes(struct vmdk *v, const struct vmdk_header *h, struct err *e)
{
	uint64_t sectors = le64_get(h->capacity), grain = le64_get(h->grain_sectors);
	const char *name = v->file->name;

	if (!sectors || sectors > MAX_SECTORS)
		return err_set(e, 0, "%s: vmdk: impossible disk size, %llu sectors", name,
			       (unsigned long long)sectors);
	if (!grain || grain & (grain - 1) || grain > MAX_GRAIN / VMDK_SECTOR)
		return err_set(e, 0, "%s: vmdk: damaged header (grains of %llu sectors)", name,
			       (unsigned long long)grain);
	v->entries = le32_get(h->table_entries);
	if (!v->entries || v->entries > MAX_ENTRIES)
		return err_set(e, 0, "%s: vmdk: damaged header (tables of %u entries)", name,
			       v->entries);
	v->size = sectors * VMDK_SECTOR;
	v->grain = (uint32_t)grain * VMDK_SECTOR;
	v->tables = vmdk_div_up(v->size, (uint64_t)v->grain * v->entries);
	return 0;
}

static int read_places(struct vmdk *v, const struct vmdk_header *h, struct err *e)
{
	uint64_t dir = le64_get(h->dir_sector), second = le64_get(h->second_dir_sector);
	uint64_t grains = le64_get(h->first_grain_sector);

	if (!(v->flags & VMDK_TWO_DIRS))
		second = 0;
	if (!dir || !inside(v, dir, v->tables * 4))
		return outside(v, "the grain directory", dir, e);
	if (second && !inside(v, second, v->tables * 4))
		return outside(v, "the second grain directory", second, e);
	if (!inside(v, grains, 0))
		return outside(v, "the first grain", grains, e);
	v->dir_off = dir * VMDK_SECTOR;
	v->second_dir_off = second * VMDK_SECTOR;
	v->first_grain = grains * VMDK_SECTOR;
	return 0;
}

int vmdk_read_header(struct vmdk *v, struct src *file, struct err *e)
{
	struct vmdk_header h;
	int foreign = vmdk_foreign(file, e);

	*v = (struct vmdk){ .file = file };
	if (foreign)
		return -1;
	if (file->size < sizeof h)
		return 0;
	if (src_read(file, 0, &h, sizeof h, e))
		return -1;
	if (le32_get(h.magic) != VMDK_MAGIC)
		return 0;
	v->version = le32_get(h.version);
	v->flags = le32_get(h.flags);
	v->dirty = h.dirty;
	if (check_kind(v, &h, e) || read_text(v, &h, e) ||
	    (le64_get(h.dir_sector) == VMDK_AT_END && read_footer(v, &h, e)) ||
	    read_sizes(v, &h, e) || read_places(v, &h, e))
		return -1;
	return 1;
}

// Entries that point to nothing.
static bool is_none(const struct vmdk *v, uint32_t sector)
{
	return !sector || (sector == 1 && v->flags & VMDK_ZERO_GRAINS);
}

int vmdk_read_table(const struct vmdk *v, uint64_t dir_off, uint64_t i, le32 *table, uint64_t *at,
		    struct err *e)
{
	uint32_t sector;
	le32 entry;

	if (src_read(v->file, dir_off + i * sizeof entry, &entry, sizeof entry, e))
		return -1;
	sector = le32_get(entry);
	if (is_none(v, sector))
		return 0;
	if (!inside(v, sector, v->entries * sizeof *table))
		return err_set(e, 0,
			       "%s: vmdk: table %llu at sector 0x%x does not lie inside the file",
			       v->file->name, (unsigned long long)i, sector);
	if (at)
		*at = (uint64_t)sector * VMDK_SECTOR;
	return src_read(v->file, (uint64_t)sector * VMDK_SECTOR, table, v->entries * sizeof *table,
			e)
		       ? -1
		       : 1;
}

uint64_t vmdk_grain_at(const struct vmdk *v, le32 entry)
{
	uint32_t sector = le32_get(entry);

	return is_none(v, sector) ? 0 : (uint64_t)sector * VMDK_SECTOR;
}
