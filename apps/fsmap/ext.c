// SPDX-License-Identifier: GPL-2.0-or-later
// ext2, ext3, ext4: the superblock (kernel: Documentation/filesystems/ext4/super.rst), at 1024
// bytes.
//
// The three are one format with growing sets of features. The name follows the features: a journal
// and nothing that ext3 does not know is ext3; without a journal and nothing that ext2 does not
// know is ext2; all else is ext4. The geometry is held against itself before libext2fs may see the
// file system.
#include "fsmap/ext.h"

#include <stdio.h>
#include <string.h>

struct ext_super {
	le32 inodes;		 // 000
	le32 blocks;		 // 004
	le32 blocks_reserved;	 // 008
	le32 blocks_free;	 // 00c
	le32 inodes_free;	 // 010
	le32 first_block;	 // 014  1 with blocks of 1 KiB, else 0
	le32 block_shift;	 // 018  block size is 1024 << this
	le32 cluster_shift;	 // 01c
	le32 group_blocks;	 // 020
	le32 group_clusters;	 // 024
	le32 group_inodes;	 // 028
	le32 mounted, written;	 // 02c
	le16 mounts, max_mounts; // 034
	le16 magic;		 // 038  ef53
	le16 state;		 // 03a  bit 0 unmounted cleanly, 1 errors seen
	le16 on_error, minor;	 // 03c
	le32 checked, interval;	 // 040
	le32 creator;		 // 048
	le32 revision;		 // 04c  0: no features, inodes of 128 bytes
	le16 uid, gid;		 // 050
	le32 first_inode;	 // 054
	le16 inode_size;	 // 058  bytes
	le16 group;		 // 05a
	le32 compat;		 // 05c
	le32 incompat;		 // 060
	le32 ro_compat;		 // 064
	uint8_t uuid[16];	 // 068
	char label[16];		 // 078
	char last_mount[64];	 // 088
	uint8_t between[54];	 // 0c8
	le16 desc_size;		 // 0fe  bytes of a group descriptor, with INCOMPAT_64BIT
	uint8_t between2[80];	 // 100
	le32 blocks_high;	 // 150
	le32 reserved_high;	 // 154
	le32 free_high;		 // 158
	uint8_t rest[676];	 // 15c
};
_Static_assert(sizeof(struct ext_super) == 1024, "ext superblock");
_Static_assert(offsetof(struct ext_super, blocks_high) == 0x150, "ext superblock: 64-bit part");

enum { STATE_CLEAN = 1, STATE_ERRORS = 2 };
enum { COMPAT_JOURNAL = 4 };
enum {
	INCOMPAT_FILETYPE = 2,
	INCOMPAT_RECOVER = 4,
	INCOMPAT_JOURNAL_DEV = 8,
	INCOMPAT_META_BG = 0x10,
	INCOMPAT_64BIT = 0x80
};
enum { RO_SPARSE = 1, RO_LARGE = 2, RO_BTREE = 4, RO_BIGALLOC = 0x200 };

#define MAX_GROUPS (1u << 20)

static int read_super(struct src *s, struct ext_super *sb, struct err *e)
{
	int r = probe_read(s, 1024, sb, sizeof(*sb), e);

	return r <= 0 ? r : le16_get(sb->magic) == 0xef53;
}

static const char *type_name(const struct ext_super *sb)
{
	uint32_t incompat = le32_get(sb->incompat), ro = le32_get(sb->ro_compat);
	bool journal = (le32_get(sb->compat) & COMPAT_JOURNAL) != 0;
	uint32_t known = INCOMPAT_FILETYPE | INCOMPAT_META_BG | (journal ? INCOMPAT_RECOVER : 0);

	if (incompat & INCOMPAT_JOURNAL_DEV)
		return "jbd";
	if ((incompat & ~known) || (ro & ~(uint32_t)(RO_SPARSE | RO_LARGE | RO_BTREE)))
		return "ext4";
	return journal ? "ext3" : "ext2";
}

static uint64_t block_count(const struct ext_super *sb)
{
	uint64_t n = le32_get(sb->blocks);

	return le32_get(sb->incompat) & INCOMPAT_64BIT
		       ? n | (uint64_t)le32_get(sb->blocks_high) << 32
		       : n;
}

