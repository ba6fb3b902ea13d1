// SPDX-License-Identifier: GPL-2.0-or-later
// VHD: the bytes of the format, what readers make of its numbers, foreign files, damage.
#include "image/vhd.h"

#include "image_file.h"

#define BLOCK (2 * MIB)
#define FIRST 4096u // data of the first block of a small disk
#define FOOTER(len) ((len)-512)

static struct image_settings settings(bool fixed)
{
	struct image_settings set = image_settings(&image_vhd);

	set.fixed = fixed;
	return set;
}

// Disks of all sizes and fillings, written in pieces of several lengths.
static void round_trip(uint64_t size, const char *name, uint64_t off, uint64_t len, bool fixed)
{
	struct image_settings set = settings(fixed);
	struct buf notes BUF_AUTO = { 0 };
	struct map wanted MAP_AUTO = { 0 };
	struct mem_sink sink;
	struct mem_src m, file;
	struct err e = { 0 };
	char text[96];
	int n = snprintf(text, sizeof text, "%s, %s, %llu bytes: ", fixed ? "fixed" : "dynamic",
			 name, (unsigned long long)size);

	mem_src_begin(&m, size, 512);
	map_init(&wanted, size, MAP_TODO);
	map_set(&wanted, off, len, MAP_DONE);
	strcpy(text + n, "as planned");
	CHECK(text, file_write(&image_vhd, &set, &m, &wanted, size % 7 ? 65536 : 3 << 20, &sink));
	CHECK_INT("the end of the file is whole sectors", sink.len % 512, 0);
	file_of(&file, &sink);
	strcpy(text + n, "reads back");
	CHECK_STR(text, file_reads(&file, &image_vhd, &m, &wanted, (size + MIB - 1) / MIB * MIB),
		  "");
	strcpy(text + n, "whole");
	CHECK_STR(text, image_vhd.check(&file.src, &notes, &e) ? e.text : buf_str(&notes), "");
	src_close(&file.src);
	src_close(&m.src);
}

static void round_trips(void)
{
	const uint64_t sizes[] = { 1,	    511,	 512 * 3,	200001,	      MIB,
				   MIB + 1, BLOCK - 512, BLOCK + 65536, 5 * MIB + 513 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int fixed = 0; fixed < 2; fixed++) {
			round_trip(sizes[i], "everything", 0, sizes[i], fixed);
			round_trip(sizes[i], "nothing", 0, 0, fixed);
			round_trip(sizes[i], "the last byte", sizes[i] - 1, 1, fixed);
		}
	round_trip(6 * MIB, "over an edge of blocks", BLOCK - 1, 2, false);
	round_trip(6 * MIB, "the middle of the last block", 5 * MIB, 3, false);
}

static struct mem_sink write_disk(uint64_t size, uint64_t off, uint64_t len, bool fixed)
{
	struct image_settings set = settings(fixed);

	return file_of_disk(&image_vhd, &set, size, off, len);
}

