// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of XFS, nothing mounted, no log replayed: what a waiting log holds is not
// seen. The tables are those that owners are looked for in, with nothing missing.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/size.h"
#include "fsmap/path.h"
#include "fsmap/xfs_owner.h"

#define BUDGET (64 * MIB) // bytes that one question may read besides the file itself
#define LINK_MAX_LEN 1024
#define LINK_HEAD 56 // of each block of a link that does not stand in its inode: version 5
enum { FLAG2_BIG_TIME = 8, DEVICE = 0 /* format */ };

struct xfs_fs {
	struct path_fs p;
	struct owner o;
	struct fs_loss loss; // only ever: why
	struct map have;
	struct xfs_asked a;
	uint8_t *raw; // an inode
};

static int torn(struct xfs_fs *x)
{
	str_copy(x->p.why, sizeof x->p.why, x->loss.why);
	return EIO;
}

static void begin(struct path_fs *p)
{
	struct xfs_fs *x = (struct xfs_fs *)p;

	x->o.budget = BUDGET;
	x->o.stopped = false;
	x->o.reasons = 0;
	x->loss.why[0] = 0;
}

// Into x->raw, and its fields.
static int load(struct xfs_fs *x, uint64_t inode, struct xfs_inode *n)
{
	if (!xfs_inode_read(&x->a, inode, x->raw))
		return torn(x);
	memset(n, 0, sizeof *n);
	memcpy(n, x->raw, x->a.x.v5 ? sizeof *n : 100);
	return 0;
}

// --- contents

struct contents {
	struct xfs_fs *x;
	uint8_t *p; // zeros
	uint64_t len;
	bool torn;
};

static void take(void *arg, enum owner_piece kind, uint64_t at, uint64_t off, uint64_t n)
{
	struct contents *c = arg;
	uint64_t block = c->x->a.x.block;

	if (kind == OWNER_NOWHERE)
		c->torn = true;
	if (kind != OWNER_DATA || at >= (c->len + block - 1) / block)
		return;
	at *= block;
	n *= block;
	if (n > c->len - at)
		n = c->len - at;
	c->torn |= owner_read(&c->x->o, off, c->p + at, (size_t)n) > 0;
}

// The first len bytes, appended. len is not more than it has.
static int read_data(struct xfs_fs *x, const struct xfs_inode *n, uint64_t len, struct buf *out)
{
	struct contents c = { .x = x, .len = len };
	struct view inside = xfs_fork(&x->a.x, x->raw, false);

	if (n->format == XFS_LOCAL) {
		if (len > inside.len)
			return torn(x);
		buf_add(out, inside.base, (size_t)len);
		return 0;
	}
	c.p = mem_zero(1, (size_t)len + 1);
	x->o.budget += 2 * len;
	xfs_pieces(&x->a, x->raw, false, take, &c);
	if (!c.torn && !x->o.reasons)
		buf_add(out, c.p, (size_t)len);
	free(c.p);
	return c.torn || x->o.reasons || (be16_get(n->flags) & XFS_FLAG_REALTIME) ? torn(x) : 0;
}

static int read_link(struct xfs_fs *x, const struct xfs_inode *n, struct buf *text)
{
	uint64_t len = be64_get(n->size), block = x->a.x.block, room = block - LINK_HEAD;
	struct buf all BUF_AUTO = { 0 };
	int rc;

	if (len > LINK_MAX_LEN)
		return EIO;
	if (n->format == XFS_LOCAL || !x->a.x.v5)
		return read_data(x, n, len, text);
	rc = read_data(x, n, (len + room - 1) / room * block, &all);
	for (size_t at = 0; !rc && len; at += block) {
		size_t k = len < room ? (size_t)len : (size_t)room;

		buf_add(text, all.s + at + LINK_HEAD, k);
		len -= k;
	}
	return rc;
}

// --- paths

struct search {
	const char *name;
	size_t len;
	uint64_t inode; // 0: not found
};

static bool is_it(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	struct search *s = arg;

	(void)type;
	if (len == s->len && !memcmp(name, s->name, len))
		s->inode = inode;
	return !s->inode;
}

