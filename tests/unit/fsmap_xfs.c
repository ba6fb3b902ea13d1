// SPDX-License-Identifier: GPL-2.0-or-later
// XFS of version 4 made by hand (no checksums, blocks of 512 bytes, one group): every state of the
// log, a free-space tree of three levels, and each way in which these can be wrong.
#include "base/endian.h"
#include "base/size.h"
#include "fsmap/fsmap.h"
#include "mem_src.h"
#include "test.h"

enum { BLOCK = 512, BLOCKS = 4096, LOG = 1024, LOG_LEN = 64, ROOT = 100 };

static struct mem_src disk;

static void put16(uint64_t at, uint16_t x)
{
	be16 v = be16_put(x);

	memcpy(disk.data + at, &v, 2);
}

static void put32(uint64_t at, uint32_t x)
{
	be32 v = be32_put(x);

	memcpy(disk.data + at, &v, 4);
}

static void put64(uint64_t at, uint64_t x)
{
	put32(at, (uint32_t)(x >> 32));
	put32(at + 4, (uint32_t)x);
}

static void text(uint64_t at, const char *s)
{
	memcpy(disk.data + at, s, strlen(s));
}

// A leaf of two records: 8 blocks free from `first` on, 8 more behind a gap of 8.
static void leaf(unsigned block, unsigned first)
{
	uint64_t at = (uint64_t)block * BLOCK;

	text(at, "ABTB");
	put16(at + 6, 2);
	for (unsigned k = 0; k < 2; k++) {
		put32(at + 16 + 8 * k, first + 16 * k);
		put32(at + 20 + 8 * k, 8);
	}
}

// A node of two children; their addresses follow the room for all keys.
static void node(unsigned block, unsigned level, unsigned one, unsigned two)
{
	uint64_t at = (uint64_t)block * BLOCK, most = (BLOCK - 16) / 12;

	text(at, "ABTB");
	put16(at + 4, (uint16_t)level);
	put16(at + 6, 2);
	put32(at + 16 + 8 * most, one);
	put32(at + 20 + 8 * most, two);
}

// The first block of a log record that has one block behind its header.
static void record(unsigned at, uint32_t cycle, bool unmount)
{
	uint64_t header = (uint64_t)(LOG + at % LOG_LEN) * BLOCK;
	uint64_t body = (uint64_t)(LOG + (at + 1) % LOG_LEN) * BLOCK;

	put32(header, 0xfeedbabe);
	put32(header + 4, cycle);
	put32(header + 8, 2);
	put32(header + 12, BLOCK);
	put32(header + 40, 1);
	put32(header + 0x12c, 1);
	disk.data[body + 9] = unmount ? 0x20 : 0;
}

// A log whose blocks up to `head` were written in this cycle, the others in the one before.
static void log_cycles(unsigned head, uint32_t cycle)
{
	memset(disk.data + LOG * BLOCK, 0, LOG_LEN * BLOCK);
	for (unsigned k = 0; k < LOG_LEN; k++)
		put32((LOG + k) * (uint64_t)BLOCK, k < head ? cycle : cycle - 1);
}

static void fresh(void)
{
	memset(disk.data, 0, disk.src.size);
	text(0, "XFSB");
	put32(4, BLOCK);
	put64(8, BLOCKS);
	put64(0x30, LOG);
	put32(0x54, BLOCKS);
	put32(0x58, 1);
	put32(0x60, LOG_LEN);
	put16(0x64, 4);
	put16(0x66, BLOCK);
	disk.data[0x7c] = 12;
	text(BLOCK, "XAGF");
	put32(BLOCK + 4, 1);
	put32(BLOCK + 12, BLOCKS);
	put32(BLOCK + 16, ROOT);
	put32(BLOCK + 28, 3);
	put32(BLOCK + 52, 64);
	put32(BLOCK + 56, 8);
	node(ROOT, 2, 101, 102);
	node(101, 1, 103, 104);
	node(102, 1, 105, 106);
	for (unsigned k = 0; k < 4; k++)
		leaf(103 + k, 2000 + 100 * k);
}

static struct map used;
static char why[160];

static uint64_t free_bytes(void)
{
	map_free(&used);
	fs_used(&disk.src, &used, why, sizeof why, NULL);
	return map_count(&used, MAP_TODO);
}

static void told(const char *name, const char *reason)
{
	uint64_t n = free_bytes();

	if (!strstr(why, reason))
		printf("# it says: %s\n", why);
	CHECK(name, n == 0 && strstr(why, reason));
}

