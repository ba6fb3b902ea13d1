// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables: reading MBR and GPT, damaged and hostile ones too, and the edits that repair
// makes.
#include <stdlib.h>

#include "base/buf.h"
#include "base/crc.h"
#include "base/size.h"
#include "mem_src.h"
#include "part/edit.h"
#include "part/table.h"
#include "test.h"

#define SIZE (64 * MIB)
#define LINUX "0fc63daf-8483-4772-8e79-3d69d8477de4"
#define RAID "a19d880f-05fc-4d3b-a006-743f0f84911e"

static struct mem_src disk;
static struct part_table t;
static struct err e;

static void fresh(uint32_t sector)
{
	free(disk.data);
	mem_src_begin(&disk, 0, sector);
	free(disk.data);
	disk.data = mem_zero(1, SIZE);
	disk.src.size = SIZE;
}

// One entry of the boot record in this sector; start as it is written there.
static void entry(uint64_t sector, int slot, uint8_t type, uint32_t start, uint32_t len)
{
	struct mbr *m = (struct mbr *)(disk.data + sector * disk.src.sector);

	m->magic = le16_put(MBR_MAGIC);
	m->e[slot].type = type;
	m->e[slot].start = le32_put(start);
	m->e[slot].len = le32_put(len);
}

static int table(void)
{
	return part_read(&disk.src, &t, &e);
}

static void has(const char *name, unsigned i, unsigned number, uint64_t off_sectors,
		uint64_t len_sectors)
{
	char text[96];
	bool ok = i < t.n && t.p[i].number == number && t.p[i].off == off_sectors * t.sector &&
		  t.p[i].len == len_sectors * t.sector;

	snprintf(text, sizeof text, "%s: partition %u", name, number);
	CHECK(text, ok);
}

static void make_logical(void)
{
	fresh(512);
	entry(0, 0, 0x83, 63, 10000);
	entry(0, 1, 0x05, 20000, 60000);
	entry(20000, 0, 0xfd, 63, 1000);
	entry(20000, 1, 0x05, 5000, 10000);
	entry(25000, 0, 0x82, 63, 2000);
	entry(25000, 1, 0x05, 20000, 10000);
	entry(40000, 0, 0x83, 1, 9999);
}

static void test_mbr(void)
{
	make_logical();
	disk.data[0x1be] = 0x80;
	CHECK_INT("mbr: read", table(), 0);
	CHECK_STR("mbr: kind", t.kind, "mbr");
	CHECK_INT("mbr: count", t.n, 5);
	has("mbr", 0, 1, 63, 10000);
	has("mbr", 1, 2, 20000, 60000);
	has("mbr", 2, 5, 20063, 1000);
	has("mbr", 3, 6, 25063, 2000);
	has("mbr", 4, 7, 40001, 9999);
	CHECK("mbr: active", t.p[0].active && !t.p[1].active);
	CHECK("mbr: container", t.p[1].container && !t.p[2].container);
	CHECK_INT("mbr: type", t.p[2].type, 0xfd);
	CHECK_INT("mbr: place of the entry", t.p[4].entry_off, 40000 * 512 + 0x1be);
	CHECK_STR("mbr: no trouble", t.trouble, "");
	CHECK_STR("mbr: name of a type", part_type_name(&t.p[2]), "Linux raid autodetect");
	CHECK_INT("mbr: needs", t.needs, 80000 * 512);

	fresh(4096);
	entry(0, 0, 0x83, 256, 1000);
	CHECK_INT("mbr of 4096-byte sectors", table(), 0);
	has("mbr of 4096-byte sectors", 0, 1, 256, 1000);
}

