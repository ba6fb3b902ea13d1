// SPDX-License-Identifier: GPL-2.0-or-later
// The list of disks, from a /sys made of files: what each says of itself, and where that stands.
#include "block/disk.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

static char root[] = "/tmp/salvor-disks.XXXXXX";

// Makes the folders above, too. text NULL: a folder.
static void put(const char *path, const char *text)
{
	char *full STR_AUTO = mem_printf("%s/sys/%s", root, path);
	FILE *f;

	for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(full, 0755);
		*p = '/';
	}
	if (!text) {
		mkdir(full, 0755);
		return;
	}
	f = fopen(full, "w");
	if (!f)
		exit(2);
	fputs(text, f);
	fclose(f);
}

static void put_in(const char *folder, const char *name, const char *text)
{
	char *path STR_AUTO = mem_printf("%s/%s", folder, name);

	put(path, text);
}

// A disk whose folder below devices is this one, which ends in its name.
static void add(const char *device, const char *numbers)
{
	const char *name = strrchr(device, '/') + 1;
	char *folder STR_AUTO = mem_printf("devices/%s", device);
	char *link STR_AUTO = mem_printf("%s/sys/block/%s", root, name);
	char *target STR_AUTO = mem_printf("../%s", folder);
	char *scsi STR_AUTO = mem_printf("%s/device", folder);

	put_in(folder, "dev", numbers);
	put_in(folder, "size", "2048\n");
	put_in(folder, "queue/logical_block_size", "512\n");
	put_in(scsi, "vendor", "Maker   \n");
	put_in(scsi, "model", "Thing\n");
	put("block", NULL);
	if (symlink(target, link))
		exit(2);
}

static const struct disk *named(const struct disks *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->d[i].name, name))
			return &all->d[i];
	exit(2);
}

#define STICK "pci0/usb1/1-1"
#define DOCK "pci0/usb1/1-2"

int main(void)
{
	struct disks all;
	struct err e;

	if (!mkdtemp(root))
		return 2;
	add(STICK "/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "8:16\n");
	put("devices/" STICK "/serial", " 00A1 B2\n");
	add(DOCK "/1-2:1.0/host7/target7:0:0/7:0:0:0/block/sdc", "8:32\n");
	put("devices/" DOCK "/serial", "BRIDGE\n");
	put("devices/" DOCK "/1-2:1.0/host7/target7:0:0/7:0:0:0/block/sdc/device/serial", "DISK\n");
	add("pci0/ata1/host0/target0:0:0/0:0:0:0/block/sda", "8:0\n");
	put("devices/pci0/serial", "NOT OF A DISK\n");

	CHECK_INT("listed", disks_list(&all, root, &e), 0);
	CHECK_INT("count", all.n, 3);
	CHECK_STR("model", named(&all, "sda")->model, "Maker Thing");
	CHECK_STR("no serial number", named(&all, "sda")->serial, "");
	CHECK_STR("transport", named(&all, "sda")->transport, "sata");
	CHECK_STR("a stick: the serial number of its USB device", named(&all, "sdb")->serial,
		  "00A1 B2");
	CHECK_STR("a stick: transport", named(&all, "sdb")->transport, "usb");
	CHECK_STR("a disk in a dock: its own number", named(&all, "sdc")->serial, "DISK");
	disks_free(&all);

	char *command STR_AUTO = mem_printf("rm -r %s", root);

	CHECK_INT("cleaned up", system(command), 0);
	TEST_END();
}
