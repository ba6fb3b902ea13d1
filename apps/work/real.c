// SPDX-License-Identifier: GPL-2.0-or-later
// Real disks and image files, opened for the short time of a commit or an undo.
#include "work/real.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "dest/unlock.h"
#include "work/holder.h"
#include "work/state.h"

struct file_real {
	struct real real;
	int fd;
	bool device;
	struct unlock unlock;
};

static int file_read(struct real *t, uint64_t off, void *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = pread(((struct file_real *)t)->fd, p, n, (off_t)off);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, k ? errno : EIO, "%s: read at 0x%llx", t->name,
				       (unsigned long long)off);
		p = (char *)p + k;
		off += (uint64_t)k;
		n -= (size_t)k;
	}
	return 0;
}

static int file_write(struct real *t, uint64_t off, const void *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = pwrite(((struct file_real *)t)->fd, p, n, (off_t)off);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, k ? errno : EIO, "%s: write at 0x%llx", t->name,
				       (unsigned long long)off);
		p = (const char *)p + k;
		off += (uint64_t)k;
		n -= (size_t)k;
	}
	return 0;
}

static int file_flush(struct real *t, struct err *e)
{
	struct file_real *f = (struct file_real *)t;

	if (fsync(f->fd))
		return err_set(e, errno, "%s: flush", t->name);
	if (f->device && ioctl(f->fd, BLKFLSBUF))
		return err_set(e, errno, "%s: drop what the kernel holds of it", t->name);
	return 0;
}

static void file_close(struct real *t)
{
	struct file_real *f = (struct file_real *)t;

	close(f->fd);
	unlock_end(&f->unlock);
	free(f);
}

int disk_set_read_only(const char *path, bool on, struct err *e)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int flag = on;

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (ioctl(fd, BLKROSET, &flag))
		return err_set(e, errno, "%s: %s the read-only flag", path, on ? "set" : "lift");
	return 0;
}

// True when the block device with these numbers is the disk or a partition of it.
static bool of_disk(const struct disk *d, unsigned major, unsigned minor)
{
	char *link STR_AUTO = mem_printf("/sys/dev/block/%u:%u", major, minor);
	char *part STR_AUTO = mem_printf("%s/partition", link);
	char *parent STR_AUTO = mem_printf("%s/../dev", link);
	unsigned pmajor, pminor;
	char numbers[32];

	if (major == d->major && minor == d->minor)
		return true;
	if (access(part, F_OK))
		return false;
	sysfs_read("", parent, numbers, sizeof numbers);
	return sscanf(numbers, "%u:%u", &pmajor, &pminor) == 2 && pmajor == d->major &&
	       pminor == d->minor;
}

static int mounted(const struct disk *d, char *what, size_t size, struct err *e)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, dir[200];
	unsigned major, minor;
	size_t cap = 0;
	int found = 0;

	if (!f)
		return err_set(e, errno, "/proc/self/mountinfo: open");
	while (!found && getline(&line, &cap, f) > 0)
		if (sscanf(line, "%*d %*d %u:%u %*s %199s", &major, &minor, dir) == 3 &&
		    of_disk(d, major, minor)) {
			snprintf(what, size, "mounted on %s", dir);
			found = 1;
		}
	free(line);
	fclose(f);
	return found;
}

static bool swapping(const struct disk *d, char *what, size_t size)
{
	FILE *f = fopen("/proc/swaps", "re");
	struct disk on;
	char line[300], path[200];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f))
		if (sscanf(line, "/%198s", path + 1) == 1) {
			path[0] = '/';
			found = !disk_of_path(&on, path, NULL) && on.major == d->major &&
				on.minor == d->minor;
			if (found)
				snprintf(what, size, "used as swap (%s)", path);
		}
	if (f)
		fclose(f);
	return found;
}

int disk_in_use(const struct disk *d, char *what, size_t size, struct err *e)
{
	int rc;

	if (!d->major) // an image file
		return 0;
	rc = mounted(d, what, size, e);
	if (rc)
		return rc;
	return swapping(d, what, size) || disk_held("", d, WORK_DM, what, size);
}

int real_open(struct real **out, const struct disk *d, struct err *e)
{
	static const struct real_ops ops = { file_read, file_write, file_flush, file_close };
	struct file_real *f;
	char what[256];
	int rc = disk_in_use(d, what, sizeof what, e);

	if (rc)
		return rc < 0 ? -1 : err_set(e, 0, "%s: open for writing: it is %s", d->path, what);
	f = mem_zero(1, sizeof *f);
	f->real.ops = &ops;
	f->real.size = d->size;
	f->device = d->major != 0;
	str_copy(f->real.name, sizeof f->real.name, d->path);
	if (f->device && unlock_begin(&f->unlock, d->path, e)) {
		free(f);
		return -1;
	}
	f->fd = open(d->path, O_RDWR | O_CLOEXEC);
	if (f->fd < 0) {
		err_set(e, errno, "%s: open for writing", d->path);
		unlock_end(&f->unlock);
		free(f);
		return -1;
	}
	*out = &f->real;
	return 0;
}
