// SPDX-License-Identifier: GPL-2.0-or-later
// The tree, folder by folder: first all that stands in one, in the order of the old inodes (which
// is mostly that of the blocks), then its folders. One descriptor goes down, and up by "..", so
// that no depth is too deep; that it comes back where it was is looked at. Links are not followed.
#include <dirent.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/keys.h"
#include "newfs/walk.h"

// Flags that mean the same to every file system (chattr): sync, immutable, append only, no dump, no
// atime, dirsync.
#define FLAGS                                                                                      \
	(FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL | FS_NOATIME_FL | FS_DIRSYNC_FL)

struct name {
	char *text;
	dev_t dev;
	ino_t old;
	bool folder;
	uint64_t id; // the new one
};

struct level {
	struct name *names; // its folders
	size_t n, next;
	uint64_t id;
	dev_t dev;
	ino_t old;
};

struct walk {
	const struct walk_job *job;
	struct level *v;
	size_t n, cap;
	int fd;		   // of the folder it is in
	struct keys names; // files with several names: device and inode -> the new number
};

static void names_free(struct name *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].text);
	free(v);
}

static int compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->old != y->old ? (x->old < y->old ? -1 : 1) : strcmp(x->text, y->text);
}

char *walk_path(int fd, const char *name)
{
	return mem_printf("/proc/self/fd/%d/%s", fd, name);
}

unsigned walk_flags(int fd)
{
	int flags;

	return ioctl(fd, FS_IOC_GETFLAGS, &flags) ? 0 : (unsigned)flags & FLAGS;
}

// Of btrfs: a subvolume begins here, inside of another one or as what is mounted.
#define SUBVOLUME_TOP 256

static int mount_of(int fd, const char *name)
{
	struct {
		struct file_handle head;
		unsigned char room[MAX_HANDLE_SZ];
	} h = { .head.handle_bytes = MAX_HANDLE_SZ };
	int id;

	return name_to_handle_at(fd, name, &h.head, &id, 0) ? -1 : id;
}

static bool is_snapshot(int fd)
{
	struct btrfs_ioctl_get_subvol_info_args info;
	static const unsigned char none[BTRFS_UUID_SIZE];

	// 1 is no error either
	return ioctl(fd, BTRFS_IOC_GET_SUBVOL_INFO, &info) >= 0 &&
	       (info.flags & BTRFS_ROOT_SUBVOL_RDONLY) &&
	       memcmp(info.parent_uuid, none, sizeof none) != 0;
}

// A subvolume that is seen inside of another: in the tree it shall be once, where it is mounted.
// And read-only snapshots hold what was, block for block shared with what is: as copies they would
// need many times the room.
static bool left_out(const struct walk *w, const struct stat *st)
{
	const struct newfs_tree *tree = w->job->tree;
	struct statfs fs;

	if (st->st_ino != SUBVOLUME_TOP || !w->n || fstatfs(w->fd, &fs) ||
	    fs.f_type != BTRFS_SUPER_MAGIC || mount_of(w->fd, ".") != mount_of(w->fd, ".."))
		return false;
	for (unsigned i = 0; i < tree->n_mounted; i++)
		if (tree->mounted[i] == st->st_dev)
			return true;
	if (!is_snapshot(w->fd))
		return false;
	w->job->count->snapshots++;
	return true;
}

static int read_names(int fd, struct name **v, size_t *n, struct err *e)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOATIME);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;
	size_t cap = 0;
	struct stat st;
	int rc = 0;

	*v = NULL;
	*n = 0;
	if (!d)
		return err_set(e, errno, "a folder of the tree: open");
	while (!rc && (errno = 0, entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
			rc = err_set(e, errno, "%s: look at it", entry->d_name);
			continue;
		}
		if (*n == cap)
			*v = mem_grow(*v, cap = cap ? cap * 2 : 16, sizeof **v);
		(*v)[(*n)++] = (struct name){ .text = mem_dup(entry->d_name),
					      .dev = st.st_dev,
					      .old = st.st_ino,
					      .folder = S_ISDIR(st.st_mode) };
	}
	if (!rc && errno)
		rc = err_set(e, errno, "a folder of the tree: read");
	closedir(d);
	if (*n)
		qsort(*v, *n, sizeof **v, compare);
	return rc;
}

int walk_open(int fd, const char *name, const struct stat *st, struct err *e)
{
	int in FD_AUTO =
		openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | O_CLOEXEC);
	struct stat now;
	int out = in;

	if (in < 0 || fstat(in, &now))
		return err_set(e, errno, "%s: open", name);
	if (now.st_ino != st->st_ino || now.st_dev != st->st_dev)
		return err_set(e, 0, "%s: it changed while it was looked at", name);
	in = -1;
	return out;
}