static void test_mbr_hostile(void)
{
	make_logical();
	entry(40000, 1, 0x05, 5000, 10000);
	table();
	CHECK("chain in a circle: found", strstr(t.trouble, "circle") != NULL);
	CHECK_INT("chain in a circle: partitions once", t.n, 5);

	make_logical();
	entry(25000, 1, 0x05, 0x7fffffff, 10000);
	table();
	CHECK_INT("chain beyond the end: the others stay", t.n, 4);
	CHECK("chain beyond the end: told", *t.trouble);

	make_logical();
	memset(disk.data + 25000 * 512 + 510, 0, 2);
	table();
	CHECK("no boot record: told", strstr(t.trouble, "no boot record") != NULL);

	fresh(512);
	entry(0, 0, 0x05, 10, 0xffffff);
	for (uint32_t i = 0; i < 600; i++) {
		entry(10 + i, 0, 0x83, 1000, 1);
		entry(10 + i, 1, 0x05, i + 1, 100);
	}
	table();
	CHECK_INT("endless chain: limit", t.n, PART_MAX);
	CHECK("endless chain: told", *t.trouble);

	fresh(512);
	entry(0, 0, 0x83, 63, 0xffffffff);
	table();
	CHECK_INT("beyond the end: kept", t.n, 1);
	CHECK("beyond the end: told", strstr(t.trouble, "beyond the end") != NULL);
	CHECK("beyond the end: needs", t.needs > SIZE);

	make_logical();
	disk.fail_after = 2;
	disk.fail_num = EIO;
	CHECK_INT("unreadable boot record: no error", table(), 0);
	CHECK("unreadable boot record: the rest is read, it is told", t.n == 2 && *t.trouble);
	disk.reads = 0;
	disk.fail_after = 0;
}

static void test_no_mbr(void)
{
	fresh(512);
	CHECK_INT("blank", table(), 0);
	CHECK_STR("blank: none", t.kind, "none");

	entry(0, 0, 0x83, 63, 1000);
	disk.data[0x1be] = 0x4f;
	table();
	CHECK_STR("text where the flags are: none", t.kind, "none");

	fresh(512);
	entry(0, 0, 0, 0, 0);
	memcpy(disk.data + 54, "FAT16   ", 8);
	table();
	CHECK_STR("boot sector of FAT: none", t.kind, "none");

	fresh(512);
	disk.src.size = 100;
	CHECK_INT("smaller than a sector", table(), 0);
	CHECK_STR("smaller than a sector: none", t.kind, "none");
}

// Where the copies of a GPT lie, in sectors.
struct copy {
	uint64_t self, other, table;
};

static void seal(const struct copy *c)
{
	uint32_t sector = disk.src.sector;
	struct gpt_header *h = (struct gpt_header *)(disk.data + c->self * sector);

	h->table_crc = le32_put(crc32_add(0, disk.data + c->table * sector, 128 * 128));
	h->crc = le32_put(0);
	h->crc = le32_put(crc32_add(0, h, sizeof *h));
}

static void make_gpt(uint32_t sector, uint64_t end, struct copy c[2])
{
	uint64_t table_len = 128 * 128 / sector;

	fresh(sector);
	entry(0, 0, MBR_PROTECTIVE, 1, (uint32_t)end - 1);
	c[0] = (struct copy){ 1, end - 1, 2 };
	c[1] = (struct copy){ end - 1, 1, end - 1 - table_len };
	for (int i = 0; i < 2; i++) {
		struct gpt_header *h = (struct gpt_header *)(disk.data + c[i].self * sector);
		struct gpt_entry *n = (struct gpt_entry *)(disk.data + c[i].table * sector);

		memcpy(h->magic, "EFI PART", 8);
		h->revision = le32_put(0x10000);
		h->header_size = le32_put(92);
		h->self = le64_put(c[i].self);
		h->other = le64_put(c[i].other);
		h->first = le64_put(2 + table_len);
		h->last = le64_put(end - 2 - table_len);
		h->table = le64_put(c[i].table);
		h->count = le32_put(128);
		h->entry_size = le32_put(128);
		guid_parse(RAID, n[0].type);
		n[0].first = le64_put(256);
		n[0].last = le64_put(999);
		memcpy(n[0].name, "r\0\xf3\0o\0t\0", 8);
		guid_parse(LINUX, n[2].type);
		n[2].first = le64_put(1000);
		n[2].last = le64_put(1999);
		seal(&c[i]);
	}
}

