// SPDX-License-Identifier: GPL-2.0-or-later
// A disk that comes back is told by its numbers, and only when there is no doubt; what the kernel
// says of a disk, from a tree of files.
#include "base/buf.h"
#include "block/disk.h"
#include "test.h"
#include "tree.h"

static struct disk disk(const char *path, const char *serial, const char *wwn)
{
	struct disk d = { .size = 1000, .model = "Model 1", .major = 8 };

	str_copy(d.path, sizeof d.path, path);
	str_copy(d.serial, sizeof d.serial, serial);
	str_copy(d.wwn, sizeof d.wwn, wwn);
	return d;
}

// The path under which it is found, "" when it is not.
static const char *again(struct disk was, struct disk a, struct disk b)
{
	static struct disk now;
	struct disk list[] = { a, b };
	struct disks all = { list, 2 };
	struct err e;

	now = (struct disk){ 0 };
	return disks_find_again(&all, &was, &now, &e) ? "" : now.path;
}

static void recognised(void)
{
	struct disk was = disk("/dev/sdb", "S1", "naa.1"), other = disk("/dev/sda", "S2", "naa.2");
	struct disk shrunk = disk("/dev/sdc", "S1", "naa.1"), renamed = shrunk, work = shrunk;

	shrunk.size = 999;
	work.work = true;
	str_copy(renamed.model, sizeof renamed.model, "Model 2");
	CHECK_STR("again: both numbers", again(was, other, disk("/dev/sdc", "S1", "naa.1")),
		  "/dev/sdc");
	CHECK_STR("again: the serial alone", again(was, other, disk("/dev/sdc", "S1", "")),
		  "/dev/sdc");
	CHECK_STR("again: the WWN alone", again(was, other, disk("/dev/sdc", "", "naa.1")),
		  "/dev/sdc");
	CHECK_STR("again: another WWN", again(was, other, disk("/dev/sdc", "S1", "naa.3")), "");
	CHECK_STR("again: another serial", again(was, other, disk("/dev/sdc", "S3", "naa.1")), "");
	CHECK_STR("again: another size", again(was, other, shrunk), "");
	CHECK_STR("again: another model", again(was, other, renamed), "");
	CHECK_STR("again: shown by the work disk", again(was, other, work), "");
	CHECK_STR("again: two of them",
		  again(was, disk("/dev/sdc", "S1", ""), disk("/dev/sdd", "S1", "")), "");
	CHECK_STR("again: nothing to know it by",
		  again(disk("/dev/sdb", "", ""), other, disk("/dev/sdb", "", "")), "");
}

static struct tree tree;

static void listed(void)
{
	struct disks d = { 0 };
	struct err e;

	tree_put(&tree, "/sys/block/sda/dev", "8:0\n");
	tree_put(&tree, "/sys/block/sda/size", "2048\n");
	tree_put(&tree, "/sys/block/sda/device/model", "ST9500530NS     \n");
	tree_put(&tree, "/sys/block/sda/device/wwid", "naa.5000c5001d2f6b1a\n");
	tree_put(&tree, "/sys/block/sdb/dev", "8:16\n");
	tree_put(&tree, "/sys/block/sdb/size", "2048\n");
	tree_put(&tree, "/sys/block/sdb/device/wwid", "t10.Generic USB bridge\n");
	tree_put(&tree, "/sys/block/nvme0n1/dev", "259:0\n");
	tree_put(&tree, "/sys/block/nvme0n1/size", "2048\n");
	tree_put(&tree, "/sys/block/nvme0n1/wwid", "eui.0025385b71b0e0d1\n");
	if (disks_list(&d, tree.root, &e) || d.n != 3) {
		CHECK("listed: three disks", false);
		return;
	}
	CHECK_STR("listed: SCSI's WWN", d.d[0].wwn, "naa.5000c5001d2f6b1a");
	CHECK_STR("listed: a name that is not unique", d.d[1].wwn, "");
	CHECK_STR("listed: NVMe's", d.d[2].wwn, "eui.0025385b71b0e0d1");
	disks_free(&d);
}

int main(void)
{
	recognised();
	if (tree_begin(&tree))
		return 1;
	listed();
	tree_end(&tree);
	TEST_END();
}
