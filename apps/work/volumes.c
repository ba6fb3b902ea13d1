// SPDX-License-Identifier: GPL-2.0-or-later
// They outlive the process that opened them, as the work disk does: who holds its lock takes away
// what is left. They are known by LVM's UUID and by what they lie on; nothing else in this system
// activates volumes.
#include "work/volumes.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "block/disk.h"
#include "work/dm.h"

static int device_number(const char *path, char *text, size_t size, struct err *e)
{
	struct stat st;

	if (stat(path, &st))
		return err_set(e, errno, "%s: look at it", path);
	snprintf(text, size, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return 0;
}

// One segment. With several areas the kernel deals in the same way as we read.
static int add_segment(struct dm_table *t, const struct lvm *l, const struct lvm_segment *s,
		       const char *device, uint64_t off, struct err *e)
{
	struct buf params BUF_AUTO = { 0 };

	if (s->n > 1)
		buf_printf(&params, "%u %llu ", s->n, (unsigned long long)s->stripe / 512);
	for (uint32_t i = 0; i < s->n; i++)
		buf_printf(&params, "%s%s %llu", i ? " " : "", device,
			   (unsigned long long)(off + l->areas[s->first + i]) / 512);
	return dm_add(t, s->len / 512, s->n > 1 ? "striped" : "linear", buf_str(&params), e);
}

int volume_open(const struct lvm *l, const struct lvm_volume *v, const char *pv, uint64_t off,
		unsigned *minor, struct err *e)
{
	char device[32], name[300], uuid[80];
	struct dm_table t = { 0 };
	int rc = device_number(pv, device, sizeof device, e);

	lvm_mapper_name(v->name, name, sizeof name);
	snprintf(uuid, sizeof uuid, "LVM-%s%s", l->id, v->id);
	for (size_t k = 0; k < v->n_segments && !rc; k++)
		rc = add_segment(&t, l, &l->segments[v->first_segment + k], device, off, e);
	if (!rc)
		rc = dm_start(name, uuid, &t, minor, e);
	dm_free(&t);
	return rc;
}

// Does a device-mapper device lie on the disk or a partition of it?
static bool lies_on(const char *dm, const char *disk)
{
	char *slaves STR_AUTO = mem_printf("/sys/block/%s/slaves", dm);
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(slaves);

	while (dir && !found && (entry = readdir(dir))) {
		char *part STR_AUTO = mem_printf("/sys/block/%s/%s", disk, entry->d_name);
		struct stat st;

		found = entry->d_name[0] != '.' &&
			(!strcmp(entry->d_name, disk) || !stat(part, &st));
	}
	if (dir)
		closedir(dir);
	return found;
}

static int close_one(const char *dm, const char *disk, struct err *e)
{
	char *uuid_file STR_AUTO = mem_printf("/sys/block/%s/dm/uuid", dm);
	char *name_file STR_AUTO = mem_printf("/sys/block/%s/dm/name", dm);
	char uuid[160], name[160];

	sysfs_read("", uuid_file, uuid, sizeof uuid);
	sysfs_read("", name_file, name, sizeof name);
	if (strncmp(uuid, "LVM-", 4) || !lies_on(dm, disk))
		return 0;
	return dm_remove(name, e);
}

int volumes_close(const char *disk, struct err *e)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *entry;
	int rc = 0;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "dm-", 3) && close_one(entry->d_name, disk, e))
			rc = -1;
	if (dir)
		closedir(dir);
	return rc;
}