static void test_gpt(void)
{
	struct copy c[2];

	for (uint32_t sector = 512; sector <= 4096; sector *= 8) {
		make_gpt(sector, SIZE / sector, c);
		CHECK_INT("gpt: read", table(), 0);
		CHECK_STR("gpt: kind", t.kind, "gpt");
		CHECK_INT("gpt: count", t.n, 2);
		has("gpt", 0, 1, 256, 744);
		has("gpt", 1, 3, 1000, 1000);
		CHECK_STR("gpt: type", t.p[0].guid, RAID);
		CHECK_STR("gpt: name", t.p[0].name, "r\xc3\xb3ot");
		CHECK_STR("gpt: name of the type", part_type_name(&t.p[0]), "Linux RAID");
		CHECK_STR("gpt: no trouble", t.trouble, "");
	}
	disk.src.sector = 512;
	table();
	CHECK_INT("gpt of 4096-byte sectors in a file", t.sector, 4096);
	has("gpt of 4096-byte sectors in a file", 0, 1, 256, 744);
}

static void test_gpt_damaged(void)
{
	struct copy c[2];

	make_gpt(512, SIZE / 512, c);
	disk.data[512 + 40] ^= 1;
	table();
	CHECK_INT("primary header damaged: read from the backup", t.n, 2);
	CHECK("primary header damaged: told", strstr(t.trouble, "backup was read") != NULL);

	make_gpt(512, SIZE / 512, c);
	disk.data[1024 + 33] ^= 1;
	table();
	has("primary entries damaged", 0, 1, 256, 744);
	CHECK("primary entries damaged: told", strstr(t.trouble, "entries is wrong") != NULL);

	make_gpt(512, SIZE / 512, c);
	memset(disk.data + SIZE - 512, 0, 512);
	table();
	CHECK_INT("backup gone: read", t.n, 2);
	CHECK("backup gone: told", strstr(t.trouble, "backup table is damaged") != NULL);

	make_gpt(512, SIZE / 512, c);
	memset(disk.data + 512, 0, 512);
	memset(disk.data + SIZE - 512, 0, 512);
	table();
	CHECK_STR("both gone: the MBR is what is left", t.kind, "mbr");
	CHECK("both gone: told", strstr(t.trouble, "promises a GPT") != NULL);

	make_gpt(512, SIZE / 512, c);
	disk.src.size = SIZE - 10 * MIB;
	table();
	CHECK_INT("truncated: read", t.n, 2);
	CHECK_INT("truncated: needs", t.needs, SIZE);
	CHECK("truncated: told", strstr(t.trouble, "smaller than its table") != NULL);

	make_gpt(512, SIZE / 512, c);
	memset(disk.data, 0, 512);
	table();
	CHECK_STR("protective MBR gone: read", t.kind, "gpt");
	CHECK("protective MBR gone: told", strstr(t.trouble, "protective MBR") != NULL);
	memset(disk.data + 512, 0, 512);
	table();
	CHECK_STR("only a backup without MBR: no table", t.kind, "none");
}

static void test_gpt_unreadable(void)
{
	struct copy c[2];

	make_gpt(512, SIZE / 512, c);
	disk.bad = 512;
	CHECK_INT("MBR unreadable: read", table(), 0);
	has("MBR unreadable", 1, 3, 1000, 1000);
	CHECK("MBR unreadable: told", strstr(t.trouble, "sector 0 cannot be read") != NULL);
	disk.bad = 34 * 512;
	CHECK_INT("first sectors unreadable: read", table(), 0);
	has("first sectors unreadable", 1, 3, 1000, 1000);
	CHECK("first sectors unreadable: told", strstr(t.trouble, "backup was read") != NULL);
	memset(disk.data + SIZE - 512, 0, 512);
	CHECK_INT("first sectors unreadable, no backup: an error", table(), -1);
	disk.bad = 0;
}

