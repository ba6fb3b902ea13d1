// SPDX-License-Identifier: GPL-2.0-or-later
// The built-in set: what MAKEDEV made on a server of the years 2003 to 2015, by the kernel's list
// of device numbers (Documentation/admin-guide/devices.txt). virtio, xen and NVMe disks have no
// fixed numbers or got them late: they stand here with the ones a system with one such driver
// gives out; its udev corrects them.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "devfs/devfs.h"

struct row {
	const char *name; // with one %c or %d when there are several
	char type;	  // c, b; d folder, l link
	unsigned mode;
	const char *group;
	unsigned major, minor;
	unsigned count; // 0: one
	char first;	// 'a': the name counts in letters from here; 0: in numbers from 0
	unsigned step;	// of the minor number from one to the next; 0: 1
	unsigned parts; // so many partitions each; their minors follow the disk's
	const char *link;
};

// clang-format off
#define FOLDER(name, mode) { name, 'd', mode, "", 0, 0, 0, 0, 0, 0, "" }
#define LINK(name, to) { name, 'l', 0777, "", 0, 0, 0, 0, 0, 0, to }
#define NODE(name, type, mode, group, major, minor) \
	{ name, type, mode, group, major, minor, 0, 0, 0, 0, "" }
#define MANY(name, type, mode, group, major, minor, count, first) \
	{ name, type, mode, group, major, minor, count, first, 0, 0, "" }
#define DISKS(name, group, major, minor, count, first, step, parts) \
	{ name, 'b', 0660, group, major, minor, count, first, step, parts, "" }
// clang-format on

static const struct row rows[] = {
	FOLDER("pts", 0755),
	FOLDER("shm", 01777),
	FOLDER("input", 0755),
	FOLDER("net", 0755),
	FOLDER("mapper", 0755),
	FOLDER("cciss", 0755),
	FOLDER("ida", 0755),
	LINK("fd", "/proc/self/fd"),
	LINK("stdin", "fd/0"),
	LINK("stdout", "fd/1"),
	LINK("stderr", "fd/2"),
	LINK("core", "/proc/kcore"),
	// memory
	NODE("mem", 'c', 0640, "kmem", 1, 1),
	NODE("kmem", 'c', 0640, "kmem", 1, 2),
	NODE("null", 'c', 0666, "", 1, 3),
	NODE("port", 'c', 0640, "kmem", 1, 4),
	NODE("zero", 'c', 0666, "", 1, 5),
	NODE("full", 'c', 0666, "", 1, 7),
	NODE("random", 'c', 0666, "", 1, 8),
	NODE("urandom", 'c', 0666, "", 1, 9),
	NODE("kmsg", 'c', 0600, "", 1, 11),
	// terminals
	NODE("console", 'c', 0600, "", 5, 1),
	NODE("tty", 'c', 0666, "tty", 5, 0),
	NODE("ptmx", 'c', 0666, "tty", 5, 2),
	MANY("tty%d", 'c', 0620, "tty", 4, 0, 64, 0),
	MANY("ttyS%d", 'c', 0660, "dialout", 4, 64, 8, 0),
	NODE("vcs", 'c', 0620, "tty", 7, 0),
	MANY("vcs%d", 'c', 0620, "tty", 7, 0, 8, 0),
	NODE("vcsa", 'c', 0620, "tty", 7, 128),
	MANY("vcsa%d", 'c', 0620, "tty", 7, 128, 8, 0),
	MANY("ptyp%d", 'c', 0666, "tty", 2, 0, 10, 0),
	MANY("ptyp%c", 'c', 0666, "tty", 2, 10, 6, 'a'),
	MANY("ttyp%d", 'c', 0666, "tty", 3, 0, 10, 0),
	MANY("ttyp%c", 'c', 0666, "tty", 3, 10, 6, 'a'),
	MANY("ttyUSB%d", 'c', 0660, "dialout", 188, 0, 4, 0),
	MANY("fb%d", 'c', 0660, "video", 29, 0, 2, 0),
	// misc
	NODE("psaux", 'c', 0660, "", 10, 1),
	NODE("watchdog", 'c', 0600, "", 10, 130),
	NODE("rtc", 'c', 0644, "", 10, 135),
	NODE("nvram", 'c', 0660, "", 10, 144),
	NODE("hpet", 'c', 0600, "", 10, 228),
	NODE("fuse", 'c', 0666, "", 10, 229),
	NODE("net/tun", 'c', 0666, "", 10, 200),
	NODE("mapper/control", 'c', 0600, "", 10, 236),
	NODE("loop-control", 'c', 0660, "disk", 10, 237),
	MANY("input/event%d", 'c', 0640, "", 13, 64, 4, 0),
	MANY("input/mouse%d", 'c', 0640, "", 13, 32, 4, 0),
	NODE("input/mice", 'c', 0640, "", 13, 63),
	MANY("lp%d", 'c', 0660, "lp", 6, 0, 3, 0),
	MANY("sg%d", 'c', 0660, "disk", 21, 0, 8, 0),
	MANY("st%d", 'c', 0660, "tape", 9, 0, 2, 0),
	MANY("nst%d", 'c', 0660, "tape", 9, 128, 2, 0),
	// disks
	MANY("ram%d", 'b', 0660, "disk", 1, 0, 16, 0),
	LINK("ram", "ram1"),
	MANY("fd%d", 'b', 0660, "floppy", 2, 0, 2, 0),
	MANY("loop%d", 'b', 0660, "disk", 7, 0, 8, 0),
	MANY("md%d", 'b', 0660, "disk", 9, 0, 32, 0),
	MANY("scd%d", 'b', 0660, "cdrom", 11, 0, 4, 0),
	MANY("sr%d", 'b', 0660, "cdrom", 11, 0, 4, 0),
	DISKS("hd%c", "disk", 3, 0, 2, 'a', 64, 16),
	DISKS("hd%c", "disk", 22, 0, 2, 'c', 64, 16),
	DISKS("hd%c", "disk", 33, 0, 2, 'e', 64, 16),
	DISKS("hd%c", "disk", 34, 0, 2, 'g', 64, 16),
	DISKS("sd%c", "disk", 8, 0, 16, 'a', 16, 15),
	DISKS("cciss/c0d%d", "disk", 104, 0, 4, 0, 16, 15),
	DISKS("ida/c0d%d", "disk", 72, 0, 4, 0, 16, 15),
	DISKS("xvd%c", "disk", 202, 0, 4, 'a', 16, 15),
	DISKS("vd%c", "disk", 254, 0, 4, 'a', 16, 15),
	DISKS("nvme%dn1", "disk", 259, 0, 2, 0, 16, 15),
};

