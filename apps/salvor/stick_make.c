// SPDX-License-Identifier: GPL-2.0-or-later
// A partition for settings on the stick, behind the image on it. The file system comes first, its
// entry in the table last: until that one sector is written the stick is what it was. The image's
// own entries and its boot code stay as they are.
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/endian.h"
#include "base/log.h"
#include "base/run.h"
#include "dest/unlock.h"
#include "fsmap/fsmap.h"
#include "salvor/stick.h"

#define SECTOR 512
#define NUMBER 3
#define TABLE 446	// of 4 entries of 16 bytes
#define TYPE_FAT32 0x0c // by LBA
#define PADDING MIB	// the image may write some zeros behind its last partition
#define NODE_S 10

// Before anything is asked: would it let itself be written to?
static int writable(const struct stick *s, struct err *e)
{
	struct unlock u;

	if (unlock_begin(&u, s->disk.path, e))
		return -1;
	unlock_end(&u);
	return 0;
}

// Has somebody used the room already?
static int look_at_room(struct stick_plan *p, struct err *e)
{
	const struct stick *s = &p->stick;
	uint64_t size = s->disk.size, room = size > STICK_START ? size - STICK_START : 0;

	for (unsigned i = 0; i < s->table.n; i++)
		if (s->table.p[i].number > 2)
			return err_set(e, 0,
				       "%s: partition %u is on it already and holds something "
				       "else: that stays as it is",
				       s->disk.path, s->table.p[i].number);
	if (s->image_end + PADDING > STICK_START)
		return err_set(e, 0, "%s: the image on it reaches beyond its first 64 MiB",
			       s->disk.path);
	if (room < STICK_LEAST)
		return err_set(e, 0,
			       "%s: is too small: it has %s, and a stick needs %s for the image "
			       "and settings",
			       s->disk.path, size_show(size).s,
			       size_show(STICK_START + STICK_LEAST).s);
	p->size = room < STICK_SIZE ? room / MIB * MIB : STICK_SIZE;
	return 0;
}

static int look_for_old(struct stick_plan *p, struct err *e)
{
	struct src *disk SRC_AUTO = NULL, *window SRC_AUTO = NULL;
	struct fs_info info;
	int rc;

	if (src_open(&disk, p->stick.disk.path, e))
		return -1;
	window = src_window(disk, STICK_START, p->size, NULL);
	rc = fs_probe(window, &info, e);
	p->again = rc > 0 && !strcmp(info.type, "vfat") && !strcmp(info.label, STICK_LABEL) &&
		   info.size <= p->size;
	return rc < 0 ? -1 : 0;
}

int stick_plan(struct stick_plan *p, struct err *e)
{
	int found;

	*p = (struct stick_plan){ 0 };
	found = stick_find(&p->stick, e);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(e, 0,
			       "the stick: make room: none with Salvor on it is plugged in. After "
			       "a start from a CD or by the network there is nothing to write "
			       "settings to; a stick that was pulled can be plugged in again");
	p->there = p->stick.settings[0];
	if (p->there)
		return 0;
	return look_at_room(p, e) || writable(&p->stick, e) || look_for_old(p, e) ? -1 : 0;
}

// In the kernel alone: the disk does not change.
static int tell_kernel(int fd, const struct stick_plan *p, bool add, struct err *e)
{
	struct blkpg_partition part = { .start = (long long)STICK_START,
					.length = (long long)p->size,
					.pno = NUMBER };
	struct blkpg_ioctl_arg arg = { .op = add ? BLKPG_ADD_PARTITION : BLKPG_DEL_PARTITION,
				       .datalen = sizeof part,
				       .data = &part };

	return ioctl(fd, BLKPG, &arg) ? err_set(e, errno, "%s: tell the kernel of partition %d",
						p->stick.disk.path, NUMBER)
				      : 0;
}

static int make_fs(const char *device, struct ui *ui, struct err *e)
{
	const char *const argv[] = { "mkfs.vfat", "-n", STICK_LABEL, device, NULL };
	struct run r = { .argv = argv, .ui = ui, .timeout_s = 300 };
	int fd FD_AUTO = -1;

	for (int i = 0; i < NODE_S * 10 && access(device, F_OK); i++)
		usleep(100 * 1000);
	if (run_checked(&r, e))
		return -1;
	fd = open(device, O_RDONLY | O_CLOEXEC);
	return fd < 0 || fsync(fd) ? err_set(e, errno, "%s: writing what was buffered", device) : 0;
}

// The first sector as it will be. -1: the stick is not the one of the plan.
static int change_table(const struct stick_plan *p, uint8_t sector[SECTOR], struct err *e)
{
	uint8_t *entry = sector + TABLE + (NUMBER - 1) * 16;
	le32 start = le32_put((uint32_t)(STICK_START / SECTOR));
	le32 len = le32_put((uint32_t)(p->size / SECTOR));
	static const uint8_t none[16], beyond[3] = { 0xfe, 0xff, 0xff };

	if (sector[510] != 0x55 || sector[511] != 0xaa || memcmp(entry, none, sizeof none))
		return err_set(e, 0, "%s: its partition table has changed: look again",
			       p->stick.disk.path);
	// as cylinders and heads nobody can find it, and nobody should
	memcpy(entry + 1, beyond, 3);
	entry[4] = TYPE_FAT32;
	memcpy(entry + 5, beyond, 3);
	memcpy(entry + 8, &start, 4);
	memcpy(entry + 12, &len, 4);
	return 0;
}

static int write_table(int fd, const struct stick_plan *p, struct err *e)
{
	const char *path = p->stick.disk.path;
	uint8_t sector[SECTOR], back[SECTOR];

	if (pread(fd, sector, SECTOR, 0) != SECTOR)
		return err_set(e, errno, "%s: read its partition table", path);
	if (change_table(p, sector, e))
		return -1;
	if (pwrite(fd, sector, SECTOR, 0) != SECTOR || fsync(fd))
		return err_set(e, errno, "%s: write its partition table", path);
	posix_fadvise(fd, 0, SECTOR, POSIX_FADV_DONTNEED);
	if (pread(fd, back, SECTOR, 0) != SECTOR || memcmp(sector, back, SECTOR))
		return err_set(e, EIO,
			       "%s: does not hold what was written: do not trust this stick", path);
	return 0;
}

static int make(const struct stick_plan *p, struct ui *ui, struct err *e)
{
	const char *path = p->stick.disk.path;
	char device[80];
	int fd FD_AUTO = open(path, O_RDWR | O_EXCL | O_CLOEXEC), rc;
	struct disk now;

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (disk_of_path(&now, path, e))
		return -1;
	if (!disk_equal(&now, &p->stick.disk))
		return err_set(e, 0, "%s: is another disk now: nothing was written", path);
	stick_part(&now, NUMBER, device, sizeof device);
	if (tell_kernel(fd, p, true, e))
		return -1;
	rc = (p->again ? 0 : make_fs(device, ui, e)) || write_table(fd, p, e);
	if (rc)
		tell_kernel(fd, p, false, NULL);
	return rc ? -1 : 0;
}

int stick_make(const struct stick_plan *p, struct ui *ui, struct err *e)
{
	struct unlock u;
	int rc;

	if (unlock_begin(&u, p->stick.disk.path, e))
		return -1;
	rc = make(p, ui, e);
	unlock_end(&u);
	if (rc)
		return -1;
	log_line("%s: has a partition for settings now", p->stick.disk.path);
	return 0;
}
