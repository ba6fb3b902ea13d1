// SPDX-License-Identifier: GPL-2.0-or-later
// XFS: its superblock, and what can be believed of it.
#include "fsmap/xfs.h"

#include <stdio.h>
#include <string.h>

#include "base/crc.h"

struct xfs_super {
	uint8_t magic[4];	  // 000  "XFSB"
	be32 block;		  // 004  bytes
	be64 blocks;		  // 008
	be64 realtime;		  // 010  blocks of the realtime device
	be64 realtime_extents;	  // 018
	uint8_t uuid[16];	  // 020
	be64 log;		  // 030  group and block of the log; 0: on another device
	be64 root;		  // 038  inode
	be64 realtime_inodes[2];  // 040
	be32 realtime_extent;	  // 050
	be32 group_blocks;	  // 054
	be32 groups;		  // 058
	uint8_t between[4];	  // 05c
	be32 log_blocks;	  // 060
	be16 version;		  // 064  low four bits; flags above
	be16 sector;		  // 066  bytes
	be16 inode_size;	  // 068  bytes
	be16 block_inodes;	  // 06a
	char label[12];		  // 06c
	uint8_t logs[3];	  // 078
	uint8_t inode_shift;	  // 07b  of inode numbers in a block
	uint8_t group_shift;	  // 07c  of group numbers in block addresses
	uint8_t logs2;		  // 07d
	uint8_t in_progress;	  // 07e  mkfs did not finish
	uint8_t percent;	  // 07f
	be64 inodes, inodes_free; // 080
	be64 blocks_free;	  // 090  as of the last unmount
	be64 extents_free;	  // 098
	be64 quota_inodes[2];	  // 0a0
	uint8_t between2[16];	  // 0b0
	uint8_t folder_shift;	  // 0c0  a directory's blocks have block << this bytes
	uint8_t log_sector[7];	  // 0c1
	be32 features, features2; // 0c8
	be32 compat, ro_compat;	  // 0d0  these and the rest: version 5
	be32 incompat;		  // 0d8
	be32 log_incompat;	  // 0dc
	uint8_t crc[4];		  // 0e0
	be32 inode_align;	  // 0e4
	be64 quota_inode;	  // 0e8
	be64 lsn;		  // 0f0
	uint8_t meta_uuid[16];	  // 0f8
};
_Static_assert(offsetof(struct xfs_super, blocks_free) == 0x90, "XFS superblock");
_Static_assert(sizeof(struct xfs_super) == 0x108, "XFS superblock");

// Version 5: features that we know not to change where free space is recorded.
enum {
	KNOWN_RO = 0xf,	       // finobt, rmapbt, reflink, inobtcount
	KNOWN_INCOMPAT = 0xff, // ftype ... nrext64, exchange-range, parent
	KNOWN_LOG = 1,	       // attributes as intents
	INCOMPAT_TYPES = 1,
	INCOMPAT_META_UUID = 4,
	INCOMPAT_REPAIR = 0x10
};
enum { FEATURE_TYPES = 0x200 }; // version 4
#define MIN_GROUP (16 * MIB)

static bool is_v5(const struct xfs_super *b)
{
	return (be16_get(b->version) & 15) == 5;
}

static uint64_t log_block(const struct xfs_super *b)
{
	uint64_t address = be64_get(b->log), shift = b->group_shift;

	return (address >> shift) * be32_get(b->group_blocks) +
	       (address & ((UINT64_C(1) << shift) - 1));
}

// One phrase on what in the geometry cannot be, NULL when nothing is.
static const char *absurd(const struct xfs_super *b, uint64_t place)
{
	uint32_t block = be32_get(b->block), sector = be16_get(b->sector);
	uint64_t blocks = be64_get(b->blocks), group = be32_get(b->group_blocks);
	uint64_t groups = be32_get(b->groups);

	if (!probe_power_of_2(block, 512, 65536))
		return "block size";
	if (!probe_power_of_2(sector, 512, 32768) || sector > block)
		return "sector size";
	if (b->in_progress)
		return "mkfs.xfs did not finish";
	if (blocks > place / block)
		return "larger than its place";
	if (groups == 0 || group == 0 || (groups > 1 && group * block < MIN_GROUP) ||
	    group > UINT32_MAX / 2)
		return "size of allocation groups";
	if (blocks > groups * group || blocks <= (groups - 1) * group)
		return "number of allocation groups";
	if (b->group_shift > 31 || group > UINT64_C(1) << b->group_shift)
		return "block addresses";
	if (be64_get(b->log) != 0 && (be32_get(b->log_blocks) == 0 || log_block(b) >= blocks ||
				      be32_get(b->log_blocks) > blocks - log_block(b)))
		return "place of the log";
	return NULL;
}

bool xfs_crc_ok(const uint8_t *p, size_t len, size_t at)
{
	static const uint8_t none[4];
	uint32_t crc = crc32c_add(0, p, at);
	le32 stored;

	memcpy(&stored, p + at, 4);
	crc = crc32c_add(crc, none, 4);
	return crc32c_add(crc, p + at + 4, len - at - 4) == le32_get(stored);
}

