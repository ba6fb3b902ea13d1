// SPDX-License-Identifier: GPL-2.0-or-later
// What a VHDX file says of itself: headers, regions, metadata. Refused are differencing disks,
// files whose log must be replayed first, and whatever the file requires a reader to know that we
// do not.
#include "image/vhdx.h"

#include <stdlib.h>
#include <string.h>

#include "base/view.h"

static bool same_guid(const struct vhdx_guid *a, const struct vhdx_guid *b)
{
	return !memcmp(a, b, sizeof *a);
}

// Does the place lie at whole MiB behind the head of the file, and inside the file?
static bool well_placed(const struct vhdx *x, const struct vhdx_place *p)
{
	return p->off % MIB == 0 && p->len % MIB == 0 && p->off >= VHDX_FILE_HEAD &&
	       p->off <= x->file->size && p->len <= x->file->size - p->off;
}

int vhdx_read_header(struct src *file, unsigned i, struct vhdx_header *h, struct err *e)
{
	uint8_t block[VHDX_HEADER_SIZE];

	if (src_read(file, VHDX_HEADER_AT(i), block, sizeof block, e))
		return -1;
	memcpy(h, block, sizeof *h);
	return !memcmp(h->signature, "head", 4) &&
	       le32_get(h->checksum) == vhdx_checksum(block, sizeof block);
}

int vhdx_read_regions(struct src *file, unsigned i, void *table, struct err *e)
{
	const struct vhdx_regions *head = table;

	if (src_read(file, VHDX_REGIONS_AT(i), table, VHDX_TABLE_SIZE, e))
		return -1;
	return !memcmp(head->signature, "regi", 4) &&
	       le32_get(head->checksum) == vhdx_checksum(table, VHDX_TABLE_SIZE);
}

// The header that counts. Some programs write two that are the same.
static int find_header(struct vhdx *x, struct vhdx_header *h, struct err *e)
{
	struct vhdx_header both[2];
	int right[2];

	for (unsigned i = 0; i < 2; i++) {
		right[i] = vhdx_read_header(x->file, i, &both[i], e);
		if (right[i] < 0)
			return -1;
	}
	if (!right[0] && !right[1])
		return err_set(e, 0, "%s: vhdx: both headers are damaged", x->file->name);
	*h = both[!right[0] ||
		  (right[1] && le64_get(both[1].sequence) > le64_get(both[0].sequence))];
	return 0;
}

static int check_header(struct vhdx *x, const struct vhdx_header *h, struct err *e)
{
	static const struct vhdx_guid none;
	const char *name = x->file->name;

	x->log = (struct vhdx_place){ le64_get(h->log_offset), le32_get(h->log_length) };
	if (le16_get(h->version) != 1)
		return err_set(e, 0, "%s: vhdx: version %u is not known", name,
			       le16_get(h->version));
	if (!same_guid(&h->log, &none))
		return err_set(e, 0,
			       "%s: vhdx: was not closed properly, its log must be replayed: let "
			       "Hyper-V open it once, or run qemu-img check -r all",
			       name);
	if (!well_placed(x, &x->log))
		return err_set(e, 0, "%s: vhdx: log at 0x%llx does not lie inside the file", name,
			       (unsigned long long)x->log.off);
	return 0;
}

static int take_region(struct vhdx *x, const struct vhdx_region *r, struct err *e)
{
	static const struct vhdx_guid bat = VHDX_GUID_BAT, metadata = VHDX_GUID_METADATA;
	struct vhdx_place place = { le64_get(r->offset), le32_get(r->length) };
	struct vhdx_place *to = same_guid(&r->id, &bat)	       ? &x->bat
				: same_guid(&r->id, &metadata) ? &x->metadata
							       : NULL;

	if (!well_placed(x, &place))
		return err_set(e, 0, "%s: vhdx: region at 0x%llx does not lie inside the file",
			       x->file->name, (unsigned long long)place.off);
	if (!to)
		return le32_get(r->required) & 1
			       ? err_set(e, 0, "%s: vhdx: has a region that cannot be read here",
					 x->file->name)
			       : 0;
	if (to->off)
		return err_set(e, 0, "%s: vhdx: has two regions of one kind", x->file->name);
	*to = place;
	return 0;
}

