// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of an ext file system by libext2fs, nothing mounted, no journal replayed:
// what a waiting journal holds is not seen.
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fsmap/ext.h"
#include "fsmap/path.h"

#define BUDGET (64 * MIB) // bytes that one question may read besides the file itself

struct ext_fs {
	struct path_fs p;
	struct ext_io io;
	ext2_filsys e2;
};

// 0 or an errno.
static int judge(struct ext_fs *x, errcode_t code)
{
	if (!code)
		return 0;
	str_copy(x->p.why, sizeof x->p.why, ext_message(code));
	return ext_errno(code);
}

static void begin(struct path_fs *p)
{
	((struct ext_fs *)p)->io.budget = BUDGET;
}

// The first max bytes of a regular file or a link, appended to out.
static errcode_t read_data(struct ext_fs *x, ext2_ino_t ino, uint64_t max, struct buf *out)
{
	ext2_file_t f;
	errcode_t code = ext2fs_file_open(x->e2, ino, 0, &f);

	if (code)
		return code;
	// for each block those that tell where it lies, again and again, and io's least piece
	x->io.budget += 4 * (max / x->e2->blocksize + 1) *
			(x->e2->blocksize < EXT_IO_LEAST ? EXT_IO_LEAST : x->e2->blocksize);
	while (max > 0 && !code) {
		char piece[16384];
		unsigned want = max < sizeof(piece) ? (unsigned)max : (unsigned)sizeof(piece);
		unsigned got = 0;

		code = ext2fs_file_read(f, piece, want, &got);
		if (got == 0)
			break;
		buf_add(out, piece, got);
		max -= got;
	}
	ext2fs_file_close(f);
	return code;
}

static errcode_t read_link(struct ext_fs *x, ext2_ino_t ino, struct ext2_inode *n, uint64_t len,
			   struct buf *text)
{
	if (!ext2fs_is_fast_symlink(n))
		return read_data(x, ino, len, text);
	if (len > sizeof(n->i_block))
		return EXT2_ET_CORRUPT_SUPERBLOCK;
	buf_add(text, n->i_block, len);
	return 0;
}

static int step(struct path_fs *p, const struct path_at *folder, const char *name, size_t len,
		struct path_at *to)
{
	struct ext_fs *x = (struct ext_fs *)p;
	ext2_ino_t ino = 0;
	errcode_t code =
		ext2fs_lookup(x->e2, (ext2_ino_t)folder->inode, name, (int)len, NULL, &ino);

	to->inode = ino;
	return judge(x, code);
}

// Device numbers stand where the block numbers would: 16 bits in the first word, or 32 in the
// second.
static dev_t device(const struct ext2_inode *n)
{
	uint32_t old = n->i_block[0], new = n->i_block[1];

	if (old)
		return makedev(old >> 8 & 0xff, old & 0xff);
	return makedev(new >> 8 & 0xfff, (new & 0xff) | (new >> 12 & 0xfff00));
}

static int stat_inode(struct path_fs *p, const struct path_at *at, struct stat *st)
{
	struct ext_fs *x = (struct ext_fs *)p;
	struct ext2_inode n;
	errcode_t code = ext2fs_read_inode(x->e2, (ext2_ino_t)at->inode, &n);

	if (code)
		return judge(x, code);
	*st = (struct stat){ .st_ino = at->inode,
			     .st_mode = n.i_mode,
			     .st_nlink = n.i_links_count,
			     .st_uid = inode_uid(n),
			     .st_gid = inode_gid(n),
			     .st_size = (off_t)EXT2_I_SIZE(&n) };
	st->st_mtime = n.i_mtime;
	if (S_ISCHR(n.i_mode) || S_ISBLK(n.i_mode))
		st->st_rdev = device(&n);
	return 0;
}

static int read_inode(struct path_fs *p, const struct path_at *at, uint64_t max, struct buf *out)
{
	struct ext_fs *x = (struct ext_fs *)p;
	ext2_ino_t ino = (ext2_ino_t)at->inode;
	struct ext2_inode n;
	errcode_t code = ext2fs_read_inode(x->e2, ino, &n);

	if (!code)
		code = LINUX_S_ISLNK(n.i_mode) ? read_link(x, ino, &n, max, out)
					       : read_data(x, ino, max, out);
	return judge(x, code);
}

static int list_entry(ext2_ino_t dir, int entry, struct ext2_dir_entry *d, int offset, int size,
		      char *buf, void *arg)
{
	(void)dir;
	(void)offset;
	(void)size;
	(void)buf;
	if (entry == DIRENT_DOT_FILE || entry == DIRENT_DOT_DOT_FILE)
		return 0;
	return path_entry(arg, d->name, (size_t)ext2fs_dirent_name_len(d),
			  (unsigned)ext2fs_dirent_file_type(d))
		       ? DIRENT_ABORT
		       : 0;
}

static int list(struct path_fs *p, const struct path_at *at, struct path_list *l)
{
	struct ext_fs *x = (struct ext_fs *)p;

	return judge(x, ext2fs_dir_iterate2(x->e2, (ext2_ino_t)at->inode, 0, NULL, list_entry, l));
}

static void x_close(struct fs *fs)
{
	struct ext_fs *x = (struct ext_fs *)fs;

	ext2fs_free(x->e2);
	free(x);
}

int ext_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { .stat = path_stat,
						.readlink = path_readlink,
						.read_file = path_read_file,
						.list = path_list,
						.close = x_close };
	static const struct path_ops inodes = { begin, step, stat_inode, read_inode, list };
	struct ext_fs *x = mem_zero(1, sizeof(*x));

	x->p = (struct path_fs){
		.fs = { &ops }, .ops = &inodes, .src = s, .root = { .inode = EXT2_ROOT_INO }
	};
	if (ext_open(s, false, &x->io, &x->e2, e) < 0) {
		free(x);
		return -1;
	}
	*out = &x->p.fs;
	return 0;
}