static void test_gpt_hostile(void)
{
	struct copy c[2];
	struct gpt_header *h;

	make_gpt(512, SIZE / 512, c);
	entry(0, 1, 0x83, 63, 1000);
	table();
	CHECK_STR("hybrid: read as GPT", t.kind, "gpt");
	CHECK("hybrid: told", strstr(t.trouble, "hybrid") != NULL);
	entry(0, 0, 0x83, 63, 1000);
	table();
	CHECK_STR("an old GPT under an MBR: the MBR counts", t.kind, "mbr");

	for (int i = 0; i < 3; i++) {
		static const uint32_t counts[][2] = { { 0xffffffff, 128 },
						      { 128, 0xffffff80 },
						      { 0, 128 } };

		make_gpt(512, SIZE / 512, c);
		memset(disk.data + SIZE - 512, 0, 512);
		h = (struct gpt_header *)(disk.data + 512);
		h->count = le32_put(counts[i][0]);
		h->entry_size = le32_put(counts[i][1]);
		h->crc = le32_put(0);
		h->crc = le32_put(crc32_add(0, h, sizeof *h));
		table();
		CHECK_STR("absurd size of the table: refused", t.kind, "mbr");
	}

	make_gpt(512, SIZE / 512, c);
	((struct gpt_entry *)(disk.data + 1024))[0].last = le64_put(10);
	((struct gpt_entry *)(disk.data + 1024))[2].last = le64_put(UINT64_MAX);
	seal(&c[0]);
	table();
	CHECK_INT("ends before its start, ends nowhere: left out", t.n, 0);
	CHECK("ends before its start: told", strstr(t.trouble, "no range") != NULL);
}

static void apply(const struct part_edits *x)
{
	for (unsigned i = 0; i < x->n; i++)
		memcpy(disk.data + x->v[i].off, x->v[i].bytes, x->v[i].len);
}

static void test_edit_mbr(void)
{
	struct part_edits x;

	make_logical();
	CHECK_INT("type of a logical partition", part_edit_type(&disk.src, 5, 0x83, &x, &e), 0);
	CHECK("type of a logical partition: one byte", x.n == 1 && x.v[0].len == 1);
	apply(&x);
	table();
	CHECK_INT("type of a logical partition: changed", t.p[2].type, 0x83);
	part_edit_type(&disk.src, 5, 0x83, &x, &e);
	CHECK_INT("type as it is: nothing to do", x.n, 0);
	CHECK_INT("type of an extended one: refused", part_edit_type(&disk.src, 2, 0x83, &x, &e),
		  -1);
	CHECK_INT("type of none: refused", part_edit_type(&disk.src, 4, 0x83, &x, &e), -1);
	CHECK_INT("type 0: refused", part_edit_type(&disk.src, 1, 0, &x, &e), -1);

	CHECK_INT("move a primary", part_edit_place(&disk.src, 1, 2111 * 512, 7952 * 512, &x, &e),
		  0);
	apply(&x);
	CHECK_INT("move a logical", part_edit_place(&disk.src, 7, 42049 * 512, 7951 * 512, &x, &e),
		  0);
	apply(&x);
	table();
	has("move a primary", 0, 1, 2111, 7952);
	has("move a logical", 4, 7, 42049, 7951);
	CHECK_INT("the others stay", t.n, 5);
	CHECK("CHS of the start", !memcmp(disk.data + 0x1be + 1, "\x21\x21\x00", 3));

	static const struct {
		const char *name;
		unsigned number;
		uint64_t off, len;
	} bad[] = {
		{ "over the extended partition", 1, 19000, 2000 },
		{ "over sector 0", 1, 0, 100 },
		{ "beyond the disk", 1, 100000, 31073 },
		{ "out of the extended one", 5, 100, 100 },
		{ "over the next logical one", 5, 20063, 6000 },
		{ "over a boot record", 6, 20000, 40 },
		{ "before its own boot record", 7, 30000, 10 },
		{ "without length", 1, 63, 0 },
		{ "the extended one itself", 2, 20001, 59999 },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(bad[i].name,
			  part_edit_place(&disk.src, bad[i].number, bad[i].off * 512,
					  bad[i].len * 512, &x, &e),
			  -1);
	CHECK_INT("not whole sectors", part_edit_place(&disk.src, 1, 63 * 512 + 1, 512, &x, &e),
		  -1);
	CHECK_INT("huge", part_edit_place(&disk.src, 1, UINT64_MAX - 511, 1024, &x, &e), -1);
}

static bool both_valid(const struct copy c[2])
{
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		const char *why;
		struct gpt g;

		ok = gpt_load(&disk.src, 512, c[i].self, &g, &why, &e) == 1 && ok;
		free(g.entries);
	}
	return ok;
}

