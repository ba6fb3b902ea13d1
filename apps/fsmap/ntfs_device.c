// SPDX-License-Identifier: GPL-2.0-or-later
// libntfs-3g over our own source. It trusts a disk more than we do: it gets a limit on what it may
// read, so that no circle is endless, and no place to write messages to.
#include <stdarg.h>
#include <string.h>

#include "fsmap/ntfs_library.h"

#include <ntfs-3g/logging.h>

static int dev_open(struct ntfs_device *dev, int flags)
{
	(void)dev;
	(void)flags;
	return 0;
}

static int dev_done(struct ntfs_device *dev)
{
	(void)dev;
	return 0;
}

static s64 dev_pread(struct ntfs_device *dev, void *p, s64 count, s64 off)
{
	struct ntfs_own *d = dev->d_private;
	uint64_t size = d->src->size, n = (uint64_t)count;

	if (off < 0 || count < 0 || (uint64_t)off >= size)
		return 0;
	if (n > size - (uint64_t)off)
		n = size - (uint64_t)off;
	uint64_t cost = n > 4096 ? n : 4096;

	if (cost > d->budget || src_read(d->src, (uint64_t)off, p, n, NULL) < 0) {
		errno = EIO;
		return -1;
	}
	d->budget -= cost;
	return (s64)n;
}

static s64 dev_seek(struct ntfs_device *dev, s64 off, int whence)
{
	struct ntfs_own *d = dev->d_private;
	uint64_t base = whence == SEEK_CUR ? d->pos : whence == SEEK_END ? d->src->size : 0;

	d->pos = base + (uint64_t)off;
	return (s64)d->pos;
}

static s64 dev_read(struct ntfs_device *dev, void *p, s64 count)
{
	struct ntfs_own *d = dev->d_private;
	s64 n = dev_pread(dev, p, count, (s64)d->pos);

	if (n > 0)
		d->pos += (uint64_t)n;
	return n;
}

static s64 dev_write(struct ntfs_device *dev, const void *p, s64 count)
{
	(void)dev;
	(void)p;
	(void)count;
	errno = EROFS;
	return -1;
}

static s64 dev_pwrite(struct ntfs_device *dev, const void *p, s64 count, s64 off)
{
	(void)off;
	return dev_write(dev, p, count);
}

static int dev_stat(struct ntfs_device *dev, struct stat *st)
{
	struct ntfs_own *d = dev->d_private;

	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG;
	st->st_size = (off_t)d->src->size;
	return 0;
}

static int dev_ioctl(struct ntfs_device *dev, unsigned long request, void *arg)
{
	(void)dev;
	(void)request;
	(void)arg;
	errno = EOPNOTSUPP;
	return -1;
}

ntfs_volume *ntfs_library_open(struct ntfs_own *d)
{
	static struct ntfs_device_operations ops = {
		.open = dev_open,
		.close = dev_done,
		.seek = dev_seek,
		.read = dev_read,
		.write = dev_write,
		.pread = dev_pread,
		.pwrite = dev_pwrite,
		.sync = dev_done,
		.stat = dev_stat,
		.ioctl = dev_ioctl,
	};
	struct ntfs_device *dev = ntfs_device_alloc(d->src->name, 0, &ops, d);
	ntfs_volume *vol;

	d->budget = NTFS_BUDGET;
	ntfs_log_set_handler(ntfs_log_handler_null);
	vol = dev ? ntfs_volume_startup(dev, NTFS_MNT_RDONLY | NTFS_MNT_FORENSIC) : NULL;
	if (!vol)
		ntfs_device_free(dev);
	return vol;
}
