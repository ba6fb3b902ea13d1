// SPDX-License-Identifier: GPL-2.0-or-later
// Where ext's own tables lie.
#include "fsmap/ext.h"

void ext_group_own(ext2_filsys fs, dgrp_t g,
		   void (*mark)(void *arg, uint64_t block, uint64_t count), void *arg)
{
	mark(arg, ext2fs_block_bitmap_loc(fs, g), 1);
	mark(arg, ext2fs_inode_bitmap_loc(fs, g), 1);
	mark(arg, ext2fs_inode_table_loc(fs, g), fs->inode_blocks_per_group);
}

void ext_group_tables(ext2_filsys fs, dgrp_t g,
		      void (*mark)(void *arg, uint64_t block, uint64_t count), void *arg)
{
	blk64_t super, old_desc, new_desc;
	uint64_t old_blocks = fs->desc_blocks + fs->super->s_reserved_gdt_blocks;

	if (ext2fs_has_feature_meta_bg(fs->super))
		old_blocks = fs->super->s_first_meta_bg;
	ext2fs_super_and_bgd_loc2(fs, g, &super, &old_desc, &new_desc, NULL);
	if (super || g == 0)
		mark(arg, super ? super : fs->super->s_first_data_block, 1);
	if (old_desc)
		mark(arg, old_desc, old_blocks);
	if (new_desc)
		mark(arg, new_desc, 1);
	ext_group_own(fs, g, mark, arg);
}