// A disk of 3 MiB whose second block is used, byte for byte; time, checksum and id are their own.
static void golden(void)
{
	static const uint8_t footer[64] = {
		'c',	     'o', 'n', 'e', 'c', 't', 'i', 'x', // cookie
		[11] = 2,					// features
		[13] = 1,					// version 1.0
		[22] = 2,					// header at 512
		[28] = 'w',  'i', 'n', ' ',			// creator
		[33] = 6,    0,	  1,				// its version
		[36] = 'W',  'i', '2', 'k',			// its system
		[45] = 0x30,					// 3 MiB once
		[53] = 0x30,					// 3 MiB now
		[57] = 3,    16,  128,				// geometry
		[63] = 3,					// dynamic
	};
	static const uint8_t header[40] = {
		'c',	     'x',  's',	 'p',  'a',  'r',  's',	 'e',  // cookie
		0xff,	     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, // nothing follows
		[22] = 6,					       // table at 1536
		[25] = 1,					       // version 1.0
		[31] = 2,					       // entries
		[33] = 0x20,					       // 2 MiB
		[36] = 0xff, 0xff, 0xf4, 0x75,			       // checksum
	};
	static const uint8_t table[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 7, 0xff };
	struct mem_sink g = write_disk(3 * MIB, BLOCK, 1, false);
	struct vhd_footer f;

	CHECK_INT("golden: size", g.len, FIRST + BLOCK + 512);
	memcpy(&f, g.data, sizeof f);
	CHECK_INT("golden: checksum", be32_get(f.checksum), vhd_checksum(&f, sizeof f, f.checksum));
	CHECK_INT("golden: version of the id", f.id[6] >> 4, 4);
	CHECK("golden: both footers", !memcmp(g.data, g.data + FOOTER(g.len), 512));
	memset(g.data + 0x18, 0, 4);
	CHECK("golden: footer", !memcmp(g.data, footer, sizeof footer));
	CHECK("golden: header", !memcmp(g.data + 512, header, sizeof header));
	CHECK("golden: table", !memcmp(g.data + 1536, table, sizeof table));
	CHECK("golden: bitmap", g.data[FIRST - 512] == 0xff && g.data[FIRST - 1] == 0xff);
	CHECK("golden: data", g.data[FIRST] == (uint8_t)(BLOCK / 512 * 31 + BLOCK * 7 + 1));
	free(g.data);
	g = write_disk(3 * MIB, BLOCK, 1, true);
	CHECK_INT("golden, fixed: size", g.len, 3 * MIB + 512);
	CHECK_INT("golden, fixed: no header", g.data[3 * MIB + 0x10], 0xff);
	CHECK_INT("golden, fixed: type", g.data[3 * MIB + 0x3f], 2);
	free(g.data);
}

// Gathers the first bytes that are written.
struct first_bytes {
	struct sink sink;
	uint8_t data[4096];
};

static int keep_first(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct first_bytes *f = (struct first_bytes *)s;

	(void)e;
	if (s->pos < sizeof f->data)
		memcpy(f->data + s->pos, p,
		       n < sizeof f->data - s->pos ? n : sizeof f->data - s->pos);
	return 0;
}

// Those who multiply the geometry must not see less, and find the table large enough; the largest
// geometry makes all of today look at the size.
static void geometry(uint64_t size, uint64_t more)
{
	static const struct sink_ops ops = { .write = keep_first };
	struct image_settings set = settings(false);
	struct first_bytes s = { { &ops, 0 }, { 0 } };
	struct vhd_footer f;
	struct vhd_header h;
	struct image_plan p;
	struct map used;
	char text[80];
	uint64_t seen;

	map_init(&used, size, MAP_TODO);
	image_plan(&p, &image_vhd, &set, size, &used, NULL);
	image_vhd.begin(&p, &s.sink, NULL);
	image_plan_free(&p);
	memcpy(&f, s.data, sizeof f);
	memcpy(&h, s.data + sizeof f, sizeof h);
	seen = be16_get(f.cylinders) * (uint64_t)f.heads * f.sectors * 512;
	snprintf(text, sizeof text, "geometry of %s", size_show(size).s);
	CHECK_INT(text, be64_get(f.size), size);
	if (more == UINT64_MAX)
		CHECK_INT("the largest geometry", seen, 65535ull * 16 * 255 * 512);
	else
		CHECK("never less, hardly more", seen >= size && seen - size <= more);
	if (more != UINT64_MAX)
		CHECK("the table covers it", be32_get(h.entries) * BLOCK >= seen);
	CHECK("the table covers the disk", be32_get(h.entries) * BLOCK >= size);
}

