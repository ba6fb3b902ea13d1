// SPDX-License-Identifier: GPL-2.0-or-later
// Writing VHD front to back in one go. Where each block lies follows from the map, so the table is
// written before the first byte of data is read. Blocks have 2 MiB: Windows reads no others but
// those and 512 KiB. In the file their data begins at multiples of 4 KiB, the bitmap (all ones)
// just in front: hosts whose disks have large sectors need not read before they write.
//
// How large a disk the readers see:
// - Hyper-V, VirtualBox and libvhdi go by the size field; Azure wants whole MiB there.
// - QEMU since 2.6 goes by it where the creator is one of a few ("win ", "qem2", ...), or the
//   geometry is the largest that there is; for all others it multiplies the geometry out.
// - Older ones (QEMU 1.5 of RHEL 7, Virtual PC itself) always multiply.
// The geometry of the specification's appendix is rounded down, so that these lose the end of the
// disk. Ours never is too small: exact up to 64 GiB by cylinders of 1 MiB, up to 127 GiB less than
// a cylinder too large (the table covers that), and the largest beyond.
#include "image/vhd.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/uuid.h"
#include "image/blocks.h"

#define GRANULE 65536u
#define BLOCK (2 * MIB)
#define BITMAP (BLOCK / VHD_SECTOR / 8)
#define STRIDE (BLOCK + VHD_ALIGN) // from block to block in the file
#define MAX_DISK (2040 * GIB)	   // Hyper-V's limit, and QEMU's
#define HEADER_AT sizeof(struct vhd_footer)
#define TABLE_AT (HEADER_AT + sizeof(struct vhd_header))
#define EPOCH 946684800 // 2000-01-01, in seconds since 1970
#define MAX_CYLINDERS 65535u

struct layout {
	uint64_t size;	  // of the disk as readers see it
	uint64_t entries; // of the table
	uint64_t first;	  // of the first block, its bitmap, in the file
	uint16_t cylinders;
	uint8_t heads, sectors;
	uint32_t time;
	uint8_t id[16];
	struct blocks blocks;
};

uint32_t vhd_checksum(const void *p, size_t n, be32 field)
{
	const uint8_t *b = p;
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += b[i];
	for (size_t i = 0; i < sizeof field; i++)
		sum -= field.b[i];
	return ~sum;
}

static uint64_t div_up(uint64_t n, uint64_t d)
{
	return n / d + (n % d != 0);
}

static void choose_geometry(struct layout *l)
{
	uint64_t sectors = l->size / VHD_SECTOR, cylinders;

	l->heads = 16;
	l->sectors = 128;
	cylinders = div_up(sectors, 16 * 128);
	if (cylinders > MAX_CYLINDERS) {
		l->sectors = 255;
		cylinders = div_up(sectors, 16 * 255);
	}
	l->cylinders = (uint16_t)(cylinders < MAX_CYLINDERS ? cylinders : MAX_CYLINDERS);
}

static uint64_t geometry_size(const struct layout *l)
{
	return (uint64_t)l->cylinders * l->heads * l->sectors * VHD_SECTOR;
}

static int check_disk(const struct image_plan *p, struct err *e)
{
	if (!p->disk_size)
		return err_usage(e, "vhd: a disk of 0 bytes is not possible");
	if (p->set.sector != VHD_SECTOR)
		return err_usage(e,
				 "vhd: sectors have 512 bytes, those of this disk %u: --format "
				 "vhdx can have them",
				 p->set.sector);
	if (p->disk_size > MAX_DISK)
		return err_usage(e,
				 "vhd: 2040 GiB are the most, the disk has %s: --format vhdx can "
				 "hold it",
				 size_show(p->disk_size).s);
	return 0;
}

static int plan(struct image_plan *p, struct err *e)
{
	struct layout *l;
	uint64_t blocks, covered;

	if (check_disk(p, e))
		return -1;
	// fixed disks, too: what is free there are zeros that need not be read
	map_align_done(&p->used, p->granule);
	p->state = l = mem_zero(1, sizeof *l);
	l->size = div_up(p->disk_size, MIB) * MIB;
	l->time = (uint32_t)(time(NULL) - EPOCH);
	choose_geometry(l);
	if (uuid_random(l->id, e))
		return -1;
	p->file_size = l->size + sizeof(struct vhd_footer);
	if (p->set.fixed)
		return 0;
	covered = geometry_size(l) > l->size ? geometry_size(l) : l->size;
	l->entries = div_up(covered, BLOCK);
	l->first = div_up(TABLE_AT + l->entries * 4 + BITMAP, VHD_ALIGN) * VHD_ALIGN - BITMAP;
	blocks = blocks_count(&p->used, BLOCK);
	p->file_size = blocks ? l->first + (blocks - 1) * STRIDE + BITMAP + BLOCK
			      : div_up(TABLE_AT + l->entries * 4, VHD_SECTOR) * VHD_SECTOR;
	p->file_size += sizeof(struct vhd_footer);
	return 0;
}

