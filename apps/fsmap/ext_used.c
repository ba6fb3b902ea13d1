// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks of an ext file system are in use: the block bitmaps, and the metadata whatever these
// say.
//
// A bitmap is believed only when the file system was unmounted cleanly: a journal that waits to be
// replayed may allocate blocks that the bitmaps on disk still call free. A group whose bitmap and
// free count disagree is used whole. Uninitialised bitmaps (BLOCK_UNINIT), bigalloc, flex_bg and
// meta_bg are libext2fs' business.
#include <stdio.h>
#include <string.h>

#include "fsmap/ext.h"

static void mark(ext2_filsys fs, uint64_t block, uint64_t count)
{
	uint64_t end = ext2fs_blocks_count(fs->super);

	if (block >= fs->super->s_first_data_block && block < end)
		ext2fs_mark_block_bitmap_range2(fs->block_map, block,
						(blk_t)(count < end - block ? count : end - block));
}

static void mark_metadata(ext2_filsys fs, dgrp_t group)
{
	blk64_t super, old_desc, new_desc;
	uint64_t old_blocks = fs->desc_blocks + fs->super->s_reserved_gdt_blocks;

	if (ext2fs_has_feature_meta_bg(fs->super))
		old_blocks = fs->super->s_first_meta_bg;
	ext2fs_super_and_bgd_loc2(fs, group, &super, &old_desc, &new_desc, NULL);
	if (super || group == 0)
		mark(fs, super ? super : fs->super->s_first_data_block, 1);
	if (old_desc)
		mark(fs, old_desc, old_blocks);
	if (new_desc)
		mark(fs, new_desc, 1);
	mark(fs, ext2fs_block_bitmap_loc(fs, group), 1);
	mark(fs, ext2fs_inode_bitmap_loc(fs, group), 1);
	mark(fs, ext2fs_inode_table_loc(fs, group), fs->inode_blocks_per_group);
}

// The end (not included) of the run that begins at block and is used or free throughout.
static uint64_t run_end(ext2_filsys fs, uint64_t block, uint64_t end, bool used)
{
	blk64_t next;
	errcode_t code =
		used ? ext2fs_find_first_zero_block_bitmap2(fs->block_map, block, end - 1, &next)
		     : ext2fs_find_first_set_block_bitmap2(fs->block_map, block, end - 1, &next);

	// The answer may be the start of a cluster that began before us.
	return code || next >= end ? end : next > block ? next : block + 1;
}

static uint64_t count_free(ext2_filsys fs, uint64_t block, uint64_t end)
{
	uint64_t n = 0;

	while (block < end) {
		bool used = ext2fs_test_block_bitmap2(fs->block_map, block);
		uint64_t next = run_end(fs, block, end, used);

		n += used ? 0 : next - block;
		block = next;
	}
	return n;
}

// Groups that contradict themselves become used; returns how many there were.
static unsigned distrust_groups(ext2_filsys fs)
{
	unsigned wrong = 0;

	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		uint64_t first = ext2fs_group_first_block2(fs, g),
			 end = ext2fs_group_last_block2(fs, g) + 1;
		uint64_t ratio = UINT64_C(1) << fs->cluster_ratio_bits;
		uint64_t said = ext2fs_bg_free_blocks_count(fs, g) * ratio,
			 found = count_free(fs, first, end);

		// The last cluster may reach over the end of the file system.
		if (found > said || said - found >= ratio) {
			mark(fs, first, end - first);
			wrong++;
		}
	}
	return wrong;
}

static void fill(ext2_filsys fs, struct map *m)
{
	uint64_t block = fs->super->s_first_data_block, end = ext2fs_blocks_count(fs->super);
	uint64_t size = fs->blocksize;

	// In front of the first block lies a boot sector, behind the last one what we do not know.
	map_set(m, 0, 2048, MAP_DONE);
	while (block < end) {
		bool used = ext2fs_test_block_bitmap2(fs->block_map, block);
		uint64_t next = run_end(fs, block, end, used);

		if (used)
			map_set(m, block * size, (next - block) * size, MAP_DONE);
		block = next;
	}
	if (end * size < m->size)
		map_set(m, end * size, m->size - end * size, MAP_DONE);
}

int ext_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct fs_info i;
	struct ext_io io;
	ext2_filsys fs;
	errcode_t code;
	unsigned wrong;

	if (fsmap_ext.probe(s, &i, e) != 1)
		return err_set(e, 0, "%s: not an ext file system", s->name);
	if (i.damaged || !i.clean)
		return err_set(e, 0, "%s", i.note);
	if (ext_open(s, true, &io, &fs, e) < 0)
		return -1;
	code = ext2fs_read_block_bitmap(fs);
	if (code) {
		ext2fs_free(fs);
		return err_set(e, 0, "block bitmaps: %s", ext_message(code));
	}
	wrong = distrust_groups(fs);
	for (dgrp_t g = 0; g < fs->group_desc_count; g++)
		mark_metadata(fs, g);
	fill(fs, m);
	if (wrong)
		snprintf(why, why_size, "%u of %u block groups contradict themselves: copied whole",
			 wrong, fs->group_desc_count);
	ext2fs_free(fs);
	return 0;
}