static int read_regions(struct vhdx *x, uint8_t *table, struct err *e)
{
	struct vhdx_regions head;
	struct vhdx_region r;
	uint32_t count;
	int right = vhdx_read_regions(x->file, 0, table, e);

	if (!right)
		right = vhdx_read_regions(x->file, 1, table, e);
	if (right <= 0)
		return right ? -1
			     : err_set(e, 0, "%s: vhdx: both tables of regions are damaged",
				       x->file->name);
	memcpy(&head, table, sizeof head);
	count = le32_get(head.count);
	if (count > VHDX_MAX_ENTRIES)
		return err_set(e, 0, "%s: vhdx: %u regions are too many", x->file->name, count);
	for (uint32_t i = 0; i < count; i++) {
		memcpy(&r, table + sizeof head + i * sizeof r, sizeof r);
		if (take_region(x, &r, e))
			return -1;
	}
	if (!x->bat.off || !x->metadata.off)
		return err_set(e, 0, "%s: vhdx: has no %s", x->file->name,
			       x->bat.off ? "metadata" : "table of blocks");
	return 0;
}

// The values of the items we know, as they lie in the file; all zeros when they are not there.
struct values {
	struct {
		le32 block, flags;
	} file;
	le64 size;
	struct vhdx_guid disk_id;
	le32 logical, physical;
	bool parent;
};

static int take_item(struct vhdx *x, const struct vhdx_item *item, struct values *v, struct err *e)
{
	const struct {
		struct vhdx_guid id;
		void *to;
		uint32_t len; // 0: any
	} known[] = {
		{ VHDX_GUID_FILE, &v->file, sizeof v->file },
		{ VHDX_GUID_SIZE, &v->size, sizeof v->size },
		{ VHDX_GUID_DISK_ID, &v->disk_id, sizeof v->disk_id },
		{ VHDX_GUID_LOGICAL, &v->logical, sizeof v->logical },
		{ VHDX_GUID_PHYSICAL, &v->physical, sizeof v->physical },
		{ VHDX_GUID_PARENT, NULL, 0 },
	};
	uint32_t off = le32_get(item->offset), len = le32_get(item->length);
	size_t i = 0, n = sizeof known / sizeof *known;

	while (i < n && !same_guid(&item->id, &known[i].id))
		i++;
	if (i == n && !(le32_get(item->flags) & VHDX_ITEM_REQUIRED))
		return 0;
	if (i == n)
		return err_set(e, 0, "%s: vhdx: has metadata that cannot be read here",
			       x->file->name);
	if (off < VHDX_TABLE_SIZE || off > x->metadata.len || len > x->metadata.len - off ||
	    (known[i].len && len < known[i].len))
		return err_set(e, 0, "%s: vhdx: metadata at 0x%x does not lie inside its region",
			       x->file->name, off);
	if (!known[i].to) {
		v->parent = true;
		return 0;
	}
	return src_read(x->file, x->metadata.off + off, known[i].to, known[i].len, e);
}

static int read_items(struct vhdx *x, uint8_t *table, struct values *v, struct err *e)
{
	struct vhdx_items head;
	struct vhdx_item item;

	if (x->metadata.len < VHDX_TABLE_SIZE)
		return err_set(e, 0, "%s: vhdx: the metadata is cut", x->file->name);
	if (src_read(x->file, x->metadata.off, table, VHDX_TABLE_SIZE, e))
		return -1;
	memcpy(&head, table, sizeof head);
	if (memcmp(head.signature, "metadata", 8) || le16_get(head.count) > VHDX_MAX_ENTRIES)
		return err_set(e, 0, "%s: vhdx: the table of metadata is damaged", x->file->name);
	for (uint16_t i = 0; i < le16_get(head.count); i++) {
		memcpy(&item, table + sizeof head + i * sizeof item, sizeof item);
		if (take_item(x, &item, v, e))
			return -1;
	}
	return 0;
}

