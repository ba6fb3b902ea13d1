// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of btrfs (kernel: fs/btrfs, include/uapi/linux/btrfs_tree.h), nothing
// mounted, no log tree replayed: what waits in one is not seen. Subvolumes are folders, as for the
// kernel, and where one is missing there is an empty folder. Of several devices this one is read.
#include "fsmap/btrfs_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/crc.h"

enum { NO_INODE = 2 }; // an empty folder: the subvolume that was here is not in this tree

const char *btrfs_next_name(struct view data, size_t *at, struct btrfs_dir_entry *d)
{
	const struct btrfs_dir_entry *in = view_at(data, *at, sizeof *in);
	const char *name;

	if (!in)
		return NULL;
	*d = *in;
	name = view_at(data, *at + sizeof *d, le16_get(d->name_len));
	*at += sizeof *d + le16_get(d->name_len) + le16_get(d->data_len);
	return name;
}

int btrfs_lookup(struct btrfs_fs *x, const struct btrfs_root *tree, uint64_t folder,
		 const char *name, size_t len, struct btrfs_key *location, struct err *e)
{
	// the kernel's begins with ~1 and does not invert the result
	struct btrfs_key key = { folder, (uint32_t)~crc32c_add(1, name, len), BTRFS_DIR_ITEM };
	struct btrfs_dir_entry d;
	struct view data;
	const char *there;
	int rc = btrfs_item(x, tree, key, &data, e);

	if (rc <= 0)
		return rc;
	for (size_t at = 0; (there = btrfs_next_name(data, &at, &d));)
		if (le16_get(d.name_len) == len && !memcmp(there, name, len)) {
			*location = btrfs_key_get(&d.location);
			return 1;
		}
	return 0;
}

// --- for the walk along a path

static int torn(struct btrfs_fs *x, const struct err *e)
{
	str_copy(x->p.why, sizeof x->p.why, e->text);
	return EIO;
}

// 0 or an errno.
static int tree_of(struct btrfs_fs *x, const struct path_at *at, struct btrfs_root *tree)
{
	struct err e;
	int rc = btrfs_tree(x, at->tree, tree, &e);

	if (!rc)
		err_set(&e, 0, "tree %llu is missing", (unsigned long long)at->tree);
	return rc > 0 ? 0 : torn(x, &e);
}

// To a subvolume, when its number is still that of the one that was made here: a snapshot of a
// subvolume has none of those in it.
static int into_subvolume(struct btrfs_fs *x, uint64_t from, uint64_t number, struct path_at *to)
{
	struct btrfs_root roots = btrfs_roots(&x->b);
	struct view data;
	struct err e;
	int rc = btrfs_item(x, &roots, (struct btrfs_key){ from, number, BTRFS_ROOT_REF }, &data,
			    &e);

	*to = rc > 0 && btrfs_has_files(number) ? (struct path_at){ number, BTRFS_ROOT_INODE }
						: (struct path_at){ from, NO_INODE };
	return rc < 0 ? torn(x, &e) : 0;
}

static int up(struct btrfs_fs *x, const struct path_at *at, struct path_at *to)
{
	struct err e;
	int rc;

	*to = *at;
	if (at->tree == x->p.root.tree && at->inode == x->p.root.inode)
		return 0;
	rc = btrfs_up(x, to, NULL, &e);
	return rc > 0 ? 0 : rc < 0 ? torn(x, &e) : ENOENT;
}

static int step(struct path_fs *p, const struct path_at *folder, const char *name, size_t len,
		struct path_at *to)
{
	struct btrfs_fs *x = (struct btrfs_fs *)p;
	struct btrfs_key location;
	struct btrfs_root tree;
	struct err e;
	int rc;

	if (len == 2 && !memcmp(name, "..", 2))
		return up(x, folder, to);
	rc = tree_of(x, folder, &tree);
	if (rc)
		return rc;
	rc = btrfs_lookup(x, &tree, folder->inode, name, len, &location, &e);
	if (rc <= 0)
		return rc ? torn(x, &e) : ENOENT;
	if (location.type == BTRFS_ROOT)
		return into_subvolume(x, folder->tree, location.object, to);
	*to = (struct path_at){ folder->tree, location.object };
	return 0;
}

