// SPDX-License-Identifier: GPL-2.0-or-later
// The inode tables of ext, read past what is missing.
#include <stdlib.h>
#include <string.h>

#include "fsmap/ext_owner.h"

enum { PIECE = 65536 }; // bytes of a table that are read at once

const char *ext_kind(uint16_t mode)
{
	return LINUX_S_ISREG(mode)   ? "file"
	       : LINUX_S_ISDIR(mode) ? "directory"
	       : LINUX_S_ISLNK(mode) ? "link"
				     : "other";
}

uint32_t ext_inodes_begun(const struct ext_asked *x, dgrp_t group)
{
	uint32_t all = x->fs->super->s_inodes_per_group, unused;

	if (x->old_groups || !ext2fs_has_group_desc_csum(x->fs))
		return all;
	if (ext2fs_bg_flags_test(x->fs, group, EXT2_BG_INODE_UNINIT))
		return 0;
	unused = ext2fs_bg_itable_unused(x->fs, group);
	return unused < all ? all - unused : 0;
}

uint64_t ext_inode_place(const struct ext_asked *x, uint64_t inode)
{
	uint32_t per_group = x->fs->super->s_inodes_per_group;

	if (inode == 0 || inode > x->fs->super->s_inodes_count)
		return 0;
	return ext2fs_inode_table_loc(x->fs, (dgrp_t)((inode - 1) / per_group)) * x->block +
	       (inode - 1) % per_group * x->inode_size;
}

static void take_piece(struct ext_asked *x, uint64_t number, uint64_t at, const uint8_t *p,
		       uint32_t count,
		       void (*each)(struct ext_asked *x, uint64_t number, const uint8_t *raw),
		       void (*gone)(struct ext_asked *x, uint64_t number))
{
	bool torn = owner_missing(x->o, at, (uint64_t)count * x->inode_size) > 0;

	for (uint32_t k = 0; k < count && !x->o->stopped; k++) {
		const uint8_t *raw = p + (size_t)k * x->inode_size;
		struct ext_inode n;

		memcpy(&n, raw, sizeof(n));
		if (torn &&
		    owner_missing(x->o, at + (uint64_t)k * x->inode_size, x->inode_size) > 0)
			gone(x, number + k);
		else if (ext_in_use(&n))
			each(x, number + k, raw);
	}
}

void ext_inodes(struct ext_asked *x, dgrp_t group,
		void (*each)(struct ext_asked *x, uint64_t number, const uint8_t *raw),
		void (*gone)(struct ext_asked *x, uint64_t number))
{
	uint32_t left = ext_inodes_begun(x, group), n;
	uint64_t number = (uint64_t)group * x->fs->super->s_inodes_per_group + 1;
	uint64_t at = ext_inode_place(x, number);
	uint8_t *p = mem_alloc(PIECE);

	owner_at(x->o, group, x->fs->group_desc_count);
	for (; left > 0 && at > 0 && !x->o->stopped; left -= n) {
		n = PIECE / x->inode_size < left ? PIECE / x->inode_size : left;
		owner_read(x->o, at, p, (size_t)n * x->inode_size);
		take_piece(x, number, at, p, n, each, gone);
		number += n;
		at += (uint64_t)n * x->inode_size;
	}
	free(p);
}