static void limits(void)
{
	struct image_settings set = settings(false), fixed = settings(true);
	uint64_t total, tables;

	geometry(MIB, 0);
	geometry(8 * GIB, 0);
	geometry(65535 * MIB, 0);
	geometry(64 * GIB, 16 * 255 * 512);
	geometry(127 * GIB, 16 * 255 * 512);
	geometry(128 * GIB, UINT64_MAX);
	geometry(2040 * GIB, UINT64_MAX);
	tables = file_tables(&image_vhd, &set, 2040 * GIB, 2040 * GIB, 2040 * GIB, &total);
	CHECK_INT("the largest disk, full: tables", tables, 1536 + 2040 * 512 * 4);
	CHECK("every block can be reached by 32 bits", total / 512 < UINT32_MAX);
	tables = file_tables(&image_vhd, &set, 2040 * GIB, 2040 * GIB, 0, &total);
	CHECK_INT("the largest disk, empty", total, tables + 512);
	file_tables(&image_vhd, &fixed, 2040 * GIB, GIB, 1, &total);
	CHECK_INT("the largest disk, fixed", total, 2040 * GIB + 512);
	CHECK("more than 2040 GiB",
	      strstr(file_plan_refused(&image_vhd, &set, 2040 * GIB + 1), "--format vhdx"));
	CHECK("nothing", strstr(file_plan_refused(&image_vhd, &set, 0), "not possible"));
	set.sector = 4096;
	CHECK("sectors of 4096 bytes",
	      strstr(file_plan_refused(&image_vhd, &set, GIB), "--format vhdx"));
}

static void mend(uint8_t *data, uint64_t len)
{
	struct vhd_footer f;
	struct vhd_header h;

	memcpy(&f, data, sizeof f);
	f.checksum = be32_put(vhd_checksum(&f, sizeof f, f.checksum));
	memcpy(data, &f, sizeof f);
	memcpy(data + FOOTER(len), &f, sizeof f);
	memcpy(&h, data + 512, sizeof h);
	h.checksum = be32_put(vhd_checksum(&h, sizeof h, h.checksum));
	memcpy(data + 512, &h, sizeof h);
}

static void damaged(void)
{
	struct mem_sink g = write_disk(5 * MIB, 0, 5 * MIB, false);
	const uint64_t end = FOOTER(g.len);
	const struct damage as_is[] = {
		{ "a damaged footer", end + 0x35, "\1", 1, "no footer at the end" },
		{ "a damaged copy", 0x35, "\1", 1, "copy at the beginning is damaged" },
		{ "a damaged header", 512 + 0x22, "\1", 1, "header's checksum" },
		{ "no header", 512, "C", 1, "there is no header" },
		{ "a block outside", 1536, "\1", 1, "block 0 at" },
		{ "a block over the footer", 1536 + 9, "\60", 1, "block 2 at" },
		{ "a block over the header", 1539, "\2", 1, "lies where something else" },
		{ "a block over a block", 1536 + 4, "\0\0\0\10", 4, "lies where something else" },
	};
	const struct damage mended[] = {
		{ "version 2", 0x0d, "\2", 1, "version 0x20000" },
		{ "a differencing disk", 0x3f, "\4", 1, "differencing" },
		{ "an unknown type", 0x3f, "\7", 1, "type 7" },
		{ "no size", 0x35, "\0\0\0", 3, "impossible disk size" },
		{ "half a sector", 0x37, "\1", 1, "impossible disk size" },
		{ "a huge disk", 0x30, "\1", 1, "impossible disk size" },
		{ "a header outside", 0x10, "\1", 1, "header at" },
		{ "a header nowhere", 0x10, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "header at" },
		{ "small blocks", 512 + 0x20, "\0\0\2\0", 4, "blocks of 512" },
		{ "odd blocks", 512 + 0x20, "\0\x21\0\0", 4, "blocks of" },
		{ "a short table", 512 + 0x1f, "\2", 1, "2 entries, 3 are" },
		{ "an endless table", 512 + 0x1c, "\xff", 1, "are needed" },
		{ "a table outside", 512 + 0x10, "\1", 1, "table at" },
		{ "a table over the header", 512 + 0x16, "\5", 1, "something else" },
	};
	struct vhd_footer other;

	for (size_t i = 0; i < sizeof as_is / sizeof *as_is; i++)
		file_refused(&image_vhd, &g, as_is + i, NULL);
	for (size_t i = 0; i < sizeof mended / sizeof *mended; i++)
		file_refused(&image_vhd, &g, mended + i, mend);
	memcpy(&other, g.data, sizeof other);
	other.id[0] ^= 1;
	other.checksum = be32_put(vhd_checksum(&other, sizeof other, other.checksum));
	file_refused(&image_vhd, &g,
		     &(struct damage){ "another footer", 0, (char *)&other, sizeof other,
				       "the footer and its copy differ" },
		     NULL);
	free(g.data);
	g = write_disk(5 * MIB, 0, 5 * MIB, true);
	memmove(g.data + MIB, g.data + FOOTER(g.len), 512);
	g.len = MIB + 512;
	file_refused(&image_vhd, &g, &(struct damage){ "a cut fixed disk", 0, "", 0, "was cut" },
		     NULL);
	file_refused(&image_vhd, &g,
		     &(struct damage){ "a damaged fixed disk", MIB + 0x35, "\1", 1, "checksum" },
		     NULL);
	free(g.data);
}

