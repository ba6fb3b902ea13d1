// SPDX-License-Identifier: GPL-2.0-or-later
// The contents of files: given blocks on the new disk, and left where they lie. The kernel says
// where (FIEMAP); only of ext and XFS, whose answer is a place on the device. What it cannot say
// plainly is copied; what was never written (holes, blocks only reserved) stays a hole.
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/zero.h"
#include "newfs/build.h"
#include "newfs/swap.h"

#define EXTENTS 128
#define XFS_MAGIC 0x58465342
#define UNCLEAR                                                                                    \
	(FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |                  \
	 FIEMAP_EXTENT_DATA_ENCRYPTED | FIEMAP_EXTENT_NOT_ALIGNED | FIEMAP_EXTENT_DATA_INLINE |    \
	 FIEMAP_EXTENT_DATA_TAIL)
// Files that share their blocks are written to both at once when one of them is changed in place,
// as boot loaders do with their small files.
#define SHARED_COPIED (1u << 20)

struct file {
	struct build *b;
	struct node *x;
	int fd;
	const struct stat *st;
	const char *name;
	uint64_t next; // block: up to here places were given
};

// Gives places to what of [off, off + len) has none yet.
static int give(struct file *f, uint64_t off, uint64_t len, struct err *e)
{
	uint64_t size = f->b->fs->blocksize, from = off / size, to = (off + len + size - 1) / size;

	if (from < f->next)
		from = f->next;
	if (from >= to)
		return 0;
	f->next = to;
	return spans_add(f->b, &f->x->spans, from, to - from, e);
}

// The place on the new disk of the file's byte, and how much of it follows there.
static uint64_t place_of(const struct file *f, uint64_t off, uint64_t *len)
{
	uint64_t size = f->b->fs->blocksize, at = off / size;
	const struct span *r = &f->x->spans.v[f->x->spans.n];

	do
		r--;
	while (r->at > at);
	*len = (r->at + r->n) * size - off;
	return f->b->n->off + (r->to + (at - r->at)) * size + off % size;
}

static int put(struct build *b, uint64_t at, const uint8_t *p, size_t n, struct err *e)
{
	if (is_zero(p, n))
		return 0;
	for (size_t done = 0; done < n;) {
		ssize_t k = pwrite(b->file, p + done, n - done, (off_t)(at + done));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, errno, "%s: write", b->n->file);
		done += (size_t)k;
	}
	return 0;
}

static int copy(struct file *f, uint64_t off, uint64_t len, struct err *e)
{
	while (len) {
		uint64_t room, at = place_of(f, off, &room);
		size_t n = COPY_BYTES < len ? COPY_BYTES : (size_t)len;
		ssize_t got;

		if (ui_cancelled(f->b->ui))
			return err_stopped(e);
		n = n < room ? n : (size_t)room;
		got = pread(f->fd, f->b->copy, n, (off_t)off);
		if (got < 0)
			return err_set(e, errno, "%s: read at %llu", f->name,
				       (unsigned long long)off);
		if (!got) // the rest of its last block
			return 0;
		if (put(f->b, at, f->b->copy, (size_t)got, e))
			return -1;
		f->b->count->copied += (uint64_t)got;
		off += (uint64_t)got;
		len -= (uint64_t)got;
	}
	return 0;
}

static void point(struct file *f, uint64_t off, uint64_t from, uint64_t len)
{
	f->b->count->placed += len;
	while (len) {
		uint64_t n, at = place_of(f, off, &n);

		n = n < len ? n : len;
		pieces_add(f->b->pieces, &(struct piece){ .at = at,
							  .len = n,
							  .from = from,
							  .major = major(f->st->st_dev),
							  .minor = minor(f->st->st_dev) });
		off += n;
		from += n;
		len -= n;
	}
}

static int extent(struct file *f, const struct fiemap_extent *x, struct err *e)
{
	uint64_t block = f->b->fs->blocksize, len = x->fe_length;
	uint64_t end = ((uint64_t)f->st->st_size + block - 1) / block * block;
	bool clear = !(x->fe_flags & UNCLEAR) && (x->fe_physical | x->fe_length) % 512 == 0;

	if ((x->fe_flags & FIEMAP_EXTENT_SHARED) && f->st->st_size <= SHARED_COPIED)
		clear = false;
	if ((x->fe_flags & FIEMAP_EXTENT_UNWRITTEN) || x->fe_logical >= end)
		return 0;
	if (len > end - x->fe_logical)
		len = end - x->fe_logical;
	if (!len)
		return 0;
	if (give(f, x->fe_logical, len, e))
		return -1;
	if (!clear)
		return copy(f, x->fe_logical, len, e);
	point(f, x->fe_logical, x->fe_physical, len);
	return 0;
}

