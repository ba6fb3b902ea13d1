// SPDX-License-Identifier: GPL-2.0-or-later
#include "dest/mount.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "share/share.h"

#define TOP "/run/salvor/mnt"

// The kernel's driver for a type, and its options.
static const struct {
	const char *type, *driver, *options;
} drivers[] = {
	{ "ext2", "ext2", "" },
	{ "ext3", "ext3", "" },
	{ "ext4", "ext4", "" },
	{ "xfs", "xfs", "" },
	{ "btrfs", "btrfs", "" },
	{ "vfat", "vfat", "umask=0077" },
	{ "exfat", "exfat", "umask=0077" },
	{ "ntfs", "ntfs3", "umask=0077" },
	{ "ntfs3", "ntfs3", "umask=0077" },
};

static int make_dir(const char *path, struct err *e)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: create folder", path);
	return 0;
}

// A folder of our own: another Salvor, at another console, may have the same device mounted.
static int own_dir(char *dir, size_t size, const char *base, struct err *e)
{
	if (make_dir("/run/salvor", e) || make_dir(TOP, e))
		return -1;
	for (int i = 1; i < 100; i++) {
		if (i == 1)
			snprintf(dir, size, TOP "/%.64s", base);
		else
			snprintf(dir, size, TOP "/%.64s-%d", base, i);
		if (!mkdir(dir, 0700))
			return 0;
		if (errno != EEXIST)
			break;
	}
	return err_set(e, errno, "%s: create folder", dir);
}

static const char *cure(int num, const char *driver)
{
	if (!strcmp(driver, "ntfs3") && num != ENODEV)
		return " (left dirty by Windows? shut it down fully there, or check it with "
		       "chkdsk)";
	if (num == EROFS)
		return " (it was not unmounted properly: in a shell, blockdev --setrw the disk and "
		       "mount it once)";
	return num == ENODEV ? " (this system cannot mount that file system)" : "";
}

static int mount_it(struct mounted *m, const char *device, const char *type, bool write,
		    struct err *e)
{
	const char *base = strrchr(device, '/') ? strrchr(device, '/') + 1 : device;
	unsigned long flags =
		MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | (write ? 0 : MS_RDONLY);
	size_t i, n = sizeof drivers / sizeof *drivers;

	*m = (struct mounted){ 0 };
	for (i = 0; i < n && strcmp(drivers[i].type, type); i++)
		;
	if (i == n)
		return err_usage(e,
				 "%s: holds %s: ext2, ext3, ext4, xfs, btrfs, vfat, exfat and ntfs "
				 "can be used here",
				 device, *type ? type : "no file system");
	if (own_dir(m->dir, sizeof m->dir, base, e)) {
		m->dir[0] = 0;
		return -1;
	}
	if (write && unlock_begin(&m->unlock, device, e)) {
		rmdir(m->dir);
		m->dir[0] = 0;
		return -1;
	}
	if (mount(device, m->dir, drivers[i].driver, flags, drivers[i].options)) {
		int num = errno;

		rmdir(m->dir);
		unlock_end(&m->unlock);
		m->dir[0] = 0;
		return err_set(e, num, "%s: mount as %s%s", device, drivers[i].driver,
			       cure(num, drivers[i].driver));
	}
	log_line("%s: mounted on %s%s", device, m->dir, write ? "" : ", read-only");
	return 0;
}

int mount_begin(struct mounted *m, const char *device, const char *type, struct err *e)
{
	return mount_it(m, device, type, true, e);
}

int mount_to_read(struct mounted *m, const char *device, const char *type, struct err *e)
{
	return mount_it(m, device, type, false, e);
}

int mount_share(struct mounted *m, const char *address, const struct login *login, bool write,
		struct ui *ui, char *inside, size_t size, struct err *e)
{
	struct share s = {
		.text = address, .login = login, .ui = ui, .dir = m->dir, .write = write
	};

	*m = (struct mounted){ 0 };
	if (own_dir(m->dir, sizeof m->dir, "share", e)) {
		m->dir[0] = 0;
		return -1;
	}
	if (share_mount(&s, e)) {
		rmdir(m->dir);
		m->dir[0] = 0;
		return -1;
	}
	str_copy(inside, size, s.inside);
	return 0;
}

int mount_open_folder(const struct mounted *m, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT };
	int top FD_AUTO = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return top < 0 ? -1 : (int)syscall(SYS_openat2, top, *path ? path : "/", &how, sizeof how);
}

int mount_path(const struct mounted *m, const char *path, char *out, size_t size, struct err *e)
{
	char *folder STR_AUTO = mem_dup(path);
	char *slash = strrchr(folder, '/');
	const char *file = slash ? path + (slash - folder) + 1 : path;
	char link[40], real[PATH_MAX];
	ssize_t n;

	if (slash)
		*slash = 0;
	else
		*folder = 0;
	int fd FD_AUTO = mount_open_folder(m, folder);

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = fd < 0 ? -1 : readlink(link, real, sizeof real - 1);
	if (n < 0)
		return err_set(e, errno, "%s: open the folder", path);
	real[n] = 0;
	if (!*file || (size_t)snprintf(out, size, "%s/%s", real, file) >= size)
		return err_usage(e, "%s: is no path of a file", path);
	return 0;
}

// Each request that waits is killed; those that come after it have to be killed, too.
struct forcer {
	pthread_t thread;
	atomic_bool enough;
	char dir[sizeof((struct mounted *)0)->dir];
};

static void *force(void *arg)
{
	struct forcer *f = arg;

	while (!f->enough && (!umount2(f->dir, MNT_FORCE | UMOUNT_NOFOLLOW) || errno == EBUSY))
		usleep(300 * 1000);
	return NULL;
}

void mount_abandon(struct mounted *m)
{
	if (!m->dir[0] || m->forcer)
		return;
	m->forcer = mem_zero(1, sizeof *m->forcer);
	str_copy(m->forcer->dir, sizeof m->forcer->dir, m->dir);
	if (!pthread_create(&m->forcer->thread, NULL, force, m->forcer))
		return;
	free(m->forcer);
	m->forcer = NULL;
}

static void end_forcer(struct mounted *m)
{
	// the last one that holds it is us: it may be gone by itself already
	if (umount2(m->dir, MNT_FORCE | UMOUNT_NOFOLLOW))
		umount2(m->dir, MNT_DETACH | UMOUNT_NOFOLLOW);
	m->forcer->enough = true;
	pthread_join(m->forcer->thread, NULL);
	free(m->forcer);
	rmdir(m->dir);
	*m = (struct mounted){ 0 };
}

void mount_end(struct mounted *m)
{
	int fd;

	if (!m->dir[0])
		return;
	if (m->forcer) {
		end_forcer(m);
		return;
	}
	fd = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		syncfs(fd);
		close(fd);
	}
	// a medium that was pulled cannot be unmounted properly: then it is taken out of sight
	if (umount2(m->dir, UMOUNT_NOFOLLOW) && umount2(m->dir, MNT_DETACH | UMOUNT_NOFOLLOW))
		log_line("%s: unmount: %s", m->dir, strerror(errno));
	rmdir(m->dir);
	unlock_end(&m->unlock);
	m->dir[0] = 0;
}
