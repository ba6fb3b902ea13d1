// SPDX-License-Identifier: GPL-2.0-or-later
// md superblocks of all versions, written here by offsets as the kernel's md_p.h gives them.
#include <stdlib.h>

#include "base/buf.h"
#include "base/endian.h"
#include "base/size.h"
#include "mem_src.h"
#include "raid/raid.h"
#include "test.h"

#define SIZE (8 * MIB + 4096 + 512) // no multiple of anything the versions round to

static struct mem_src disk;
static struct raid_member m;
static struct err e;

static void fresh(void)
{
	free(disk.data);
	mem_src_begin(&disk, 0, 512);
	free(disk.data);
	disk.data = mem_zero(1, SIZE);
	disk.src.size = SIZE;
}

static void put32(uint64_t at, uint32_t x)
{
	le32 v = le32_put(x);

	memcpy(disk.data + at, &v, 4);
}

static void put64(uint64_t at, uint64_t x)
{
	put32(at, (uint32_t)x);
	put32(at + 4, (uint32_t)(x >> 32));
}

static uint32_t get32(uint64_t at)
{
	le32 v;

	memcpy(&v, disk.data + at, 4);
	return le32_get(v);
}

static void seal(uint64_t at, unsigned field, unsigned len)
{
	uint64_t sum = 0;

	put32(at + field, 0);
	for (unsigned i = 0; i + 4 <= len; i += 4)
		sum += get32(at + i);
	if (len % 4)
		sum += disk.data[at + len - 2] | (uint32_t)disk.data[at + len - 1] << 8;
	put32(at + field, (uint32_t)sum + (uint32_t)(sum >> 32));
}

#define WORD(n) (4 * (n))
static const uint64_t AT_090 = (SIZE / 65536 - 1) * 65536;
static const uint64_t AT_10 = (SIZE / 512 - 16) / 8 * 4096;

static void make_090(uint64_t at)
{
	put32(at, 0xa92b4efc);
	put32(at + WORD(2), 90);
	put32(at + WORD(5), 0x11111111);
	put32(at + WORD(7), 1);
	put32(at + WORD(8), 7 * 1024);
	put32(at + WORD(10), 2);
	put32(at + WORD(11), 2);
	put32(at + WORD(13), 0x22222222);
	put32(at + WORD(14), 0x33333333);
	put32(at + WORD(15), 0x44444444);
	put32(at + WORD(32), 1700000000);
	put32(at + WORD(33), 1);
	put32(at + WORD(34), 1);
	put32(at + WORD(39), 7);
	put32(at + WORD(40), 3);
	// slot 0 faulty, slot 1 active and in sync; this is slot 1
	put32(at + WORD(128 + 4), 1);
	put32(at + WORD(160 + 3), 1);
	put32(at + WORD(160 + 4), 6);
	put32(at + WORD(992), 1);
	put32(at + WORD(992 + 3), 1);
	put32(at + WORD(992 + 4), 6);
	seal(at, WORD(38), 4096);
}

static void make_1(uint64_t at, uint64_t data_sectors, uint64_t size_sectors, unsigned devices)
{
	put32(at, 0xa92b4efc);
	put32(at + 4, 1);
	for (int i = 0; i < 16; i++) {
		disk.data[at + 0x10 + i] = (uint8_t)(0xa0 + i);
		disk.data[at + 0xa8 + i] = (uint8_t)(0x50 + i);
	}
	memcpy(disk.data + at + 0x20, "host:0", 6);
	put32(at + 0x48, 1);
	put64(at + 0x50, size_sectors);
	put32(at + 0x5c, 2);
	put64(at + 0x80, data_sectors);
	put64(at + 0x88, size_sectors);
	put64(at + 0x90, at / 512);
	put32(at + 0xa0, 1);
	put64(at + 0xc0, 1700000001 | UINT64_C(123456) << 40);
	put64(at + 0xc8, UINT64_C(0x123456789a));
	put64(at + 0xd0, UINT64_MAX);
	put32(at + 0xdc, devices);
	for (unsigned i = 0; i < devices; i++)
		memcpy(disk.data + at + 0x100 + 2 * i,
		       i < 2 ? (uint8_t[]){ (uint8_t)i, 0 } : (uint8_t *)"\xff\xff", 2);
	seal(at, 0xd8, 0x100 + 2 * devices);
}

