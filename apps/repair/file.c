// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and replacing files of a foreign root.
#include "repair/file.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)

int file_open(int root, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)flags | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int file_read(int root, const char *path, struct buf *out, struct err *e)
{
	return file_read_max(root, path, FILE_MAX, out, e);
}

int file_read_max(int root, const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd FD_AUTO = file_open(root, path, O_RDONLY | O_NONBLOCK);
	struct stat st;
	char piece[4096];
	ssize_t n;

	buf_clear(out);
	if (fd < 0 || fstat(fd, &st))
		return err_set(e, errno, "%s: open", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "%s: open: not a plain file", path);
	while ((n = read(fd, piece, sizeof piece)) > 0 && out->len <= max)
		buf_add(out, piece, (size_t)n);
	// half of a file is worse than none: it would be written back
	if (out->len > max)
		return err_set(e, EFBIG, "%s: read", path);
	return n < 0 ? err_set(e, errno, "%s: read", path) : 0;
}

// The folder in which the file really lies and its name there: the kernel says where the
// descriptor leads.
static int real_place(int root, const char *path, char *leaf, size_t size)
{
	int fd FD_AUTO = file_open(root, path, O_PATH);
	char top[PATH_MAX], full[PATH_MAX], link[40], *slash;
	size_t n;

	if (fd < 0) {
		// not there: the folder of the path as given
		str_copy(full, sizeof full, path);
		slash = strrchr(full, '/');
		if (errno != ENOENT || !slash || !str_copy(leaf, size, slash + 1))
			return -1;
		*slash = 0;
		return file_open(root, *full ? full : "/", O_RDONLY | O_DIRECTORY);
	}
	snprintf(link, sizeof link, "/proc/self/fd/%d", root);
	n = (size_t)readlink(link, top, sizeof top - 1);
	if (n >= sizeof top)
		return -1;
	top[n] = 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = (size_t)readlink(link, full, sizeof full - 1);
	if (n >= sizeof full)
		return -1;
	full[n] = 0;
	n = strcmp(top, "/") ? strlen(top) : 0;
	slash = strrchr(full, '/');
	errno = EXDEV;
	if (strncmp(full, top, n) || full[n] != '/' || !str_copy(leaf, size, slash + 1))
		return -1;
	*slash = 0;
	return file_open(root, full[n] ? full + n : "/", O_RDONLY | O_DIRECTORY);
}

// SELinux labels, capabilities, ACLs: whatever the old file had.
static void copy_attributes(int from, int to)
{
	char names[4096], value[4096];
	ssize_t n = flistxattr(from, names, sizeof names);

	for (char *p = names; n > 0 && p < names + n; p += strlen(p) + 1) {
		ssize_t k = fgetxattr(from, p, value, sizeof value);

		if (k >= 0)
			fsetxattr(to, p, value, (size_t)k, 0);
	}
}

static int fill(int fd, int old, const char *text, size_t len)
{
	struct stat st;

	while (len) {
		ssize_t k = write(fd, text, len);

		if (k < 0)
			return -1;
		text += k;
		len -= (size_t)k;
	}
	if (old >= 0) {
		if (fstat(old, &st) || fchown(fd, st.st_uid, st.st_gid) ||
		    fchmod(fd, st.st_mode & 07777))
			return -1;
		copy_attributes(old, fd);
	} else if (fchmod(fd, 0644)) {
		return -1;
	}
	return fsync(fd);
}

// FAT has no further names: there the file is without one until the new one takes it.
static int keep(int dir, const char *leaf, const char *suffix)
{
	char *name STR_AUTO = mem_printf("%s%s", leaf, suffix);

	if (unlinkat(dir, name, 0) && errno != ENOENT)
		return -1;
	if (!linkat(dir, leaf, dir, name, 0))
		return 0;
	return errno == EPERM || errno == EOPNOTSUPP ? renameat(dir, leaf, dir, name) : -1;
}

static int replace(int root, const char *path, const char *suffix, const char *text, size_t len,
		   struct err *e)
{
	static const char temp[] = ".salvor-new";
	char leaf[NAME_MAX + 1];
	int dir FD_AUTO = real_place(root, path, leaf, sizeof leaf);

	if (dir < 0)
		return err_set(e, errno, "%s: open its folder", path);
	int old FD_AUTO = openat(dir, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int fd FD_AUTO =
		openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(e, errno, "%s: write beside it", path);
	if (fill(fd, old, text, len) || (suffix && keep(dir, leaf, suffix)) ||
	    renameat(dir, temp, dir, leaf)) {
		err_set(e, errno, "%s: write", path);
		unlinkat(dir, temp, 0);
		return -1;
	}
	return 0;
}

int file_replace(int root, const char *path, const char *text, size_t len, struct err *e)
{
	return replace(root, path, NULL, text, len, e);
}

int file_replace_keep(int root, const char *path, const char *suffix, const char *text, size_t len,
		      struct err *e)
{
	return replace(root, path, suffix, text, len, e);
}

int file_folder(int root, const char *path, struct err *e)
{
	char leaf[NAME_MAX + 1];
	int there FD_AUTO = file_open(root, path, O_PATH | O_DIRECTORY);

	if (there >= 0)
		return 0;
	int dir FD_AUTO = real_place(root, path, leaf, sizeof leaf);

	if (dir < 0 || mkdirat(dir, leaf, 0755))
		return err_set(e, errno, "%s: make the folder", path);
	return 0;
}

int file_copy(int root, const char *from, const char *to, struct err *e)
{
	struct buf b BUF_AUTO = { 0 };

	if (file_read(root, from, &b, e))
		return -1;
	return file_replace(root, to, buf_str(&b), b.len, e);
}

int file_set_aside(int root, const char *path, const char *suffix, struct err *e)
{
	char leaf[NAME_MAX + 1];
	int dir FD_AUTO = real_place(root, path, leaf, sizeof leaf);
	char *name STR_AUTO = mem_printf("%s%s", leaf, suffix);

	if (dir < 0)
		return err_set(e, errno, "%s: open its folder", path);
	return renameat(dir, leaf, dir, name) ? err_set(e, errno, "%s: keep it as %s", path, name)
					      : 0;
}

int file_bring_back(int root, const char *path, const char *suffix, struct err *e)
{
	char *kept STR_AUTO = mem_printf("%s%s", path, suffix);
	char leaf[NAME_MAX + 1];
	int dir FD_AUTO = real_place(root, kept, leaf, sizeof leaf);
	size_t n = dir < 0 ? 0 : strlen(leaf);

	if (n <= strlen(suffix))
		return err_set(e, errno, "%s: open its folder", path);
	char *name STR_AUTO = mem_printf("%.*s", (int)(n - strlen(suffix)), leaf);

	if (renameat(dir, leaf, dir, name))
		return err_set(e, errno, "%s: take its name back", path);
	return 0;
}