static int check_values(struct vhdx *x, const struct values *v, struct err *e)
{
	const char *name = x->file->name;
	uint32_t flags = le32_get(v->file.flags);
	uint64_t entries;

	x->size = le64_get(v->size);
	x->sector = le32_get(v->logical);
	x->block = le32_get(v->file.block);
	if (flags & VHDX_HAS_PARENT || v->parent)
		return err_set(e, 0,
			       "%s: vhdx: is a differencing disk: merge it into its parent first",
			       name);
	if (x->sector != 512 && x->sector != 4096)
		return err_set(e, 0, "%s: vhdx: impossible sectors of %u bytes", name, x->sector);
	if (x->block < VHDX_MIN_BLOCK || x->block > VHDX_MAX_BLOCK || x->block & (x->block - 1))
		return err_set(e, 0, "%s: vhdx: impossible blocks of %u bytes", name, x->block);
	if (!x->size || x->size % x->sector || x->size > VHDX_MAX_DISK)
		return err_set(e, 0, "%s: vhdx: impossible disk size %llu", name,
			       (unsigned long long)x->size);
	x->blocks = x->size / x->block + (x->size % x->block != 0);
	x->ratio = VHDX_CHUNK_SECTORS * x->sector / x->block;
	entries = vhdx_entries(x->blocks, x->ratio);
	if (x->bat.len / 8 < entries)
		return err_set(
			e, 0, "%s: vhdx: the table of blocks has %llu entries, %llu are needed",
			name, (unsigned long long)x->bat.len / 8, (unsigned long long)entries);
	return 0;
}

static int read_all(struct vhdx *x, uint8_t *table, struct err *e)
{
	struct values v = { 0 };
	struct vhdx_header h;

	if (find_header(x, &h, e) || check_header(x, &h, e) || read_regions(x, table, e) ||
	    read_items(x, table, &v, e))
		return -1;
	return check_values(x, &v, e);
}

int vhdx_read(struct vhdx *x, struct src *file, struct err *e)
{
	uint8_t signature[8], *table;
	int rc;

	*x = (struct vhdx){ .file = file };
	if (file->size < sizeof signature)
		return 0;
	if (src_read(file, 0, signature, sizeof signature, e))
		return -1;
	if (memcmp(signature, VHDX_SIGNATURE, sizeof signature))
		return 0;
	if (file->size < VHDX_FILE_HEAD)
		return err_set(e, 0, "%s: vhdx: the file was cut", file->name);
	table = mem_alloc(VHDX_TABLE_SIZE);
	rc = read_all(x, table, e);
	free(table);
	return rc ? -1 : 1;
}

int vhdx_place_block(const struct vhdx *x, uint64_t i, uint64_t entry, uint64_t *off, struct err *e)
{
	const char *name = x->file->name;

	*off = 0;
	switch ((enum vhdx_state)(entry & VHDX_STATE)) {
	case VHDX_NOT_PRESENT:
	case VHDX_UNDEFINED:
	case VHDX_ZERO:
	case VHDX_UNMAPPED:
	case VHDX_UNMAPPED_DRAFT: return 0;
	case VHDX_PRESENT: break;
	case VHDX_PARTIAL:
	default:
		return err_set(e, 0, "%s: vhdx: block %llu is in state %u, which makes no sense",
			       name, (unsigned long long)i, (unsigned)(entry & VHDX_STATE));
	}
	*off = entry & VHDX_OFFSET;
	if (*off < VHDX_FILE_HEAD || *off > x->file->size || x->block > x->file->size - *off)
		return err_set(e, 0, "%s: vhdx: block %llu at 0x%llx does not lie inside the file",
			       name, (unsigned long long)i, (unsigned long long)*off);
	return 0;
}
