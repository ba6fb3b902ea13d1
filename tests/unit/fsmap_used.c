// SPDX-License-Identifier: GPL-2.0-or-later
// What the used maps are drawn with, and the maps of file systems small enough to be written here:
// FAT12 with sectors that cannot be read, swap in all its states.
#include "fsmap/fsmap.h"
#include "fsmap/used.h"
#include "mem_src.h"
#include "test.h"

static struct err e;

static void test_bits(void)
{
	struct map m MAP_AUTO = { 0 };
	uint8_t bits[64];
	bool same = true;

	for (size_t i = 0; i < sizeof(bits); i++)
		bits[i] = i % 7 == 0 ? 0xff : i % 5 == 0 ? 0 : (uint8_t)(i * 37);
	map_init(&m, 1 << 20, MAP_TODO);
	used_bits(&m, 4096, 1000, bits, 509);
	for (uint64_t k = 0; k < 512; k++)
		for (uint64_t off = 0; off < 1000; off += 333) {
			bool used = k < 509 && used_bit(bits, k);

			same = same && (map_at(&m, 4096 + k * 1000 + off) == MAP_DONE) == used;
		}
	CHECK("bits become ranges", same && map_at(&m, 0) == MAP_TODO);
	CHECK_INT("a run ends where the bits end", used_run((const uint8_t *)"\xff\xff", 3, 11),
		  11);
	CHECK_INT("a run of zeros", used_run((const uint8_t *)"\x01\x00\x80", 1, 24), 23);
}

// Every second block of four million, and one large hole in the middle.
static void test_thin(void)
{
	struct map m MAP_AUTO = { 0 };
	bool kept = true, below = true;
	uint64_t blocks = 4000000, hole = blocks / 2;

	map_init(&m, blocks * 1024, MAP_TODO);
	for (uint64_t k = 0; k < blocks; k += 2) {
		if (k >= hole && k < hole + 5000)
			continue;
		used_add(&m, k * 1024, 1024);
		below = below && m.n < USED_RANGES;
	}
	for (uint64_t k = 0; k < blocks; k += 2)
		kept = kept && (map_at(&m, k * 1024) == MAP_DONE || (k >= hole && k < hole + 5000));
	CHECK("a map in a million pieces stays small", below);
	CHECK("nothing used is lost", kept);
	CHECK("a long free piece stays free", map_at(&m, (hole + 2000) * 1024) == MAP_TODO);
}

static void test_doubt(void)
{
	struct doubt d = { 0 };
	char why[100] = "x";

	used_tell(&d, why, sizeof(why));
	CHECK_STR("no doubt", why, "");
	used_doubt(&d, 3 << 20, "group %u's bitmap is damaged", 17u);
	used_tell(&d, why, sizeof(why));
	CHECK_STR("one doubt", why, "3.0 MiB kept because group 17's bitmap is damaged");
	used_doubt(&d, 1 << 20, "another");
	used_tell(&d, why, sizeof(why));
	CHECK_STR("two doubts", why,
		  "4.0 MiB kept because group 17's bitmap is damaged, and 1 more");
}

static struct mem_src mem;

static void begin(uint64_t size)
{
	mem_src_begin(&mem, size, 512);
	memset(mem.data, 0, size);
}

static void put(uint64_t off, const void *data, size_t len)
{
	memcpy(mem.data + off, data, len);
}

// The free ranges as text: "9216-10240 12288-20480".
static const char *free_of(struct src *s, char *why, size_t why_size)
{
	static char text[200];
	struct map m MAP_AUTO = { 0 };
	size_t n = 0;

	text[0] = '\0';
	fs_used(s, &m, why, why_size, &e);
	for (size_t i = 0; i < m.n; i++)
		if (m.r[i].state == MAP_TODO)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu-%llu",
					      n ? " " : "", (unsigned long long)m.r[i].off,
					      (unsigned long long)(m.r[i].off + m.r[i].len));
	return text;
}

