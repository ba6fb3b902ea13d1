// SPDX-License-Identifier: GPL-2.0-or-later
// FAT12, FAT16, FAT32 recognised (Microsoft, FAT32 File System Specification 1.03; ECMA-107).
// FAT has no magic number worth the name, so every field is held against the others; this driver is
// the last one asked. The label is the volume entry of the root directory, else that of the boot
// sector.
#include "fsmap/fat.h"

#include <stdio.h>
#include <string.h>

struct fat_tail {	      // of FAT12/16 at 24, of FAT32 at 40
	uint8_t drive, state; // 00  state bit 0: dirty
	uint8_t mark;	      // 02  28 or 29: serial, label and name follow
	le32 serial;	      // 03
	char label[11];	      // 07
	char name[8];	      // 12  "FAT16   "
};

struct fat_boot {
	uint8_t jump[3];     // 00  eb xx 90 or e9 xx xx
	uint8_t maker[8];    // 03
	le16 sector;	     // 0b  bytes
	uint8_t cluster;     // 0d  sectors
	le16 reserved;	     // 0e  sectors before the first FAT
	uint8_t fats;	     // 10
	le16 root_entries;   // 11  0: FAT32
	le16 sectors16;	     // 13
	uint8_t media;	     // 15
	le16 fat16_len;	     // 16  sectors
	uint8_t geometry[8]; // 18
	le32 sectors32;	     // 20
	union {
		struct fat_tail old; // 24
		struct {
			le32 fat_len;	      // 24  sectors
			le16 flags, version;  // 28
			le32 root;	      // 2c  cluster
			le16 info;	      // 30  sector
			uint8_t rest[14];     // 32
			struct fat_tail tail; // 40
		} fat32;
	} u;
	uint8_t code[420]; // 5a
	le16 magic;	   // 1fe  0xaa55
};
_Static_assert(sizeof(struct fat_boot) == 512, "FAT boot sector");
_Static_assert(offsetof(struct fat_boot, u.fat32.tail) == 0x40, "FAT32 boot sector");

// The shape in *g; false when the fields do not fit together.
static bool measure(const struct fat_boot *b, struct fat_shape *g)
{
	uint32_t sector = le16_get(b->sector), root_bytes = le16_get(b->root_entries) * 32u;
	uint64_t total, fat_len, root, data;

	if (!probe_power_of_2(sector, 512, 4096) || !probe_power_of_2(b->cluster, 1, 128) ||
	    b->fats < 1 || b->fats > 2 || le16_get(b->reserved) == 0 ||
	    (b->media != 0xf0 && b->media < 0xf8) || (b->jump[0] != 0xeb && b->jump[0] != 0xe9))
		return false;
	total = le16_get(b->sectors16) ? le16_get(b->sectors16) : le32_get(b->sectors32);
	fat_len = le16_get(b->fat16_len) ? le16_get(b->fat16_len) : le32_get(b->u.fat32.fat_len);
	root = le16_get(b->reserved) + b->fats * fat_len;
	data = root + (root_bytes + sector - 1) / sector;
	if (fat_len == 0 || data >= total)
		return false;
	*g = (struct fat_shape){ .total = total * sector,
				 .fat = le16_get(b->reserved) * (uint64_t)sector,
				 .fat_len = fat_len * sector,
				 .root = root * sector,
				 .data = data * sector,
				 .clusters = (total - data) / b->cluster,
				 .cluster = sector * b->cluster,
				 .fats = b->fats };
	g->bits = root_bytes == 0 ? 32 : g->clusters < 4085 ? 12 : 16;
	if (g->bits == 32) {
		g->root_cluster = le32_get(b->u.fat32.root);
		g->info = le16_get(b->u.fat32.info) * (uint64_t)sector;
	}
	return g->clusters > 0 && g->clusters < 0x0ffffff6 &&
	       ((g->clusters + 2) * (uint64_t)g->bits + 7) / 8 <= g->fat_len;
}

// 1, 0, -1.
static int read_boot(struct src *s, struct fat_boot *b, struct fat_shape *g, struct err *e)
{
	int r = probe_read(s, 0, b, sizeof(*b), e);

	return r <= 0 ? r : le16_get(b->magic) == 0xaa55 && measure(b, g);
}

int fat_measure(struct src *s, struct fat_shape *g, struct err *e)
{
	struct fat_boot b;

	return read_boot(s, &b, g, e);
}

static void root_label(struct src *s, uint64_t at, uint64_t len, struct fs_info *i)
{
	uint8_t entry[32];

	for (uint64_t off = 0; off < len && off < 64 * KIB; off += sizeof(entry)) {
		if (probe_read(s, at + off, entry, sizeof(entry), NULL) <= 0 || entry[0] == 0)
			return;
		// 08: the volume's name; 0f with other bits: a piece of a long file name
		if (entry[0] != 0xe5 && (entry[11] & 0x18) == 0x08 && entry[11] != 0x0f) {
			text_clean(i->label, sizeof(i->label), entry, 11);
			return;
		}
	}
}

// The second entry of the FAT has a bit that is cleared while the volume is mounted.
static bool fat_clean(struct src *s, uint64_t fat, int bits)
{
	uint8_t e[8];

	if (bits == 12 || probe_read(s, fat, e, sizeof(e), NULL) <= 0)
		return true;
	return bits == 16 ? (e[3] & 0x80) != 0 : (e[7] & 0x08) != 0;
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct fat_boot b;
	struct fat_shape g;
	int r = read_boot(s, &b, &g, e);

	if (r <= 0)
		return r;
	const struct fat_tail *t = g.bits == 32 ? &b.u.fat32.tail : &b.u.old;
	uint64_t root = g.root, root_len = g.data - g.root;

	probe_begin(i, "vfat");
	if (g.bits == 32) {
		root = g.data +
		       (g.root_cluster >= 2 ? g.root_cluster - 2 : 0) * (uint64_t)g.cluster;
		root_len = g.cluster;
	}
	root_label(s, root, root_len, i);
	if (t->mark == 0x28 || t->mark == 0x29) {
		uint32_t serial = le32_get(t->serial);

		snprintf(i->uuid, sizeof(i->uuid), "%04X-%04X", serial >> 16, serial & 0xffff);
		if (!*i->label && memcmp(t->label, "NO NAME    ", 11) != 0)
			text_clean(i->label, sizeof(i->label), t->label, sizeof(t->label));
	}
	i->block = g.cluster;
	i->size = g.total;
	i->used = fat_count(s, &g);
	i->clean = (t->state & 1) == 0 && fat_clean(s, g.fat, g.bits);
	if (!i->clean)
		snprintf(i->note, sizeof(i->note), "not unmounted cleanly");
	probe_size(s, i);
	return 1;
}

const struct fs_ops fsmap_fat = {
	.name = "fat", .probe = probe, .used = fat_used, .open = fat_files
};
