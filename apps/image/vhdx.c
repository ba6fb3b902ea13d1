// SPDX-License-Identifier: GPL-2.0-or-later
// Writing VHDX front to back in one go. All in the order of the file:
//
//	signature, headers, tables of regions, empty log, metadata, table of blocks, blocks
//
// Blocks have 1 MiB, as is advised for Linux (ext4 writes something into each of its groups: large
// blocks would soon all be there); larger ones from 4 TiB on keep the table within 32 MiB.
#include "image/vhdx.h"

#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/uuid.h"
#include "image/blocks.h"

#define GRANULE 65536u
#define LOG_AT MIB
#define LOG_SIZE MIB // the smallest
#define METADATA_AT (LOG_AT + LOG_SIZE)
#define METADATA_SIZE MIB
#define BAT_AT (METADATA_AT + METADATA_SIZE)
#define MAX_BLOCKS (4u << 20)
#define PHYSICAL_SECTOR 4096u // what Hyper-V gives to its own, and hosts have today

struct layout {
	uint64_t size;	 // of the disk: whole sectors
	uint64_t blocks; // of the disk
	uint64_t ratio;
	uint64_t bat_size; // bytes
	uint32_t block;	   // bytes
	struct vhdx_guid file_write, data_write, disk_id;
	struct blocks writer;
};

uint32_t vhdx_checksum(const void *p, size_t n)
{
	static const uint8_t zeros[4];
	uint32_t crc = crc32c_add(0, p, 4);

	crc = crc32c_add(crc, zeros, sizeof zeros);
	return crc32c_add(crc, (const uint8_t *)p + 8, n - 8);
}

uint64_t vhdx_entries(uint64_t blocks, uint64_t ratio)
{
	return blocks + (blocks - 1) / ratio;
}

uint64_t vhdx_entry_of(uint64_t i, uint64_t ratio)
{
	return i + i / ratio;
}

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return (n / unit + (n % unit != 0)) * unit;
}

static int new_guid(struct vhdx_guid *g, struct err *e)
{
	uint8_t version;

	if (uuid_random(g->b, e))
		return -1;
	// the third group is little-endian here
	version = g->b[6];
	g->b[6] = g->b[7];
	g->b[7] = version;
	return 0;
}

static int plan(struct image_plan *p, struct err *e)
{
	struct layout *l;
	uint64_t stored;

	if (!p->disk_size || p->disk_size > VHDX_MAX_DISK)
		return err_usage(e,
				 "vhdx: a disk of %llu bytes is not possible: 64 TiB are the most",
				 (unsigned long long)p->disk_size);
	if (p->set.sector != 512 && p->set.sector != 4096)
		return err_usage(e, "vhdx: sectors have 512 or 4096 bytes, those of this disk %u",
				 p->set.sector);
	// fixed disks, too: what is free there are zeros that need not be read
	map_align_done(&p->used, p->granule);
	p->state = l = mem_zero(1, sizeof *l);
	if (new_guid(&l->file_write, e) || new_guid(&l->data_write, e) || new_guid(&l->disk_id, e))
		return -1;
	l->size = round_up(p->disk_size, p->set.sector);
	l->block = (uint32_t)VHDX_MIN_BLOCK;
	while (l->size / l->block > MAX_BLOCKS)
		l->block *= 2;
	l->blocks = round_up(l->size, l->block) / l->block;
	l->ratio = VHDX_CHUNK_SECTORS * p->set.sector / l->block;
	l->bat_size = round_up(vhdx_entries(l->blocks, l->ratio) * 8, MIB);
	stored = p->set.fixed ? l->blocks : blocks_count(&p->used, l->block);
	p->file_size = BAT_AT + l->bat_size + stored * l->block;
	return 0;
}

// "Salvor" for those who ask what made the file.
static int write_signature(struct sink *s, struct err *e)
{
	static const uint8_t creator[] = { 'S', 0, 'a', 0, 'l', 0, 'v', 0, 'o', 0, 'r', 0 };

	return sink_write(s, VHDX_SIGNATURE, 8, e) || sink_write(s, creator, sizeof creator, e) ||
			       sink_align(s, VHDX_HEADER_AT(0), e)
		       ? -1
		       : 0;
}

static int write_header(const struct layout *l, uint64_t sequence, struct sink *s, struct err *e)
{
	uint8_t block[VHDX_HEADER_SIZE] = { 0 };
	struct vhdx_header h = {
		.signature = "head",
		.sequence = le64_put(sequence),
		.file_write = l->file_write,
		.data_write = l->data_write,
		.version = le16_put(1),
		.log_length = le32_put((uint32_t)LOG_SIZE),
		.log_offset = le64_put(LOG_AT),
	};

	memcpy(block, &h, sizeof h);
	h.checksum = le32_put(vhdx_checksum(block, sizeof block));
	memcpy(block, &h, sizeof h);
	return sink_write(s, block, sizeof block, e) || sink_align(s, VHDX_TABLE_SIZE, e) ? -1 : 0;
}

