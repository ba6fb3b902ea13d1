// SPDX-License-Identifier: GPL-2.0-or-later
// Subvolumes of btrfs, made by its kernel driver.
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "newfs/newfs.h"

static int make(int in, const char *name, bool last, const char *path, struct err *e)
{
	struct btrfs_ioctl_vol_args args = { 0 };
	int rc;

	if (!str_copy(args.name, sizeof args.name, name))
		return err_set(e, ENAMETOOLONG, "new file system: subvolume %s: make", path);
	rc = last ? ioctl(in, BTRFS_IOC_SUBVOL_CREATE, &args) : mkdirat(in, name, 0755);
	return rc && errno != EEXIST
		       ? err_set(e, errno, "new file system: subvolume %s: make", path)
		       : 0;
}

int newfs_subvolume(int top, const char *path, struct err *e)
{
	char *copy STR_AUTO = mem_dup(path), *rest = copy, *name;
	int rc = 0, fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && !rc && (name = strsep(&rest, "/"))) {
		int in = fd;

		if (!*name)
			continue;
		rc = make(in, name, !rest, path, e);
		fd = rc ? -1 : openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(in);
	}
	if (fd < 0)
		return rc ? -1 : err_set(e, errno, "new file system: %s: open", path);
	close(fd);
	return 0;
}

int newfs_subvolume_by_default(int top, struct err *e)
{
	struct btrfs_ioctl_ino_lookup_args look = { .objectid = BTRFS_FIRST_FREE_OBJECTID };
	__u64 id;

	if (ioctl(top, BTRFS_IOC_INO_LOOKUP, &look))
		return err_set(e, errno, "new file system: which subvolume it is");
	id = look.treeid;
	return ioctl(top, BTRFS_IOC_DEFAULT_SUBVOL, &id)
		       ? err_set(e, errno, "new file system: set the default subvolume")
		       : 0;
}
