// SPDX-License-Identifier: GPL-2.0-or-later
// The namespace, the mounts, and their end.
#include "repair/root.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "repair/file.h"

// What a boot loader's installation may need from file systems of their own.
static const char *const wanted[] = { "/boot", "/usr", "/var" };

#define DEV_OPTIONS "size=1m,mode=0755"
#define MAX_TREES 48	   // mounted at once, of a system
#define SUBVOLUME_TOP 5ull // btrfs

// Mounts on a folder inside the root, wherever its links lead in it; or, with the root not there
// yet, on a path.
static int mount_on(struct root *r, const char *dir, const char *source, const char *type,
		    unsigned long flags, const char *options, struct err *e)
{
	char target[64], name[300];
	ssize_t n;
	int fd FD_AUTO = r->fd >= 0 ? file_open(r->fd, dir, O_PATH | O_DIRECTORY)
				    : open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open the folder to mount %s on", dir, source);
	if (r->n_mounts == ROOT_MOUNTS)
		return err_set(e, 0, "%s: more than %d mounts", dir, ROOT_MOUNTS);
	snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
	n = readlink(target, name, sizeof name - 1);
	if (n < 0)
		return err_set(e, errno, "%s: resolve", dir);
	name[n] = 0;
	if (mount(source, target, type, flags, options))
		return err_set(e, errno, "%s: mount on %s%s%s", source, dir, type ? " as " : "",
			       type ? type : "");
	r->mounts[r->n_mounts++] = mem_dup(name);
	return 0;
}

static int enter(struct root *r, struct err *e)
{
	r->outside = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
	r->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->outside < 0)
		return err_set(e, errno, "mount namespace: remember");
	if (unshare(CLONE_NEWNS))
		return err_set(e, errno, "mount namespace: make");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return err_set(e, errno, "mount namespace: make it private");
	return 0;
}

static int own_dev(struct root *r, const struct names *n, struct err *e)
{
	if (mount_on(r, "/dev", "salvor", "tmpfs", MS_NOSUID | MS_NOEXEC, DEV_OPTIONS, e))
		return -1;
	int dir FD_AUTO = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? err_set(e, errno, "/dev: open") : private_dev_fill(dir, &r->volumes, n, e);
}

static int mount_part(struct root *r, const struct patient *p, const struct names *n, int part,
		      const char *dir, struct err *e)
{
	unsigned on = survey_carrier(p->disk, (unsigned)part);
	const struct s_part *sp = &p->disk->parts[on];
	char device[NAMES_MAX], options[40] = "";

	if (sp->is_volume && r->volumes.minor[on] < 0)
		return err_set(e, 0,
			       "%s: mount: it is a mirror of LVM, whose other half would be left "
			       "behind",
			       sp->path);
	if (sp->fs_off != sp->part.off)
		return err_set(
			e, 0,
			"%s: mount: its file system begins behind an md header: the step detach "
			"has to come first",
			survey_name(p->disk, sp).s);
	if (sp->fs.devices > 1)
		return err_set(e, 0,
			       "%s: mount: it is one of %u devices of a btrfs, and alone on the "
			       "work disk",
			       sp->path, sp->fs.devices);
	names_part(n, p->disk, part, device, sizeof device);
	// without a word it would be the default one
	if (survey_has_subvolumes(sp))
		snprintf(options, sizeof options, "subvolid=%llu",
			 on == (unsigned)part
				 ? SUBVOLUME_TOP
				 : (unsigned long long)p->disk->parts[part].subvolume.id);
	return mount_on(r, dir, device, sp->fs.type, r->flags, options, e);
}

