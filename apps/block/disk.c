// SPDX-License-Identifier: GPL-2.0-or-later
// The disks of this machine, from /sys/block.
#include "block/disk.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"

#define MAX_DISKS 256

void sysfs_read(const char *root, const char *path, char *text, size_t size)
{
	char *full STR_AUTO = mem_printf("%s%s", root, path);
	int fd FD_AUTO = open(full, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	text[n > 0 ? n : 0] = 0;
	text[strcspn(text, "\n")] = 0;
}

bool sysfs_device(const char *name, unsigned *major, unsigned *minor)
{
	char *path STR_AUTO = mem_printf("/sys/class/block/%s/dev", name);
	char numbers[32];

	sysfs_read("", path, numbers, sizeof numbers);
	return sscanf(numbers, "%u:%u", major, minor) == 2;
}

static uint64_t sysfs_number(const char *root, const char *path)
{
	char text[32];

	sysfs_read(root, path, text, sizeof text);
	return strtoull(text, NULL, 10);
}

// Printable ASCII without blanks at the ends and doubled inside: what a label on the drive would
// say.
static void tidy(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		char c = isprint((unsigned char)*p) ? *p : ' ';

		if (c != ' ' || (to > text && to[-1] != ' '))
			*to++ = c;
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = 0;
}

static void find_transport(struct disk *d, const char *link)
{
	static const struct {
		const char *part, *name;
	} known[] = {
		{ "/usb", "usb" },   { "/nvme", "nvme" },    { "/virtio", "virtio" },
		{ "/ata", "sata" },  { "/vmbus", "hyperv" }, { "/end_device-", "sas" },
		{ "/host", "scsi" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strstr(link, known[i].part)) {
			str_copy(d->transport, sizeof d->transport, known[i].name);
			return;
		}
	str_copy(d->transport, sizeof d->transport, "other");
}

// SCSI's unit serial number, VPD page 0x80 (SPC-4 7.8.15): four bytes of header, then text.
static void scsi_serial(const char *root, const char *base, struct disk *d)
{
	char *path STR_AUTO = mem_printf("%s%s/device/vpd_pg80", root, base);
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char page[256];
	ssize_t n = fd < 0 ? -1 : read(fd, page, sizeof page);

	if (n < 5)
		return;
	size_t len = page[3] < (size_t)n - 4 ? page[3] : (size_t)n - 4;

	if (len >= sizeof d->serial)
		len = sizeof d->serial - 1;
	memcpy(d->serial, page + 4, len);
	d->serial[len] = 0;
	tidy(d->serial);
}

// What the stick or the bridge says of itself, for those that do not know SCSI's page. link ends in
// ".../1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb": the device is above its interface.
static void usb_serial(const char *root, const char *link, struct disk *d)
{
	const char *host = strstr(link, "/host"), *usb = strstr(link, "/usb");
	char *path STR_AUTO = NULL;

	if (!usb || !host || host < usb)
		return;
	path = mem_printf("/sys/block/%.*s/../serial", (int)(host - link), link);
	sysfs_read(root, path, d->serial, sizeof d->serial);
	tidy(d->serial);
}

// Only numbers that are unique in the world: the kernel also makes names of what a USB bridge says
// of itself ("t10.Generic ...").
static void find_wwn(const char *root, const char *base, struct disk *d)
{
	static const char *const unique[] = { "naa.", "eui.", "nvme.", "uuid." };
	char *scsi STR_AUTO = mem_printf("%s/device/wwid", base);
	char *nvme STR_AUTO = mem_printf("%s/wwid", base);
	char text[sizeof d->wwn];
	bool known = false;

	sysfs_read(root, scsi, text, sizeof text);
	if (!text[0])
		sysfs_read(root, nvme, text, sizeof text);
	for (size_t i = 0; i < sizeof unique / sizeof *unique; i++)
		known |= !strncmp(text, unique[i], strlen(unique[i]));
	tidy(text);
	str_copy(d->wwn, sizeof d->wwn, known ? text : "");
}

static void identity(const char *root, const char *base, const char *link, struct disk *d)
{
	char vendor[24], model[40];
	char *p STR_AUTO = mem_printf("%s/device/vendor", base);
	char *q STR_AUTO = mem_printf("%s/device/model", base);
	char *r STR_AUTO = mem_printf("%s/device/serial", base);
	char *t STR_AUTO = mem_printf("%s/serial", base);

	sysfs_read(root, p, vendor, sizeof vendor);
	sysfs_read(root, q, model, sizeof model);
	tidy(vendor);
	tidy(model);
	// ATA disks have the vendor "ATA", virtio ones a PCI number: neither says anything
	if (!strcmp(vendor, "ATA") || !strncmp(vendor, "0x", 2))
		vendor[0] = 0;
	snprintf(d->model, sizeof d->model, "%s%s%s", vendor, *vendor && *model ? " " : "", model);
	sysfs_read(root, r, d->serial, sizeof d->serial);
	if (!d->serial[0])
		sysfs_read(root, t, d->serial, sizeof d->serial);
	tidy(d->serial);
	if (!d->serial[0])
		scsi_serial(root, base, d);
	if (!d->serial[0])
		usb_serial(root, link, d);
	find_wwn(root, base, d);
}

static int describe(struct disk *d, const char *root, const char *name)
{
	char *base STR_AUTO = mem_printf("/sys/block/%s", name);
	char *link STR_AUTO = mem_printf("%s%s", root, base);
	char *dev STR_AUTO = mem_printf("%s/dev", base);
	char *size STR_AUTO = mem_printf("%s/size", base);
	char *ro STR_AUTO = mem_printf("%s/ro", base);
	char *removable STR_AUTO = mem_printf("%s/removable", base);
	char *sector STR_AUTO = mem_printf("%s/queue/logical_block_size", base);
	char target[PATH_MAX], numbers[32];
	ssize_t n = readlink(link, target, sizeof target - 1);

	*d = (struct disk){ 0 };
	target[n > 0 ? n : 0] = 0;
	str_copy(d->name, sizeof d->name, name);
	snprintf(d->path, sizeof d->path, "/dev/%s", d->name);
	for (char *p = d->path + 5; *p; p++) // "cciss!c0d0"
		if (*p == '!')
			*p = '/';
	sysfs_read(root, dev, numbers, sizeof numbers);
	if (sscanf(numbers, "%u:%u", &d->major, &d->minor) != 2)
		return -1;
	d->size = sysfs_number(root, size) * 512;
	d->sector = (uint32_t)sysfs_number(root, sector);
	if (!d->sector)
		d->sector = 512;
	d->read_only = sysfs_number(root, ro) != 0;
	d->removable = sysfs_number(root, removable) != 0;
	identity(root, base, target, d);
	find_transport(d, target);
	d->work = strstr(target, "/tcm_loop_") != NULL;
	return 0;
}

static bool is_disk(const char *name)
{
	static const char *const not [] = { "loop", "ram",  "md",  "dm-",     "sr",
					    "fd",   "zram", "nbd", "mtdblock" };

	if (name[0] == '.')
		return false;
	for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
		if (!strncmp(name, not [i], strlen(not [i])))
			return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct disk *x = a, *y = b;
	size_t m = strlen(x->name), n = strlen(y->name);

	return m != n ? (m > n) - (m < n) : strcmp(x->name, y->name);
}

int disks_list(struct disks *out, const char *root, struct err *e)
{
	char *path STR_AUTO = mem_printf("%s/sys/block", root);
	DIR *dir = opendir(path);
	struct dirent *entry;

	*out = (struct disks){ 0 };
	if (!dir)
		return err_set(e, errno, "%s: list the disks", path);
	while ((entry = readdir(dir)) && out->n < MAX_DISKS) {
		struct disk d;

		if (!is_disk(entry->d_name) || describe(&d, root, entry->d_name) || !d.size)
			continue;
		out->d = mem_grow(out->d, out->n + 1, sizeof d);
		out->d[out->n++] = d;
	}
	closedir(dir);
	if (out->n)
		qsort(out->d, out->n, sizeof *out->d, by_name);
	return 0;
}

void disks_free(struct disks *d)
{
	free(d->d);
	*d = (struct disks){ 0 };
}

// The name of the whole disk that has or holds the device numbers: /sys/dev/block/8:17 links to
// .../block/sdb/sdb1.
static int whole_name(unsigned major, unsigned minor, char *name, size_t size)
{
	char *path STR_AUTO = mem_printf("/sys/dev/block/%u:%u", major, minor);
	char *part STR_AUTO = mem_printf("%s/partition", path);
	char target[PATH_MAX], *slash;
	ssize_t n = readlink(path, target, sizeof target - 1);

	if (n <= 0)
		return -1;
	target[n] = 0;
	if (!access(part, F_OK)) {
		slash = strrchr(target, '/');
		if (!slash)
			return -1;
		*slash = 0;
	}
	slash = strrchr(target, '/');
	str_copy(name, size, slash ? slash + 1 : target);
	return 0;
}

int disk_of_path(struct disk *d, const char *path, struct err *e)
{
	struct stat st;
	char name[32];

	*d = (struct disk){ 0 };
	if (stat(path, &st))
		return err_set(e, errno, "%s: look for the disk", path);
	if (S_ISBLK(st.st_mode)) {
		if (whole_name(major(st.st_rdev), minor(st.st_rdev), name, sizeof name) ||
		    describe(d, "", name))
			return err_set(e, 0, "%s: the kernel knows no disk with its numbers %u:%u",
				       path, major(st.st_rdev), minor(st.st_rdev));
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		return err_usage(e, "%s: neither a disk nor an image file", path);
	if (!str_copy(d->path, sizeof d->path, path))
		return err_usage(e, "%s: the path is longer than %zu bytes: use a shorter one",
				 path, sizeof d->path - 1);
	str_copy(d->name, sizeof d->name, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	str_copy(d->transport, sizeof d->transport, "file");
	str_copy(d->model, sizeof d->model, "image file");
	d->size = (uint64_t)st.st_size;
	d->sector = 512;
	return 0;
}

bool disk_equal(const struct disk *a, const struct disk *b)
{
	return !strcmp(a->model, b->model) && !strcmp(a->serial, b->serial) && a->size == b->size;
}

int disk_same(const char *a, const char *b, bool *same, struct err *e)
{
	struct stat x, y;
	char m[32], n[32];

	*same = false;
	if (stat(a, &x))
		return err_set(e, errno, "%s: stat", a);
	if (stat(b, &y))
		return errno == ENOENT ? 0 : err_set(e, errno, "%s: stat", b);
	if (S_ISBLK(x.st_mode) && S_ISBLK(y.st_mode)) {
		if (whole_name(major(x.st_rdev), minor(x.st_rdev), m, sizeof m) ||
		    whole_name(major(y.st_rdev), minor(y.st_rdev), n, sizeof n))
			return err_set(e, 0, "%s, %s: the kernel does not know both disks", a, b);
		*same = !strcmp(m, n);
	} else {
		*same = x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	}
	return 0;
}