// FAT12: boot sector, two FATs of two sectors, a root directory of one, 600 clusters of a sector.
static void make_fat12(void)
{
	static const uint8_t boot[] = { 0xeb, 0x3c, 0x90, 'S',	'A', 'L',  'V', 'O',
					'R',  ' ',  ' ',  0,	2,   1,	   1,	0,
					2,    16,   0,	  0x5e, 2,   0xf8, 2,	0 };

	begin(606 * 512 + 700);
	put(0, boot, sizeof(boot));
	put(510, "\x55\xaa", 2);
	for (unsigned fat = 0; fat < 2; fat++) {
		uint64_t at = 512 + fat * 1024;

		// Clusters 2, 3 a file, 5 one that is bad, 344 (in the second sector) a file.
		put(at, "\xf8\xff\xff\x03\xf0\xff\x00\x70\xff", 9);
		put(at + 516, "\xff\x0f", 2);
	}
}

static void test_fat12(void)
{
	struct map readable MAP_AUTO = { 0 };
	struct src *faulty;
	char why[160];

	make_fat12();
	CHECK_STR("FAT12: free clusters", free_of(&mem.src, why, sizeof(why)),
		  "4096-4608 5120-178176 178688-310272");
	CHECK_STR("FAT12: nothing is wrong", why, "");
	map_init(&readable, mem.src.size, MAP_DONE);
	map_set(&readable, 512 + 1024 + 512, 512, MAP_BAD);
	faulty = src_fault(&mem.src, &readable);
	CHECK_STR("FAT12: a sector of the second FAT is unreadable: all it describes is used",
		  free_of(faulty, why, sizeof(why)), "");
	CHECK_STR("FAT12: that is told", why,
		  "300.0 KiB kept because a part of the FAT is unreadable");
	src_close(faulty);
	mem.data[512 + 3] = 0;
	mem.data[512 + 4] &= 0xf0;
	CHECK_STR("FAT12: what either FAT names is used", free_of(&mem.src, why, sizeof(why)),
		  "4096-4608 5120-178176 178688-310272");
	CHECK_STR("FAT12: the difference is told", why, "512 B kept because the two FATs differ");
	free(mem.data);
}

static void make_swap(uint32_t page, const char *signature, uint32_t last_page)
{
	struct {
		uint32_t version, last_page, bad;
	} head = { 1, last_page, 0 };

	begin(300000);
	put(1024, &head, sizeof(head));
	put(page - 10, signature, 10);
}

static void test_swap(void)
{
	static const char *const asleep[] = { "S1SUSPEND\0", "S2SUSPEND\0", "ULSUSPEND\0",
					      "LINHIB0001",
					      "\xed\xc3\x02\xe9\x98\x56\xe5\x0c\0\0" };
	char why[160];

	make_swap(4096, "SWAPSPACE2", 72);
	CHECK_STR("swap: the header, and what lies behind its end",
		  free_of(&mem.src, why, sizeof(why)), "4096-299008");
	CHECK_STR("swap: nothing is wrong", why, "");
	free(mem.data);
	make_swap(65536, "SWAPSPACE2", 3);
	CHECK_STR("swap with pages of 64 KiB", free_of(&mem.src, why, sizeof(why)), "65536-262144");
	free(mem.data);
	make_swap(4096, "SWAP-SPACE", 0xffffffff);
	CHECK_STR("swap of the first version", free_of(&mem.src, why, sizeof(why)), "4096-300000");
	free(mem.data);
	make_swap(4096, "SWAPSPACE2", 100);
	CHECK_STR("swap larger than its place: all is used", free_of(&mem.src, why, sizeof(why)),
		  "");
	CHECK_STR("swap larger than its place: told", why,
		  "copied whole: the header of the swap space contradicts itself");
	free(mem.data);
	for (size_t i = 0; i < sizeof(asleep) / sizeof(*asleep); i++) {
		make_swap(4096, asleep[i], 72);
		CHECK_STR("a machine asleep in its swap: all is used",
			  free_of(&mem.src, why, sizeof(why)), "");
		CHECK_STR("a machine asleep: told", why, "copied whole: a hibernation image");
		free(mem.data);
	}
}

int main(void)
{
	test_bits();
	test_thin();
	test_doubt();
	test_fat12();
	test_swap();
	TEST_END();
}
