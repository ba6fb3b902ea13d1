// SPDX-License-Identifier: GPL-2.0-or-later
#include "dest/folder.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "block/parts.h"
#include "dest/read_back.h"

// A file on FAT ends one byte before 4 GiB; so much is what other programs split at, too.
#define FAT_PART (4095 * MIB)
#define SPLIT_MIN MIB
#define XFS_MAGIC 0x58465342
#define SUFFIXES sizeof ".000.sha256"

static struct folder_dest *of(struct dest *d)
{
	return (struct folder_dest *)d;
}

static struct folder_dest *of_sink(struct sink *s)
{
	return (struct folder_dest *)((char *)s - offsetof(struct dest, sink));
}

struct folder_dest *folder_begin(const char *spec, struct ui *ui)
{
	struct folder_dest *f = mem_zero(1, sizeof *f);

	f->dir = -1;
	f->ui = ui;
	f->dest.can_resume = true;
	f->dest.can_patch = true;
	f->dest.can_split = true;
	str_copy(f->dest.name, sizeof f->dest.name, spec);
	return f;
}

void folder_free(struct dest *d)
{
	struct folder_dest *f = of(d);

	if (f->dir >= 0)
		close(f->dir);
	mount_end(&f->mounted);
	free(f);
}

static int open_folder(const struct folder_dest *f, const char *path)
{
	if (f->mounted.dir[0])
		return mount_open_folder(&f->mounted, path);
	return open(*path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// Splits path into the folder, opened, and the file's name; a path that is a folder takes the name
// from outside.
static int find_folder(struct folder_dest *f, const char *path, const char *name, bool *is_folder,
		       struct err *e)
{
	char *folder STR_AUTO = mem_dup(path);
	char *slash = strrchr(folder, '/');
	const char *file = slash ? path + (slash - folder) + 1 : path;

	f->dir = open_folder(f, path);
	*is_folder = f->dir >= 0;
	if (*is_folder) {
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
	if (!str_copy(f->file, sizeof f->file - SUFFIXES, file))
		return err_usage(e, "%s: the file's name is too long", f->dest.name);
	return 0;
}

// The path of the folder as it is now, so that what lies beside goes to the same place.
static int name_paths(struct folder_dest *f, struct err *e)
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
	if (n >= (int)(sizeof f->dest.beside - SUFFIXES))
		return err_usage(e, "%s: the path is longer than %zu bytes", f->dest.name,
				 sizeof f->dest.beside - SUFFIXES);
	snprintf(f->dest.part, sizeof f->dest.part, "%s.part", f->dest.beside);
	return 0;
}

// Holes are real only where the file system has them; elsewhere they would be written at the end,
// slowly and unseen. NTFS has them, but a hypervisor of Windows takes no image that has.
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

int folder_enter(struct folder_dest *f, const char *path, const char *name, struct err *e)
{
	struct dest *d = &f->dest;
	bool is_folder;

	if (find_folder(f, path, name, &is_folder, e) || name_paths(f, e))
		return -1;
	if (!f->remote)
		str_copy(d->shown, sizeof d->shown, d->beside);
	else if (is_folder)
		snprintf(d->shown, sizeof d->shown, "%.380s%s%s", d->name,
			 d->name[strlen(d->name) - 1] == '/' ? "" : "/", f->file);
	else
		str_copy(d->shown, sizeof d->shown, d->name);
	d->sparse = f->punches = !f->remote && has_holes(f->dir);
	return 0;
}

int folder_look(struct dest *d, struct err *e)
{
	struct folder_dest *f = of(d);

	d->is_there = split_is_there(f->dir, f->file);
	d->has_part = split_has_part(f->dir, f->file);
	return f->remote ? probe_folder(f->dir, f->file, d->shown, &d->sparse, e) : 0;
}

static bool is_fat(int fd)
{
	struct statfs s;

	return !fstatfs(fd, &s) && (unsigned)s.f_type == MSDOS_SUPER_MAGIC;
}

static int check_room(struct folder_dest *f, uint64_t need, struct err *e)
{
	struct statvfs v;
	uint64_t room, used = 0;

	if (fstatvfs(f->dir, &v))
		return err_set(e, errno, "%s: ask for its free space", f->dest.name);
	if (v.f_flag & ST_RDONLY)
		return err_set(e, EROFS, "%s: the file system there is mounted read-only",
			       f->dest.name);
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (f->dest.resume)
		used = split_used(f->dir, f->file);
	need -= need < used ? need : used;
	if (need > room)
		return err_usage(e, "%s: not enough room: %s are needed, %s are free", f->dest.name,
				 size_show(need).s, size_show(room).s);
	return 0;
}

int folder_check(struct dest *d, uint64_t need, struct err *e)
{
	struct folder_dest *f = of(d);
	struct stat st;

	if (!fstatat(f->dir, f->file, &st, AT_SYMLINK_NOFOLLOW) && !S_ISREG(st.st_mode))
		return err_usage(e, "%s: is there already and is no file", d->shown);
	if (dest_replaces(d, e))
		return -1;
	if (d->split && d->split < SPLIT_MIN)
		return err_usage(e, "--split: parts of at least 1 MiB are possible");
	return check_room(f, need, e);
}

static int put(struct sink *s, const void *p, size_t n, struct err *e)
{
	return split_put(&of_sink(s)->out, s->pos, p, n, e);
}

static int patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	return split_put(&of_sink(s)->out, off, p, n, e);
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
	struct folder_dest *f = of_sink(s);

	if (f->punches && !split_punch(&f->out, off, len))
		return 0;
	return split_zero(&f->out, off, len, e);
}

int folder_reopen(struct dest *d, struct err *e)
{
	return split_reopen(of(d)->dir, of(d)->file, d->shown, e);
}

// As long as a part may be; UINT64_MAX: one file does. size UINT64_MAX: not known.
static int choose_limit(const struct folder_dest *f, uint64_t size, uint64_t *limit, struct err *e)
{
	bool fat = is_fat(f->dir);

	*limit = f->dest.split ? f->dest.split : fat ? FAT_PART : UINT64_MAX;
	if (fat && *limit > FAT_PART)
		return err_usage(e, "--split: a file on FAT ends at 4 GiB: 4095M is possible");
	if (size != UINT64_MAX && size <= *limit)
		*limit = UINT64_MAX;
	if (*limit != UINT64_MAX && size != UINT64_MAX && (size - 1) / *limit >= PARTS_MAX)
		return err_usage(e, "%s: would be more than %d parts: --split takes larger ones",
				 f->dest.shown, PARTS_MAX);
	return 0;
}

int folder_open(struct dest *d, uint64_t size, struct err *e)
{
	static const struct sink_ops holes = { put, skip, patch, jump, clear },
				     plain = { put, NULL, patch, jump, clear };
	struct folder_dest *f = of(d);
	uint64_t length;

	f->out = (struct split){
		.dir = f->dir, .file = f->file, .shown = d->shown, .read_soon = d->read_soon
	};
	if (choose_limit(f, size, &f->out.limit, e) ||
	    split_open(&f->out, d->resume, !f->remote, e))
		return -1;
	// over a network zeros are not sent even where they take room
	d->sink = (struct sink){ d->sparse || f->remote ? &holes : &plain, 0 };
	length = split_length(&f->out);
	if (d->resume)
		d->sink.pos = length < d->resume_at ? length : d->resume_at;
	// what lies behind was written after the map was saved for the last time
	if (split_cut(&f->out, d->sink.pos, e)) {
		split_close(&f->out, true);
		return -1;
	}
	f->is_open = true;
	return 0;
}

// The length, with the hole at the end, and the data.
int folder_sync(struct dest *d, struct err *e)
{
	struct folder_dest *f = of(d);

	if (split_sync(&f->out, d->sink.pos, e))
		return -1;
	d->parts = f->out.n > 1 ? f->out.n : 0;
	return 0;
}

static int read_split(void *arg, uint64_t off, void *p, size_t n, struct err *e)
{
	return split_read_anew(arg, off, p, n, e);
}

int folder_close(struct dest *d, const char *sha256, struct err *e)
{
	struct folder_dest *f = of(d);

	d->compared = "length";
	if (folder_sync(d, e) || split_compare_lengths(&f->out, e) ||
	    (read_back_wanted(d, sha256) &&
	     read_back(d, read_split, &f->out, d->sink.pos, sha256, f->ui, e)) ||
	    split_finish(&f->out, e))
		return -1;
	f->is_open = false;
	return 0;
}

void folder_abort(struct dest *d)
{
	struct folder_dest *f = of(d);

	if (f->is_open && f->out.gone)
		mount_abandon(&f->mounted);
	if (f->is_open)
		split_close(&f->out, d->keep);
	f->is_open = false;
}

int folder_read(struct dest *d, struct src **out, struct err *e)
{
	return parts_open(out, d->beside, of(d)->is_open ? ".part" : "", e);
}
