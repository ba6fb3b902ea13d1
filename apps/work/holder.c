// SPDX-License-Identifier: GPL-2.0-or-later
// /sys/block/sdb/holders and /sys/block/sdb/sdb1/holders hold a link for each device on top.
#include "work/holder.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

// Looks into one folder of holders; device: what they hold.
static bool look(const char *root, const char *folder, const char *device, const char *but,
		 char *what, size_t size)
{
	char *path STR_AUTO = mem_printf("%s%s/holders", root, folder);
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(path);

	while (dir && !found && (entry = readdir(dir))) {
		char *attr STR_AUTO = mem_printf("/sys/block/%s/dm/name", entry->d_name);
		char name[128];

		if (entry->d_name[0] == '.')
			continue;
		sysfs_read(root, attr, name, sizeof name);
		found = !but || strcmp(name, but);
		snprintf(what, size, "held by %s%s%s%s, through %s", entry->d_name,
			 name[0] ? " (" : "", name, name[0] ? ")" : "", device);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool disk_held(const char *root, const struct disk *d, const char *but, char *what, size_t size)
{
	char *folder STR_AUTO = mem_printf("/sys/block/%s", d->name);
	char *path STR_AUTO = mem_printf("%s%s", root, folder);
	struct dirent *entry;
	bool found;
	DIR *dir;

	if (!d->major) // an image file
		return false;
	found = look(root, folder, d->name, but, what, size);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		char *part STR_AUTO = mem_printf("%s/%s", folder, entry->d_name);
		char *mark STR_AUTO = mem_printf("%s/%s/partition", path, entry->d_name);

		found = !access(mark, F_OK) && look(root, part, entry->d_name, but, what, size);
	}
	if (dir)
		closedir(dir);
	return found;
}