static int one(struct walk *w, const char *name, struct err *e)
{
	const struct walk_job *job = w->job;
	uint64_t *made, id;
	struct stat st;

	if (fstatat(w->fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return err_set(e, errno, "%s: look at it", name);
	job->count->files++;
	if (st.st_nlink == 1)
		return job->ops->file(job->to, w->fd, name, &st, &id, e);
	made = keys_at(&w->names, &(struct key){ { st.st_dev, st.st_ino, 1, 0 } });
	if (*made) {
		job->count->files--;
		job->count->links++;
		return job->ops->again(job->to, name, &st, *made, e);
	}
	if (job->ops->file(job->to, w->fd, name, &st, &id, e))
		return -1;
	*made = id;
	return 0;
}

// All names of a folder; those of folders get their numbers, and are begun when it is their turn.
static int fill(struct walk *w, struct name *v, size_t n, struct err *e)
{
	const struct walk_job *job = w->job;

	for (size_t i = 0; i < n; i++) {
		if (ui_cancelled(job->ui))
			return err_stopped(e);
		if (v[i].folder ? job->ops->folder(job->to, v[i].text, &v[i].id, e)
				: one(w, v[i].text, e))
			return -1;
	}
	return 0;
}

static void push(struct walk *w, const struct stat *st, uint64_t id, struct name *v, size_t n)
{
	size_t folders = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].folder)
			v[folders++] = v[i];
		else
			free(v[i].text);
	}
	if (w->n == w->cap)
		w->v = mem_grow(w->v, w->cap = w->cap ? w->cap * 2 : 64, sizeof *w->v);
	w->v[w->n++] = (struct level){
		.names = v, .n = folders, .id = id, .dev = st->st_dev, .old = st->st_ino
	};
}

// The folder that w->fd is in now.
static int enter(struct walk *w, uint64_t id, uint64_t parent, struct err *e)
{
	const struct walk_job *job = w->job;
	struct name *v = NULL;
	struct stat st;
	size_t n = 0;
	int rc;

	if (fstat(w->fd, &st))
		return err_set(e, errno, "a folder of the tree: look at it");
	rc = (!left_out(w, &st) && read_names(w->fd, &v, &n, e)) ||
			     job->ops->begin(job->to, w->fd, &st, id, parent, e) ||
			     fill(w, v, n, e) || job->ops->end(job->to, w->fd, &st, e)
		     ? -1
		     : 0;
	job->count->folders++;
	ui_progress(job->ui, &(struct ui_progress){ .what = "making the new file system",
						    .done = job->count->placed + job->count->copied,
						    .total = job->tree->total });
	if (rc)
		names_free(v, n);
	else
		push(w, &st, id, v, n);
	return rc;
}

static int go(struct walk *w, const char *name, struct err *e)
{
	int fd = openat(w->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", name);
	close(w->fd);
	w->fd = fd;
	return 0;
}

static int up(struct walk *w, struct err *e)
{
	const struct level *above;
	struct stat st;

	names_free(w->v[w->n - 1].names, w->v[w->n - 1].n);
	if (!--w->n)
		return 0;
	above = &w->v[w->n - 1];
	if (go(w, "..", e) || (w->job->ops->up && w->job->ops->up(w->job->to, e)))
		return -1;
	if (fstat(w->fd, &st) || st.st_dev != above->dev || st.st_ino != above->old)
		return err_set(e, 0, "a folder of the tree: its way up leads elsewhere");
	return 0;
}

static int down(struct walk *w, const struct name *name, uint64_t parent, struct err *e)
{
	const struct walk_job *job = w->job;

	return go(w, name->text, e) || (job->ops->down && job->ops->down(job->to, name->text, e)) ||
			       enter(w, name->id, parent, e)
		       ? -1
		       : 0;
}

int walk_tree(const struct walk_job *job, struct err *e)
{
	struct walk w = { .job = job,
			  .fd = openat(job->tree->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	int rc;

	if (w.fd < 0)
		return err_set(e, errno, "the tree: open");
	rc = enter(&w, job->root, job->root, e);
	while (!rc && w.n) {
		struct level *l = &w.v[w.n - 1];

		rc = l->next == l->n ? up(&w, e) : down(&w, &l->names[l->next++], l->id, e);
	}
	for (; w.n; w.n--)
		names_free(w.v[w.n - 1].names, w.v[w.n - 1].n);
	free(w.v);
	keys_free(&w.names);
	close(w.fd);
	return rc;
}
