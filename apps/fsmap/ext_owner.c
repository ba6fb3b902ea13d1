// SPDX-License-Identifier: GPL-2.0-or-later
// Whose the blocks of an ext file system are that could not be read: its own tables, then what each
// inode has. An inode that is missing itself takes its file with it: what the bitmap calls in use
// there is a hit, too, and the directories still know its name.
//
// A journal that waits to be replayed is not looked into: what it would change may have other names
// by then.
#include "fsmap/ext_owner.h"

#include <stdlib.h>
#include <string.h>

#include "fsmap/used.h"

enum { BAD_BLOCKS = 1, ROOT = 2 };

struct seen {
	struct owner_file file;
	uint32_t block; // bytes
};

static void take_table(void *arg, uint64_t block, uint64_t count)
{
	struct ext_asked *x = arg;

	if (block < x->blocks && count <= x->blocks - block)
		owner_take(x->o, block * x->block, count * x->block, OWNER_METADATA);
	else
		owner_doubt(x->o, "a group's tables lie nowhere");
}

// Inodes that were never in use are made anew some day.
static void take_unused_inodes(struct ext_asked *x, dgrp_t g)
{
	uint64_t begun = (uint64_t)ext_inodes_begun(x, g) * x->inode_size;
	uint64_t len = (uint64_t)x->fs->inode_blocks_per_group * x->block;
	uint64_t table = ext2fs_inode_table_loc(x->fs, g);

	if (table < x->blocks && x->fs->inode_blocks_per_group <= x->blocks - table && begun < len)
		owner_take(x->o, table * x->block + begun, len - begun, OWNER_FREE);
}

static bool is_system(const struct ext_asked *x, uint64_t number)
{
	const struct ext2_super_block *sb = x->fs->super;

	return (number < EXT2_FIRST_INO(sb) && number != ROOT) || number == sb->s_usr_quota_inum ||
	       number == sb->s_grp_quota_inum || number == sb->s_prj_quota_inum ||
	       number == sb->s_orphan_file_inum;
}

static void see_piece(void *arg, enum owner_piece kind, uint64_t at, uint64_t block, uint64_t n)
{
	struct seen *s = arg;

	owner_piece(&s->file, kind, at * s->block, block * s->block, n * s->block);
}

static void see(struct ext_asked *x, uint64_t number, const uint8_t *raw)
{
	struct seen s = { { .o = x->o, .what = OWNER_CONTENTS, .size = UINT64_MAX }, x->block };
	struct owner_hit *h = NULL;
	struct ext_inode n;

	memcpy(&n, raw, sizeof(n));
	if (LINUX_S_ISREG(le16_get(n.mode)))
		s.file.size = ext_size(&n);
	if (number == BAD_BLOCKS)
		s.file.what = OWNER_FREE;
	else if (is_system(x, number))
		s.file.what = OWNER_METADATA;
	if (LINUX_S_ISDIR(le16_get(n.mode))) {
		dgrp_t g = (dgrp_t)((number - 1) / x->fs->super->s_inodes_per_group);

		x->has_folders[g / 8] |= (uint8_t)(1 << g % 8);
	}
	ext_pieces(x, &n, see_piece, &s);

	uint64_t attributes = ext_attributes(&n);
	bool torn = attributes > 0 && attributes < x->blocks &&
		    owner_take(x->o, attributes * x->block, x->block, s.file.what) > 0;

	if (s.file.what == OWNER_CONTENTS && (s.file.missing > 0 || torn))
		h = owner_hit(x->o, number, ext_kind(le16_get(n.mode)));
	if (!h)
		return;
	h->bytes += s.file.missing;
	h->attributes = torn;
}

static void load_bitmap(struct ext_asked *x, dgrp_t g)
{
	uint64_t block = ext2fs_inode_bitmap_loc(x->fs, g);

	if (x->bitmap_group == g)
		return;
	x->bitmap_group = g;
	x->bitmap_there =
		block < x->blocks && owner_read(x->o, block * x->block, x->bitmap, x->block) == 0;
}

static void gone(struct ext_asked *x, uint64_t number)
{
	uint32_t per_group = x->fs->super->s_inodes_per_group;
	dgrp_t g = (dgrp_t)((number - 1) / per_group);
	struct owner_hit *h;

	load_bitmap(x, g);
	if (x->bitmap_there && !used_bit(x->bitmap, (number - 1) % per_group))
		return;
	owner_doubt(x->o, "inodes of group %u are missing, and with them what they have", g);
	if (is_system(x, number))
		return;
	h = owner_hit(x->o, number, "file");
	if (!h)
		return;
	h->gone = true;
	h->maybe = !x->bitmap_there;
}

static void ask(struct ext_asked *x)
{
	dgrp_t groups = x->fs->group_desc_count;

	if (ext2fs_has_feature_journal_needs_recovery(x->fs->super))
		owner_doubt(x->o, "its journal was not replayed: what it changes is not seen");
	for (dgrp_t g = 0; g < groups; g++)
		take_unused_inodes(x, g);
	owner_take(x->o, 0, 1024, OWNER_METADATA);
	for (dgrp_t g = 0; g < groups; g++)
		ext_group_tables(x->fs, g, take_table, x);
	for (dgrp_t g = 0; g < groups && !x->o->stopped; g++)
		ext_inodes(x, g, see, gone);
	ext_names(x);
}

int ext_owners(struct owner *o, struct err *e)
{
	struct ext_asked x = { .o = o, .bitmap_group = UINT32_MAX };
	struct ext_io io;
	uint8_t *rooms;

	if (ext_open(o->src, false, &io, &x.fs, e) < 0)
		return -1;
	x.block = x.fs->blocksize;
	x.blocks = ext2fs_blocks_count(x.fs->super);
	x.inode_size = EXT2_INODE_SIZE(x.fs->super);
	x.has_folders = mem_zero(x.fs->group_desc_count / 8 + 1, 1);
	x.old_groups = owner_missing(o, (x.fs->super->s_first_data_block + UINT64_C(1)) * x.block,
				     x.fs->desc_blocks * (uint64_t)x.block) > 0;
	rooms = mem_zero(7, x.block);
	for (unsigned k = 0; k < 5; k++)
		x.node[k] = rooms + (size_t)k * x.block;
	x.folder = rooms + (size_t)5 * x.block;
	x.bitmap = rooms + (size_t)6 * x.block;
	ask(&x);
	free(rooms);
	free(x.has_folders);
	ext2fs_free(x.fs);
	return 0;
}
