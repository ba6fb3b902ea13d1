// SPDX-License-Identifier: GPL-2.0-or-later
// What a server allows, and what its file system is like, nobody knows but by trying.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "dest/folder.h"

#define FAR (8 * MIB)

static int refuse(const char *shown, const char *step, int num, struct err *e)
{
	const char *cure = num == EACCES || num == EPERM
				   ? " (the user there must be allowed to write into that folder; "
				     "NFS servers make root nobody unless the export says "
				     "no_root_squash)"
			   : num == EROFS		    ? " (it is shared read-only)"
			   : num == ENOSPC || num == EDQUOT ? " (make room there)"
							    : "";

	err_set(e, 0, "%s: folder: %s: %s%s", shown, step, strerror(num), cure);
	if (e)
		e->num = num;
	return -1;
}

int probe_folder(int dir, const char *file, const char *shown, bool *holes, struct err *e)
{
	char *name STR_AUTO = mem_printf("%s.try", file);
	struct stat st = { 0 };
	int fd = openat(dir, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int num = 0;

	*holes = false;
	if (fd < 0)
		return refuse(shown, "create a file", errno, e);
	if (pwrite(fd, "x", 1, FAR) != 1 || fsync(fd))
		num = errno;
	if (close(fd) && !num)
		num = errno;
	// asked of the server only once it is closed
	if (!num && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		*holes = (uint64_t)st.st_blocks * 512 < FAR / 2;
	if (unlinkat(dir, name, 0) && !num)
		num = errno;
	return num ? refuse(shown, "write a file", num, e) : 0;
}
