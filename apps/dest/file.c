// SPDX-License-Identifier: GPL-2.0-or-later
// A file: on a file system that is mounted already (/path/name, /path/), or on one that is found by
// its label or UUID and mounted for the job. Written as NAME.part, renamed when it is whole.
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "dest/dest.h"
#include "dest/mount.h"
#include "dest/writer.h"

#define FAT_LIMIT (4 * GIB - 1)
#define XFS_MAGIC 0x58465342

struct file_dest {
	struct dest dest;
	struct mounted mounted;
	int dir;	   // the folder
	char file[256];	   // name in it
	char part[264];	   // the same with ".part"
	struct writer out; // out.fd: -1 while not open
};

static struct file_dest *of(struct dest *d)
{
	return (struct file_dest *)d;
}

static int open_folder(const struct file_dest *f, const char *path)
{
	if (f->mounted.dir[0])
		return mount_open_folder(&f->mounted, path);
	return open(*path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// Splits path into the folder, opened, and the file's name; a path that is a folder takes the name
// from outside.
static int find_folder(struct file_dest *f, const char *path, const char *name, struct err *e)
{
	char *folder STR_AUTO = mem_dup(path);
	char *slash = strrchr(folder, '/');
	const char *file = slash ? path + (slash - folder) + 1 : path;

	f->dir = open_folder(f, path);
	if (f->dir >= 0) {
		file = name;
	} else {
		if (slash)
			slash[slash == folder] = 0;
		else
			*folder = 0;
		f->dir = open_folder(f, folder);
	}
	if (f->dir < 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? err_usage(e, "%s: there is no folder %s: make it first",
					   f->dest.name, *folder ? folder : ".")
			       : err_set(e, errno, "%s: open the folder %s", f->dest.name,
					 *folder ? folder : ".");
	if (!*file || !strcmp(file, ".") || !strcmp(file, ".."))
		return err_usage(e, "%s: name a file", f->dest.name);
	if (!str_copy(f->file, sizeof f->file - sizeof ".sha256", file))
		return err_usage(e, "%s: the file's name is too long", f->dest.name);
	snprintf(f->part, sizeof f->part, "%s.part", f->file);
	return 0;
}

// The path of the folder as it is now, so that what lies beside goes to the same place.
static int name_paths(struct file_dest *f, struct err *e)
{
	char link[40], folder[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", f->dir);
	n = readlink(link, folder, sizeof folder - 1);
	if (n < 0)
		return err_set(e, errno, "%s: find the folder", f->dest.name);
	folder[n] = 0;
	n = snprintf(f->dest.beside, sizeof f->dest.beside, "%s/%s",
		     !strcmp(folder, "/") ? "" : folder, f->file);
	if (n >= (int)sizeof f->dest.beside - 16)
		return err_usage(e, "%s: the path is longer than %zu bytes", f->dest.name,
				 sizeof f->dest.beside - 16);
	snprintf(f->dest.part, sizeof f->dest.part, "%s.part", f->dest.beside);
	str_copy(f->dest.shown, sizeof f->dest.shown, f->dest.beside);
	return 0;
}

static void file_free(struct dest *d)
{
	struct file_dest *f = of(d);

	if (f->dir >= 0)
		close(f->dir);
	mount_end(&f->mounted);
	free(f);
}

// "label:NAME/path": mounts it; *path is what follows the name.
static int mount_named(struct file_dest *f, const char *spec, const struct dest_env *env,
		       const char **path, struct err *e)
{
	bool label = !strncmp(spec, "label:", 6);
	const char *value = strchr(spec, ':') + 1;
	size_t len = strcspn(value, "/");
	char what[128], device[80], type[24];

	if (!len || len >= sizeof what || !env->find_fs)
		return err_usage(e, "%s: write label:NAME/path or uuid:ID/path", spec);
	memcpy(what, value, len);
	what[len] = 0;
	*path = value + len;
	if (env->find_fs(env->arg, label ? "label" : "uuid", what, device, sizeof device, type,
			 sizeof type, e))
		return -1;
	return mount_begin(&f->mounted, device, type, e);
}

// Holes are real only where the file system has them; elsewhere they would be written at the end,
// slowly and unseen.
static bool has_holes(int fd)
{
	static const unsigned kinds[] = { EXT4_SUPER_MAGIC, XFS_MAGIC, BTRFS_SUPER_MAGIC,
					  TMPFS_MAGIC, F2FS_SUPER_MAGIC };
	struct statfs s;

	if (fstatfs(fd, &s))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if ((unsigned)s.f_type == kinds[i])
			return true;
	return false;
}

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	const char *path = spec;
	struct file_dest *f;
	int rc = 0;

	if (!*spec || strstr(spec, "://"))
		return 0;
	f = mem_zero(1, sizeof *f);
	f->dir = f->out.fd = -1;
	f->dest.can_resume = true;
	f->dest.can_patch = true;
	str_copy(f->dest.name, sizeof f->dest.name, spec);
	if (!strncmp(spec, "label:", 6) || !strncmp(spec, "uuid:", 5))
		rc = mount_named(f, spec, env, &path, e);
	if (rc || find_folder(f, path, env->name, e) || name_paths(f, e)) {
		file_free(&f->dest);
		return -1;
	}
	f->dest.sparse = has_holes(f->dir);
	*out = &f->dest;
	return 1;
}

static int check_room(struct file_dest *f, uint64_t need, struct err *e)
{
	struct statvfs v;
	struct statfs s;
	struct stat st;
	uint64_t room;

	if (fstatvfs(f->dir, &v) || fstatfs(f->dir, &s))
		return err_set(e, errno, "%s: ask for its free space", f->dest.name);
	if (v.f_flag & ST_RDONLY)
		return err_set(e, EROFS, "%s: the file system there is mounted read-only",
			       f->dest.name);
	if ((unsigned)s.f_type == MSDOS_SUPER_MAGIC && need > FAT_LIMIT)
		return err_usage(e,
				 "%s: %s do not fit: a file on FAT ends at 4 GiB. Use a medium "
				 "with exFAT, NTFS or ext4, "
				 "or give a whole disk (/dev/DISK) as destination",
				 f->dest.name, size_show(need).s);
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (f->dest.resume && (!fstatat(f->dir, f->part, &st, AT_SYMLINK_NOFOLLOW) ||
			       !fstatat(f->dir, f->file, &st, AT_SYMLINK_NOFOLLOW)))
		need -= need < (uint64_t)st.st_blocks * 512 ? need : (uint64_t)st.st_blocks * 512;
	if (need > room)
		return err_usage(e, "%s: not enough room: %s are needed, %s are free", f->dest.name,
				 size_show(need).s, size_show(room).s);
	return 0;
}

static int look(struct dest *d, struct err *e)
{
	struct file_dest *f = of(d);
	struct stat st;

	(void)e;
	d->is_there = !fstatat(f->dir, f->file, &st, AT_SYMLINK_NOFOLLOW);
	d->has_part = !fstatat(f->dir, f->part, &st, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int check(struct dest *d, uint64_t need, struct err *e)
{
	struct file_dest *f = of(d);
	struct stat st;

	if (!fstatat(f->dir, f->file, &st, AT_SYMLINK_NOFOLLOW)) {
		if (!S_ISREG(st.st_mode))
			return err_usage(e, "%s: is there already and is no file", d->beside);
		if (!d->overwrite)
			return err_usage(
				e,
				"%s: is there already: choose another name, or --yes to replace it",
				d->beside);
	}
	if (!d->resume && !fstatat(f->dir, f->part, &st, AT_SYMLINK_NOFOLLOW) && !d->overwrite)
		return err_usage(e,
				 "%s: is left from an unfinished run: remove it, choose another "
				 "name, or --yes to "
				 "begin anew",
				 d->part);
	return check_room(f, need, e);
}

static int put(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct file_dest *f = (struct file_dest *)((char *)s - offsetof(struct dest, sink));

	return writer_put(&f->out, s->pos, p, n, e);
}

static int patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct file_dest *f = (struct file_dest *)((char *)s - offsetof(struct dest, sink));

	return writer_put(&f->out, off, p, n, e);
}

// The file is new behind its end: nothing needs to be done for a hole but to move on.
static int skip(struct sink *s, uint64_t len, struct err *e)
{
	(void)s;
	(void)len;
	(void)e;
	return 0;
}

// Where the file system has no holes it writes the zeros itself, once something lies behind them.
static int jump(struct sink *s, uint64_t to, struct err *e)
{
	(void)s;
	(void)to;
	(void)e;
	return 0;
}

static int clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	struct file_dest *f = (struct file_dest *)((char *)s - offsetof(struct dest, sink));

	if (f->dest.sparse && !fallocate(f->out.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
					 (off_t)off, (off_t)len))
		return 0;
	return writer_zero(&f->out, off, len, e);
}

// The file is emptied only when nobody else writes to it.
static int begin_part(struct file_dest *f, struct err *e)
{
	struct dest *d = &f->dest;
	struct stat st;

	if (flock(f->out.fd, LOCK_EX | LOCK_NB))
		return err_usage(e, "%s: another Salvor writes there now", d->part);
	if (fstat(f->out.fd, &st))
		return err_set(e, errno, "%s: stat", d->part);
	if (!S_ISREG(st.st_mode))
		return err_usage(e, "%s: is no file", d->part);
	if (d->resume)
		d->sink.pos =
			(uint64_t)st.st_size < d->resume_at ? (uint64_t)st.st_size : d->resume_at;
	f->out.begun = f->out.waited = d->sink.pos;
	// what lies behind was written after the map was saved for the last time
	if (ftruncate(f->out.fd, (off_t)d->sink.pos))
		return err_set(e, errno, "%s: cut to %llu bytes", d->part,
			       (unsigned long long)d->sink.pos);
	return 0;
}

static int reopen(struct dest *d, struct err *e)
{
	struct file_dest *f = of(d);

	if (renameat(f->dir, f->file, f->dir, f->part))
		return err_set(e, errno, "%s: rename to %s", d->beside, f->part);
	return 0;
}

static int open_it(struct dest *d, uint64_t size, struct err *e)
{
	static const struct sink_ops sparse = { put, skip, patch, jump, clear },
				     plain = { put, NULL, patch, jump, clear };
	struct file_dest *f = of(d);
	int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;

	(void)size;
	f->out = (struct writer){ .fd = openat(f->dir, f->part, flags, 0600), .name = d->part };
	if (f->out.fd < 0)
		return err_set(e, errno, "%s: create", d->part);
	d->sink = (struct sink){ d->sparse ? &sparse : &plain, 0 };
	if (begin_part(f, e)) {
		close(f->out.fd);
		f->out.fd = -1;
		return -1;
	}
	return 0;
}

// The length, with the hole at the end, and the data.
static int sync_it(struct dest *d, struct err *e)
{
	struct file_dest *f = of(d);
	struct stat st;

	if (fstat(f->out.fd, &st))
		return err_set(e, errno, "%s: stat", d->part);
	if ((uint64_t)st.st_size < d->sink.pos && ftruncate(f->out.fd, (off_t)d->sink.pos))
		return err_set(e, errno, "%s: set the length", d->part);
	return writer_sync(&f->out, e);
}

static int close_it(struct dest *d, const char *sha256, struct err *e)
{
	struct file_dest *f = of(d);
	int fd = f->out.fd;

	(void)sha256; // what is wrong on a disk of this machine shows when it is verified
	if (sync_it(d, e))
		return -1;
	if (fsync(fd))
		return err_set(e, errno, "%s: writing what was buffered", d->part);
	if (renameat(f->dir, f->part, f->dir, f->file))
		return err_set(e, errno, "%s: rename to %s", d->part, f->file);
	f->out.fd = -1;
	close(fd);
	if (fsync(f->dir) && errno != EINVAL) // some network file systems cannot
		return err_set(e, errno, "%s: writing the folder", d->beside);
	return 0;
}

static void abort_it(struct dest *d)
{
	struct file_dest *f = of(d);

	if (f->out.fd < 0)
		return;
	close(f->out.fd);
	f->out.fd = -1;
	if (!d->keep)
		unlinkat(f->dir, f->part, 0);
}

static int read_it(struct dest *d, struct src **out, struct err *e)
{
	return src_open(out, of(d)->out.fd < 0 ? d->beside : d->part, e);
}

const struct dest_ops dest_file = {
	.name = "file",
	.make = make,
	.look = look,
	.check = check,
	.reopen = reopen,
	.open = open_it,
	.sync = sync_it,
	.close = close_it,
	.abort = abort_it,
	.read = read_it,
	.free = file_free,
};
