// SPDX-License-Identifier: GPL-2.0-or-later
// What smartctl prints for the three kinds of disks, and what is made of it; the kernel's settings
// lowered and put back.
#include "block/smart.h"

#include "block/patience.h"
#include "test.h"
#include "tree.h"

// Shortened to the members that are looked at, and some that must not be taken for them.
static const char ata[] =
	"{\"smartctl\":{\"version\":[7,3],\"exit_status\":0},\"smart_status\":{\"passed\":true},"
	"\"ata_smart_attributes\":{\"revision\":16,\"table\":["
	"{\"id\":5,\"name\":\"Reallocated_Sector_Ct\",\"value\":100,\"raw\":{\"value\":65548,"
	"\"string\":\"12 (1 0)\"}},"
	"{\"id\":9,\"name\":\"Power_On_Hours\",\"value\":53,\"raw\":{\"value\":41210,\"string\":"
	"\"41210\"}},"
	"{\"id\":194,\"name\":\"Temperature_Celsius\",\"value\":41,\"raw\":{\"value\":120259084329,"
	"\"string\":\"41 (Min/Max 17/28)\"}},"
	"{\"id\":197,\"name\":\"Current_Pending_Sector\",\"value\":100,\"raw\":{\"value\":3,"
	"\"string\":\"3\"}},"
	"{\"id\":198,\"name\":\"Offline_Uncorrectable\",\"value\":100,\"raw\":{\"value\":0,"
	"\"string\":\"0\"}}]},"
	"\"power_on_time\":{\"hours\":41210},\"temperature\":{\"current\":41}}\n";
static const char scsi[] =
	"{\"device\":{\"type\":\"scsi\"},\"smart_status\":{\"passed\":false,\"scsi\":{\"asc\":93}},"
	"\"temperature\":{\"current\":38,\"drive_trip\":65},\"power_on_time\":{\"hours\":7,"
	"\"minutes\":3},"
	"\"scsi_grown_defect_list\":9}";
static const char nvme[] =
	"{\"smart_status\":{\"passed\":true,\"nvme\":{\"value\":0}},\"nvme_smart_health_"
	"information_log\":"
	"{\"critical_warning\":0,\"temperature\":33,\"media_errors\":2,\"power_on_hours\":5},"
	"\"temperature\":{\"current\":33},\"power_on_time\":{\"hours\":5}}";

static struct smart parse(const char *text)
{
	return smart_parse(text, strlen(text));
}

static const char *shown(const struct smart *now, const struct smart *before)
{
	static char text[160];

	smart_text(now, before, text, sizeof text);
	return text;
}

static void kinds(void)
{
	struct smart a = parse(ata), s = parse(scsi), n = parse(nvme), none = parse("{}"),
		     later = a;

	CHECK("ATA: known", a.known && a.judged && !a.failing && smart_is_bad(&a));
	CHECK_INT("ATA: reallocated, as the maker counts", a.reallocated, 12);
	CHECK_INT("ATA: hours", a.hours, 41210);
	CHECK_STR("ATA: text", shown(&a, NULL), "41 °C, reallocated 12, pending 3");
	later.reallocated++;
	CHECK_STR("ATA: text, one more", shown(&later, &a),
		  "41 °C, reallocated 13 (+1 since the start), pending 3");
	CHECK("ATA: worse", smart_is_worse(&later, &a) && !smart_is_worse(&a, &a));
	CHECK("SCSI: failing", s.known && s.failing && smart_is_bad(&s));
	CHECK_STR("SCSI: judgement", smart_judgement(&s), "failing");
	CHECK_STR("SCSI: text", shown(&s, NULL), "FAILING, 38 °C, reallocated 9");
	CHECK("NVMe: lost reads", smart_is_bad(&n) && n.hours == 5);
	CHECK_STR("NVMe: text", shown(&n, NULL), "33 °C, lost 2");
	CHECK("nothing said", !none.known && !smart_is_bad(&none));
	CHECK_STR("nothing said: text", shown(&none, NULL), "");
	CHECK("no JSON", !parse("smartctl: not found").known && !parse("").known);
}

static void not_asked(void)
{
	struct disk file = { .path = "/tmp/x", .transport = "file" };
	struct disk virtual = { .path = "/dev/vda", .transport = "virtio" };
	struct smart s = smart_answer(smart_ask(&file), 0);

	CHECK("a file is not asked", !smart_ask(&file) && !s.known);
	CHECK("a virtual disk neither", !smart_ask(&virtual));
}

// A disk that is not there: the answer comes, and says nothing; nobody waits for it.
static void no_disk(void)
{
	struct disk d = { .path = "/dev/no-such-disk", .transport = "sata" };
	struct smartctl *s = smart_ask(&d);

	CHECK("no disk: asked", s != NULL);
	CHECK("no disk: no answer", !smart_answer(s, 20000).known);
	smartctl_forget(s);
}

static struct tree tree;

static const char *get(const char *path)
{
	static char text[32];

	sysfs_read(tree.root, path, text, sizeof text);
	return text;
}

#define TIMEOUT "/sys/block/sdx/device/timeout"
#define RETRIES "/sys/block/sdx/device/scsi_disk/2:0:0:0/max_retries"

static void patience(void)
{
	struct disk d = { .name = "sdx", .path = "/dev/sdx", .transport = "file" };
	struct patience *p;

	tree_put(&tree, TIMEOUT, "30\n");
	tree_put(&tree, RETRIES, "5\n");
	p = patience_lower(&d, tree.root);
	CHECK_STR("patience: timeout lowered", get(TIMEOUT), "15");
	CHECK_STR("patience: retries lowered", get(RETRIES), "1");
	patience_restore(p);
	CHECK_STR("patience: timeout put back", get(TIMEOUT), "30");
	CHECK_STR("patience: retries put back", get(RETRIES), "5");
	tree_put(&tree, TIMEOUT, "7\n");
	p = patience_lower(&d, tree.root);
	CHECK_STR("patience: what is short stays", get(TIMEOUT), "7");
	patience_restore(p);
	CHECK_STR("patience: and is left alone", get(TIMEOUT), "7");
	str_copy(d.name, sizeof d.name, "nvme0n1");
	p = patience_lower(&d, tree.root);
	CHECK("patience: nothing to lower", p != NULL);
	patience_restore(p);
}

int main(void)
{
	kinds();
	not_asked();
	no_disk();
	if (tree_begin(&tree))
		return 1;
	patience();
	tree_end(&tree);
	TEST_END();
}
