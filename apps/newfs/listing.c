// SPDX-License-Identifier: GPL-2.0-or-later
// A folder's blocks: entries one after the other, the last of a block reaches to its end. With
// checksums a block ends with one, in an entry of its own. An index is made later, by e2fsck.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "newfs/build.h"

#define LARGE 4 // blocks, from which on an index is worth having

static unsigned room(const struct listing *f)
{
	return f->b->fs->blocksize - (ext2fs_has_feature_metadata_csum(f->b->fs->super)
					      ? sizeof(struct ext2_dir_entry_tail)
					      : 0);
}

static unsigned need(size_t name)
{
	return ((unsigned)name + 8 + 3) & ~3u;
}

static unsigned type_of(const struct build *b, unsigned mode)
{
	if (!ext2fs_has_feature_filetype(b->fs->super))
		return EXT2_FT_UNKNOWN;
	switch (mode & S_IFMT) {
	case S_IFREG: return EXT2_FT_REG_FILE;
	case S_IFDIR: return EXT2_FT_DIR;
	case S_IFCHR: return EXT2_FT_CHRDEV;
	case S_IFBLK: return EXT2_FT_BLKDEV;
	case S_IFIFO: return EXT2_FT_FIFO;
	case S_IFSOCK: return EXT2_FT_SOCK;
	default: return EXT2_FT_SYMLINK;
	}
}

static int flush(struct listing *f, struct err *e)
{
	ext2_filsys fs = f->b->fs;
	struct ext2_dir_entry *last = (struct ext2_dir_entry *)(f->block + f->last);
	blk64_t block;
	errcode_t code;

	last->rec_len = (uint16_t)(room(f) - f->last);
	if (room(f) != fs->blocksize)
		ext2fs_initialize_dirent_tail(fs, EXT2_DIRENT_TAIL(f->block, fs->blocksize));
	if (block_take(f->b, &block, e))
		return -1;
	code = ext2fs_write_dir_block4(fs, block, f->block, 0, f->x->ino);
	if (code)
		return build_fail(e, code, "write a folder");
	spans_put(&f->x->spans, f->blocks++, block, 1);
	memset(f->block, 0, fs->blocksize);
	f->at = f->last = 0;
	return 0;
}

int listing_add(struct listing *f, const char *name, ext2_ino_t ino, unsigned mode, struct err *e)
{
	struct ext2_dir_entry *entry;
	size_t n = strlen(name);

	if (f->at + need(n) > room(f) && flush(f, e))
		return -1;
	entry = (struct ext2_dir_entry *)(f->block + f->at);
	f->last = f->at;
	entry->inode = ino;
	entry->rec_len = (uint16_t)need(n);
	ext2fs_dirent_set_name_len(entry, (int)n);
	ext2fs_dirent_set_file_type(entry, (int)type_of(f->b, mode));
	memcpy(entry->name, name, n);
	f->at += need(n);
	return 0;
}

int listing_begin(struct listing *f, struct build *b, struct node *x, ext2_ino_t parent,
		  struct err *e)
{
	*f = (struct listing){ .b = b, .x = x, .block = mem_zero(1, b->fs->blocksize) };
	x->i.i_links_count = 2;
	return listing_add(f, ".", x->ino, S_IFDIR, e) || listing_add(f, "..", parent, S_IFDIR, e)
		       ? -1
		       : 0;
}

int listing_end(struct listing *f, struct err *e)
{
	errcode_t code;

	if (flush(f, e))
		return -1;
	f->b->large_folders |= f->blocks >= LARGE;
	code = ext2fs_inode_size_set(f->b->fs, EXT2_INODE(&f->x->i),
				     f->blocks * f->b->fs->blocksize);
	return code ? build_fail(e, code, "set a folder's size") : 0;
}

void listing_free(struct listing *f)
{
	free(f->block);
	f->block = NULL;
}
