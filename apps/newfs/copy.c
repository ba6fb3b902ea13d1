// SPDX-License-Identifier: GPL-2.0-or-later
// The tree into a folder of another mounted file system, which keeps all that it can keep: only the
// times of making and of changing an inode are its own.
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/walk.h"
#include "newfs/xattrs.h"

#define BLOCK (1u << 20)
#define HANDLE_MAX 128 // what a file system calls a file by
#define COMPRESSION "btrfs.compression"

// What has several names: found again without a path, which may be longer than a path can be.
struct known {
	struct file_handle head;
	unsigned char room[HANDLE_MAX];
};

struct copy {
	int fd; // of the folder it is in
	struct known *known;
	size_t n;
	uint8_t *block; // BLOCK bytes
	struct newfs_count *count;
	struct ui *ui;
};

// --- what every kind has

static int set_attributes(const char *old, const char *new, struct err *e)
{
	struct attributes a;
	int rc = attributes_read(&a, old, e);

	for (size_t i = 0; i < a.n && !rc; i++)
		if (lsetxattr(new, a.v[i].name, a.v[i].value, a.v[i].len, 0))
			rc = err_set(e, errno, "%s: give it the attribute %s", new, a.v[i].name);
	attributes_free(&a);
	return rc;
}

// One by one: not every file system has all of them.
static int set_flags(const char *new, unsigned flags, struct err *e)
{
	int fd FD_AUTO = open(new, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", new);
	for (unsigned bit = 1; bit && bit <= flags; bit <<= 1) {
		int now;

		if (!(flags & bit) || ioctl(fd, FS_IOC_GETFLAGS, &now))
			continue;
		now |= (int)bit;
		if (ioctl(fd, FS_IOC_SETFLAGS, &now) && errno != EOPNOTSUPP)
			return err_set(e, errno, "%s: set its flags", new);
	}
	return 0;
}

// In which way btrfs keeps what is written: to be told before. Other kinds know nothing of it.
static void set_ways(int in, int out)
{
	const int ways = FS_NOCOW_FL | FS_COMPR_FL | FS_NOCOMP_FL;
	char packing[32];
	ssize_t n = fgetxattr(in, COMPRESSION, packing, sizeof packing);
	int old, new;

	if (!ioctl(in, FS_IOC_GETFLAGS, &old) && (old & ways) &&
	    !ioctl(out, FS_IOC_GETFLAGS, &new)) {
		new |= old &ways;
		ioctl(out, FS_IOC_SETFLAGS, &new);
	}
	if (n > 0)
		fsetxattr(out, COMPRESSION, packing, (size_t)n, 0);
}

// In this order: a new owner takes away capabilities and the set-user-ID bit, a flag may forbid all
// else.
static int finish(const char *old, const char *new, const struct stat *st, unsigned flags,
		  struct err *e)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };

	if (lchown(new, st->st_uid, st->st_gid))
		return err_set(e, errno, "%s: give it its owner", new);
	if (!S_ISLNK(st->st_mode) && chmod(new, st->st_mode & 07777))
		return err_set(e, errno, "%s: give it its mode", new);
	if (set_attributes(old, new, e))
		return -1;
	if (utimensat(AT_FDCWD, new, times, AT_SYMLINK_NOFOLLOW))
		return err_set(e, errno, "%s: give it its times", new);
	return flags ? set_flags(new, flags, e) : 0;
}

// --- files

static int put(const struct copy *c, int out, const char *name, off_t at, size_t n, struct err *e)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = pwrite(out, c->block + done, n - done, at + (off_t)done);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, k ? errno : EIO, "new file system: %s: write", name);
		done += (size_t)k;
	}
	return 0;
}

static int copy_range(struct copy *c, int in, int out, const char *name, off_t from, off_t to,
		      struct err *e)
{
	while (from < to) {
		size_t n = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
		ssize_t got = pread(in, c->block, n, from);

		if (ui_cancelled(c->ui))
			return err_stopped(e);
		if (got < 0)
			return err_set(e, errno, "%s: read at %lld", name, (long long)from);
		if (!got)
			return 0;
		if (put(c, out, name, from, (size_t)got, e))
			return -1;
		c->count->copied += (uint64_t)got;
		from += got;
	}
	return 0;
}

// Holes stay holes.
static int copy_data(struct copy *c, int in, int out, const char *name, struct err *e)
{
	off_t from, to = 0;

	while ((from = lseek(in, to, SEEK_DATA)) >= 0) {
		to = lseek(in, from, SEEK_HOLE);
		if (to < 0)
			return err_set(e, errno, "%s: look for its holes", name);
		if (copy_range(c, in, out, name, from, to, e))
			return -1;
	}
	return errno == ENXIO ? 0 : err_set(e, errno, "%s: look for its holes", name);
}

// Room that was set aside for all of a file stays so, as a swap file must have it.
static int set_aside(int out, const char *name, const struct stat *old, struct err *e)
{
	struct stat new;

	if (old->st_blocks < old->st_size / 512 || fstat(out, &new) ||
	    new.st_blocks >= new.st_size / 512 || !fallocate(out, 0, 0, old->st_size) ||
	    errno == EOPNOTSUPP)
		return 0;
	return err_set(e, errno, "new file system: %s: set its room aside", name);
}

