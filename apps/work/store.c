// SPDX-License-Identifier: GPL-2.0-or-later
// How large the store may be: all of the disk could change (plus the list, 1/256 of it), but
// never more than half of the free memory, or than nine tenths of the file system it is on. The
// file is sparse: it takes what is changed.
#include "work/store.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "work/state.h"

#ifndef EXFAT_SUPER_MAGIC
#define EXFAT_SUPER_MAGIC 0x2011BAB0
#endif
#define STORE_MIN (4 * MIB)
#define RAM_MIN (32 * MIB)  // free memory: with less the programs of a repair might be killed
#define FAT_MAX (512 * MIB) // FAT has no sparse files: all of it is written at once

static uint64_t ever(uint64_t disk_size)
{
	return disk_size + disk_size / 128 + STORE_MIN;
}

uint64_t store_ram_size(uint64_t available, uint64_t disk_size)
{
	uint64_t n = available / 2;

	if (n > ever(disk_size))
		n = ever(disk_size);
	return n - n % MIB;
}

static uint64_t available_ram(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * KIB;
}

static int mount_ram(const char *dir, uint64_t size, struct err *e)
{
	char options[64];

	snprintf(options, sizeof options, "size=%llu,mode=0700", (unsigned long long)size);
	if (mkdir(dir, 0700) && errno != EEXIST)
		return err_set(e, errno, "%s: make", dir);
	if (mount("salvor", dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options))
		return err_set(e, errno, "%s: mount a tmpfs", dir);
	return 0;
}

static int in_ram(uint64_t disk_size, char *file, uint64_t *size, struct err *e)
{
	uint64_t available = available_ram();

	if (available < RAM_MIN)
		return err_set(e, ENOMEM,
			       "work disk: only %s of memory is free: give a store on a USB disk",
			       size_show(available).s);
	*size = store_ram_size(available, disk_size);
	// 1 MiB more than the file may take, so that the snapshot is full before the file system is
	if (mount_ram(WORK_RAM, *size + MIB, e))
		return -1;
	str_copy(file, 256, WORK_RAM "/store");
	return 0;
}

static int on_disk(const char *path, uint64_t disk_size, char *file, uint64_t *size, struct err *e)
{
	char *copy STR_AUTO = mem_dup(path);
	char *slash = strrchr(copy, '/');
	struct statfs fs;

	if (path[0] != '/' || !str_copy(file, 256, path))
		return err_usage(e, "%s: store: give a whole path shorter than 256 bytes", path);
	slash[slash == copy] = 0;
	if (statfs(copy, &fs))
		return err_set(e, errno, "%s: ask for its free space", copy);
	*size = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize / 10 * 9;
	if (*size > ever(disk_size))
		*size = ever(disk_size);
	if (fs.f_type == MSDOS_SUPER_MAGIC && *size > FAT_MAX)
		*size = FAT_MAX;
	*size -= *size % MIB;
	if (*size < STORE_MIN)
		return err_set(e, ENOSPC, "%s: make the store", path);
	return 0;
}

int store_make(const char *path, uint64_t disk_size, char *file, uint64_t *size, struct err *e)
{
	if (path ? on_disk(path, disk_size, file, size, e) : in_ram(disk_size, file, size, e)) {
		file[0] = 0;
		return -1;
	}
	int fd FD_AUTO = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 || ftruncate(fd, (off_t)*size)) {
		err_set(e, errno, "%s: make the store", file);
		if (fd >= 0 || !path)
			store_remove(file, !path, NULL);
		file[0] = 0;
		return -1;
	}
	return 0;
}

uint64_t scratch_ram(void)
{
	return available_ram() / 4 * 3;
}

int scratch_room(const char *store, uint64_t need, struct err *e)
{
	uint64_t available = scratch_ram();
	struct statfs fs;

	if (!store && available < need)
		return err_set(e, ENOMEM,
			       "new disk: about %s are needed for what is written of it, and %s of "
			       "memory are free: give --store on a disk with so much room",
			       size_show(need).s, size_show(available).s);
	if (!store)
		return 0;
	char *folder STR_AUTO = mem_dup(store);
	char *slash = strrchr(folder, '/');

	if (!slash)
		return err_usage(e, "%s: store: give a whole path", store);
	slash[slash == folder] = 0;
	if (statfs(folder, &fs))
		return err_set(e, errno, "%s: ask for its free space", folder);
	if ((uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >= need &&
	    fs.f_type != MSDOS_SUPER_MAGIC && fs.f_type != EXFAT_SUPER_MAGIC)
		return 0;
	return err_set(e, ENOSPC,
		       "%s: about %s are needed there for what is written of the new disk, on a "
		       "file system that has sparse files (ext4, not FAT)",
		       store, size_show(need).s);
}

int scratch_make(const char *store, uint64_t size, uint64_t need, char *file, struct err *e)
{
	file[0] = 0;
	if (scratch_room(store, need, e) || (!store && mount_ram(WORK_SCRATCH, scratch_ram(), e)))
		return -1;
	char *path STR_AUTO = store ? mem_printf("%s.new", store) : mem_dup(WORK_SCRATCH "/disk");
	int fd FD_AUTO = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && str_copy(file, 256, path) && !ftruncate(fd, (off_t)size))
		return 0;
	err_set(e, errno, "%s: make it", path);
	if (fd >= 0 || !store)
		scratch_remove(path, !store, NULL);
	file[0] = 0;
	return -1;
}

int scratch_remove(const char *file, bool ram, struct err *e)
{
	if (unlink(file) && errno != ENOENT)
		return err_set(e, errno, "%s: remove", file);
	if (ram && umount2(WORK_SCRATCH, UMOUNT_NOFOLLOW) && errno != EINVAL && errno != ENOENT)
		return err_set(e, errno, "%s: unmount", WORK_SCRATCH);
	return 0;
}

int store_remove(const char *file, bool ram, struct err *e)
{
	if (unlink(file) && errno != ENOENT)
		return err_set(e, errno, "%s: remove", file);
	if (ram && umount2(WORK_RAM, UMOUNT_NOFOLLOW) && errno != EINVAL && errno != ENOENT)
		return err_set(e, errno, "%s: unmount", WORK_RAM);
	return 0;
}
