// SPDX-License-Identifier: GPL-2.0-or-later
// The tree as inodes and folders of the new ext file system.
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/build.h"
#include "newfs/walk.h"

static int contents(struct build *b, struct node *x, int fd, const char *name,
		    const struct stat *st, struct err *e)
{
	int in FD_AUTO = walk_open(fd, name, st, e);

	if (in < 0)
		return -1;
	x->i.i_flags |= walk_flags(in);
	return data_place(b, x, in, st, name, e);
}

// A short one lies in the inode.
static int link_text(struct build *b, struct node *x, int fd, const char *name, struct err *e)
{
	uint8_t *text = mem_zero(1, b->fs->blocksize + 1);
	ssize_t n = readlinkat(fd, name, (char *)text, b->fs->blocksize);
	errcode_t code = 0;
	blk64_t block;
	int rc = 0;

	if (n <= 0 || n >= (ssize_t)b->fs->blocksize) {
		rc = err_set(e, n < 0 ? errno : EINVAL, "%s: read where it leads", name);
	} else if (n < (ssize_t)sizeof x->i.i_block) {
		memcpy(x->i.i_block, text, (size_t)n);
	} else {
		rc = block_take(b, &block, e);
		if (!rc)
			code = io_channel_write_blk64(b->fs->io, block, 1, text);
		if (!rc)
			spans_put(&x->spans, 0, block, 1);
	}
	free(text);
	if (!rc && !code)
		code = ext2fs_inode_size_set(b->fs, EXT2_INODE(&x->i), n);
	return code ? build_fail(e, code, "write a link") : rc;
}

static int make_node(struct build *b, int fd, const char *name, const struct stat *st,
		     ext2_ino_t *ino, struct err *e)
{
	char *path STR_AUTO = walk_path(fd, name);
	struct node x;
	int rc = node_begin(b, &x, 0, st, e);

	if (!rc && S_ISREG(st->st_mode))
		rc = contents(b, &x, fd, name, st, e);
	if (!rc && S_ISLNK(st->st_mode))
		rc = link_text(b, &x, fd, name, e);
	if (!rc)
		rc = node_end(b, &x, path, e);
	*ino = x.ino;
	node_free(&x);
	return rc;
}

static int further_name(struct build *b, ext2_ino_t ino, struct err *e)
{
	struct ext2_inode inode;
	errcode_t code = ext2fs_read_inode(b->fs, ino, &inode);

	if (!code && inode.i_links_count >= 65000)
		return err_set(e, EMLINK, "new file system: a file with more than 65000 names");
	inode.i_links_count++;
	if (!code)
		code = ext2fs_write_inode(b->fs, ino, &inode);
	return code ? build_fail(e, code, "count a file's names") : 0;
}

static int lost_and_found(struct build *b, ext2_ino_t *ino, struct err *e)
{
	struct timespec now = { .tv_sec = time(NULL) };
	struct stat st = {
		.st_mode = S_IFDIR | 0700, .st_atim = now, .st_mtim = now, .st_ctim = now
	};
	struct listing f = { 0 };
	struct node x;
	int rc;

	rc = node_begin(b, &x, 0, &st, e) || listing_begin(&f, b, &x, EXT2_ROOT_INO, e) ||
	     listing_end(&f, e) || node_end(b, &x, NULL, e);
	listing_free(&f);
	*ino = x.ino;
	node_free(&x);
	return rc ? -1 : 0;
}

static bool there(int fd, const char *name)
{
	struct stat st;

	return !fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

// What the first folder has besides: the swap file, and what e2fsck wants to find there.
static int add_own(struct build *b, int fd, struct err *e)
{
	struct listing *f = &b->listing;
	ext2_ino_t ino;

	if (b->n->swap && there(fd, b->n->name))
		return err_set(e, EEXIST, "/%s: make the swap file", b->n->name);
	if (b->n->swap &&
	    (data_swap(b, fd, &ino, e) || listing_add(f, b->n->name, ino, S_IFREG, e)))
		return -1;
	if (there(fd, "lost+found"))
		return 0;
	b->links++;
	return lost_and_found(b, &ino, e) || listing_add(f, "lost+found", ino, S_IFDIR, e) ? -1 : 0;
}

static int begin(void *to, int fd, const struct stat *st, uint64_t id, uint64_t parent,
		 struct err *e)
{
	struct build *b = to;

	b->links = 0;
	if (node_begin(b, &b->folder, (ext2_ino_t)id, st, e) ||
	    listing_begin(&b->listing, b, &b->folder, (ext2_ino_t)parent, e))
		return -1;
	b->folder.i.i_flags |= walk_flags(fd);
	return id == EXT2_ROOT_INO ? add_own(b, fd, e) : 0;
}

static int file(void *to, int fd, const char *name, const struct stat *st, uint64_t *id,
		struct err *e)
{
	struct build *b = to;
	ext2_ino_t ino;

	if (make_node(b, fd, name, st, &ino, e))
		return -1;
	*id = ino;
	return listing_add(&b->listing, name, ino, st->st_mode, e);
}

static int again(void *to, const char *name, const struct stat *st, uint64_t id, struct err *e)
{
	struct build *b = to;

	return further_name(b, (ext2_ino_t)id, e) ||
			       listing_add(&b->listing, name, (ext2_ino_t)id, st->st_mode, e)
		       ? -1
		       : 0;
}

static int folder(void *to, const char *name, uint64_t *id, struct err *e)
{
	struct build *b = to;
	ext2_ino_t ino;

	if (inode_take(b, &ino, e))
		return -1;
	b->links++;
	*id = ino;
	return listing_add(&b->listing, name, ino, S_IFDIR, e);
}

static int end(void *to, int fd, const struct stat *st, struct err *e)
{
	char *path STR_AUTO = walk_path(fd, ".");
	struct build *b = to;
	struct node *x = &b->folder;
	uint64_t links = b->links + x->i.i_links_count;
	int rc;

	(void)st;
	if (links >= 65000 && !ext2fs_has_feature_dir_nlink(b->fs->super))
		return err_set(e, EMLINK, "new file system: a folder with more than 64997 folders");
	x->i.i_links_count = (uint16_t)(links < 65000 ? links : 1);
	rc = listing_end(&b->listing, e) || node_end(b, x, path, e) ? -1 : 0;
	tree_free(b);
	return rc;
}

int tree_make(struct build *b, const struct newfs_tree *tree, struct err *e)
{
	static const struct walk_ops ops = { begin, file, again, folder, end, NULL, NULL };
	struct walk_job job = { .ops = &ops,
				.to = b,
				.root = EXT2_ROOT_INO,
				.tree = tree,
				.count = b->count,
				.ui = b->ui };

	return walk_tree(&job, e);
}

void tree_free(struct build *b)
{
	listing_free(&b->listing);
	node_free(&b->folder);
}