static mode_t type_of(char c)
{
	return c == 'c' ? S_IFCHR : c == 'b' ? S_IFBLK : c == 'd' ? S_IFDIR : S_IFLNK;
}

// The row's pattern with its i-th number or letter put in.
static void put_name(const struct row *r, unsigned i, char *name, size_t size)
{
	const char *mark = strchr(r->name, '%');
	int before = mark ? (int)(mark - r->name) : (int)strlen(r->name);

	if (!mark)
		snprintf(name, size, "%s", r->name);
	else if (r->first)
		snprintf(name, size, "%.*s%c%s", before, r->name, (char)(r->first + (char)i),
			 mark + 2);
	else
		snprintf(name, size, "%.*s%u%s", before, r->name, i, mark + 2);
}

static int each_of_row(const struct row *r, int (*each)(void *, const struct devfs_node *),
		       void *arg)
{
	unsigned step = r->step ? r->step : 1;

	for (unsigned i = 0; i < (r->count ? r->count : 1); i++) {
		struct devfs_node n = { .mode = type_of(r->type) | (mode_t)r->mode,
					.major = r->major,
					.minor = r->minor + i * step };
		char disk[40];
		int rc;

		put_name(r, i, disk, sizeof disk);
		str_copy(n.name, sizeof n.name, disk);
		str_copy(n.group, sizeof n.group, r->group);
		str_copy(n.link, sizeof n.link, r->link);
		rc = each(arg, &n);
		for (unsigned p = 1; p <= r->parts && !rc; p++) {
			char end = disk[strlen(disk) - 1];

			n.minor++;
			snprintf(n.name, sizeof n.name, "%s%s%u", disk,
				 end >= '0' && end <= '9' ? "p" : "", p);
			rc = each(arg, &n);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int devfs_each(int (*each)(void *arg, const struct devfs_node *n), void *arg)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int rc = each_of_row(&rows[i], each, arg);

		if (rc)
			return rc;
	}
	return 0;
}

static int count(void *arg, const struct devfs_node *n)
{
	(void)n;
	++*(unsigned *)arg;
	return 0;
}

unsigned devfs_count(void)
{
	unsigned n = 0;

	devfs_each(count, &n);
	return n;
}