static void reads(const char *name, struct mem_sink *g, uint64_t at, int want)
{
	struct src *guest SRC_AUTO = NULL;
	const struct image_ops *ops;
	struct mem_src file;
	struct err e = { 0 };
	uint8_t byte = 0;

	file_of(&file, g);
	CHECK_STR(name, image_open(&file.src, &guest, &ops, &e) ? e.text : ops->name, "vhd");
	CHECK(name, guest && !src_read(guest, at, &byte, 1, NULL));
	CHECK_INT(name, byte, want);
	src_close(&file.src);
}

// A fixed disk without its end could be any plain disk, but for its name.
static void cut(void)
{
	struct mem_sink g = write_disk(3 * MIB, 0, 3 * MIB, true);
	struct src *guest = NULL;
	struct mem_src file;
	struct err e = { 0 };

	file_of(&file, &g);
	file.src.size = MIB;
	CHECK_INT("a plain disk", vhd_open(&file.src, &guest, &e), 0);
	strcpy(file.src.name, "/mnt/server.VHD");
	CHECK_INT("a fixed disk that was cut", vhd_open(&file.src, &guest, &e), -1);
	CHECK("the reason", strstr(e.text, "has no footer") != NULL);
	src_close(&file.src);
}

static void foreign(void)
{
	struct mem_sink g = write_disk(3 * MIB, 0, 3 * MIB, true);
	struct buf notes BUF_AUTO = { 0 };
	struct mem_src file;
	int first;

	first = g.data[0];
	g.len--; // Virtual PC before 2004
	reads("a footer of 511 bytes", &g, 0, first);
	g = write_disk(3 * MIB, 0, 3 * MIB, false);
	g.len -= 512;
	reads("without a footer the copy is taken", &g, 0, first);
	g = write_disk(3 * MIB, 0, 3 * MIB, false);
	g.data[FIRST - 512] = 0x7f;
	reads("a sector that was never written", &g, 511, 0);
	g = write_disk(3 * MIB, 0, 3 * MIB, false);
	g.data[FIRST - 512] = 0x7f;
	reads("the one behind it was", &g, 512, g.data[FIRST + 512]);

	g = write_disk(5 * MIB, 0, 5 * MIB, false);
	memset(g.data + 1536, 0xff, 4);
	file_of(&file, &g);
	CHECK("a lost block is no damage", !image_vhd.check(&file.src, &notes, NULL));
	CHECK("but it is told", strstr(buf_str(&notes), "are not used") != NULL);
	src_close(&file.src);
}

int main(void)
{
	round_trips();
	golden();
	limits();
	damaged();
	foreign();
	cut();
	TEST_END();
}
