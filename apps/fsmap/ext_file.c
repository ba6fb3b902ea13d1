// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of an ext file system by libext2fs, nothing mounted, no journal replayed:
// what a waiting journal holds is not seen.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fsmap/ext.h"

#define MAX_PATH 4096
#define MAX_LINKS 40
#define BUDGET (64 * MIB) // bytes that one question may read besides the file itself

struct ext_fs {
	struct fs fs;
	struct ext_io io;
	ext2_filsys e2;
};

static int fail(struct ext_fs *x, errcode_t code, const char *path, struct err *e)
{
	int num = ext_errno(code);

	if (num != EIO)
		return err_set(e, num, "%s: %s", x->io.src->name, path);
	err_set(e, 0, "%s: %s: %s", x->io.src->name, path, ext_message(code));
	if (e)
		e->num = EIO;
	return -1;
}

// The first max bytes of a regular file or a link, appended to out.
static errcode_t read_data(struct ext_fs *x, ext2_ino_t ino, uint64_t max, struct buf *out)
{
	ext2_file_t f;
	errcode_t code = ext2fs_file_open(x->e2, ino, 0, &f);

	if (code)
		return code;
	x->io.budget += 2 * max;
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

static errcode_t read_link(struct ext_fs *x, ext2_ino_t ino, const struct ext2_inode *n,
			   struct buf *text)
{
	struct ext2_inode copy = *n;
	uint64_t len = EXT2_I_SIZE(n);

	if (len == 0 || len > MAX_PATH)
		return EXT2_ET_CORRUPT_SUPERBLOCK;
	if (!ext2fs_is_fast_symlink(&copy))
		return read_data(x, ino, len, text);
	if (len > sizeof(n->i_block))
		return EXT2_ET_CORRUPT_SUPERBLOCK;
	buf_add(text, n->i_block, len);
	return 0;
}

// One step: the entry `name` of the folder dir, and its inode.
static errcode_t step(struct ext_fs *x, ext2_ino_t dir, const char *name, size_t len,
		      ext2_ino_t *ino, struct ext2_inode *inode)
{
	errcode_t code = ext2fs_read_inode(x->e2, dir, inode);

	if (!code && !LINUX_S_ISDIR(inode->i_mode))
		code = EXT2_ET_NO_DIRECTORY;
	if (!code)
		code = ext2fs_lookup(x->e2, dir, name, (int)len, NULL, ino);
	return code ? code : ext2fs_read_inode(x->e2, *ino, inode);
}

// Walks a path from the root. libext2fs has its own walk, but it knows no doubled slashes.
static errcode_t walk(struct ext_fs *x, const char *path, bool follow, ext2_ino_t *ino,
		      struct ext2_inode *inode)
{
	struct buf rest BUF_AUTO = { 0 };
	ext2_ino_t at = EXT2_ROOT_INO;
	errcode_t code = ext2fs_read_inode(x->e2, at, inode);
	unsigned links = 0;

	*ino = at;
	buf_puts(&rest, path);
	for (const char *p = buf_str(&rest); !code;) {
		struct buf text BUF_AUTO = { 0 };
		size_t len;

		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0)
			break;
		code = step(x, at, p, len, ino, inode);
		p += len;
		if (code || !LINUX_S_ISLNK(inode->i_mode) || (!*p && !follow)) {
			at = *ino;
			continue;
		}
		code = ++links > MAX_LINKS ? EXT2_ET_SYMLINK_LOOP
					   : read_link(x, *ino, inode, &text);
		if (text.len > 0 && text.s[0] == '/')
			at = EXT2_ROOT_INO;
		*ino = at;
		// What the link says, then what was behind it.
		buf_puts(&text, p);
		if (text.len > MAX_PATH)
			code = EXT2_ET_SYMLINK_LOOP;
		buf_clear(&rest);
		buf_puts(&rest, buf_str(&text));
		p = buf_str(&rest);
	}
	// A link to "/" or ".." leaves the folder it leads to unread.
	return code ? code : ext2fs_read_inode(x->e2, *ino, inode);
}

static int find(struct ext_fs *x, const char *path, bool follow, ext2_ino_t *ino,
		struct ext2_inode *inode, struct err *e)
{
	errcode_t code;

