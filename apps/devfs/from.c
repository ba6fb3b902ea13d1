// SPDX-License-Identifier: GPL-2.0-or-later
// Nodes copied from a reference: the root folder of a healthy system, or an archive of one.
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "devfs/devfs.h"

#define DEPTH 8 // folders in folders

static int copy_folder(struct devfs_maker *m, int from, const char *prefix, int depth,
		       struct err *e);

static int copy_one(struct devfs_maker *m, int dir, const char *prefix, const char *leaf, int depth,
		    struct err *e)
{
	struct devfs_node n = { 0 };
	struct stat st;

	if (fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW))
		return err_set(e, errno, "%s%s: stat", prefix, leaf);
	if ((size_t)snprintf(n.name, sizeof n.name, "%s%s", prefix, leaf) >= sizeof n.name)
		return 0;
	n.mode = st.st_mode;
	n.uid = st.st_uid;
	n.gid = st.st_gid;
	n.major = major(st.st_rdev);
	n.minor = minor(st.st_rdev);
	if (S_ISLNK(st.st_mode)) {
		ssize_t k = readlinkat(dir, leaf, n.link, sizeof n.link - 1);

		if (k <= 0 || (size_t)k == sizeof n.link - 1)
			return 0;
	} else if (!S_ISDIR(st.st_mode) && !S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode)) {
		return 0;
	}
	if (devfs_make(m, &n, e))
		return -1;
	if (!S_ISDIR(st.st_mode) || depth == DEPTH)
		return 0;
	int sub = openat(dir, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char *longer STR_AUTO = mem_printf("%s/", n.name);

	return sub < 0 ? err_set(e, errno, "%s: open", n.name)
		       : copy_folder(m, sub, longer, depth + 1, e);
}

// Takes over the descriptor.
static int copy_folder(struct devfs_maker *m, int from, const char *prefix, int depth,
		       struct err *e)
{
	DIR *dir = fdopendir(from);
	struct dirent *entry;
	int rc = 0;

	if (!dir) {
		close(from);
		return err_set(e, errno, "%s: list", prefix);
	}
	while (!rc && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			rc = copy_one(m, from, prefix, entry->d_name, depth, e);
	closedir(dir);
	return rc;
}

static int make_one(void *arg, const struct devfs_node *n, struct err *e)
{
	return devfs_make(arg, n, e);
}

int devfs_make_from(struct devfs_maker *m, const char *reference, struct err *e)
{
	int fd = open(reference, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st, own;
	int rc, dev;
	FILE *f;

	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return err_set(e, errno, "%s: open", reference);
	}
	// whose /dev has nothing but what is being repaired
	if (!stat("/", &own) && own.st_dev == st.st_dev && own.st_ino == st.st_ino) {
		close(fd);
		return err_usage(e,
				 "%s: is this rescue system itself: name the root of a healthy "
				 "system like the one to repair, or a cpio archive of its /dev",
				 reference);
	}
	if (S_ISDIR(st.st_mode)) {
		dev = openat(fd, "dev", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dev < 0)
			return copy_folder(m, fd, "", 0, e);
		close(fd);
		return copy_folder(m, dev, "", 0, e);
	}
	f = S_ISREG(st.st_mode) ? fdopen(fd, "r") : NULL;
	if (!f) {
		close(fd);
		return err_usage(e, "%s: neither a folder nor a cpio archive", reference);
	}
	rc = devfs_cpio(f, reference, make_one, m, e);
	fclose(f);
	return rc;
}