static void test_edit_gpt(void)
{
	struct part_edits x;
	struct copy c[2];

	make_gpt(512, SIZE / 512, c);
	CHECK_INT("GUID",
		  part_edit_guid(&disk.src, 1, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", &x, &e), 0);
	CHECK_INT("GUID: entry and two checksums of both copies", x.n, 6);
	apply(&x);
	table();
	CHECK_STR("GUID: changed", t.p[0].guid, LINUX);
	CHECK_STR("GUID: nothing is wrong then", t.trouble, "");
	CHECK("GUID: both copies are valid", both_valid(c));
	part_edit_guid(&disk.src, 1, LINUX, &x, &e);
	CHECK_INT("GUID as it is: nothing to do", x.n, 0);

	CHECK_INT("place", part_edit_place(&disk.src, 1, 500 * 512, 500 * 512, &x, &e), 0);
	apply(&x);
	table();
	has("place", 0, 1, 500, 500);
	CHECK("place: both copies are valid", both_valid(c));
	CHECK_INT("over the next one: refused",
		  part_edit_place(&disk.src, 1, 500 * 512, 501 * 512, &x, &e), -1);
	CHECK_INT("over the table: refused",
		  part_edit_place(&disk.src, 1, 33 * 512, 100 * 512, &x, &e), -1);
	CHECK_INT("over the backup: refused",
		  part_edit_place(&disk.src, 3, 131000 * 512, 60 * 512, &x, &e), -1);
	disk.data[0x1ce + 4] = 0x83;
	memcpy(disk.data + 0x1ce + 8, "\xf4\x01\0\0\xf4\x01\0\0", 8); // 500, 500 sectors
	CHECK_INT("it stands in a hybrid MBR, too: refused",
		  part_edit_place(&disk.src, 1, 600 * 512, 400 * 512, &x, &e), -1);
	CHECK("hybrid: told", strstr(e.text, "hybrid") != NULL);
	memset(disk.data + 0x1ce, 0, 16);
	CHECK_INT("MBR type on a GPT: refused", part_edit_type(&disk.src, 1, 0x83, &x, &e), -1);
	CHECK_INT("no GUID", part_edit_guid(&disk.src, 1, "linux", &x, &e), -1);

	memset(disk.data + SIZE - 512, 0, 512);
	CHECK_INT("backup gone", part_edit_guid(&disk.src, 1, RAID, &x, &e), 0);
	CHECK("backup gone: primary only, and told", x.n == 3 && *x.note);
	make_gpt(512, SIZE / 512, c);
	disk.data[512 + 40] ^= 1;
	CHECK_INT("primary damaged: refused", part_edit_guid(&disk.src, 1, LINUX, &x, &e), -1);
}

int main(void)
{
	CHECK_INT("crc32 of the check string", crc32_add(0, "123456789", 9), 0xcbf43926);
	CHECK_INT("crc32c of the check string", crc32c_add(0, "123456789", 9), 0xe3069283);
	test_mbr();
	test_mbr_hostile();
	test_no_mbr();
	test_gpt();
	test_gpt_damaged();
	test_gpt_unreadable();
	test_gpt_hostile();
	test_edit_mbr();
	test_edit_gpt();
	free(disk.data);
	TEST_END();
}
