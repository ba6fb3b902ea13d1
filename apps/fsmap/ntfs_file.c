// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of an NTFS by libntfs-3g: names in any case, as Windows takes them. Nothing
// is mounted, no journal replayed: what a waiting journal holds is not seen. Junctions and other
// reparse points are told (as links), but not followed.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "fsmap/fsmap.h"
#include "fsmap/ntfs_library.h"

#include <ntfs-3g/dir.h>
#include <ntfs-3g/unistr.h>

#define PIECE 65536u

struct ntfs_fs {
	struct fs fs;
	struct ntfs_own own;
	ntfs_volume *vol;
};

static int fail(const struct ntfs_fs *x, const char *path, int num, struct err *e)
{
	return err_set(e, num ? num : EIO, "%s: %s", x->own.src->name, path);
}

// NULL with *e filled.
static ntfs_inode *find(struct ntfs_fs *x, const char *path, struct err *e)
{
	ntfs_inode *inode;

	x->own.budget = NTFS_BUDGET;
	errno = 0;
	inode = ntfs_pathname_to_inode(x->vol, NULL, path);
	if (!inode)
		fail(x, path, errno, e);
	return inode;
}

static int x_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	struct ntfs_fs *x = (struct ntfs_fs *)fs;
	ntfs_inode *inode = find(x, path, e);

	if (!inode)
		return -1;
	memset(st, 0, sizeof(*st));
	st->st_ino = inode->mft_no;
	st->st_nlink = 1;
	st->st_size = (off_t)inode->data_size;
	st->st_mode = inode->flags & FILE_ATTR_REPARSE_POINT	     ? S_IFLNK | 0777
		      : inode->mrec->flags & MFT_RECORD_IS_DIRECTORY ? S_IFDIR | 0755
								     : S_IFREG | 0644;
	ntfs_inode_close(inode);
	return 0;
}

static int x_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	(void)text;
	(void)size;
	return fail((struct ntfs_fs *)fs, path, ENOTSUP, e);
}

static int read_data(struct ntfs_fs *x, ntfs_attr *na, size_t max, struct buf *out)
{
	uint64_t end = na->data_size < 0 ? 0 : (uint64_t)na->data_size;
	char *piece STR_AUTO = mem_alloc(PIECE);

	if (end > max)
		end = max;
	for (uint64_t at = 0; at < end;) {
		s64 want = end - at < PIECE ? (s64)(end - at) : (s64)PIECE;

		x->own.budget = NTFS_BUDGET;
		if (ntfs_attr_pread(na, (s64)at, want, piece) != want)
			return errno ? errno : EIO;
		buf_add(out, piece, (size_t)want);
		at += (uint64_t)want;
	}
	return 0;
}

static int x_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	struct ntfs_fs *x = (struct ntfs_fs *)fs;
	ntfs_inode *inode = find(x, path, e);
	ntfs_attr *na;
	int num = 0;

	if (!inode)
		return -1;
	if (inode->mrec->flags & MFT_RECORD_IS_DIRECTORY)
		num = EISDIR;
	else if (inode->flags & FILE_ATTR_REPARSE_POINT)
		num = ENOTSUP;
	na = num ? NULL : ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0);
	if (na) {
		num = read_data(x, na, max, out);
		ntfs_attr_close(na);
	} else if (!num) {
		num = errno ? errno : EIO;
	}
	ntfs_inode_close(inode);
	return num ? fail(x, path, num, e) : 0;
}

struct listing {
	int (*each)(void *arg, const char *name, unsigned type);
	void *arg;
	bool ended;
};

static int list_entry(void *arg, const ntfschar *name, const int len, const int name_type,
		      const s64 pos, const MFT_REF mref, const unsigned type)
{
	struct listing *l = arg;
	char *text = NULL;

	(void)pos;
	if (name_type == FILE_NAME_DOS || MREF(mref) < FILE_first_user ||
	    ntfs_ucstombs(name, len, &text, 0) < 0)
		return 0;
	// No such name can be asked for again.
	if (*text && !strchr(text, '/') && strcmp(text, ".") && strcmp(text, ".."))
		l->ended = l->each(l->arg, text,
				   type == NTFS_DT_DIR	     ? DT_DIR
				   : type == NTFS_DT_REG     ? DT_REG
				   : type == NTFS_DT_REPARSE ? DT_LNK
							     : DT_UNKNOWN) != 0;
	free(text);
	return l->ended ? -1 : 0;
}

static int x_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
		  void *arg, struct err *e)
{
	struct ntfs_fs *x = (struct ntfs_fs *)fs;
	struct listing l = { each, arg, false };
	ntfs_inode *inode = find(x, path, e);
	int num = 0;
	s64 pos = 0;

	if (!inode)
		return -1;
	if (!(inode->mrec->flags & MFT_RECORD_IS_DIRECTORY))
		num = ENOTDIR;
	else if (ntfs_readdir(inode, &pos, &l, list_entry) < 0 && !l.ended)
		num = errno ? errno : EIO;
	ntfs_inode_close(inode);
	return num ? fail(x, path, num, e) : 0;
}

static void x_close(struct fs *fs)
{
	struct ntfs_fs *x = (struct ntfs_fs *)fs;

	x->own.budget = NTFS_BUDGET;
	ntfs_umount(x->vol, FALSE);
	free(x);
}

int ntfs_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { .stat = x_stat,
						.readlink = x_readlink,
						.read_file = x_read_file,
						.list = x_list,
						.close = x_close };
	struct ntfs_fs *x;

	if (!ntfs_sane(s))
		return err_set(e, EIO,
			       "%s: open the file system: boot sector or file table of NTFS "
			       "contradict themselves",
			       s->name);
	x = mem_zero(1, sizeof(*x));
	x->fs.ops = &ops;
	x->own.src = s;
	x->vol = ntfs_library_open(&x->own);
	if (!x->vol || ntfs_set_ignore_case(x->vol)) {
		err_set(e, errno ? errno : EIO, "%s: open the file system", s->name);
		if (x->vol)
			ntfs_umount(x->vol, FALSE);
		free(x);
		return -1;
	}
	*out = &x->fs;
	return 0;
}