static int mount_all(struct root *r, const struct patient *p, const struct names *n,
		     const struct root_mount *v, unsigned n_mounts, struct err *e)
{
	if (mkdir(ROOT_PATH, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: make", ROOT_PATH);
	if (own_dev(r, n, e) || mount_part(r, p, n, v[0].part, ROOT_PATH, e))
		return -1;
	r->fd = open(ROOT_PATH, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->fd < 0)
		return err_set(e, errno, "%s: open", ROOT_PATH);
	// where a folder is missing systemd makes it, too
	for (unsigned i = 1; i < n_mounts; i++)
		if ((!(r->flags & MS_RDONLY) && file_folder(r->fd, v[i].dir, e)) ||
		    mount_part(r, p, n, v[i].part, v[i].dir, e))
			return -1;
	return 0;
}

// The kernel keeps in mind what it has seen of a btrfs, by its UUID, and would take the disk that
// it knows for newer than a copy of it.
static void forget_btrfs(void)
{
	int fd FD_AUTO = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);
	struct btrfs_ioctl_vol_args all = { 0 };

	if (fd >= 0 && ioctl(fd, BTRFS_IOC_FORGET_DEV, &all))
		log_line("btrfs: forget devices: %s", strerror(errno));
}

static int open_with(struct root *r, const struct patient *p, const struct names *n,
		     const struct root_mount *v, unsigned n_mounts, unsigned long flags,
		     struct err *e)
{
	forget_btrfs();
	*r = (struct root){ .fd = -1,
			    .path = ROOT_PATH,
			    .outside = -1,
			    .cwd = -1,
			    .flags = flags | MS_NODEV | MS_NOATIME };
	if (volumes_begin(&r->volumes, p, e) || enter(r, e) || mount_all(r, p, n, v, n_mounts, e)) {
		root_close(r, NULL);
		return -1;
	}
	return 0;
}

// The other subvolumes of the same file system: its owner takes it for one (SUSE has GRUB's modules
// in one of their own).
static unsigned add_subvolumes(const struct patient *p, struct root_mount *v, unsigned n)
{
	const struct s_disk *d = p->disk;
	unsigned on = survey_carrier(d, (unsigned)p->sys->part);

	for (unsigned i = 0; i < p->sys->n_mounts && n < MAX_TREES; i++) {
		const struct s_mount *m = &p->sys->mounts[i];
		unsigned k = 0;

		if (m->disk != p->sys->disk || m->dir[0] != '/' ||
		    survey_carrier(d, (unsigned)m->part) != on ||
		    !survey_has_subvolumes(&d->parts[on]) || strstr(m->options, "noauto"))
			continue;
		while (k < n && strcmp(v[k].dir, m->dir))
			k++;
		if (k == n)
			v[n++] = (struct root_mount){ m->part, m->dir };
	}
	return n;
}

// The EFI system partition, where it has kernels, whose initrds are changed as files of the root.
static unsigned add_esp(const struct patient *p, struct root_mount *v, unsigned n)
{
	bool there = false;

	for (unsigned i = 0; i < p->sys->n_kernels; i++)
		there |= p->sys->kernels[i].on_esp;
	for (unsigned i = 0; i < n; i++)
		there &= strcmp(v[i].dir, p->sys->esp_at) != 0;
	if (there && n < MAX_TREES)
		v[n++] = (struct root_mount){ p->disk->efi.part, p->sys->esp_at };
	return n;
}

// A folder before those in it.
static int by_length(const void *a, const void *b)
{
	size_t x = strlen(((const struct root_mount *)a)->dir);
	size_t y = strlen(((const struct root_mount *)b)->dir);

	return x < y ? -1 : x > y;
}

int root_open(struct root *r, const struct patient *p, const struct names *n, struct err *e)
{
	struct root_mount v[MAX_TREES] = { { p->sys->part, "/" } };
	unsigned n_mounts = 1;
	const char *rest;

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		int part = patient_part(p, wanted[i], &rest);

		if (part != p->sys->part && !strcmp(rest, "/"))
			v[n_mounts++] = (struct root_mount){ part, wanted[i] };
	}
	n_mounts = add_esp(p, v, add_subvolumes(p, v, n_mounts));
	qsort(v, n_mounts, sizeof *v, by_length);
	return open_with(r, p, n, v, n_mounts, 0, e);
}

int root_open_to_read(struct root *r, const struct patient *p, const struct names *n,
		      const struct root_mount *v, unsigned n_mounts, struct err *e)
{
	return open_with(r, p, n, v, n_mounts, MS_RDONLY, e);
}

