// SPDX-License-Identifier: GPL-2.0-or-later
// Reading single files of XFS, nothing mounted, no log replayed: what a waiting log holds is not
// seen. The tables are those that owners are looked for in, with nothing missing.
#include <dirent.h>
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
	struct fs fs;
	struct owner o;
	struct fs_loss loss; // only ever: why
	struct map have;
	struct xfs_asked a;
	uint8_t *raw; // an inode
};

static int fail(struct xfs_fs *x, int num, const char *path, struct err *e)
{
	if (num != EIO || !x->loss.why[0])
		return err_set(e, num, "%s: %s", x->o.src->name, path);
	err_set(e, 0, "%s: %s: %s", x->o.src->name, path, x->loss.why);
	if (e)
		e->num = EIO;
	return -1;
}

static void ask(struct xfs_fs *x)
{
	x->o.budget = BUDGET;
	x->o.stopped = false;
	x->o.reasons = 0;
	x->loss.why[0] = 0;
}

// Into x->raw, and its fields.
static int load(struct xfs_fs *x, uint64_t inode, struct xfs_inode *n)
{
	if (!xfs_inode_read(&x->a, inode, x->raw))
		return EIO;
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
			return EIO;
		buf_add(out, inside.base, (size_t)len);
		return 0;
	}
	c.p = mem_zero(1, (size_t)len + 1);
	x->o.budget += 2 * len;
	xfs_pieces(&x->a, x->raw, false, take, &c);
	if (!c.torn && !x->o.reasons)
		buf_add(out, c.p, (size_t)len);
	free(c.p);
	return c.torn || x->o.reasons || (be16_get(n->flags) & XFS_FLAG_REALTIME) ? EIO : 0;
}

static int read_link(struct xfs_fs *x, const struct xfs_inode *n, struct buf *text)
{
	uint64_t len = be64_get(n->size), block = x->a.x.block, room = block - LINK_HEAD;
	struct buf all BUF_AUTO = { 0 };
	int rc;

	if (len == 0 || len > LINK_MAX_LEN)
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

static int step(void *fs, const struct path_at *folder, const char *name, size_t len,
		struct path_at *to)
{
	struct search s = { .name = name, .len = len };
	struct xfs_fs *x = fs;
	struct xfs_inode n;

	if (load(x, folder->inode, &n))
		return EIO;
	if (!S_ISDIR(be16_get(n.mode)))
		return ENOTDIR;
	// in a folder of blocks ".." is one of the entries, of the first folder it leads to itself
	xfs_entries(&x->a, x->raw, is_it, &s);
	to->inode = s.inode;
	return s.inode ? 0 : x->o.reasons ? EIO : ENOENT;
}

static int link_text(void *fs, const struct path_at *at, bool *is_link, struct buf *text)
{
	struct xfs_fs *x = fs;
	struct xfs_inode n;

	if (load(x, at->inode, &n))
		return EIO;
	*is_link = S_ISLNK(be16_get(n.mode));
	return *is_link ? read_link(x, &n, text) : 0;
}

// The inode at a path, in x->raw, too.
static int find(struct xfs_fs *x, const char *path, bool follow, uint64_t *inode,
		struct xfs_inode *n)
{
	static const struct path_ops ops = { step, link_text };
	struct path_at root = { .inode = x->a.x.root }, to;
	int rc;

	ask(x);
	rc = path_walk(&ops, x, &root, path, follow, &to);
	*inode = to.inode;
	return rc ? rc : load(x, to.inode, n);
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

static int x_stat(struct fs *fs, const char *path, struct stat *st, struct err *e)
{
	struct xfs_fs *x = (struct xfs_fs *)fs;
	struct view inside;
	struct xfs_inode n;
	uint64_t inode;
	int rc = find(x, path, true, &inode, &n);

	if (rc)
		return fail(x, rc, path, e);
	*st = (struct stat){ .st_ino = inode,
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

static int x_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e)
{
	struct xfs_fs *x = (struct xfs_fs *)fs;
	struct buf b BUF_AUTO = { 0 };
	struct xfs_inode n;
	uint64_t inode;
	int rc = find(x, path, false, &inode, &n);

	if (!rc)
		rc = S_ISLNK(be16_get(n.mode)) ? read_link(x, &n, &b) : EINVAL;
	if (!rc && !str_copy(text, size, buf_str(&b)))
		rc = ENAMETOOLONG;
	return rc ? fail(x, rc, path, e) : 0;
}

static int x_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e)
{
	struct xfs_fs *x = (struct xfs_fs *)fs;
	struct xfs_inode n;
	uint64_t inode;
	int rc = find(x, path, true, &inode, &n);

	if (!rc && !S_ISREG(be16_get(n.mode)))
		rc = S_ISDIR(be16_get(n.mode)) ? EISDIR : EINVAL;
	if (!rc) {
		uint64_t size = be64_get(n.size);

		rc = read_data(x, &n, size < max ? size : max, out);
	}
	return rc ? fail(x, rc, path, e) : 0;
}

struct listing {
	int (*each)(void *arg, const char *name, unsigned type);
	void *arg;
};

static bool list_entry(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type)
{
	static const uint8_t types[] = { DT_UNKNOWN, DT_REG,  DT_DIR,  DT_CHR,
					 DT_BLK,     DT_FIFO, DT_SOCK, DT_LNK };
	struct listing *l = arg;
	char text[256];

	(void)inode;
	if (len == 0 || len > 255)
		return true;
	memcpy(text, name, len);
	text[len] = 0;
	// No such name can be asked for again.
	if (strlen(text) != len || strchr(text, '/') || !strcmp(text, ".") || !strcmp(text, ".."))
		return true;
	return !l->each(l->arg, text, type < sizeof types ? types[type] : DT_UNKNOWN);
}

static int x_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
		  void *arg, struct err *e)
{
	struct xfs_fs *x = (struct xfs_fs *)fs;
	struct listing l = { each, arg };
	struct xfs_inode n;
	uint64_t inode;
	int rc = find(x, path, true, &inode, &n);

	if (!rc && !S_ISDIR(be16_get(n.mode)))
		rc = ENOTDIR;
	if (rc)
		return fail(x, rc, path, e);
	xfs_entries(&x->a, x->raw, list_entry, &l);
	return x->o.reasons ? fail(x, EIO, path, e) : 0;
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
	static const struct fs_file_ops ops = { x_stat, x_readlink, x_read_file, x_list, x_close };
	struct xfs_fs *x = mem_zero(1, sizeof *x);
	struct err why;

	x->fs.ops = &ops;
	map_init(&x->have, s->size, MAP_DONE);
	x->o = (struct owner){ .src = s, .have = &x->have, .loss = &x->loss };
	if (xfs_begin(&x->a, &x->o, &why)) {
		x_close(&x->fs);
		return err_set(e, EIO, "%s: open the file system: %s", s->name, why.text);
	}
	x->raw = mem_alloc(x->a.x.inode_size);
	*out = &x->fs;
	return 0;
}
