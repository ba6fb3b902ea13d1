// SPDX-License-Identifier: GPL-2.0-or-later
// LIO by configfs, in the order the kernel wants it:
//   core/iblock_N/salvor             the back store: which device, which serial number, enabled
//   loopback/naa.A/tpgt_1            the target port group; its nexus is the initiator's name naa.B
//   loopback/naa.A/tpgt_1/lun/lun_0  the LUN; its link to the back store makes the disk appear
// Taken down in reverse. The names are fixed: there is one work disk at a time, and one new disk.
#include "work/lio.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "block/disk.h"
#include "work/pause.h"

#define CONFIGFS "/sys/kernel/config"
#define TARGET CONFIGFS "/target"
#define LOOPBACK TARGET "/loopback"

#define WAIT_MS 10000 // for the disk to appear; it takes less than one second

struct paths {
	char hba[64], store[80], wwn[80], nexus[32], tpg[96], lun[112], link[128];
};

static struct paths paths_of(enum lio_disk which)
{
	unsigned n = (unsigned)which;
	struct paths p;

	snprintf(p.hba, sizeof p.hba, TARGET "/core/iblock_%u", n);
	snprintf(p.store, sizeof p.store, "%.60s/salvor", p.hba);
	snprintf(p.wwn, sizeof p.wwn, LOOPBACK "/naa.5001405a1000000%u", 2 * n + 1);
	snprintf(p.nexus, sizeof p.nexus, "naa.5001405a1000000%u", 2 * n + 2);
	snprintf(p.tpg, sizeof p.tpg, "%.70s/tpgt_1", p.wwn);
	snprintf(p.lun, sizeof p.lun, "%.80s/lun/lun_0", p.tpg);
	snprintf(p.link, sizeof p.link, "%.100s/salvor", p.lun);
	return p;
}

static int put(const char *path, const char *value, struct err *e)
{
	int fd FD_AUTO = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(value);

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (write(fd, value, n) != (ssize_t)n)
		return err_set(e, errno, "%s: write \"%s\"", path, value);
	return 0;
}

static int folder(const char *path, struct err *e)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		return err_set(e, errno, "%s: make", path);
	return 0;
}

static int have_target(struct err *e)
{
	if (access(TARGET, F_OK) && mount("configfs", CONFIGFS, "configfs", 0, NULL) &&
	    errno != EBUSY)
		return err_set(e, errno, "%s: mount configfs", CONFIGFS);
	if (access(TARGET, F_OK))
		return err_set(
			e, errno,
			"%s: look for it (the work disk needs a kernel with LIO: target core, "
			"iblock, loopback)",
			TARGET);
	return 0;
}

static int set(const char *folder, const char *name, const char *value, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s/%s", folder, name);

	return put(path, value, e);
}

static int make(const struct paths *p, const char *device, const char *serial, struct err *e)
{
	char *udev_path STR_AUTO = mem_printf("udev_path=%s", device);

	if (have_target(e) || folder(p->hba, e) || folder(p->store, e) ||
	    set(p->store, "control", udev_path, e) ||
	    set(p->store, "wwn/vpd_unit_serial", serial, e) || set(p->store, "enable", "1", e) ||
	    folder(LOOPBACK, e) || folder(p->wwn, e) || folder(p->tpg, e) ||
	    set(p->tpg, "nexus", p->nexus, e) || folder(p->lun, e))
		return -1;
	if (symlink(p->store, p->link))
		return err_set(e, errno, "%s: link to %s", p->link, p->store);
	return 0;
}

// The disk with our serial number among those the kernel has now.
static bool find_disk(const char *serial, char *name, size_t size)
{
	struct disks all;
	bool found = false;

	if (disks_list(&all, "", NULL))
		return false;
	for (size_t i = 0; i < all.n && !found; i++)
		if (all.d[i].work && !strcmp(all.d[i].serial, serial))
			found = str_copy(name, size, all.d[i].name);
	disks_free(&all);
	return found;
}

// Found, its node made, its partitions read: asking the kernel to read them again does not return
// before it has.
static bool ready(const char *serial, char *name, size_t size)
{
	if (!find_disk(serial, name, size))
		return false;
	char *path STR_AUTO = mem_printf("/dev/%s", name);
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && !ioctl(fd, BLKRRPART);
}

int lio_open(enum lio_disk which, const char *device, const char *serial, char *name, size_t size,
	     struct err *e)
{
	const struct paths p = paths_of(which);

	if (make(&p, device, serial, e)) {
		lio_close(which, NULL);
		return -1;
	}
	for (int waited = 0; waited < WAIT_MS; waited += 20) {
		if (ready(serial, name, size))
			return 0;
		pause_ms(20);
	}
	lio_close(which, NULL);
	return err_set(e, 0, "%s: show as a SCSI disk: no disk with serial %s appeared within %d s",
		       device, serial, WAIT_MS / 1000);
}

static int gone(int (*take)(const char *), const char *path, struct err *e)
{
	if (take(path) && errno != ENOENT)
		return err_set(e, errno, "%s: remove", path);
	return 0;
}

int lio_close(enum lio_disk which, struct err *e)
{
	const struct paths p = paths_of(which);

	if (gone(unlink, p.link, e) || gone(rmdir, p.lun, e) || gone(rmdir, p.tpg, e) ||
	    gone(rmdir, p.wwn, e) || gone(rmdir, p.store, e) || gone(rmdir, p.hba, e))
		return -1;
	return 0;
}
