// SPDX-License-Identifier: GPL-2.0-or-later
// What is built on a disk, by a /sys made of files.
#include "work/holder.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

static char root[] = "/tmp/salvor-holder.XXXXXX";

static void folder(const char *name)
{
	char *path STR_AUTO = mem_printf("%s/%s", root, name);

	for (char *p = path + strlen(root) + 1; *p; p++)
		if (*p == '/') {
			*p = 0;
			mkdir(path, 0700);
			*p = '/';
		}
	mkdir(path, 0700);
}

static void file(const char *name, const char *text)
{
	char *path STR_AUTO = mem_printf("%s/%s", root, name);
	FILE *f = fopen(path, "w");

	fprintf(f, "%s\n", text);
	fclose(f);
}

int main(void)
{
	struct disk sda = { .name = "sda", .major = 8 }, sdb = { .name = "sdb", .major = 8 };
	struct disk image = { .name = "sdb" };
	char what[200] = "";

	if (!mkdtemp(root))
		return 1;
	folder("sys/block/sda/holders");
	folder("sys/block/sda/sda1/holders");
	file("sys/block/sda/sda1/partition", "1");
	folder("sys/block/sda/queue/holders/nobody"); // no partition
	folder("sys/block/sdb/holders/dm-3");
	folder("sys/block/sdb/sdb2/holders");
	file("sys/block/sdb/sdb2/partition", "2");
	folder("sys/block/dm-3/dm");
	file("sys/block/dm-3/dm/name", "mine");
	folder("sys/block/md127");

	CHECK("nothing holds it", !disk_held(root, &sda, NULL, what, sizeof what));
	CHECK("a device-mapper device", disk_held(root, &sdb, NULL, what, sizeof what));
	CHECK_STR("it is named", what, "held by dm-3 (mine), through sdb");
	CHECK("it does not count", !disk_held(root, &sdb, "mine", what, sizeof what));
	folder("sys/block/sdb/sdb2/holders/md127");
	CHECK("an array", disk_held(root, &sdb, "mine", what, sizeof what));
	CHECK_STR("the partition is named, too", what, "held by md127, through sdb2");
	CHECK("an image file has no holders", !disk_held(root, &image, NULL, what, sizeof what));

	char *command STR_AUTO = mem_printf("rm -r %s", root);

	CHECK_INT("cleaned up", system(command), 0);
	TEST_END();
}