static int copy_file(struct copy *c, int fd, const char *name, const struct stat *st,
		     unsigned *flags, struct err *e)
{
	int in FD_AUTO = walk_open(fd, name, st, e);
	int out FD_AUTO =
		in < 0 ? -1
		       : openat(c->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0600);

	if (in < 0)
		return -1;
	if (out < 0)
		return err_set(e, errno, "new file system: %s: make", name);
	*flags = walk_flags(in);
	set_ways(in, out);
	if (copy_data(c, in, out, name, e))
		return -1;
	if (ftruncate(out, st->st_size))
		return err_set(e, errno, "new file system: %s: set its size", name);
	return set_aside(out, name, st, e);
}

static int copy_link(struct copy *c, int fd, const char *name, struct err *e)
{
	char text[4097];
	ssize_t n = readlinkat(fd, name, text, sizeof text - 1);

	if (n <= 0)
		return err_set(e, n ? errno : EINVAL, "%s: read where it leads", name);
	text[n] = 0;
	return symlinkat(text, c->fd, name)
		       ? err_set(e, errno, "new file system: %s: make the link", name)
		       : 0;
}

// Its number is its place among those with several names, from 1.
static int remember(struct copy *c, const char *name, uint64_t *id, struct err *e)
{
	struct known *k;
	int mount;

	if (!(c->n & (c->n - 1)))
		c->known = mem_grow(c->known, c->n ? 2 * c->n : 1, sizeof *c->known);
	k = &c->known[c->n++];
	k->head.handle_bytes = HANDLE_MAX;
	*id = c->n;
	return name_to_handle_at(c->fd, name, &k->head, &mount, 0)
		       ? err_set(e, errno, "new file system: %s: find it again", name)
		       : 0;
}

static int file(void *to, int fd, const char *name, const struct stat *st, uint64_t *id,
		struct err *e)
{
	struct copy *c = to;
	char *old STR_AUTO = walk_path(fd, name), *new STR_AUTO = walk_path(c->fd, name);
	unsigned flags = 0;
	int rc = 0;

	*id = 1;
	if (S_ISREG(st->st_mode))
		rc = copy_file(c, fd, name, st, &flags, e);
	else if (S_ISLNK(st->st_mode))
		rc = copy_link(c, fd, name, e);
	else if (mknodat(c->fd, name, (st->st_mode & S_IFMT) | 0600, st->st_rdev))
		rc = err_set(e, errno, "new file system: %s: make", name);
	if (rc || (st->st_nlink > 1 && remember(c, name, id, e)))
		return -1;
	return finish(old, new, st, flags, e);
}

static int again(void *to, const char *name, const struct stat *st, uint64_t id, struct err *e)
{
	struct copy *c = to;
	// by the folder: a file of one mount is no name's of another
	int fd FD_AUTO = open_by_handle_at(c->fd, &c->known[id - 1].head, O_PATH | O_CLOEXEC);

	(void)st;
	if (fd < 0)
		return err_set(e, errno, "new file system: %s: find what it is a name of", name);
	return linkat(fd, "", c->fd, name, AT_EMPTY_PATH)
		       ? err_set(e, errno, "new file system: %s: give a further name", name)
		       : 0;
}

// --- folders

static int folder(void *to, const char *name, uint64_t *id, struct err *e)
{
	struct copy *c = to;

	*id = 1;
	// a subvolume that is mounted here
	return mkdirat(c->fd, name, 0700) && errno != EEXIST
		       ? err_set(e, errno, "new file system: %s: make the folder", name)
		       : 0;
}

static int begin(void *to, int fd, const struct stat *st, uint64_t id, uint64_t parent,
		 struct err *e)
{
	(void)to, (void)fd, (void)st, (void)id, (void)parent, (void)e;
	return 0;
}

// All that stands in it has been made, only not what stands in its folders: its times stay.
static int end(void *to, int fd, const struct stat *st, struct err *e)
{
	struct copy *c = to;
	char *old STR_AUTO = walk_path(fd, "."), *new STR_AUTO = walk_path(c->fd, ".");

	set_ways(fd, c->fd);
	return finish(old, new, st, walk_flags(fd), e);
}

static int go(struct copy *c, const char *name, struct err *e)
{
	int fd = openat(c->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "new file system: %s: open", name);
	close(c->fd);
	c->fd = fd;
	return 0;
}

static int down(void *to, const char *name, struct err *e)
{
	return go(to, name, e);
}

static int up(void *to, struct err *e)
{
	return go(to, "..", e);
}

int newfs_copy(const struct newfs_tree *tree, int top, struct newfs_count *count, struct ui *ui,
	       struct err *e)
{
	static const struct walk_ops ops = { begin, file, again, folder, end, down, up };
	struct copy c = { .count = count, .ui = ui };
	struct walk_job job = {
		.ops = &ops, .to = &c, .root = 1, .tree = tree, .count = count, .ui = ui
	};
	int rc;

	*count = (struct newfs_count){ 0 };
	c.fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.fd < 0)
		return err_set(e, errno, "new file system: open");
	c.block = mem_alloc(BLOCK);
	rc = walk_tree(&job, e);
	if (rc && e->num == ENOSPC)
		rc = err_set(
			e, ENOSPC,
			"new file system: too small for what is to go in: give a larger --size");
	if (!rc && syncfs(top))
		rc = err_set(e, errno, "new file system: flush");
	free(c.block);
	free(c.known);
	close(c.fd);
	return rc;
}
