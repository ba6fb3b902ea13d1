// SPDX-License-Identifier: GPL-2.0-or-later
// The tree, folder by folder: first all that stands in one, in the order of the old inodes (which
// is mostly that of the blocks), then its folders. One descriptor goes down, and up by "..", so
// that no depth is too deep; that it comes back where it was is looked at. Links are not followed.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/build.h"

// Flags that mean the same to every file system (chattr): sync, immutable, append only, no dump, no
// atime, dirsync.
#define FLAGS                                                                                      \
	(FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL | FS_NOATIME_FL | FS_DIRSYNC_FL)

struct name {
	char *text;
	dev_t dev;
	ino_t old;
	bool folder;
	unsigned mode;
	ext2_ino_t ino; // the new one
};

struct level {
	struct name *names; // its folders
	size_t n, next;
	ext2_ino_t ino;
	dev_t dev;
	ino_t old;
};

struct walk {
	struct build *b;
	struct level *v;
	size_t n, cap;
	int fd; // of the folder it is in
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

// Where a name stands, for calls that take no descriptor; "." is the folder itself.
static char *path_of(int fd, const char *name)
{
	return mem_printf("/proc/self/fd/%d/%s", fd, name);
}

static unsigned flags_of(int fd)
{
	int flags;

	return ioctl(fd, FS_IOC_GETFLAGS, &flags) ? 0 : (unsigned)flags & FLAGS;
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
					      .folder = S_ISDIR(st.st_mode),
					      .mode = st.st_mode };
	}
	if (!rc && errno)
		rc = err_set(e, errno, "a folder of the tree: read");
	closedir(d);
	if (*n)
		qsort(*v, *n, sizeof **v, compare);
	return rc;
}

// --- what is no folder

static int file(struct build *b, struct node *x, int fd, const char *name, const struct stat *st,
		struct err *e)
{
	int in FD_AUTO =
		openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | O_CLOEXEC);
	struct stat now;

	if (in < 0 || fstat(in, &now))
		return err_set(e, errno, "%s: open", name);
	if (now.st_ino != st->st_ino || now.st_dev != st->st_dev)
		return err_set(e, 0, "%s: it changed while it was looked at", name);
	x->i.i_flags |= flags_of(in);
	return data_place(b, x, in, st, name, e);
}

// A short one lies in the inode.
static int link_text(struct build *b, struct node *x, int fd, const char *name, struct err *e)
{
	uint8_t *text = mem_zero(1, b->fs->blocksize + 1);
	ssize_t n = readlinkat(fd, name, (char *)text, b->fs->blocksize);
	errcode_t code = 0;
	blk64_t block;
	int rc = 0;

	if (n <= 0 || n >= (ssize_t)b->fs->blocksize) {
		rc = err_set(e, n < 0 ? errno : EINVAL, "%s: read where it leads", name);
	} else if (n < (ssize_t)sizeof x->i.i_block) {
		memcpy(x->i.i_block, text, (size_t)n);
	} else {
		rc = block_take(b, &block, e);
		if (!rc)
			code = io_channel_write_blk64(b->fs->io, block, 1, text);
		if (!rc)
			spans_put(&x->spans, 0, block, 1);
	}
	free(text);
	if (!rc && !code)
		code = ext2fs_inode_size_set(b->fs, EXT2_INODE(&x->i), n);
	return code ? build_fail(e, code, "write a link") : rc;
}

static int make_node(struct build *b, int fd, const char *name, const struct stat *st,
		     ext2_ino_t *ino, struct err *e)
{
	char *path STR_AUTO = path_of(fd, name);
	struct node x;
	int rc = node_begin(b, &x, 0, st, e);

	if (!rc && S_ISREG(st->st_mode))
		rc = file(b, &x, fd, name, st, e);
	if (!rc && S_ISLNK(st->st_mode))
		rc = link_text(b, &x, fd, name, e);
	if (!rc)
		rc = node_end(b, &x, path, e);
	*ino = x.ino;
	node_free(&x);
	b->count->files++;
	return rc;
}

static int further_name(struct build *b, ext2_ino_t ino, struct err *e)
{
	struct ext2_inode inode;
	errcode_t code = ext2fs_read_inode(b->fs, ino, &inode);

	if (!code && inode.i_links_count >= 65000)
		return err_set(e, EMLINK, "new file system: a file with more than 65000 names");
	inode.i_links_count++;
	if (!code)
		code = ext2fs_write_inode(b->fs, ino, &inode);
	b->count->links++;
	return code ? build_fail(e, code, "count a file's names") : 0;
}

static int one(struct build *b, int fd, const struct name *name, ext2_ino_t *ino, struct err *e)
{
	struct stat st;
	uint64_t *made;

	if (fstatat(fd, name->text, &st, AT_SYMLINK_NOFOLLOW))
		return err_set(e, errno, "%s: look at it", name->text);
	if (st.st_nlink == 1)
		return make_node(b, fd, name->text, &st, ino, e);
	made = keys_at(&b->names, &(struct key){ { st.st_dev, st.st_ino, 1, 0 } });
	if (*made) {
		*ino = (ext2_ino_t)*made;
		return further_name(b, *ino, e);
	}
	if (make_node(b, fd, name->text, &st, ino, e))
		return -1;
	*made = *ino;
	return 0;
}

