// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs, recognised only (kernel: include/uapi/linux/btrfs_tree.h, struct btrfs_super_block, at 64
// KiB).
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"

struct btrfs_super {
	uint8_t checksum[32];		   // 000
	uint8_t fsid[16];		   // 020
	le64 self;			   // 030  bytes: where this lies
	le64 flags;			   // 038
	uint8_t magic[8];		   // 040  "_BHRfS_M"
	le64 generation, root, chunk_root; // 048
	le64 log_root;			   // 060  not 0: a log tree waits to be replayed
	uint8_t pad[8];			   // 068
	le64 total;			   // 070  bytes of all devices
	le64 used;			   // 078  bytes
	le64 root_dir;			   // 080
	le64 devices;			   // 088
	le32 sector;			   // 090  bytes
	uint8_t between[151];		   // 094
	char label[256];		   // 12b
};
_Static_assert(offsetof(struct btrfs_super, label) == 0x12b, "btrfs superblock");

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct btrfs_super b;
	int r = probe_read(s, 64 * KIB, &b, sizeof(b), e);

	if (r <= 0)
		return r;
	if (memcmp(b.magic, "_BHRfS_M", 8) != 0 || le64_get(b.self) != 64 * KIB)
		return 0;
	probe_begin(i, "btrfs");
	text_clean(i->label, sizeof(i->label), b.label, sizeof(b.label));
	probe_uuid(i->uuid, b.fsid);
	i->size = le64_get(b.total);
	i->used = le64_get(b.used);
	i->block = le32_get(b.sector);
	if (le64_get(b.log_root) != 0) {
		i->clean = false;
		snprintf(i->note, sizeof(i->note), "log tree must be replayed");
	}
	if (le64_get(b.devices) == 1)
		probe_size(s, i);
	else
		snprintf(i->note, sizeof(i->note), "one of %llu devices",
			 (unsigned long long)le64_get(b.devices));
	return 1;
}

const struct fs_ops fsmap_btrfs = { .name = "btrfs", .probe = probe };