static int step(struct path_fs *p, const struct path_at *folder, const char *name, size_t len,
		struct path_at *to)
{
	struct search s = { .name = name, .len = len };
	struct xfs_fs *x = (struct xfs_fs *)p;
	struct xfs_inode n;
	int rc = load(x, folder->inode, &n);

	if (rc)
		return rc;
	// in a folder of blocks ".." is one of the entries, of the first folder it leads to itself
	xfs_entries(&x->a, x->raw, is_it, &s);
	to->inode = s.inode;
	return s.inode ? 0 : x->o.reasons ? torn(x) : ENOENT;
}

// --- what is asked

static void times(const struct xfs_inode *n, struct stat *st)
{
	be64 both;
	uint64_t t;

	memcpy(&both, n->times + 8, sizeof both); // the second: of the contents
	t = be64_get(both);
	if (be64_get(n->flags2) & FLAG2_BIG_TIME)
		st->st_mtim = (struct timespec){ (time_t)(t / 1000000000) - (INT64_C(1) << 31),
						 (long)(t % 1000000000) };
	else
		st->st_mtim = (struct timespec){ (int32_t)(t >> 32), (long)(t & 0xffffffff) };
}

static int stat_inode(struct path_fs *p, const struct path_at *at, struct stat *st)
{
	struct xfs_fs *x = (struct xfs_fs *)p;
	struct view inside;
	struct xfs_inode n;
	int rc = load(x, at->inode, &n);

	if (rc)
		return rc;
	*st = (struct stat){ .st_ino = at->inode,
			     .st_mode = be16_get(n.mode),
			     .st_nlink = be32_get(n.links),
			     .st_uid = be32_get(n.uid),
			     .st_gid = be32_get(n.gid),
			     .st_size = (off_t)be64_get(n.size) };
	times(&n, st);
	inside = xfs_fork(&x->a.x, x->raw, false);
	if ((S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) && n.format == DEVICE &&
	    inside.len >= 4) {
		be32 d;

		memcpy(&d, inside.base, sizeof d);
		st->st_rdev = makedev(be32_get(d) >> 18, be32_get(d) & 0x3ffff);
	}
	return 0;
}

static int read_inode(struct path_fs *p, const struct path_at *at, uint64_t max, struct buf *out)
{
	struct xfs_fs *x = (struct xfs_fs *)p;
	struct xfs_inode n;
	int rc = load(x, at->inode, &n);

	if (rc)
		return rc;
	return S_ISLNK(be16_get(n.mode)) ? read_link(x, &n, out) : read_data(x, &n, max, out);
}

static bool list_entry(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	(void)inode;
	return !path_entry(arg, name, len, type);
}

static int list(struct path_fs *p, const struct path_at *at, struct path_list *l)
{
	struct xfs_fs *x = (struct xfs_fs *)p;
	struct xfs_inode n;
	int rc = load(x, at->inode, &n);

	if (rc)
		return rc;
	xfs_entries(&x->a, x->raw, list_entry, l);
	return x->o.reasons ? torn(x) : 0;
}

static void x_close(struct fs *fs)
{
	struct xfs_fs *x = (struct xfs_fs *)fs;

	xfs_end(&x->a);
	map_free(&x->have);
	free(x->raw);
	free(x);
}

int xfs_files(struct src *s, struct fs **out, struct err *e)
{
	static const struct fs_file_ops ops = { .stat = path_stat,
						.readlink = path_readlink,
						.read_file = path_read_file,
						.list = path_list,
						.close = x_close };
	static const struct path_ops inodes = { begin, step, stat_inode, read_inode, list };
	struct xfs_fs *x = mem_zero(1, sizeof *x);
	struct err why;

	x->p = (struct path_fs){ .fs = { &ops }, .ops = &inodes, .src = s };
	map_init(&x->have, s->size, MAP_DONE);
	x->o = (struct owner){ .src = s, .have = &x->have, .loss = &x->loss };
	if (xfs_begin(&x->a, &x->o, &why)) {
		x_close(&x->p.fs);
		return err_set(e, EIO, "%s: open the file system: %s", s->name, why.text);
	}
	x->p.root.inode = x->a.x.root;
	x->raw = mem_alloc(x->a.x.inode_size);
	*out = &x->p.fs;
	return 0;
}