int root_mount_more(struct root *r, const struct patient *p, const struct names *n, int part,
		    const char *dir, struct err *e)
{
	int inside = r->fd, rc;

	if (dir)
		return mount_part(r, p, n, part, dir, e);
	if (mkdir(ROOT_BESIDE, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: make", ROOT_BESIDE);
	r->fd = -1; // the path is not one of the root's
	rc = mount_part(r, p, n, part, ROOT_BESIDE, e);
	r->fd = inside;
	return rc;
}

static int new_node(int dir, const char *name, const char *kernel_name, struct err *e)
{
	unsigned major, minor;

	if (!sysfs_device(kernel_name, &major, &minor))
		return err_set(e, 0, "new disk: the kernel does not see its partition %s",
			       kernel_name);
	return mknodat(dir, name, S_IFBLK | 0600, makedev(major, minor))
		       ? err_set(e, errno, "%s: make", ROOT_NEW_DEVICE)
		       : 0;
}

int root_new_node(const char *kernel_name, struct err *e)
{
	return new_node(AT_FDCWD, ROOT_NEW_DEVICE, kernel_name, e);
}

int root_new_alone(struct root *r, const char *kernel_name, struct err *e)
{
	if (mount_on(r, "/dev", "salvor", "tmpfs", MS_NOSUID | MS_NOEXEC, DEV_OPTIONS, e))
		return -1;
	int dir FD_AUTO = file_open(r->fd, "/dev", O_RDONLY | O_DIRECTORY);

	if (dir < 0)
		return err_set(e, errno, "/dev of the system: open");
	return private_dev_basics(dir, e) ||
			       new_node(dir, strrchr(ROOT_NEW_DEVICE, '/') + 1, kernel_name, e)
		       ? -1
		       : 0;
}

int root_mount_new(struct root *r, const char *dir, const char *type, const char *options,
		   struct err *e)
{
	char *path STR_AUTO = mem_printf(ROOT_NEW "%s", dir);
	int inside = r->fd, rc;

	if (!*dir && mkdir(ROOT_NEW, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: make", ROOT_NEW);
	r->fd = -1;
	rc = mount_on(r, path, ROOT_NEW_DEVICE, type, MS_NODEV | MS_NOATIME, options, e);
	r->fd = inside;
	return rc;
}

static int folder(const struct root *r, const char *path)
{
	int fd FD_AUTO = file_open(r->fd, path, O_PATH | O_DIRECTORY);

	return fd >= 0 || !mkdirat(r->fd, path + 1, 0755) ? 0 : -1;
}

int root_furnish(struct root *r, struct err *e)
{
	static const unsigned long quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (folder(r, "/dev") || folder(r, "/proc") || folder(r, "/sys"))
		return err_set(e, errno, "the system's /dev, /proc, /sys: make");
	if (mount_on(r, "/dev", "/dev", NULL, MS_BIND, NULL, e) ||
	    mount_on(r, "/proc", "proc", "proc", quiet, NULL, e) ||
	    mount_on(r, "/sys", "sysfs", "sysfs", quiet | MS_RDONLY, NULL, e))
		return -1;
	int run FD_AUTO = file_open(r->fd, "/run", O_PATH | O_DIRECTORY);

	return run < 0 ? 0
		       : mount_on(r, "/run", "salvor", "tmpfs", MS_NOSUID | MS_NODEV, "size=16m",
				  e);
}

// Daemons that an installer started: only what we started can have its root there.
static void end_programs(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc))) {
		char *path STR_AUTO = mem_printf("/proc/%s/root", d->d_name);
		char root[300];
		pid_t pid = (pid_t)atoi(d->d_name);
		ssize_t n = pid > 0 ? readlink(path, root, sizeof root - 1) : -1;

		if (n <= 0)
			continue;
		root[n] = 0;
		if (strcmp(root, ROOT_PATH))
			continue;
		log_line("%s: process %d still runs there: ended", ROOT_PATH, (int)pid);
		kill(pid, SIGKILL);
	}
	if (proc)
		closedir(proc);
}

int root_release(struct root *r, unsigned mounts, struct err *e)
{
	int rc = 0;

	end_programs();
	while (r->n_mounts > mounts) {
		char *path STR_AUTO = r->mounts[--r->n_mounts];
		int tries = 0, failed;

		// a process that was ended lets go when it has been reaped
		while ((failed = umount2(path, UMOUNT_NOFOLLOW)) && errno == EBUSY && ++tries < 100)
			usleep(20000);
		if (failed) {
			rc = err_set(e, errno, "%s: unmount", path);
			umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
		}
	}
	return rc;
}

int root_close(struct root *r, struct err *e)
{
	int rc = 0;

	if (r->fd >= 0) {
		if (syncfs(r->fd))
			rc = err_set(e, errno, "%s: flush", r->path);
		close(r->fd);
		r->fd = -1;
	}
	if (root_release(r, 0, e))
		rc = -1;
	if (r->outside >= 0) {
		if (setns(r->outside, CLONE_NEWNS))
			rc = err_set(e, errno, "mount namespace: leave");
		close(r->outside);
	}
	if (r->cwd >= 0) {
		if (fchdir(r->cwd))
			log_line("go back to the working folder: %s", strerror(errno));
		close(r->cwd);
	}
	if (volumes_end(&r->volumes, e))
		rc = -1;
	return rc;
}

bool root_has_program(const struct root *r, const char *path)
{
	int fd FD_AUTO = file_open(r->fd, path, O_PATH);
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}
