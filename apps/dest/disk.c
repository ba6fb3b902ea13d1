// SPDX-License-Identifier: GPL-2.0-or-later
// A whole disk: the copy lies on it byte for byte from its first sector. Which disks are forbidden
// (the source, its twin, the boot medium) is for the caller to say: here only what the kernel knows
// counts.
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "block/disk.h"
#include "dest/dest.h"
#include "dest/read_back.h"
#include "dest/unlock.h"
#include "dest/writer.h"

#define PAGE 4096u
#define CLEAR_MIN (4 * MIB) // less is sooner written with what is around it

struct disk_dest {
	struct dest dest;
	struct disk disk;
	struct unlock unlock;
	struct writer out;
	struct ui *ui;
};

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	char real[PATH_MAX];
	struct disk_dest *d;
	struct disk disk;
	struct stat st;

	if (strncmp(spec, "/dev/", 5) || !strncmp(spec, "/dev/shm/", 9))
		return 0;
	if (stat(spec, &st))
		return err_set(e, errno, "%s: there is no such disk", spec);
	if (!S_ISBLK(st.st_mode) || !realpath(spec, real))
		return err_usage(e, "%s: is no disk", spec);
	if (disk_of_path(&disk, spec, e))
		return -1;
	if (strcmp(real, disk.path))
		return err_usage(e,
				 "%s: is not a whole disk: give %s, or the folder of a file system",
				 spec, disk.path);
	d = mem_zero(1, sizeof *d);
	d->disk = disk;
	d->ui = env->ui;
	d->out.fd = -1;
	d->dest.can_resume = true;
	d->dest.can_patch = true;
	d->dest.has_part = true;
	str_copy(d->dest.part, sizeof d->dest.part, disk.path);
	str_copy(d->dest.shown, sizeof d->dest.shown, disk.path);
	*out = &d->dest;
	return 1;
}

static int busy(const char *path, struct err *e)
{
	return errno == EBUSY
		       ? err_usage(e, "%s: is in use: something on it is mounted or assembled",
				   path)
		       : err_set(e, errno, "%s: open", path);
}

static int check(struct dest *dest, uint64_t need, struct err *e)
{
	struct disk_dest *d = (struct disk_dest *)dest;
	int fd FD_AUTO = open(d->disk.path, O_RDONLY | O_EXCL | O_CLOEXEC);

	if (fd < 0)
		return busy(d->disk.path, e);
	if (need > d->disk.size)
		return err_usage(e,
				 "%s: is too small: %llu bytes (%s) are needed, it has %llu (%s)",
				 d->disk.path, (unsigned long long)need, size_show(need).s,
				 (unsigned long long)d->disk.size, size_show(d->disk.size).s);
	return 0;
}

static int put(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct disk_dest *d = (struct disk_dest *)((char *)s - offsetof(struct dest, sink));

	return writer_put(&d->out, s->pos, p, n, e);
}

static int patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct disk_dest *d = (struct disk_dest *)((char *)s - offsetof(struct dest, sink));

	return writer_put(&d->out, off, p, n, e);
}

// What the disk held before must not shine through. A long stretch the disk clears itself, when it
// can: by forgetting it or by writing zeros. The kernel does what it does only when the stretch
// reads as zeros afterwards.
static int clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	struct disk_dest *d = (struct disk_dest *)((char *)s - offsetof(struct dest, sink));
	uint64_t from = (off + PAGE - 1) / PAGE * PAGE, to = (off + len) / PAGE * PAGE;
	int fd = d->out.fd;

	if (len < CLEAR_MIN || (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
					  (off_t)from, (off_t)(to - from)) &&
				fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
					  (off_t)from, (off_t)(to - from))))
		return writer_zero(&d->out, off, len, e);
	return writer_zero(&d->out, off, from - off, e) ||
			       writer_zero(&d->out, to, off + len - to, e)
		       ? -1
		       : 0;
}

static int skip(struct sink *s, uint64_t len, struct err *e)
{
	return clear(s, s->pos, len, e);
}

static int jump(struct sink *s, uint64_t to, struct err *e)
{
	(void)s;
	(void)to;
	(void)e;
	return 0;
}

static void release(struct disk_dest *d)
{
	if (d->out.fd >= 0) {
		// so that its new partitions are seen; a loop device without them refuses
		ioctl(d->out.fd, BLKRRPART);
		close(d->out.fd);
	}
	d->out.fd = -1;
	unlock_end(&d->unlock);
}

// Between the question and the first write a disk may have been pulled out and another one got its
// name.
static int check_same(const struct disk *asked, struct err *e)
{
	struct disk now;

	if (disk_of_path(&now, asked->path, e))
		return -1;
	if (now.size == asked->size && !strcmp(now.serial, asked->serial) &&
	    !strcmp(now.model, asked->model))
		return 0;
	return err_set(e, 0,
		       "%s: is another disk now (%s, serial number %s): nothing was written to it",
		       now.path, now.model, now.serial);
}

static int open_it(struct dest *dest, uint64_t size, struct err *e)
{
	static const struct sink_ops ops = { put, skip, patch, jump, clear };
	struct disk_dest *d = (struct disk_dest *)dest;

	(void)size;
	if (unlock_begin(&d->unlock, d->disk.path, e))
		return -1;
	d->out = (struct writer){ .fd = open(d->disk.path, O_RDWR | O_EXCL | O_CLOEXEC),
				  .name = d->disk.path };
	if (d->out.fd < 0)
		busy(d->disk.path, e);
	// it is open: from here on the name stays with it
	if (d->out.fd < 0 || check_same(&d->disk, e)) {
		release(d);
		return -1;
	}
	dest->sink = (struct sink){ &ops, dest->resume ? dest->resume_at : 0 };
	d->out.begun = d->out.waited = dest->sink.pos;
	return 0;
}

static int sync_it(struct dest *dest, struct err *e)
{
	return writer_sync(&((struct disk_dest *)dest)->out, e);
}

static int read_it(struct dest *dest, struct src **out, struct err *e)
{
	return src_open_direct(out, dest->part, e);
}

static int read_src(void *arg, uint64_t off, void *p, size_t n, struct err *e)
{
	return src_read(arg, off, p, n, e);
}

static int reread(struct disk_dest *d, const char *sha256, struct err *e)
{
	struct src *s SRC_AUTO = NULL;

	return read_it(&d->dest, &s, e)
		       ? -1
		       : read_back(&d->dest, read_src, s, d->dest.sink.pos, sha256, d->ui, e);
}

static int close_it(struct dest *dest, const char *sha256, struct err *e)
{
	struct disk_dest *d = (struct disk_dest *)dest;
	int rc = fsync(d->out.fd)
			 ? err_write(e, errno, "%s: writing what was buffered", d->disk.path)
			 : 0;

	if (!rc && read_back_wanted(dest, sha256))
		rc = reread(d, sha256, e);
	if (!rc)
		release(d);
	return rc;
}

static void abort_it(struct dest *dest)
{
	release((struct disk_dest *)dest);
}

static void free_it(struct dest *dest)
{
	free(dest);
}

const struct dest_ops dest_disk = {
	.name = "disk",
	.make = make,
	.check = check,
	.open = open_it,
	.sync = sync_it,
	.close = close_it,
	.abort = abort_it,
	.read = read_it,
	.free = free_it,
};