static int check_v5(struct src *s, const struct xfs_super *b, struct err *e)
{
	uint8_t sector[32768];
	uint32_t strange = (be32_get(b->ro_compat) & ~(uint32_t)KNOWN_RO) |
			   (be32_get(b->incompat) & ~(uint32_t)KNOWN_INCOMPAT);

	if (src_read(s, 0, sector, be16_get(b->sector), e) < 0)
		return -1;
	if (!xfs_crc_ok(sector, be16_get(b->sector), offsetof(struct xfs_super, crc)))
		return err_set(e, 0, "superblock: wrong checksum");
	if (strange != 0)
		return err_set(e, 0, "features that are not known here (0x%x)", strange);
	if (be32_get(b->incompat) & INCOMPAT_REPAIR)
		return err_set(e, 0, "marked as in need of repair");
	return 0;
}

static void take_inodes(struct xfs *x, const struct xfs_super *b)
{
	x->group_shift = b->group_shift;
	x->inode_size = be16_get(b->inode_size);
	x->inode_shift = b->inode_shift;
	x->folder_shift = b->folder_shift;
	x->has_types = x->v5 ? be32_get(b->incompat) & INCOMPAT_TYPES
			     : be32_get(b->features) & FEATURE_TYPES;
	x->ro_compat = x->v5 ? be32_get(b->ro_compat) : 0;
	x->root = be64_get(b->root);
	x->system_inodes[0] = be64_get(b->realtime_inodes[0]);
	x->system_inodes[1] = be64_get(b->realtime_inodes[1]);
	x->system_inodes[2] = be64_get(b->quota_inodes[0]);
	x->system_inodes[3] = be64_get(b->quota_inodes[1]);
	x->system_inodes[4] = x->v5 ? be64_get(b->quota_inode) : 0;
}

int xfs_read(struct src *s, struct xfs *x, struct err *e)
{
	struct xfs_super b;
	const char *what;

	if (src_read(s, 0, &b, sizeof(b), e) < 0)
		return -1;
	if (memcmp(b.magic, "XFSB", 4) != 0)
		return err_set(e, 0, "not XFS");
	if ((be16_get(b.version) & 15) != 4 && !is_v5(&b))
		return err_set(e, 0, "XFS of version %u", be16_get(b.version) & 15);
	what = absurd(&b, s->size);
	if (what)
		return err_set(e, 0, "superblock contradicts itself: %s", what);
	if (is_v5(&b) && check_v5(s, &b, e) < 0)
		return -1;
	*x = (struct xfs){ .src = s, .v5 = is_v5(&b) };
	memcpy(x->uuid, x->v5 && (be32_get(b.incompat) & INCOMPAT_META_UUID) ? b.meta_uuid : b.uuid,
	       16);
	x->block = be32_get(b.block);
	x->sector = be16_get(b.sector);
	x->blocks = be64_get(b.blocks);
	x->group_blocks = be32_get(b.group_blocks);
	x->groups = be32_get(b.groups);
	if (be64_get(b.log) != 0) {
		x->log = log_block(&b) * x->block;
		x->log_len = (uint64_t)be32_get(b.log_blocks) * x->block;
	}
	take_inodes(x, &b);
	x->strange_log = x->v5 && (be32_get(b.log_incompat) & ~(uint32_t)KNOWN_LOG);
	x->realtime = be64_get(b.realtime) != 0;
	return 0;
}

// Clean, dirty, damaged, and the phrase for it.
static void judge(struct src *s, struct fs_info *i)
{
	struct xfs x;
	struct err e;

	probe_size(s, i);
	if (i->damaged)
		return;
	if (xfs_read(s, &x, &e) < 0)
		snprintf(i->note, sizeof(i->note), "%.79s", e.text);
	else if (x.log_len == 0)
		snprintf(i->note, sizeof(i->note), "its log is on another device");
	else if (xfs_log_clean(&x, &e) == 0) {
		i->clean = false;
		snprintf(i->note, sizeof(i->note), "log must be replayed");
	}
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct xfs_super b;
	int r = probe_read(s, 0, &b, sizeof(b), e);

	if (r <= 0)
		return r;
	if (memcmp(b.magic, "XFSB", 4) != 0 || !probe_power_of_2(be32_get(b.block), 512, 65536))
		return 0;
	probe_begin(i, "xfs");
	text_clean(i->label, sizeof(i->label), b.label, sizeof(b.label));
	probe_uuid(i->uuid, b.uuid);
	i->block = be32_get(b.block);
	i->size = probe_bytes(be64_get(b.blocks), i->block);
	if (be64_get(b.blocks_free) <= be64_get(b.blocks))
		i->used = probe_bytes(be64_get(b.blocks) - be64_get(b.blocks_free), i->block);
	judge(s, i);
	return 1;
}

const struct fs_ops fsmap_xfs = {
	.name = "xfs",
	.probe = probe,
	.used = xfs_used,
	.rescue = xfs_rescue,
	.owners = xfs_owners,
	.open = xfs_files,
};
