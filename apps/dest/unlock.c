// SPDX-License-Identifier: GPL-2.0-or-later
#include "dest/unlock.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "block/disk.h"

// Sets the flag; tells in *was what it was. A disk that says itself that it is read-only stays so.
static int set_flag(const char *device, int flag, int *was, struct err *e)
{
	int fd FD_AUTO = open(device, O_RDONLY | O_CLOEXEC | O_NONBLOCK), now = flag;

	if (fd < 0)
		return err_set(e, errno, "%s: open", device);
	if (ioctl(fd, BLKROGET, was))
		return err_set(e, errno, "%s: ask for its read-only flag", device);
	if (!*was != !flag && ioctl(fd, BLKROSET, &flag))
		return err_set(e, errno, "%s: %s its read-only flag", device,
			       flag ? "set" : "clear");
	if (flag || ioctl(fd, BLKROGET, &now) || !now)
		return 0;
	ioctl(fd, BLKROSET, &now);
	return err_set(e, 0,
		       "%s: is write-protected by itself: is there a small switch on it? Pull it "
		       "out, slide the switch, plug it in again",
		       device);
}

// The rescue system's write-protect deals with each disk once; this tells it that it has.
static void take(const struct disk *d)
{
	char *path STR_AUTO = mem_printf("/sys/block/%s/diskseq", d->name);
	char *mark STR_AUTO = NULL;
	char number[32];

	sysfs_read("", path, number, sizeof number);
	mark = mem_printf("/run/write-protect/%s.%s", d->name, number);
	mkdir(mark, 0700);
}

int unlock_begin(struct unlock *u, const char *device, struct err *e)
{
	struct disk d;
	int was;

	*u = (struct unlock){ 0 };
	if (disk_of_path(&d, device, e))
		return -1;
	take(&d);
	if (set_flag(d.path, 0, &was, e))
		return -1;
	if (was)
		str_copy(u->path[0], sizeof u->path[0], d.path);
	if (!strcmp(d.path, device))
		return 0;
	if (set_flag(device, 0, &was, e)) {
		unlock_end(u);
		return -1;
	}
	if (was)
		str_copy(u->path[1], sizeof u->path[1], device);
	return 0;
}

void unlock_end(struct unlock *u)
{
	int was;

	for (int i = 1; i >= 0; i--)
		if (u->path[i][0])
			set_flag(u->path[i], 1, &was, NULL);
	*u = (struct unlock){ 0 };
}
