// SPDX-License-Identifier: GPL-2.0-or-later
// What a VHD file says of itself. Refused are differencing disks, and blocks of other sizes than
// any program writes.
#include "image/vhd.h"

#include <string.h>

#define MIN_BLOCK (512 * KIB)
#define MAX_BLOCK (256 * MIB)
#define MAX_SIZE (2 * TIB)   // what the table's entries can reach
#define OLD_FOOTER_SIZE 511u // Virtual PC before 2004

// The footer at off: 1 there, 0 not, -1 cannot be read. *right: its checksum is.
static int read_footer(struct src *file, uint64_t off, size_t len, struct vhd_footer *f,
		       bool *right, struct err *e)
{
	*f = (struct vhd_footer){ 0 };
	if (src_read(file, off, f, len, e))
		return -1;
	*right = be32_get(f->checksum) == vhd_checksum(f, sizeof *f, f->checksum);
	return !memcmp(f->cookie, VHD_COOKIE, sizeof f->cookie);
}

// Nothing else tells a fixed disk that was cut from a plain one.
static bool is_named_vhd(const char *name)
{
	size_t n = strlen(name);

	return n >= 4 && !strcasecmp(name + n - 4, ".vhd");
}

// Looks at both ends of the file. 1: *v has a footer that is right; 0: there is none at all.
static int find_footer(struct vhd *v, struct err *e)
{
	struct vhd_footer first, last;
	struct src *file = v->file;
	bool right_first, right_last;
	int copy, end;

	if (file->size < sizeof first)
		return 0;
	copy = read_footer(file, 0, sizeof first, &first, &right_first, e);
	if (copy < 0)
		return -1;
	v->end = file->size - sizeof last;
	end = read_footer(file, v->end, sizeof last, &last, &right_last, e);
	if (!end && file->size % VHD_SECTOR == OLD_FOOTER_SIZE) {
		v->end = file->size - OLD_FOOTER_SIZE;
		end = read_footer(file, v->end, OLD_FOOTER_SIZE, &last, &right_last, e);
	}
	if (end < 0)
		return -1;
	if (!end)
		v->end = file->size;
	v->has_end = end && right_last;
	v->has_copy = copy && right_first;
	if (!copy && !end)
		return is_named_vhd(file->name)
			       ? err_set(e, 0, "%s: vhd: has no footer: was it cut?", file->name)
			       : 0;
	if (!v->has_end && !v->has_copy)
		return err_set(e, 0, "%s: vhd: the footer's checksum is wrong", file->name);
	v->footer = v->has_end ? last : first;
	return 1;
}

static bool inside(const struct vhd *v, uint64_t off, uint64_t len)
{
	return off <= v->end && len <= v->end - off;
}

static int read_dynamic(struct vhd *v, struct err *e)
{
	const char *name = v->file->name;
	struct vhd_header h;
	uint64_t need;

	v->header_off = be64_get(v->footer.data_offset);
	if (!inside(v, v->header_off, sizeof h))
		return err_set(e, 0, "%s: vhd: header at 0x%llx does not lie inside the file", name,
			       (unsigned long long)v->header_off);
	if (src_read(v->file, v->header_off, &h, sizeof h, e))
		return -1;
	if (memcmp(h.cookie, VHD_HEADER_COOKIE, sizeof h.cookie))
		return err_set(e, 0, "%s: vhd: there is no header at 0x%llx", name,
			       (unsigned long long)v->header_off);
	if (be32_get(h.checksum) != vhd_checksum(&h, sizeof h, h.checksum))
		return err_set(e, 0, "%s: vhd: the header's checksum is wrong", name);
	v->table_off = be64_get(h.table_offset);
	v->entries = be32_get(h.entries);
	v->block = be32_get(h.block_size);
	if (v->block < MIN_BLOCK || v->block > MAX_BLOCK || v->block & (v->block - 1))
		return err_set(e, 0, "%s: vhd: blocks of %u bytes cannot be read here", name,
			       v->block);
	v->bitmap = (v->block / VHD_SECTOR / 8 + VHD_SECTOR - 1) / VHD_SECTOR * VHD_SECTOR;
	need = v->size / v->block + (v->size % v->block != 0);
	if (v->entries < need || v->entries > MAX_SIZE / v->block)
		return err_set(e, 0, "%s: vhd: the table has %u entries, %llu are needed", name,
			       v->entries, (unsigned long long)need);
	if (!inside(v, v->table_off, v->entries * 4ull))
		return err_set(e, 0, "%s: vhd: table at 0x%llx does not lie inside the file", name,
			       (unsigned long long)v->table_off);
	return 0;
}

int vhd_read_header(struct vhd *v, struct src *file, struct err *e)
{
	const char *name = file->name;
	uint32_t type;
	int rc;

	*v = (struct vhd){ .file = file };
	rc = find_footer(v, e);
	if (rc <= 0)
		return rc;
	type = be32_get(v->footer.type);
	v->size = be64_get(v->footer.size);
	v->fixed = type == VHD_FIXED;
	if (be32_get(v->footer.version) >> 16 != VHD_VERSION >> 16)
		return err_set(e, 0, "%s: vhd: version 0x%x is not known", name,
			       be32_get(v->footer.version));
	if (type == VHD_DIFFERENCING)
		return err_set(e, 0,
			       "%s: vhd: is a differencing disk: merge it into its parent first",
			       name);
	if (type != VHD_FIXED && type != VHD_DYNAMIC)
		return err_set(e, 0, "%s: vhd: disks of type %u are not known", name, type);
	if (!v->size || v->size % VHD_SECTOR || (!v->fixed && v->size > MAX_SIZE))
		return err_set(e, 0, "%s: vhd: impossible disk size %llu", name,
			       (unsigned long long)v->size);
	if (!v->fixed)
		return read_dynamic(v, e) ? -1 : 1;
	if (!v->has_end || !inside(v, 0, v->size))
		return err_set(e, 0, "%s: vhd: the file was cut: the disk in it has %llu bytes",
			       name, (unsigned long long)v->size);
	return 1;
}

int vhd_check_block(const struct vhd *v, uint64_t i, uint32_t sector, struct err *e)
{
	uint64_t off = (uint64_t)sector * VHD_SECTOR;

	if (!inside(v, off, (uint64_t)v->bitmap + v->block))
		return err_set(e, 0, "%s: vhd: block %llu at 0x%llx does not lie inside the file",
			       v->file->name, (unsigned long long)i, (unsigned long long)off);
	return 0;
}
