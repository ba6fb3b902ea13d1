// SPDX-License-Identifier: GPL-2.0-or-later
// VHDX: the bytes of the format, foreign files, damage.
#include "image/vhdx.h"

#include "image_file.h"

#define METADATA (2 * MIB)
#define ITEMS (METADATA + 64 * KIB)
#define BAT (3 * MIB)
#define DATA (4 * MIB)

static struct image_settings settings(bool fixed, uint32_t sector)
{
	struct image_settings set = image_settings(&image_vhdx);

	set.fixed = fixed;
	set.sector = sector;
	return set;
}

static void round_trip(uint64_t size, const char *name, uint64_t off, uint64_t len, bool fixed,
		       uint32_t sector)
{
	struct image_settings set = settings(fixed, sector);
	struct buf notes BUF_AUTO = { 0 };
	struct map wanted MAP_AUTO = { 0 };
	struct mem_sink sink;
	struct mem_src m, file;
	struct err e = { 0 };
	char text[96];
	int n = snprintf(text, sizeof text,
			 "%s, sectors of %u, %s, %llu bytes: ", fixed ? "fixed" : "dynamic", sector,
			 name, (unsigned long long)size);

	mem_src_begin(&m, size, sector);
	map_init(&wanted, size, MAP_TODO);
	map_set(&wanted, off, len, MAP_DONE);
	strcpy(text + n, "as planned");
	CHECK(text, file_write(&image_vhdx, &set, &m, &wanted, size % 7 ? 65536 : 3 << 20, &sink));
	CHECK_INT("the file is whole MiB", sink.len % MIB, 0);
	file_of(&file, &sink);
	strcpy(text + n, "reads back");
	CHECK_STR(
		text,
		file_reads(&file, &image_vhdx, &m, &wanted, (size + sector - 1) / sector * sector),
		"");
	strcpy(text + n, "whole");
	CHECK_STR(text, image_vhdx.check(&file.src, &notes, &e) ? e.text : buf_str(&notes), "");
	src_close(&file.src);
	src_close(&m.src);
}

static void round_trips(void)
{
	const uint64_t sizes[] = { 1,	    511,     200001,	      MIB,
				   MIB + 1, 2 * MIB, 2 * MIB + 65536, 5 * MIB + 513 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int fixed = 0; fixed < 2; fixed++) {
			uint32_t sector = i % 2 ? 4096 : 512;

			round_trip(sizes[i], "everything", 0, sizes[i], fixed, sector);
			round_trip(sizes[i], "nothing", 0, 0, fixed, sector);
			round_trip(sizes[i], "the last byte", sizes[i] - 1, 1, fixed, sector);
		}
	round_trip(6 * MIB, "over an edge of blocks", 2 * MIB - 1, 2, false, 512);
}

static struct mem_sink write_disk(uint64_t size, uint64_t off, uint64_t len, bool fixed)
{
	struct image_settings set = settings(fixed, 512);

	return file_of_disk(&image_vhdx, &set, size, off, len);
}