// 1 done, 0 this file system cannot say.
static int by_fiemap(struct file *f, struct err *e)
{
	union {
		struct fiemap head;
		char room[sizeof(struct fiemap) + EXTENTS * sizeof(struct fiemap_extent)];
	} m;
	uint64_t at = 0;
	bool last = false;

	while (!last) {
		m.head = (struct fiemap){ .fm_start = at,
					  .fm_length = FIEMAP_MAX_OFFSET - at,
					  .fm_extent_count = EXTENTS };
		if (ioctl(f->fd, FS_IOC_FIEMAP, &m))
			return at ? err_set(e, errno, "%s: ask where it lies", f->name) : 0;
		last = !m.head.fm_mapped_extents;
		for (unsigned i = 0; i < m.head.fm_mapped_extents; i++) {
			const struct fiemap_extent *x = &m.head.fm_extents[i];

			// a list that goes back would not end
			if (x->fe_logical < at || !x->fe_length)
				return err_set(e, EIO, "%s: its list of extents is not in order",
					       f->name);
			if (extent(f, x, e))
				return -1;
			at = x->fe_logical + x->fe_length;
			last |= (x->fe_flags & FIEMAP_EXTENT_LAST) != 0;
		}
		if (ui_cancelled(f->b->ui))
			return err_stopped(e);
	}
	return 1;
}

static int by_reading(struct file *f, struct err *e)
{
	off_t from, to = 0;

	while ((from = lseek(f->fd, to, SEEK_DATA)) >= 0) {
		to = lseek(f->fd, from, SEEK_HOLE);
		if (to < 0)
			return err_set(e, errno, "%s: look for its holes", f->name);
		if (give(f, (uint64_t)from, (uint64_t)(to - from), e) ||
		    copy(f, (uint64_t)from, (uint64_t)(to - from), e))
			return -1;
	}
	return errno == ENXIO ? 0 : err_set(e, errno, "%s: look for its holes", f->name);
}

static bool tells_places(int fd)
{
	struct statfs s;

	return !fstatfs(fd, &s) && (s.f_type == EXT4_SUPER_MAGIC || s.f_type == XFS_MAGIC);
}

int data_place(struct build *b, struct node *x, int fd, const struct stat *st, const char *name,
	       struct err *e)
{
	struct file f = { .b = b, .x = x, .fd = fd, .st = st, .name = name };
	errcode_t code = ext2fs_inode_size_set(b->fs, EXT2_INODE(&x->i), st->st_size);
	int rc;

	if (code)
		return build_fail(e, code, "set a file's size");
	if (!st->st_size)
		return 0;
	rc = tells_places(fd) ? by_fiemap(&f, e) : 0;
	return rc ? (rc < 0 ? -1 : 0) : by_reading(&f, e);
}

// --- swap

static int swap_header(struct build *b, uint64_t at, uint64_t size, struct err *e)
{
	uint8_t id[16], *page = mem_zero(1, SWAP_PAGE);
	int rc;

	memcpy(id, b->fs->super->s_uuid, 16);
	id[0] ^= 0xff; // another one than the file system's
	swap_page(page, size, id);
	rc = put(b, at, page, SWAP_PAGE, e);
	free(page);
	return rc;
}

// Its pages read as zeros, and none is a hole: the kernel writes to its blocks itself.
int data_swap(struct build *b, int root, ext2_ino_t *ino, struct err *e)
{
	struct timespec now = { .tv_sec = time(NULL) };
	struct stat st = {
		.st_mode = S_IFREG | 0600, .st_atim = now, .st_mtim = now, .st_ctim = now
	};
	uint64_t size = b->n->swap / SWAP_PAGE * SWAP_PAGE;
	struct node x = { 0 };
	errcode_t code;
	int rc;

	rc = node_begin(b, &x, 0, &st, e) || spans_add(b, &x.spans, 0, size / b->fs->blocksize, e);
	code = rc ? 0 : ext2fs_inode_size_set(b->fs, EXT2_INODE(&x.i), (ext2_off64_t)size);
	if (code)
		rc = build_fail(e, code, "set a file's size");
	if (!rc)
		rc = swap_header(b, b->n->off + x.spans.v[0].to * b->fs->blocksize, size, e) ||
		     node_end(b, &x, NULL, e) || attributes_of_swap(b, &x, root, e);
	*ino = x.ino;
	node_free(&x);
	return rc ? -1 : 0;
}
