// SPDX-License-Identifier: GPL-2.0-or-later
// exFAT, recognised only (Microsoft, exFAT file system specification 1.00). The label is an entry
// of type 83 in the root directory; only the root's first cluster is looked at.
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"

struct exfat_boot {
	uint8_t jump[3];       // 00  eb 76 90
	uint8_t id[8];	       // 03  "EXFAT   "
	uint8_t zero[53];      // 0b
	le64 partition;	       // 40
	le64 sectors;	       // 48
	le32 fat, fat_len;     // 50
	le32 heap;	       // 58  sector where cluster 2 begins
	le32 clusters;	       // 5c
	le32 root;	       // 60  cluster of the root directory
	le32 serial;	       // 64
	le16 revision;	       // 68
	le16 flags;	       // 6a  bit 1: dirty, bit 2: media failure
	uint8_t sector_shift;  // 6c
	uint8_t cluster_shift; // 6d
	uint8_t fats, drive;   // 6e
	uint8_t percent;       // 70  in use, ff unknown
};
_Static_assert(sizeof(struct exfat_boot) == 0x71, "exFAT boot sector");

static void read_label(struct src *s, const struct exfat_boot *b, struct fs_info *i)
{
	uint64_t sector = UINT64_C(1) << b->sector_shift, cluster = sector << b->cluster_shift;
	uint32_t root = le32_get(b->root);
	uint8_t entry[32];

	if (root < 2 || root - 2 >= le32_get(b->clusters))
		return;
	uint64_t at = le32_get(b->heap) * sector + (root - 2) * cluster;

	for (uint64_t off = 0; off < cluster && off < 64 * KIB; off += sizeof(entry)) {
		if (probe_read(s, at + off, entry, sizeof(entry), NULL) <= 0 || entry[0] == 0)
			return;
		if (entry[0] == 0x83) {
			text_clean16(i->label, sizeof(i->label), entry + 2,
				     entry[1] <= 11 ? entry[1] : 11, 0);
			return;
		}
	}
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct exfat_boot b;
	int r = probe_read(s, 0, &b, sizeof(b), e);

	if (r <= 0)
		return r;
	if (memcmp(b.id, "EXFAT   ", 8) != 0 || b.sector_shift < 9 || b.sector_shift > 12 ||
	    b.cluster_shift > 25 - b.sector_shift)
		return 0;
	probe_begin(i, "exfat");
	i->block = 1u << (b.sector_shift + b.cluster_shift);
	i->size = probe_bytes(le64_get(b.sectors), UINT64_C(1) << b.sector_shift);
	i->clean = (le16_get(b.flags) & 2) == 0;
	i->damaged = (le16_get(b.flags) & 4) != 0;
	if (!i->clean)
		snprintf(i->note, sizeof(i->note), "not unmounted cleanly");
	snprintf(i->uuid, sizeof(i->uuid), "%04X-%04X", le32_get(b.serial) >> 16,
		 le32_get(b.serial) & 0xffff);
	read_label(s, &b, i);
	probe_size(s, i);
	return 1;
}

const struct fs_ops fsmap_exfat = { .name = "exfat", .probe = probe };