// A disk of 3 MiB whose second block is used, byte for byte but for what is random.
static void golden(void)
{
	static const uint8_t log[] = { 0, 0, 1, 0, 0, 0, 0x10, 0, 0, 0, 0x10, 0, 0, 0, 0, 0 };
	static const uint8_t regions[] = {
		2,    0,    0,	  0,	0,    0,    0,	  0,	0x66, 0x77, 0xc2, 0x2d,
		0x23, 0xf6, 0x00, 0x42, 0x9d, 0x64, 0x11, 0x5e, 0x9b, 0xfd, 0x4a, 0x08,
		0,    0,    0x30, 0,	0,    0,    0,	  0,	0,    0,    0x10, 0,
		1,    0,    0,	  0,	0x06, 0xa2, 0x7c, 0x8b, 0x90, 0x47, 0x9a, 0x4b,
		0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e, 0,    0,    0x20, 0,
		0,    0,    0,	  0,	0,    0,    0x10, 0,	1,    0,    0,	  0,
	};
	static const uint8_t first_item[] = {
		0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d, 0xb3, 0xb6, 0x33,
		0xf0, 0xaa, 0x44, 0xe7, 0x6b, 0,    0,	  1,	0,    8,    0,
		0,    0,    4,	  0,	0,    0,    0,	  0,	0,    0,
	};
	static const uint8_t values[] = { 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x30, 0, 0, 0, 0, 0 };
	static const uint8_t sectors[] = { 0, 2, 0, 0, 0, 0x10, 0, 0 };
	static const uint8_t bat[] = { [8] = 6, [10] = 0x40, [24] = 0 };
	struct mem_sink g = write_disk(3 * MIB, MIB, 1, false);
	struct vhdx_header h[2];

	CHECK_INT("golden: size", g.len, DATA + MIB);
	CHECK("golden: signature", !memcmp(g.data, "vhdxfileS\0a\0l\0v\0o\0r\0", 21));
	memcpy(&h[0], g.data + 64 * KIB, sizeof *h);
	memcpy(&h[1], g.data + 128 * KIB, sizeof *h);
	for (int i = 0; i < 2; i++) {
		static const uint8_t zeros[16];

		CHECK("golden: header", !memcmp(h[i].signature, "head", 4));
		CHECK_INT("golden: sequence number", le64_get(h[i].sequence), i + 1);
		CHECK("golden: the log is empty", !memcmp(&h[i].log, zeros, sizeof zeros));
		CHECK("golden: log and version", !memcmp(&h[i].log_version, log, sizeof log));
		CHECK("golden: table of regions",
		      !memcmp(g.data + (192 + i * 64) * KIB + 8, regions, sizeof regions));
	}
	CHECK("golden: ids differ", memcmp(&h[0].file_write, &h[0].data_write, 16));
	CHECK_INT("golden: version of the id", h[0].file_write.b[7] >> 4, 4);
	CHECK("golden: metadata", !memcmp(g.data + METADATA, "metadata\0\0\5\0\0", 13));
	CHECK("golden: item", !memcmp(g.data + METADATA + 32, first_item, sizeof first_item));
	CHECK("golden: values", !memcmp(g.data + ITEMS, values, sizeof values));
	CHECK("golden: sectors", !memcmp(g.data + ITEMS + 32, sectors, sizeof sectors));
	CHECK("golden: table", !memcmp(g.data + BAT, bat, sizeof bat));
	CHECK_INT("golden: data", g.data[DATA], (uint8_t)(MIB / 512 * 31 + MIB * 7 + 1));
	free(g.data);
}

// RFC 3720 gives the CRC-32C of 32 zeros; a header is the sum of 4 KiB with four of them zero.
static void checksum(void)
{
	uint8_t zeros[32] = { 0 };

	CHECK_INT("CRC-32C", vhdx_checksum(zeros, sizeof zeros), 0x8a9136aa);
	memset(zeros + 4, 0xff, 4);
	CHECK_INT("its own field does not count", vhdx_checksum(zeros, sizeof zeros), 0x8a9136aa);
}

static void large(const char *name, uint64_t size, uint64_t block, bool fixed)
{
	struct image_settings set = settings(fixed, 512);
	uint64_t total, step = size / 64, tables, entries, ratio = (1ull << 32) / block;

	entries = size / block + (size / block - 1) / ratio;
	tables = file_tables(&image_vhdx, &set, size, step, 1, &total);
	CHECK_INT(name, tables, BAT + (entries * 8 + MIB - 1) / MIB * MIB);
	CHECK_INT(name, total, tables + (fixed ? size : 64 * block));
}

static void limits(void)
{
	struct image_settings set = settings(false, 512);

	large("1 GiB", GIB, MIB, false);
	large("4 TiB: blocks of 1 MiB", 4 * TIB, MIB, false);
	large("4 TiB, fixed", 4 * TIB, MIB, true);
	large("8 TiB: blocks of 2 MiB", 8 * TIB, 2 * MIB, false);
	large("64 TiB: blocks of 16 MiB", 64 * TIB, 16 * MIB, false);
	CHECK("more than 64 TiB",
	      strstr(file_plan_refused(&image_vhdx, &set, 64 * TIB + 1), "64 TiB are the most"));
	CHECK("nothing", strstr(file_plan_refused(&image_vhdx, &set, 0), "not possible"));
	set.sector = 520;
	CHECK("sectors of 520 bytes",
	      strstr(file_plan_refused(&image_vhdx, &set, GIB), "512 or 4096"));
}