// One phrase on what in the geometry cannot be, NULL when nothing is.
static const char *absurd(const struct ext_super *sb, uint64_t place)
{
	uint32_t shift = le32_get(sb->block_shift), cluster_shift = le32_get(sb->cluster_shift);
	uint32_t group = le32_get(sb->group_blocks), inodes = le32_get(sb->group_inodes);
	uint32_t inode = le32_get(sb->revision) == 0 ? 128 : le16_get(sb->inode_size);
	uint32_t desc = le32_get(sb->incompat) & INCOMPAT_64BIT ? le16_get(sb->desc_size) : 32;
	bool bigalloc = (le32_get(sb->ro_compat) & RO_BIGALLOC) != 0;
	uint64_t blocks = block_count(sb), groups;

	if (shift > 6)
		return "block size";
	uint32_t block = 1024u << shift;

	if (bigalloc ? cluster_shift < shift || cluster_shift > 16 : cluster_shift != shift)
		return "cluster size";
	if (!probe_power_of_2(inode, 128, block))
		return "inode size";
	if (!probe_power_of_2(desc, 32, 1024))
		return "size of group descriptors";
	if (group < 8 || group % 8 || (group >> (bigalloc ? cluster_shift - shift : 0)) > 8 * block)
		return "blocks per group";
	if (bigalloc && le32_get(sb->group_clusters) != group >> (cluster_shift - shift))
		return "clusters per group";
	if (inodes == 0 || inodes > 8 * block || (uint64_t)inodes * inode > (uint64_t)group * block)
		return "inodes per group";
	if (le32_get(sb->first_block) != (shift == 0 && !bigalloc) ||
	    blocks <= le32_get(sb->first_block) + 8u)
		return "number of blocks";
	// Much larger than its place is no truncated file system any more.
	if (blocks > UINT64_MAX / block || blocks * block / 16 > place)
		return "size";
	groups = (blocks - le32_get(sb->first_block) + group - 1) / group;
	if (groups > MAX_GROUPS || le32_get(sb->inodes) != groups * inodes)
		return "number of groups";
	return NULL;
}

bool ext_sane(struct src *s, const char **why, struct err *e)
{
	struct ext_super sb;

	*why = "superblock";
	if (read_super(s, &sb, e) != 1)
		return false;
	*why = absurd(&sb, s->size);
	return *why == NULL;
}

// Clean, dirty, damaged, and the phrase for it.
static void judge(struct src *s, const struct ext_super *sb, struct fs_info *i)
{
	const char *what = absurd(sb, s->size);
	uint16_t state = le16_get(sb->state);

	i->clean = (state & STATE_CLEAN) && !(le32_get(sb->incompat) & INCOMPAT_RECOVER);
	i->damaged = (state & STATE_ERRORS) != 0 || what;
	if (what)
		snprintf(i->note, sizeof(i->note), "superblock contradicts itself: %s", what);
	else if (state & STATE_ERRORS)
		snprintf(i->note, sizeof(i->note), "errors were recorded: it needs a full check");
	else if (le32_get(sb->incompat) & INCOMPAT_RECOVER)
		snprintf(i->note, sizeof(i->note), "journal must be replayed");
	else if (!i->clean)
		snprintf(i->note, sizeof(i->note), "not unmounted cleanly");
	probe_size(s, i);
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct ext_super sb;
	int r = read_super(s, &sb, e);
	uint64_t blocks, free_blocks;

	if (r <= 0)
		return r;
	probe_begin(i, type_name(&sb));
	text_clean(i->label, sizeof(i->label), sb.label, sizeof(sb.label));
	probe_uuid(i->uuid, sb.uuid);
	blocks = block_count(&sb);
	free_blocks = le32_get(sb.blocks_free);
	if (le32_get(sb.incompat) & INCOMPAT_64BIT)
		free_blocks |= (uint64_t)le32_get(sb.free_high) << 32;
	if (le32_get(sb.block_shift) <= 6) {
		i->block = 1024u << le32_get(sb.block_shift);
		i->size = probe_bytes(blocks, i->block);
		if (free_blocks <= blocks)
			i->used = probe_bytes(blocks - free_blocks, i->block);
	}
	judge(s, &sb, i);
	return 1;
}

const struct fs_ops fsmap_ext = { .name = "ext",
				  .probe = probe,
				  .used = ext_used,
				  .rescue = ext_rescue,
				  .owners = ext_owners,
				  .open = ext_files };
