// SPDX-License-Identifier: GPL-2.0-or-later
// exFAT recognised (Microsoft, exFAT file system specification 1.00). The label is an entry of type
// 83 in the root directory; only the root's first cluster is looked at.
#include "fsmap/exfat.h"

#include <stdio.h>
#include <string.h>

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
	le16 flags;	       // 6a  bit 0: the second FAT counts, 1: dirty, 2: media failure
	uint8_t sector_shift;  // 6c
	uint8_t cluster_shift; // 6d
	uint8_t fats, drive;   // 6e
	uint8_t percent;       // 70  in use, ff unknown
};
_Static_assert(sizeof(struct exfat_boot) == 0x71, "exFAT boot sector");

int exfat_measure(struct src *s, struct exfat_shape *g, struct err *e)
{
	struct exfat_boot b;
	int r = probe_read(s, 0, &b, sizeof(b), e);

	if (r <= 0)
		return r;
	if (memcmp(b.id, "EXFAT   ", 8) != 0 || b.sector_shift < 9 || b.sector_shift > 12 ||
	    b.cluster_shift > 25 - b.sector_shift)
		return 0;
	uint64_t sector = UINT64_C(1) << b.sector_shift;

	*g = (struct exfat_shape){ .total = probe_bytes(le64_get(b.sectors), sector),
				   .fat = le32_get(b.fat) * sector,
				   .fat_len = le32_get(b.fat_len) * sector,
				   .heap = le32_get(b.heap) * sector,
				   .clusters = le32_get(b.clusters),
				   .cluster = 1u << (b.sector_shift + b.cluster_shift),
				   .root = le32_get(b.root),
				   .fats = b.fats,
				   .active = le16_get(b.flags) & 1,
				   .clean = (le16_get(b.flags) & 2) == 0,
				   .failed = (le16_get(b.flags) & 4) != 0,
				   .serial = le32_get(b.serial) };
	return 1;
}

const char *exfat_absurd(const struct src *s, const struct exfat_shape *g)
{
	if (g->fats < 1 || g->fats > 2 || g->active >= g->fats)
		return "number of FATs";
	if (g->clusters == 0 || g->clusters > 0xfffffff5 ||
	    (g->clusters + 2) * sizeof(le32) > g->fat_len)
		return "number of clusters";
	if (g->total > s->size)
		return "size";
	if (g->fat > g->heap || g->fat_len > (g->heap - g->fat) / g->fats)
		return "place of the FAT";
	if (g->heap > g->total || g->clusters > (g->total - g->heap) / g->cluster)
		return "place of the clusters";
	if (g->root < 2 || g->root - 2 >= g->clusters)
		return "root directory";
	return NULL;
}

static void read_label(struct src *s, const struct exfat_shape *g, struct fs_info *i)
{
	uint8_t entry[32];

	if (g->root < 2 || g->root - 2 >= g->clusters)
		return;
	for (uint64_t off = 0; off < g->cluster && off < 64 * KIB; off += sizeof(entry)) {
		if (probe_read(s, exfat_place(g, g->root) + off, entry, sizeof(entry), NULL) <= 0 ||
		    entry[0] == 0)
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
	struct exfat_shape g;
	int r = exfat_measure(s, &g, e);

	if (r <= 0)
		return r;
	probe_begin(i, "exfat");
	i->block = g.cluster;
	i->size = g.total;
	i->clean = g.clean;
	i->damaged = g.failed;
	if (!i->clean)
		snprintf(i->note, sizeof(i->note), "not unmounted cleanly");
	snprintf(i->uuid, sizeof(i->uuid), "%04X-%04X", g.serial >> 16, g.serial & 0xffff);
	read_label(s, &g, i);
	if (!exfat_absurd(s, &g))
		i->used = exfat_count(s, &g);
	probe_size(s, i);
	return 1;
}

const struct fs_ops fsmap_exfat = { .name = "exfat", .probe = probe, .used = exfat_used };