static int write_regions(const struct layout *l, struct sink *s, struct err *e)
{
	const struct vhdx_region region[] = {
		{ VHDX_GUID_BAT, le64_put(BAT_AT), le32_put((uint32_t)l->bat_size), le32_put(1) },
		{ VHDX_GUID_METADATA, le64_put(METADATA_AT), le32_put((uint32_t)METADATA_SIZE),
		  le32_put(1) },
	};
	struct vhdx_regions head = { .signature = "regi", .count = le32_put(2) };
	uint8_t *table = mem_zero(1, VHDX_TABLE_SIZE);
	int rc = 0;

	memcpy(table, &head, sizeof head);
	memcpy(table + sizeof head, region, sizeof region);
	head.checksum = le32_put(vhdx_checksum(table, VHDX_TABLE_SIZE));
	memcpy(table, &head, sizeof head);
	for (unsigned i = 0; i < 2 && !rc; i++)
		rc = sink_write(s, table, VHDX_TABLE_SIZE, e);
	free(table);
	return rc;
}

// What the items hold, in the order of the table, without gaps.
struct values {
	le32 block, flags;
	le64 size;
	struct vhdx_guid disk_id;
	le32 logical, physical;
};

#define ITEM(guid, from, to, of)                                                                   \
	{                                                                                          \
		guid, le32_put((uint32_t)(VHDX_TABLE_SIZE + offsetof(struct values, from))),       \
			le32_put((uint32_t)((to)-offsetof(struct values, from))),                  \
			le32_put((of) | VHDX_ITEM_REQUIRED), le32_put(0)                           \
	}

static int write_metadata(const struct image_plan *p, const struct layout *l, struct sink *s,
			  struct err *e)
{
	const struct values values = {
		.block = le32_put(l->block),
		.flags = le32_put(p->set.fixed ? VHDX_FIXED : 0),
		.size = le64_put(l->size),
		.disk_id = l->disk_id,
		.logical = le32_put(p->set.sector),
		.physical = le32_put(PHYSICAL_SECTOR),
	};
	const struct vhdx_item item[] = {
		ITEM(VHDX_GUID_FILE, block, offsetof(struct values, size), 0),
		ITEM(VHDX_GUID_SIZE, size, offsetof(struct values, disk_id), VHDX_ITEM_OF_DISK),
		ITEM(VHDX_GUID_DISK_ID, disk_id, offsetof(struct values, logical),
		     VHDX_ITEM_OF_DISK),
		ITEM(VHDX_GUID_LOGICAL, logical, offsetof(struct values, physical),
		     VHDX_ITEM_OF_DISK),
		ITEM(VHDX_GUID_PHYSICAL, physical, sizeof(struct values), VHDX_ITEM_OF_DISK),
	};
	const struct vhdx_items head = {
		.signature = "metadata",
		.count = le16_put(sizeof item / sizeof *item),
	};

	if (sink_write(s, &head, sizeof head, e) || sink_write(s, item, sizeof item, e) ||
	    sink_align(s, VHDX_TABLE_SIZE, e) || sink_write(s, &values, sizeof values, e))
		return -1;
	return sink_align(s, MIB, e);
}

static int write_bat(const struct image_plan *p, const struct layout *l, struct sink *s,
		     struct err *e)
{
	uint64_t next = BAT_AT + l->bat_size, entries = vhdx_entries(l->blocks, l->ratio);
	uint64_t block = 0;
	le64 entry[512];
	size_t fill = 0;

	for (uint64_t i = 0; i < entries; i++) {
		uint64_t to = 0;

		// else the entry of a bitmap
		if (i == vhdx_entry_of(block, l->ratio)) {
			if (p->set.fixed || blocks_used(&p->used, l->block, block)) {
				to = next | VHDX_PRESENT;
				next += l->block;
			}
			block++;
		}
		entry[fill++] = le64_put(to);
		if (fill == 512 || i + 1 == entries) {
			if (sink_write(s, entry, fill * sizeof *entry, e))
				return -1;
			fill = 0;
		}
	}
	return sink_align(s, MIB, e);
}

static int begin(struct image_plan *p, struct sink *s, struct err *e)
{
	struct layout *l = p->state;

	l->writer = (struct blocks){ .size = l->block };
	if (p->set.fixed)
		l->writer = (struct blocks){ .size = l->blocks * l->block,
					     .open = true,
					     .start = BAT_AT + l->bat_size };
	if (write_signature(s, e) || write_header(l, 1, s, e) || write_header(l, 2, s, e) ||
	    write_regions(l, s, e) || sink_align(s, VHDX_FILE_HEAD, e) ||
	    sink_skip(s, LOG_SIZE, e) || write_metadata(p, l, s, e))
		return -1;
	return write_bat(p, l, s, e);
}

static int put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	struct layout *l = p->state;

	return blocks_put(&l->writer, s, off, data, len, e);
}

static int finish(struct image_plan *p, struct sink *s, struct err *e)
{
	struct layout *l = p->state;

	if (blocks_end(&l->writer, s, e))
		return -1;
	if (s->pos != p->file_size)
		return err_set(e, 0, "vhdx: %llu bytes were written, %llu planned",
			       (unsigned long long)s->pos, (unsigned long long)p->file_size);
	return 0;
}

const struct image_ops image_vhdx = {
	.name = "vhdx",
	.suffix = "vhdx",
	.help = "Hyper-V since Windows Server 2012",
	.granule = GRANULE,
	.packings = 1u << PACK_NONE,
	.can_be_fixed = true,
	.plan = plan,
	.begin = begin,
	.put = put,
	.finish = finish,
	.open = vhdx_open,
	.stored = vhdx_stored,
	.check = vhdx_check,
};