static int write_footer(const struct image_plan *p, struct sink *s, struct err *e)
{
	const struct layout *l = p->state;
	struct vhd_footer f = {
		.cookie = VHD_COOKIE,
		.features = be32_put(2),
		.version = be32_put(VHD_VERSION),
		.data_offset = be64_put(p->set.fixed ? UINT64_MAX : HEADER_AT),
		.time = be32_put(l->time),
		.creator = "win ",
		.creator_version = be32_put(0x00060001), // the first Windows that wrote "win "
		.creator_os = "Wi2k",
		.original_size = be64_put(l->size),
		.size = be64_put(l->size),
		.cylinders = be16_put(l->cylinders),
		.heads = l->heads,
		.sectors = l->sectors,
		.type = be32_put(p->set.fixed ? VHD_FIXED : VHD_DYNAMIC),
	};

	memcpy(f.id, l->id, sizeof f.id);
	f.checksum = be32_put(vhd_checksum(&f, sizeof f, f.checksum));
	return sink_write(s, &f, sizeof f, e);
}

static int write_header(const struct layout *l, struct sink *s, struct err *e)
{
	struct vhd_header h = {
		.cookie = VHD_HEADER_COOKIE,
		.data_offset = be64_put(UINT64_MAX),
		.table_offset = be64_put(TABLE_AT),
		.version = be32_put(VHD_VERSION),
		.entries = be32_put((uint32_t)l->entries),
		.block_size = be32_put((uint32_t)BLOCK),
	};

	h.checksum = be32_put(vhd_checksum(&h, sizeof h, h.checksum));
	return sink_write(s, &h, sizeof h, e);
}

// What fills the table's last sector are entries without a block.
static int write_table(const struct image_plan *p, const struct layout *l, struct sink *s,
		       struct err *e)
{
	be32 entry[VHD_SECTOR / sizeof(be32)];
	uint64_t next = l->first;

	for (uint64_t i = 0; i < l->entries; i += sizeof entry / sizeof *entry) {
		for (uint64_t k = 0; k < sizeof entry / sizeof *entry; k++) {
			entry[k] = be32_put(VHD_NO_BLOCK);
			if (blocks_used(&p->used, BLOCK, i + k)) {
				entry[k] = be32_put((uint32_t)(next / VHD_SECTOR));
				next += STRIDE;
			}
		}
		if (sink_write(s, entry, sizeof entry, e))
			return -1;
	}
	return 0;
}

static int write_bitmap(struct sink *s, struct err *e)
{
	uint64_t over = (s->pos + BITMAP) % VHD_ALIGN;
	uint8_t bits[BITMAP];

	memset(bits, 0xff, sizeof bits);
	if (over && sink_skip(s, VHD_ALIGN - over, e))
		return -1;
	return sink_write(s, bits, sizeof bits, e);
}

static int begin(struct image_plan *p, struct sink *s, struct err *e)
{
	struct layout *l = p->state;

	if (p->set.fixed) {
		l->blocks = (struct blocks){ .size = l->size, .open = true };
		return 0;
	}
	l->blocks = (struct blocks){ .size = BLOCK, .head = write_bitmap };
	return write_footer(p, s, e) || write_header(l, s, e) || write_table(p, l, s, e) ? -1 : 0;
}

static int put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	struct layout *l = p->state;

	return blocks_put(&l->blocks, s, off, data, len, e);
}

static int finish(struct image_plan *p, struct sink *s, struct err *e)
{
	struct layout *l = p->state;

	if (blocks_end(&l->blocks, s, e) || write_footer(p, s, e))
		return -1;
	if (s->pos != p->file_size)
		return err_set(e, 0, "vhd: %llu bytes were written, %llu planned",
			       (unsigned long long)s->pos, (unsigned long long)p->file_size);
	return 0;
}

const struct image_ops image_vhd = {
	.name = "vhd",
	.suffix = "vhd",
	.help = "Hyper-V generation 1, Azure (fixed), XenServer",
	.granule = GRANULE,
	.packings = 1u << PACK_NONE,
	.can_be_fixed = true,
	.plan = plan,
	.begin = begin,
	.put = put,
	.finish = finish,
	.open = vhd_open,
	.stored = vhd_stored,
	.check = vhd_check,
};