static int read_it(void)
{
	return raid_read(&disk.src, &m, &e);
}

static void test_090(void)
{
	fresh();
	make_090(AT_090);
	CHECK_INT("0.90: found", read_it(), 1);
	CHECK_STR("0.90: version", m.metadata, "0.90");
	CHECK_STR("0.90: UUID as mdadm prints it", m.array_uuid,
		  "11111111:22222222:33333333:44444444");
	CHECK_STR("0.90: name", m.name, "md2");
	CHECK_INT("0.90: level", m.level, 1);
	CHECK_INT("0.90: devices", m.raid_devices, 2);
	CHECK_INT("0.90: slot", m.role, 1);
	CHECK_INT("0.90: working slots", m.slots, 2);
	CHECK_INT("0.90: events of 64 bits", m.events, 0x300000007);
	CHECK_INT("0.90: updated", m.updated, 1700000000);
	CHECK("0.90: clean", m.clean);
	CHECK("0.90: data", m.data_off == 0 && m.data_len == 7 * MIB);
	CHECK_INT("0.90: place", m.super_off, AT_090);

	put32(AT_090 + WORD(992 + 4), 1);
	seal(AT_090, WORD(38), 4096);
	read_it();
	CHECK_INT("0.90: failed", m.role, -2);
	put32(AT_090 + WORD(992 + 4), 0);
	seal(AT_090, WORD(38), 4096);
	read_it();
	CHECK_INT("0.90: spare", m.role, -1);
	CHECK("0.90: a spare is nothing alone", strstr(raid_not_alone(&m), "spare") != NULL);
	make_090(AT_090);
	put32(AT_090 + WORD(2), 91);
	seal(AT_090, WORD(38), 4096);
	CHECK_INT("0.90: reshape", read_it(), 1);
	CHECK("0.90: reshape is told", strstr(raid_not_alone(&m), "reshaped") != NULL);

	put32(AT_090 + WORD(39), 8);
	CHECK_INT("0.90: wrong checksum", read_it(), -1);
	CHECK("0.90: wrong checksum is told", strstr(e.text, "checksum") != NULL);

	fresh();
	make_090(AT_090);
	put32(AT_090 + WORD(8), 8192);
	seal(AT_090, WORD(38), 4096);
	CHECK_INT("0.90 of something larger: not this member's", read_it(), 0);

	fresh();
	memcpy(disk.data + AT_090, "\xa9\x2b\x4e\xfc", 4);
	CHECK_INT("0.90, big-endian", read_it(), -1);
	CHECK("0.90, big-endian: told", strstr(e.text, "big-endian") != NULL);
}

static void check_1(const char *version, uint64_t at, uint64_t data_sectors)
{
	char name[40];

	fresh();
	make_1(at, data_sectors, 8192, 3);
	snprintf(name, sizeof name, "%s: found", version);
	CHECK_INT(name, read_it(), 1);
	snprintf(name, sizeof name, "%s: version", version);
	CHECK_STR(name, m.metadata, version);
	snprintf(name, sizeof name, "%s: fields", version);
	CHECK(name, m.level == 1 && m.raid_devices == 2 && m.role == 1 && m.active == 2 &&
			    m.slots == 3 && m.events == 0x123456789a && m.updated == 1700000001 &&
			    m.clean && !m.rebuilding);
	snprintf(name, sizeof name, "%s: UUID", version);
	CHECK_STR(name, m.array_uuid, "a0a1a2a3:a4a5a6a7:a8a9aaab:acadaeaf");
	snprintf(name, sizeof name, "%s: data", version);
	CHECK(name, m.data_off == data_sectors * 512 && m.data_len == 8192 * 512);
	snprintf(name, sizeof name, "%s: name of the array", version);
	CHECK_STR(name, m.name, "host:0");
	put32(at + 0xc8, 1);
	snprintf(name, sizeof name, "%s: wrong checksum", version);
	CHECK_INT(name, read_it(), -1);
}

