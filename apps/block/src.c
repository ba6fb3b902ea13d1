// SPDX-License-Identifier: GPL-2.0-or-later
// Files and block devices as sources, and sources made of sources.
#include "block/src.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

// What O_DIRECT may want of a buffer in memory; never more than this on Linux.
#define ALIGN 4096
#define BOUNCE (64 * 1024)
#define PHYSICAL_MAX 65536u

struct file_src {
	struct src src;
	int fd;
	bool direct;
};

static int read_all(struct file_src *f, uint64_t off, void *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = pread(f->fd, p, n, (off_t)off);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(e, errno, "%s: read at 0x%llx", f->src.name,
				       (unsigned long long)off);
		if (!k)
			return err_set(e, EIO, "%s: read at 0x%llx: it ends here", f->src.name,
				       (unsigned long long)off);
		p = (char *)p + k;
		off += (uint64_t)k;
		n -= (size_t)k;
	}
	return 0;
}

// Through a buffer of our own: whole sectors around what is wanted.
static int read_bounced(struct file_src *f, uint64_t off, char *p, size_t n, struct err *e)
{
	uint32_t sector = f->src.sector;
	char *buf = NULL;
	int rc = 0;

	if (posix_memalign((void **)&buf, ALIGN, BOUNCE))
		return err_set(e, ENOMEM, "%s: read", f->src.name);
	while (n && !rc) {
		size_t head = off % sector;
		size_t part = n < BOUNCE - head ? n : BOUNCE - head;
		size_t whole = (head + part + sector - 1) / sector * sector;

		rc = read_all(f, off - head, buf, whole, e);
		if (!rc)
			memcpy(p, buf + head, part);
		p += part;
		off += part;
		n -= part;
	}
	free(buf);
	return rc;
}

static int file_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct file_src *f = (struct file_src *)s;
	bool whole = !(off % s->sector) && !(n % s->sector) && !((uintptr_t)p % ALIGN);

	return !f->direct || whole ? read_all(f, off, p, n, e) : read_bounced(f, off, p, n, e);
}

static void file_close(struct src *s)
{
	close(((struct file_src *)s)->fd);
	free(s);
}

static int device_size(struct file_src *f, const char *path, struct err *e)
{
	int sector = 0, shift = 0;
	unsigned physical = 0;

	if (ioctl(f->fd, BLKGETSIZE64, &f->src.size) || ioctl(f->fd, BLKSSZGET, &sector))
		return err_set(e, errno, "%s: ask its size", path);
	f->src.sector = sector > 0 ? (uint32_t)sector : 512;
	// not of use where partitions, or the first sector, lie across the physical ones
	if (!ioctl(f->fd, BLKPBSZGET, &physical) && !ioctl(f->fd, BLKALIGNOFF, &shift) && !shift &&
	    physical <= PHYSICAL_MAX && physical && !(physical & (physical - 1)))
		f->src.physical = physical;
	return 0;
}

static int open_file(struct src **out, const char *path, int flags, struct err *e)
{
	static const struct src_ops ops = { file_read, file_close };
	struct file_src *f;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);

	*out = NULL;
	if (fd < 0)
		return err_set(e, errno, "%s: open for reading", path);
	if (fstat(fd, &st)) {
		close(fd);
		return err_set(e, errno, "%s: stat", path);
	}
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		close(fd);
		return err_usage(e, "%s: neither a disk nor an image file", path);
	}
	f = mem_zero(1, sizeof *f);
	f->src.ops = &ops;
	f->src.size = (uint64_t)st.st_size;
	f->src.sector = 512;
	f->fd = fd;
	f->direct = flags & O_DIRECT;
	str_copy(f->src.name, sizeof f->src.name, path);
	if (S_ISBLK(st.st_mode) && device_size(f, path, e)) {
		file_close(&f->src);
		return -1;
	}
	*out = &f->src;
	return 0;
}

int src_open(struct src **out, const char *path, struct err *e)
{
	return open_file(out, path, 0, e);
}

int src_open_direct(struct src **out, const char *path, struct err *e)
{
	return open_file(out, path, O_DIRECT, e);
}

struct window {
	struct src src;
	struct src *parent;
	uint64_t off;
};

static int window_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct window *w = (struct window *)s;

	return src_read(w->parent, w->off + off, p, n, e);
}

static void window_close(struct src *s)
{
	free(s);
}

struct src *src_window(struct src *parent, uint64_t off, uint64_t len, const char *name)
{
	static const struct src_ops ops = { window_read, window_close };
	struct window *w = mem_zero(1, sizeof *w);

	if (off > parent->size)
		off = parent->size;
	w->src.ops = &ops;
	w->src.size = len < parent->size - off ? len : parent->size - off;
	w->src.sector = parent->sector;
	w->parent = parent;
	w->off = off;
	str_copy(w->src.name, sizeof w->src.name, name ? name : parent->name);
	return &w->src;
}

int src_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	if (off > s->size || n > s->size - off)
		return err_set(e, 0, "%s: read at 0x%llx: beyond the end (0x%llx)", s->name,
			       (unsigned long long)off, (unsigned long long)s->size);
	return s->ops->read(s, off, p, n, e);
}

void src_close(struct src *s)
{
	if (s)
		s->ops->close(s);
}

void src_close_ptr(struct src **s)
{
	src_close(*s);
}
