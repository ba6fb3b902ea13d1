// SPDX-License-Identifier: GPL-2.0-or-later
// XFS, recognised only (XFS Algorithms and Data Structures, "Superblocks"; big-endian). Whether its
// log is clean stands in the log itself, which is not read.
#include <string.h>

#include "fsmap/probe.h"

struct xfs_super {
	uint8_t magic[4];	  // 00  "XFSB"
	be32 block;		  // 04  bytes
	be64 blocks;		  // 08
	uint8_t realtime[16];	  // 10
	uint8_t uuid[16];	  // 20
	uint8_t between[60];	  // 30
	char label[12];		  // 6c
	uint8_t logs[8];	  // 78
	be64 inodes, inodes_free; // 80
	be64 blocks_free;	  // 90  as of the last unmount
};
_Static_assert(sizeof(struct xfs_super) == 0x98, "XFS superblock");

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct xfs_super x;
	int r = probe_read(s, 0, &x, sizeof(x), e);

	if (r <= 0)
		return r;
	if (memcmp(x.magic, "XFSB", 4) != 0 || !probe_power_of_2(be32_get(x.block), 512, 65536))
		return 0;
	probe_begin(i, "xfs");
	text_clean(i->label, sizeof(i->label), x.label, sizeof(x.label));
	probe_uuid(i->uuid, x.uuid);
	i->block = be32_get(x.block);
	i->size = probe_bytes(be64_get(x.blocks), i->block);
	if (be64_get(x.blocks_free) <= be64_get(x.blocks))
		i->used = probe_bytes(be64_get(x.blocks) - be64_get(x.blocks_free), i->block);
	probe_size(s, i);
	return 1;
}

const struct fs_ops fsmap_xfs = { .name = "xfs", .probe = probe };