static void test_1(void)
{
	check_1("1.0", AT_10, 0);
	check_1("1.1", 0, 2048);
	check_1("1.2", 4096, 2048);

	fresh();
	make_1(4096, 2048, 8192, 3);
	put32(4096 + 8, 2);
	put64(4096 + 0x98, 100);
	seal(4096, 0xd8, 0x106);
	read_it();
	CHECK("1.2: being filled", m.rebuilding);
	CHECK("1.2: being filled: not alone", strstr(raid_not_alone(&m), "rebuilt") != NULL);
	memcpy(disk.data + 4096 + 0x102, "\xfe\xff", 2);
	seal(4096, 0xd8, 0x106);
	read_it();
	CHECK_INT("1.2: failed", m.role, -2);
	put32(4096 + 0xa0, 99);
	seal(4096, 0xd8, 0x106);
	read_it();
	CHECK_INT("1.2: number beyond the list: a spare", m.role, -1);

	fresh();
	make_1(4096, 2048, 8192, 3);
	put32(4096 + 0xdc, 0xffffffff);
	CHECK_INT("1.2: more devices than fit", read_it(), -1);
	fresh();
	make_1(4096, UINT64_MAX / 512, 8192, 3);
	CHECK_INT("1.2: data beyond the end", read_it(), -1);
	fresh();
	make_1(4096, 2048, UINT64_MAX / 2, 3);
	CHECK_INT("1.2: endless data: read", read_it(), 1);
	CHECK("1.2: endless data: no overflow", m.data_len <= UINT64_MAX - m.data_off);

	fresh();
	make_1(AT_10, 0, 8192, 3);
	put64(AT_10 + 0x90, AT_10 / 512 - 2048);
	seal(AT_10, 0xd8, 0x106);
	CHECK_INT("1.0 of the last partition: not the disk's", read_it(), 0);
}

// What keeps a member from living alone, and what its bad-block log says.
static void test_alone(void)
{
	fresh();
	make_1(4096, 2048, 8192, 3);
	read_it();
	CHECK("1.2: alone", !raid_not_alone(&m) && !m.bad);
	put32(4096 + 0x48, 10);
	seal(4096, 0xd8, 0x106);
	read_it();
	CHECK("level 10: not alone", strstr(raid_not_alone(&m), "other than a mirror") != NULL);
	for (unsigned feature = 4; feature <= 64; feature *= 16) {
		make_1(4096, 2048, 8192, 3);
		put32(4096 + 8, feature);
		seal(4096, 0xd8, 0x106);
		read_it();
		CHECK("reshape, new offset: not alone",
		      strstr(raid_not_alone(&m), "reshaped") != NULL);
	}

	make_1(4096, 2048, 8192, 3);
	put32(4096 + 8, 8);
	disk.data[4096 + 0xb9] = 1;
	disk.data[4096 + 0xba] = 8;
	put32(4096 + 0xbc, 16);
	seal(4096, 0xd8, 0x106);
	memset(disk.data + 12288, 0xff, 4096);
	put64(12288, UINT64_C(2048) << 10 | 4);
	put64(12288 + 8, UINT64_C(4096) << 10 | 8);
	read_it();
	CHECK("bad-block log: alone all the same", !raid_not_alone(&m));
	CHECK_INT("bad-block log: bytes", m.bad, 2 * 12 * 512);
	memset(disk.data + 12288, 0xee, 4096);
	read_it();
	CHECK_INT("bad-block log of nonsense: at most all", m.bad <= disk.src.size, 1);
	put32(4096 + 0xbc, (uint32_t)-16);
	seal(4096, 0xd8, 0x106);
	read_it();
	CHECK_INT("bad-block log before the disk: not read", m.bad, 0);
}

