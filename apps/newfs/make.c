// SPDX-License-Identifier: GPL-2.0-or-later
// The empty file system by mke2fs, then the tree into it by libext2fs, then e2fsck over it: what
// comes out is judged by another program than made it.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/run.h"
#include "newfs/build.h"

#define BLOCK 4096

int build_fail(struct err *e, errcode_t code, const char *what)
{
	return err_set(e, 0, "new file system: %s: %s", what, error_message(code));
}

int build_full(const struct build *b, struct err *e)
{
	return err_set(
		e, ENOSPC,
		"new file system: %llu MiB are too small for what is to go in: give a larger "
		"--size",
		(unsigned long long)(b->n->size >> 20));
}

static int make_empty(const struct newfs *n, struct ui *ui, struct err *e)
{
	char *inodes STR_AUTO = mem_printf("%llu", (unsigned long long)n->inodes);
	char *inode STR_AUTO = mem_printf("%u", n->kind.inode_size);
	// the file is all zeros: writing them would take room for every inode there may be
	char *more STR_AUTO = mem_printf("offset=%llu,nodiscard,lazy_itable_init=0,"
					 "assume_storage_prezeroed=1",
					 (unsigned long long)n->off);
	char *size STR_AUTO = mem_printf("%lluk", (unsigned long long)(n->size >> 10));
	const char *argv[] = { "mke2fs",
			       "-q",
			       "-F",
			       "-t",
			       n->kind.type,
			       "-b",
			       "4096",
			       "-I",
			       inode,
			       "-N",
			       inodes,
			       "-O",
			       n->kind.features,
			       "-m",
			       "1",
			       "-U",
			       n->uuid,
			       "-L",
			       n->label,
			       "-E",
			       more,
			       "--",
			       n->file,
			       size,
			       NULL };

	return run_checked(&(struct run){ .argv = argv, .ui = ui, .timeout_s = 3600 }, e);
}

// The folder that mke2fs made: the tree has its own.
static errcode_t clear_first(ext2_filsys fs, ext2_ino_t ino)
{
	struct ext2_inode inode;
	errcode_t code = ext2fs_read_inode(fs, ino, &inode);

	if (!code)
		code = ext2fs_punch(fs, ino, &inode, NULL, 0, ~0ull);
	return code;
}

static int open_empty(struct build *b, struct err *e)
{
	char *options STR_AUTO = mem_printf("offset=%llu", (unsigned long long)b->n->off);
	ext2_ino_t lost = 0;
	errcode_t code;

	initialize_ext2_error_table();
	code = ext2fs_open2(b->n->file, options, EXT2_FLAG_RW | EXT2_FLAG_64BITS, 0, 0,
			    unix_io_manager, &b->fs);
	if (code)
		return build_fail(e, code, "open");
	code = ext2fs_read_bitmaps(b->fs);
	if (!code)
		code = ext2fs_lookup(b->fs, EXT2_ROOT_INO, "lost+found", 10, NULL, &lost);
	if (!code)
		code = clear_first(b->fs, EXT2_ROOT_INO);
	if (!code)
		code = clear_first(b->fs, lost);
	if (code)
		return build_fail(e, code, "look into it");
	ext2fs_inode_alloc_stats2(b->fs, lost, -1, 1);
	ext2fs_inode_alloc_stats2(b->fs, EXT2_ROOT_INO, -1, 1);
	b->fs->super->s_default_mount_opts = b->n->kind.mount_options;
	b->fs->super->s_errors = (uint16_t)b->n->kind.errors;
	b->next = b->fs->super->s_first_data_block;
	b->next_inode = EXT2_FIRST_INODE(b->fs->super);
	ext2fs_set_alloc_block_callback(b->fs, block_for_library, NULL);
	b->fs->priv_data = b;
	return 0;
}

static int check(const struct newfs *n, const char *how, bool changes, struct ui *ui, struct err *e)
{
	char *where STR_AUTO = mem_printf("%s?offset=%llu", n->file, (unsigned long long)n->off);
	const char *argv[] = { "e2fsck", "-f", how, changes ? "-D" : where, changes ? where : NULL,
			       NULL };
	struct buf out BUF_AUTO = { 0 };
	int status;

	if (run_program(&(struct run){ .argv = argv, .ui = ui, .out = &out }, &status, e))
		return -1;
	if (status && !(changes && status == 1))
		return err_set(e, 0, "new file system: e2fsck is not content with it: %.200s",
			       buf_str(&out));
	return 0;
}

// The index of large folders is e2fsck's business.
static int check_all(const struct build *b, struct ui *ui, struct err *e)
{
	ui_say(ui, UI_INFO, "the new file system is checked");
	if (check(b->n, "-n", false, ui, e))
		return -1;
	return b->large_folders && strstr(b->n->kind.features, "dir_index") &&
			       check(b->n, "-y", true, ui, e)
		       ? -1
		       : 0;
}

int newfs_make(const struct newfs *n, const struct newfs_tree *tree, struct pieces *pieces,
	       struct newfs_count *count, struct ui *ui, struct err *e)
{
	struct build b = { .n = n, .pieces = pieces, .count = count, .ui = ui };
	errcode_t code;
	int rc;

	*count = (struct newfs_count){ 0 };
	if (make_empty(n, ui, e))
		return -1;
	b.file = open(n->file, O_RDWR | O_CLOEXEC);
	if (b.file < 0)
		return err_set(e, errno, "%s: open", n->file);
	b.copy = mem_alloc(COPY_BYTES);
	rc = open_empty(&b, e) || tree_make(&b, tree, e) ? -1 : 0;
	if (b.fs) {
		count->blocks_left = ext2fs_free_blocks_count(b.fs->super) * BLOCK;
		code = rc ? 0 : ext2fs_flush(b.fs);
		if (rc)
			ext2fs_free(b.fs);
		else if (code || (code = ext2fs_close(b.fs)))
			rc = build_fail(e, code, "write");
	}
	tree_free(&b);
	keys_free(&b.shared);
	free(b.copy);
	close(b.file);
	return rc || check_all(&b, ui, e) ? -1 : 0;
}
