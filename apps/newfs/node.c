// SPDX-License-Identifier: GPL-2.0-or-later
// Inodes: what stat(2) tells of one, and its attributes.
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "newfs/build.h"

// Seconds of 32 bits, signed; where the inode has room, 2 bits more and nanoseconds.
static uint32_t seconds(const struct timespec *t)
{
	if (t->tv_sec > 0x37fffffffll)
		return 0xffffffff;
	return (uint32_t)t->tv_sec;
}

static uint32_t more(const struct timespec *t)
{
	uint64_t epoch = ((uint64_t)t->tv_sec - (uint64_t)(int64_t)(int32_t)t->tv_sec) >> 32;

	return (uint32_t)t->tv_nsec << 2 | (uint32_t)(epoch & 3);
}

static void device(struct ext2_inode_large *i, dev_t dev)
{
	unsigned a = major(dev), b = minor(dev);

	if (a < 256 && b < 256)
		i->i_block[0] = a << 8 | b;
	else
		i->i_block[1] = (b & 0xff) | a << 8 | (b & ~0xffu) << 12;
}

int inode_take(struct build *b, ext2_ino_t *ino, struct err *e)
{
	*ino = b->next_inode;
	if (*ino > b->fs->super->s_inodes_count)
		return err_set(e, ENOSPC,
			       "new file system: its %u inodes are too few for what is to go in",
			       b->fs->super->s_inodes_count);
	b->next_inode++;
	return 0;
}

int node_begin(struct build *b, struct node *x, ext2_ino_t ino, const struct stat *st,
	       struct err *e)
{
	struct ext2_inode_large *i = &x->i;

	*x = (struct node){ .ino = ino };
	if (!ino && inode_take(b, &x->ino, e))
		return -1;
	ext2fs_inode_alloc_stats2(b->fs, x->ino, +1, S_ISDIR(st->st_mode));
	i->i_mode = (uint16_t)st->st_mode;
	i->i_uid = (uint16_t)st->st_uid;
	i->i_uid_high = (uint16_t)(st->st_uid >> 16);
	i->i_gid = (uint16_t)st->st_gid;
	i->i_gid_high = (uint16_t)(st->st_gid >> 16);
	i->i_links_count = 1;
	i->i_atime = seconds(&st->st_atim);
	i->i_mtime = seconds(&st->st_mtim);
	i->i_ctime = i->i_crtime = seconds(&st->st_ctim);
	if (EXT2_INODE_SIZE(b->fs->super) > EXT2_GOOD_OLD_INODE_SIZE) {
		i->i_extra_isize = sizeof *i - EXT2_GOOD_OLD_INODE_SIZE;
		i->i_atime_extra = more(&st->st_atim);
		i->i_mtime_extra = more(&st->st_mtim);
		i->i_ctime_extra = i->i_crtime_extra = more(&st->st_ctim);
	}
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		device(i, st->st_rdev);
	return 0;
}

int node_end(struct build *b, struct node *x, const char *path, struct err *e)
{
	size_t size = EXT2_INODE_SIZE(b->fs->super);
	errcode_t code;

	if (spans_write(b, x, e))
		return -1;
	code = ext2fs_write_inode_full(b->fs, x->ino, EXT2_INODE(&x->i),
				       (int)(size < sizeof x->i ? size : sizeof x->i));
	if (code)
		return build_fail(e, code, "write an inode");
	return path ? attributes_copy(b, x, path, e) : 0;
}

void node_free(struct node *x)
{
	free(x->spans.v);
	x->spans = (struct spans){ 0 };
}