static void test_log(void)
{
	struct fs_info i;

	fresh();
	CHECK("never written: clean", free_bytes() == 64 * BLOCK && !why[0]);
	fresh();
	log_cycles(2, 1);
	record(0, 1, true);
	CHECK("mkfs: clean", free_bytes() == 64 * BLOCK && !why[0]);
	log_cycles(22, 3);
	record(20, 3, true);
	CHECK("in the middle: clean", free_bytes() == 64 * BLOCK && !why[0]);
	log_cycles(LOG_LEN, 3);
	record(LOG_LEN - 2, 3, true);
	CHECK("at the very end: clean", free_bytes() == 64 * BLOCK && !why[0]);
	log_cycles(1, 3);
	record(LOG_LEN - 1, 2, true);
	CHECK("over the end: clean", free_bytes() == 64 * BLOCK && !why[0]);
	CHECK("clean, says the survey", fs_probe(&disk.src, &i, NULL) == 1 && i.clean);
	log_cycles(24, 3);
	record(20, 3, true);
	record(22, 3, false);
	CHECK("something behind the unmount, but no change of the group: its tree counts",
	      free_bytes() == 64 * BLOCK);
	CHECK("dirty, says the survey", fs_probe(&disk.src, &i, NULL) == 1 && !i.clean);
	put32((LOG + 5) * (uint64_t)BLOCK, 3);
	put32(LOG * (uint64_t)BLOCK, 9);
	told("cycles that make no sense: whole", "it makes no sense");
	log_cycles(LOG_LEN, 3);
	told("no record at all: whole", "no record");
}

// A change of the group's header in the log.
static void test_log_change(void)
{
	uint64_t at = (LOG + 23) * (uint64_t)BLOCK;

	fresh();
	log_cycles(24, 3);
	record(20, 3, true);
	record(22, 3, false);
	put32(at + 4, 16);
	disk.data[at + 12] = 0x3c;
	disk.data[at + 13] = 0x12;
	disk.data[at + 20] = 1;
	told("the log changes the group: whole", "in allocation group 0 the log has changes");
	disk.data[at + 20] = 9;
	CHECK("the log changes something else", free_bytes() == 64 * BLOCK && !why[0]);
	put32(at + 4, 8);
	disk.data[at + 9] = 4;
	told("the log is cut just there: whole", "a change that is cut in two");
	put32(at + 4, 512);
	told("an operation that is too long: whole", "an operation outside");
}

static void test_tree(void)
{
	static const struct {
		const char *name;
		uint64_t at;
		uint32_t value;
		const char *told;
	} wrong[] = {
		{ "a header of something else", BLOCK, 0, "the header is none" },
		{ "a header of another group", BLOCK + 8, 7, "the header is none" },
		{ "no level", BLOCK + 28, 0, "the header contradicts itself" },
		{ "too many levels", BLOCK + 28, 10, "the header contradicts itself" },
		{ "a wrong count", BLOCK + 52, 63, "disagree" },
		{ "a wrong longest piece", BLOCK + 56, 9, "disagree" },
		{ "a root outside", BLOCK + 16, BLOCKS, "leads out of the group" },
		{ "a leaf as the root", BLOCK + 16, 103, "a block that is none" },
		{ "a child that is its parent", 101 * BLOCK + 16 + 8 * 41, 101, "is none" },
		{ "the same leaf twice", 102 * BLOCK + 20 + 8 * 41, 105, "out of order" },
		{ "an empty leaf", 104 * BLOCK + 4, 0, "an empty block" },
		{ "a leaf too full", 104 * BLOCK + 4, 63, "too full" },
		{ "a node too full", 102 * BLOCK + 4, 0x1002a, "too full" },
		{ "a record outside", 106 * BLOCK + 28, BLOCKS, "out of order" },
		{ "a record of nothing", 106 * BLOCK + 28, 0, "out of order" },
		{ "a record over the headers", 103 * BLOCK + 16, 3, "out of order" },
	};

	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
		fresh();
		put32(wrong[k].at, wrong[k].value);
		told(wrong[k].name, wrong[k].told);
	}
}

static void test_super(void)
{
	fresh();
	put64(8, BLOCKS + 1);
	told("larger than its place", "larger than its place");
	fresh();
	put32(0x54, BLOCKS - 1);
	told("groups that do not cover it", "number of allocation groups");
	fresh();
	put64(0x30, BLOCKS - 63);
	told("a log outside", "place of the log");
	fresh();
	put64(0x30, 0);
	told("a log elsewhere", "log is on another device");
	fresh();
	put16(0x64, 3);
	told("version 3", "XFS of version 3");
	fresh();
	put16(0x66, 1024);
	told("sectors larger than blocks", "sector size");
	fresh();
	disk.data[0x7e] = 1;
	told("half made", "did not finish");
}

int main(void)
{
	mem_src_begin(&disk, BLOCKS * BLOCK, 512);
	fresh();
	CHECK_INT("three levels: free blocks", free_bytes(), 64 * BLOCK);
	CHECK_INT("the first of them", map_at(&used, 2000 * BLOCK), MAP_TODO);
	CHECK_INT("the gap behind them", map_at(&used, 2008 * BLOCK), MAP_DONE);
	CHECK_INT("the last of them", map_at(&used, 2324 * BLOCK - 1), MAP_TODO);
	CHECK_INT("and no more", map_at(&used, 2324 * BLOCK), MAP_DONE);
	test_log();
	test_log_change();
	test_tree();
	test_super();
	map_free(&used);
	free(disk.data);
	TEST_END();
}
