// SPDX-License-Identifier: GPL-2.0-or-later
// An ext file system whose superblock or group descriptors are missing: group 1 has copies of both,
// which are read in their place. What changes while it is in use, such as the number of free
// blocks, is of another time in the copies; where things lie is not.
#include "fsmap/ext.h"
#include "fsmap/rescue.h"

struct super_head {
	uint8_t before[4];
	le32 blocks; // 04
	uint8_t between[12];
	le32 first_block;   // 14
	le32 block_shift;   // 18
	le32 cluster_shift; // 1c
	le32 group_blocks;  // 20
	uint8_t between2[20];
	le16 magic; // 38
	uint8_t between3[32];
	le16 group; // 5a
	uint8_t between4[162];
	le16 desc_size; // fe
};
_Static_assert(offsetof(struct super_head, group) == 0x5a, "ext superblock");
_Static_assert(sizeof(struct super_head) == 0x100, "ext superblock");

enum { SUPER = 1024, MAGIC = 0xef53 };

// Is this the superblock of a group, for blocks of this size?
static bool is_super(const struct super_head *h, uint32_t shift, uint16_t group)
{
	return le16_get(h->magic) == MAGIC && le32_get(h->block_shift) == shift &&
	       le16_get(h->group) == group && le32_get(h->first_block) == (shift == 0) &&
	       le32_get(h->group_blocks) >= 8;
}

// The place of group 1's copy, 0: there is none where it should be.
static uint64_t find_copy(struct src *s, struct super_head *h)
{
	for (uint32_t shift = 0; shift <= 6; shift++) {
		uint64_t block = UINT64_C(1024) << shift;
		uint64_t at = ((shift == 0) + 8 * block) * block;

		if (probe_read(s, at, h, sizeof(*h), NULL) == 1 && is_super(h, shift, 1) &&
		    le32_get(h->group_blocks) == 8 * block)
			return at;
	}
	return 0;
}

struct src *ext_rescue(struct src *s, bool quick)
{
	struct rescue_piece p[2] = { { .off = SUPER, .len = SUPER } };
	struct super_head h;
	uint64_t at = find_copy(s, &h), block, groups;

	(void)quick;
	if (at == 0)
		return NULL;
	block = UINT64_C(1024) << le32_get(h.block_shift);
	groups = le32_get(h.blocks) / le32_get(h.group_blocks) + 1;
	p[0].to = at;
	p[1].off = (le32_get(h.first_block) + UINT64_C(1)) * block;
	p[1].to = at + block;
	p[1].len = groups * (le16_get(h.desc_size) > 32 ? le16_get(h.desc_size) : 32);
	p[1].len = (p[1].len + block - 1) / block * block;
	return rescue_src(s, p);
}