// --- folders

static const struct name *find(const struct name *v, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].text, text))
			return &v[i];
	return NULL;
}

static int lost_and_found(struct build *b, ext2_ino_t *ino, struct err *e)
{
	struct timespec now = { .tv_sec = time(NULL) };
	struct stat st = {
		.st_mode = S_IFDIR | 0700, .st_atim = now, .st_mtim = now, .st_ctim = now
	};
	struct listing f = { 0 };
	struct node x;
	int rc;

	rc = node_begin(b, &x, 0, &st, e) || listing_begin(&f, b, &x, EXT2_ROOT_INO, e) ||
	     listing_end(&f, e) || node_end(b, &x, NULL, e);
	listing_free(&f);
	*ino = x.ino;
	node_free(&x);
	return rc ? -1 : 0;
}

// What the first folder has besides: the swap file, and what e2fsck wants to find there.
static int add_own(struct build *b, struct listing *f, int fd, const struct name *v, size_t n,
		   struct err *e)
{
	ext2_ino_t ino;

	if (b->n->swap && find(v, n, b->n->name))
		return err_set(e, EEXIST, "/%s: make the swap file", b->n->name);
	if (b->n->swap &&
	    (data_swap(b, fd, &ino, e) || listing_add(f, b->n->name, ino, S_IFREG, e)))
		return -1;
	if (find(v, n, "lost+found"))
		return 0;
	f->x->i.i_links_count++;
	return lost_and_found(b, &ino, e) || listing_add(f, "lost+found", ino, S_IFDIR, e) ? -1 : 0;
}

// All names of a folder; those of folders get their inodes, which are written when it is their
// turn.
static int fill(struct build *b, struct listing *f, int fd, struct name *v, size_t n, struct err *e)
{
	struct node *x = f->x;
	uint64_t links = 0;
	ext2_ino_t ino;

	if (x->ino == EXT2_ROOT_INO && add_own(b, f, fd, v, n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (ui_cancelled(b->ui))
			return err_stopped(e);
		if (v[i].folder ? inode_take(b, &ino, e) : one(b, fd, &v[i], &ino, e))
			return -1;
		links += v[i].folder;
		v[i].ino = ino;
		if (listing_add(f, v[i].text, ino, v[i].folder ? S_IFDIR : v[i].mode, e))
			return -1;
	}
	links += x->i.i_links_count;
	if (links >= 65000 && !ext2fs_has_feature_dir_nlink(b->fs->super))
		return err_set(e, EMLINK, "new file system: a folder with more than 64997 folders");
	x->i.i_links_count = (uint16_t)(links < 65000 ? links : 1);
	return listing_end(f, e);
}

static void push(struct walk *w, const struct stat *st, ext2_ino_t ino, struct name *v, size_t n)
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
		.names = v, .n = folders, .ino = ino, .dev = st->st_dev, .old = st->st_ino
	};
}

// The folder that w->fd is in now.
static int enter(struct walk *w, ext2_ino_t ino, ext2_ino_t parent, struct err *e)
{
	char *path STR_AUTO = path_of(w->fd, ".");
	struct build *b = w->b;
	struct listing f = { 0 };
	struct name *v = NULL;
	struct node x = { 0 };
	struct stat st;
	size_t n = 0;
	int rc;

	if (fstat(w->fd, &st))
		return err_set(e, errno, "a folder of the tree: look at it");
	rc = node_begin(b, &x, ino, &st, e) || read_names(w->fd, &v, &n, e) ||
	     listing_begin(&f, b, &x, parent, e) || fill(b, &f, w->fd, v, n, e);
	x.i.i_flags |= flags_of(w->fd);
	rc = rc || node_end(b, &x, path, e) ? -1 : 0;
	listing_free(&f);
	node_free(&x);
	b->count->folders++;
	ui_progress(b->ui, &(struct ui_progress){ .what = "making the new file system",
						  .done = b->count->placed + b->count->copied,
						  .total = b->n->total });
	if (rc)
		names_free(v, n);
	else
		push(w, &st, ino, v, n);
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
	if (go(w, "..", e))
		return -1;
	if (fstat(w->fd, &st) || st.st_dev != above->dev || st.st_ino != above->old)
		return err_set(e, 0, "a folder of the tree: its way up leads elsewhere");
	return 0;
}

int walk_tree(struct build *b, int root, struct err *e)
{
	struct walk w = { .b = b, .fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	int rc;

	if (w.fd < 0)
		return err_set(e, errno, "the tree: open");
	rc = enter(&w, EXT2_ROOT_INO, EXT2_ROOT_INO, e);
	while (!rc && w.n) {
		struct level *l = &w.v[w.n - 1];
		const struct name *name = &l->names[l->next];

		if (l->next == l->n) {
			rc = up(&w, e);
			continue;
		}
		l->next++;
		rc = go(&w, name->text, e) ? -1 : enter(&w, name->ino, l->ino, e);
	}
	for (; w.n; w.n--)
		names_free(w.v[w.n - 1].names, w.v[w.n - 1].n);
	free(w.v);
	close(w.fd);
	return rc;
}