static void test_several(void)
{
	struct range r[16];
	unsigned n;

	fresh();
	make_090(AT_090);
	make_1(4096, 2048, 8192, 3);
	CHECK_INT("two versions: found", read_it(), 1);
	CHECK_STR("two versions: the one updated last", m.metadata, "1.2");
	n = raid_super_ranges(&disk.src, r, 16);
	CHECK("two versions: both places", n == 2 && r[0].off == 4096 && r[1].off == AT_090);
	put32(4096 + 0xc8, 99);
	CHECK_INT("one of them damaged: the other", read_it(), 1);
	CHECK_STR("one of them damaged: its version", m.metadata, "0.90");
	CHECK_INT("a damaged one has a place, too", raid_super_ranges(&disk.src, r, 16), 2);
	CHECK_INT("room for one", raid_super_ranges(&disk.src, r, 1), 1);

	fresh();
	CHECK_INT("blank: nothing", read_it(), 0);
	CHECK_INT("blank: no place", raid_super_ranges(&disk.src, r, 16), 0);
	disk.src.size = 1000;
	CHECK_INT("tiny: nothing", read_it(), 0);
}

static bool is(const struct range *r, uint64_t off, uint64_t len)
{
	return r->off == off && r->len == len;
}

static void test_bitmaps(void)
{
	struct range r[16];

	fresh();
	make_1(4096, 2048, 8192, 3);
	put32(4096 + 8, 1 | 8);
	put32(4096 + 0x60, 8);
	disk.data[4096 + 0xba] = 8;
	put32(4096 + 0xbc, 16);
	seal(4096, 0xd8, 0x106);
	memcpy(disk.data + 8192, "bitm", 4);
	put32(8192 + 0x34, 65536);
	put64(8192 + 0x28, 8192);
	CHECK_INT("1.2 with bitmap and log", raid_super_ranges(&disk.src, r, 16), 3);
	CHECK("1.2: superblock, bitmap, log",
	      is(&r[0], 4096, 4096) && is(&r[1], 8192, 4096) && is(&r[2], 12288, 4096));
	put32(8192 + 0x40, 0xffffffff);
	raid_super_ranges(&disk.src, r, 16);
	CHECK("a bitmap that claims all: ends at the data", is(&r[1], 8192, 2048 * 512 - 8192));

	fresh();
	make_1(AT_10, 0, 8192, 3);
	put32(AT_10 + 8, 1);
	put32(AT_10 + 0x60, (uint32_t)-16);
	seal(AT_10, 0xd8, 0x106);
	memcpy(disk.data + AT_10 - 8192, "bitm", 4);
	put32(AT_10 - 8192 + 0x40, 16);
	CHECK_INT("1.0 with a bitmap before it", raid_super_ranges(&disk.src, r, 16), 2);
	CHECK("1.0: superblock, bitmap", is(&r[0], AT_10, 4096) && is(&r[1], AT_10 - 8192, 8192));
	put64(AT_10 + 0x50, (AT_10 - 4096) / 512);
	seal(AT_10, 0xd8, 0x106);
	CHECK_INT("a bitmap that lies in the data: left alone", raid_super_ranges(&disk.src, r, 16),
		  1);

	fresh();
	make_090(AT_090);
	memcpy(disk.data + AT_090 + 4096, "bitm", 4);
	put32(AT_090 + 4096 + 0x34, 65536);
	CHECK_INT("0.90 with a bitmap", raid_super_ranges(&disk.src, r, 16), 2);
	CHECK("0.90: the bitmap fills the 64 KiB", is(&r[1], AT_090 + 4096, 61440));
}

static void test_unreadable(void)
{
	fresh();
	make_090(AT_090);
	disk.fail_after = 1;
	disk.fail_num = EIO;
	CHECK_INT("unreadable", read_it(), -1);
	CHECK("unreadable: says where", strstr(e.text, "read at") != NULL);
}

// What lies where a superblock would, but is none, may be unreadable behind its first sector.
static void test_unreadable_behind(void)
{
	struct map readable MAP_AUTO = { 0 };
	struct src *s;

	map_init(&readable, SIZE, MAP_DONE);
	map_set(&readable, AT_090 + 512, 512, MAP_BAD);
	fresh();
	s = src_fault(&disk.src, &readable);
	CHECK_INT("no superblock, and the next sector is unreadable", raid_read(s, &m, &e), 0);
	make_090(AT_090);
	CHECK_INT("a superblock whose second sector is unreadable", raid_read(s, &m, &e), -1);
	src_close(s);
}

int main(void)
{
	test_090();
	test_1();
	test_several();
	test_alone();
	test_bitmaps();
	test_unreadable();
	test_unreadable_behind();
	free(disk.data);
	TEST_END();
}