static void mend_one(uint8_t *at, size_t n)
{
	le32 sum = le32_put(vhdx_checksum(at, n));

	memcpy(at + 4, &sum, sizeof sum);
}

static void mend(uint8_t *data, uint64_t len)
{
	(void)len;
	for (unsigned i = 0; i < 2; i++) {
		mend_one(data + VHDX_HEADER_AT(i), VHDX_HEADER_SIZE);
		mend_one(data + VHDX_REGIONS_AT(i), VHDX_TABLE_SIZE);
	}
}

static void mend_and_copy(uint8_t *data, uint64_t len)
{
	mend(data, len);
	memcpy(data + VHDX_HEADER_AT(1), data + VHDX_HEADER_AT(0), VHDX_HEADER_SIZE);
	memcpy(data + VHDX_REGIONS_AT(1), data + VHDX_REGIONS_AT(0), VHDX_TABLE_SIZE);
}

static void damaged(void)
{
	static const char bat_id[] =
		"\x66\x77\xc2\x2d\x23\xf6\x00\x42\x9d\x64\x11\x5e\x9b\xfd\x4a\x08";
	const uint64_t head = VHDX_HEADER_AT(0), head2 = VHDX_HEADER_AT(1);
	const uint64_t regions = VHDX_REGIONS_AT(0), table = METADATA + 32;
	const struct damage as_is[] = {
		{ "a damaged header 1", head + 4095, "\1", 1, "header 1 is damaged" },
		{ "a damaged header 2", head2 + 4095, "\1", 1, "header 2 is damaged" },
		{ "a damaged table of regions", regions + 60000, "\1", 1, "regions 1 is damaged" },
		{ "another one", regions + 65536 + 9, "\7", 1, "regions 2 is damaged" },
		{ "no metadata", METADATA, "M", 1, "metadata is damaged" },
		{ "a block outside", BAT + 3, "\1", 1, "block 0 at" },
		{ "a block over the last one", BAT + 8 + 2, "\x60", 1,
		  "lies where something else" },
		{ "a block in the log", BAT + 2, "\x10", 1, "lies where something else" },
		{ "a block in the head", BAT + 2, "\0", 1, "block 0 at" },
		{ "a part of a block", BAT, "\7", 1, "state 7" },
		{ "an unknown state", BAT, "\4", 1, "state 4" },
		{ "a reserved bit", BAT, "\x0e", 1, "entry of block 0" },
		{ "odd blocks", ITEMS, "\1", 1, "impossible blocks" },
		{ "tiny blocks", ITEMS + 2, "\0", 1, "impossible blocks" },
		{ "large blocks", ITEMS + 2, "\0\x20", 2, "impossible blocks" },
		{ "a parent", ITEMS + 4, "\2", 1, "differencing" },
		{ "no size", ITEMS + 10, "\0", 1, "impossible disk size" },
		{ "half a sector", ITEMS + 8, "\1", 1, "impossible disk size" },
		{ "a huge disk", ITEMS + 14, "\1", 1, "impossible disk size" },
		{ "a disk larger than its table", ITEMS + 13, "\1", 1, "are needed" },
		{ "tiny sectors", ITEMS + 33, "\1", 1, "impossible sectors" },
		{ "an item outside", table + 19, "\1", 1, "inside its region" },
		{ "an item in the table", table + 18, "\0", 1, "inside its region" },
		{ "a short item", table + 20, "\7", 1, "inside its region" },
		{ "an unknown item", table + 5, "\7", 1, "cannot be read here" },
	};
	const struct damage mended[] = {
		{ "another log in header 1", head + 0x4a, "\0", 1, "headers differ" },
		{ "another table of regions", regions + 65536 + 50000, "\1", 1,
		  "tables of regions differ" },
	};
	const struct damage copied[] = {
		{ "version 2", head + 0x42, "\2", 1, "version 2" },
		{ "a log to be replayed", head + 0x30, "\1", 1, "must be replayed" },
		{ "a log outside", head + 0x4d, "\1", 1, "log at" },
		{ "a log in the head", head + 0x4a, "\0", 1, "log at" },
		{ "a log of 1 byte", head + 0x44, "\1", 1, "log at" },
		{ "a log over the metadata", head + 0x4a, "\x20", 1, "something else" },
		{ "too many regions", regions + 9, "\xff", 1, "are too many" },
		{ "a region outside", regions + 16 + 21, "\1", 1, "region at" },
		{ "regions over each other", regions + 16 + 18, "\x20", 1, "something else" },
		{ "a region we do not know", regions + 16, "\1", 1, "a region that cannot" },
		{ "no metadata region", regions + 8, "\1", 1, "has no metadata" },
		{ "no regions", regions + 8, "\0", 1, "has no table of blocks" },
		{ "two tables of blocks", regions + 48, bat_id, 16, "two regions of one kind" },
	};
	struct mem_sink g = write_disk(3 * MIB, 0, 3 * MIB, false);

	for (size_t i = 0; i < sizeof as_is / sizeof *as_is; i++)
		file_refused(&image_vhdx, &g, as_is + i, NULL);
	for (size_t i = 0; i < sizeof mended / sizeof *mended; i++)
		file_refused(&image_vhdx, &g, mended + i, mend);
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		file_refused(&image_vhdx, &g, copied + i, mend_and_copy);
	g.len = 65536;
	file_refused(&image_vhdx, &g, &(struct damage){ "a cut file", 0, "", 0, "was cut" }, NULL);
	free(g.data);
}