	x->io.budget = BUDGET;
	code = walk(x, path, follow, ino, inode);
	return code ? fail(x, code, path, e) : 0;
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

static int x_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	struct ext_fs *x = (struct ext_fs *)fs;
	struct ext2_inode n;
	ext2_ino_t ino;

	if (find(x, path, true, &ino, &n, e) < 0)
		return -1;
	memset(st, 0, sizeof(*st));
	st->st_ino = ino;
	st->st_mode = n.i_mode;
	st->st_nlink = n.i_links_count;
	st->st_uid = inode_uid(n);
	st->st_gid = inode_gid(n);
	st->st_size = (off_t)EXT2_I_SIZE(&n);
	st->st_mtime = n.i_mtime;
	if (S_ISCHR(n.i_mode) || S_ISBLK(n.i_mode))
		st->st_rdev = device(&n);
	return 0;
}

static int x_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	struct ext_fs *x = (struct ext_fs *)fs;
	struct buf b BUF_AUTO = { 0 };
	struct ext2_inode n;
	ext2_ino_t ino;

	if (find(x, path, false, &ino, &n, e) < 0)
		return -1;
	if (!S_ISLNK(n.i_mode))
		return err_set(e, EINVAL, "%s: %s: read the link", x->io.src->name, path);
	errcode_t code = read_link(x, ino, &n, &b);

	if (code)
		return fail(x, code, path, e);
	if (!str_copy(text, size, buf_str(&b)))
		return err_set(e, ENAMETOOLONG, "%s: %s: read the link", x->io.src->name, path);
	return 0;
}

static int x_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	struct ext_fs *x = (struct ext_fs *)fs;
	struct ext2_inode n;
	ext2_ino_t ino;

	if (find(x, path, true, &ino, &n, e) < 0)
		return -1;
	if (!S_ISREG(n.i_mode))
		return err_set(e, S_ISDIR(n.i_mode) ? EISDIR : EINVAL, "%s: %s: read",
			       x->io.src->name, path);
	errcode_t code = read_data(x, ino, max, out);

	return code ? fail(x, code, path, e) : 0;
}

struct listing {
	int (*each)(void *arg, const char *name, unsigned type);
	void *arg;
};

static int list_entry(ext2_ino_t dir, int entry, struct ext2_dir_entry *d, int offset, int size,
		      char *buf, void *arg)
{
	static const uint8_t types[] = { DT_UNKNOWN, DT_REG,  DT_DIR,  DT_CHR,
					 DT_BLK,     DT_FIFO, DT_SOCK, DT_LNK };
	struct listing *l = arg;
	unsigned type = (unsigned)ext2fs_dirent_file_type(d);
	size_t len = (size_t)ext2fs_dirent_name_len(d);
	char name[256];

	(void)dir;
	(void)offset;
	(void)size;
	(void)buf;
	if (entry == DIRENT_DOT_FILE || entry == DIRENT_DOT_DOT_FILE)
		return 0;
	memcpy(name, d->name, len);
	name[len] = '\0';
	// No such name can be asked for again.
	if (strlen(name) != len || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..") ||
	    len == 0)
		return 0;
	return l->each(l->arg, name, type < sizeof(types) ? types[type] : DT_UNKNOWN) ? DIRENT_ABORT
										      : 0;
}

static int x_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
		  void *arg, struct err *e)
{
	struct ext_fs *x = (struct ext_fs *)fs;
	struct listing l = { each, arg };
	struct ext2_inode n;
	ext2_ino_t ino;
	errcode_t code;

	if (find(x, path, true, &ino, &n, e) < 0)
		return -1;
	if (!S_ISDIR(n.i_mode))
		return err_set(e, ENOTDIR, "%s: %s", x->io.src->name, path);
	code = ext2fs_dir_iterate2(x->e2, ino, 0, NULL, list_entry, &l);
	return code ? fail(x, code, path, e) : 0;
}

static void x_close(struct fs *fs)
{
	struct ext_fs *x = (struct ext_fs *)fs;

	ext2fs_free(x->e2);
	free(x);
}

int ext_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { x_stat, x_readlink, x_read_file, x_list, x_close };
	struct ext_fs *x = mem_zero(1, sizeof(*x));

	x->fs.ops = &ops;
	if (ext_open(s, false, &x->io, &x->e2, e) < 0) {
		free(x);
		return -1;
	}
	*out = &x->fs;
	return 0;
}