static int stat_inode(struct path_fs *p, const struct path_at *at, struct stat *st)
{
	struct btrfs_fs *x = (struct btrfs_fs *)p;
	struct btrfs_inode n;
	struct btrfs_root tree;
	struct view data;
	struct err e;
	int rc;

	*st = (struct stat){ .st_ino = at->inode, .st_mode = S_IFDIR | 0555, .st_nlink = 1 };
	if (at->inode == NO_INODE)
		return 0;
	if (tree_of(x, at, &tree))
		return EIO;
	rc = btrfs_item(x, &tree, (struct btrfs_key){ at->inode, 0, BTRFS_INODE }, &data, &e);
	if (rc < 0)
		return torn(x, &e);
	if (!rc || data.len < sizeof n) {
		err_set(&e, 0, "inode %llu is missing", (unsigned long long)at->inode);
		return torn(x, &e);
	}
	memcpy(&n, data.base, sizeof n);
	st->st_mode = le32_get(n.mode);
	st->st_nlink = le32_get(n.links);
	st->st_uid = le32_get(n.uid);
	st->st_gid = le32_get(n.gid);
	st->st_size = (off_t)le64_get(n.size);
	st->st_mtim = (struct timespec){ (time_t)le64_get(n.modified), le32_get(n.modified_ns) };
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		st->st_rdev = makedev((unsigned)(le64_get(n.device) >> 20),
				      (unsigned)(le64_get(n.device) & 0xfffff));
	return 0;
}

static int read_inode(struct path_fs *p, const struct path_at *at, uint64_t max, struct buf *out)
{
	struct btrfs_fs *x = (struct btrfs_fs *)p;
	struct btrfs_root tree;
	struct err e;

	if (tree_of(x, at, &tree))
		return EIO;
	return btrfs_contents(x, &tree, at->inode, max, out, &e) ? torn(x, &e) : 0;
}

static int list(struct path_fs *p, const struct path_at *at, struct path_list *l)
{
	struct btrfs_key key = { .object = at->inode, .type = BTRFS_DIR_INDEX };
	struct btrfs_fs *x = (struct btrfs_fs *)p;
	struct btrfs_root tree;
	struct btrfs_dir_entry d;
	struct view data;
	struct err e;
	int rc = tree_of(x, at, &tree);

	while (!rc) {
		const char *name;
		size_t off = 0;

		rc = btrfs_next(x, &tree, &key, &data, &e);
		if (rc < 0)
			return torn(x, &e);
		if (!rc || key.object != at->inode || key.type != BTRFS_DIR_INDEX)
			return 0;
		name = btrfs_next_name(data, &off, &d);
		if (name && path_entry(l, name, le16_get(d.name_len), d.type))
			return 0;
		rc = key.offset++ == UINT64_MAX;
	}
	return rc;
}

static void begin(struct path_fs *p)
{
	btrfs_ask((struct btrfs_fs *)p);
}

static void x_close(struct fs *fs)
{
	struct btrfs_fs *x = (struct btrfs_fs *)fs;

	for (unsigned i = 0; i < BTRFS_KEPT; i++)
		free(x->kept[i].p);
	btrfs_close(&x->b);
	free(x);
}

int btrfs_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { .stat = path_stat,
						.readlink = path_readlink,
						.read_file = path_read_file,
						.list = path_list,
						.close = x_close,
						.enter = btrfs_enter,
						.subvolumes = btrfs_subvolumes };
	static const struct path_ops inodes = { begin, step, stat_inode, read_inode, list };
	struct btrfs_fs *x = mem_zero(1, sizeof *x);
	struct err why;

	x->p = (struct path_fs){ .fs = { &ops },
				 .ops = &inodes,
				 .src = s,
				 .root = { BTRFS_FS_TREE, BTRFS_ROOT_INODE } };
	if (btrfs_open(s, &x->b, &why)) {
		x_close(&x->p.fs);
		return err_set(e, EIO, "%s: open the file system: %s", s->name, why.text);
	}
	*out = &x->p.fs;
	return 0;
}