// What the first byte of the guest is, in a good file of which some bytes were replaced.
static void reads(const char *name, struct mem_sink *g, uint64_t at, const char *bytes, size_t n,
		  void (*mended)(uint8_t *, uint64_t), int want)
{
	struct src *guest SRC_AUTO = NULL;
	const struct image_ops *ops;
	struct mem_src file;
	struct err e = { 0 };
	uint8_t byte = 0;

	memcpy(g->data + at, bytes, n);
	if (mended)
		mended(g->data, g->len);
	file_of(&file, g);
	CHECK_STR(name, image_open(&file.src, &guest, &ops, &e) ? e.text : ops->name, "vhdx");
	CHECK(name, guest && !src_read(guest, 0, &byte, 1, NULL));
	CHECK_INT(name, byte, want);
	src_close(&file.src);
}

static void foreign(void)
{
	const uint64_t head = VHDX_HEADER_AT(0), regions = VHDX_REGIONS_AT(0);
	const struct {
		const char *name;
		uint64_t at;
		const char *bytes;
		size_t n;
		void (*mend)(uint8_t *, uint64_t);
		int want;
	} cases[] = {
		{ "only the second header", head + 4000, "x", 1, NULL, 1 },
		{ "only the first header", VHDX_HEADER_AT(1) + 4000, "x", 1, NULL, 1 },
		{ "the same header twice", head, "h", 1, mend_and_copy, 1 },
		{ "the newer header counts", head + 0x30, "\1", 1, mend, 1 },
		{ "only the second table of regions", regions, "x", 1, NULL, 1 },
		{ "a block that was trimmed", BAT, "\3", 1, NULL, 0 },
		{ "the same in a draft of the format", BAT, "\5", 1, NULL, 0 },
		{ "a block of zeros", BAT, "\2", 1, NULL, 0 },
		{ "a block nobody wrote", BAT, "\1", 1, NULL, 0 },
		{ "other metadata that need not be known", METADATA + 32 + 64 + 1, "\x77", 1, NULL,
		  1 },
	};
	struct buf notes BUF_AUTO = { 0 };
	struct mem_src file;
	struct mem_sink g;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		g = write_disk(3 * MIB, 0, 3 * MIB, false);
		g.data[METADATA + 32 + 64 + 24] &= (uint8_t)~VHDX_ITEM_REQUIRED; // the disk's id
		reads(cases[i].name, &g, cases[i].at, cases[i].bytes, cases[i].n, cases[i].mend,
		      cases[i].want);
	}
	g = write_disk(5 * MIB, 0, 5 * MIB, false);
	memset(g.data + BAT, 0, 16);
	file_of(&file, &g);
	CHECK("lost blocks are no damage", !image_vhdx.check(&file.src, &notes, NULL));
	CHECK("but they are told", strstr(buf_str(&notes), "2 MiB of the file") != NULL);
	src_close(&file.src);
}

int main(void)
{
	round_trips();
	golden();
	checksum();
	limits();
	damaged();
	foreign();
	TEST_END();
}
