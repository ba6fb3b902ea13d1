// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2's metadata text, good and bad, and the places of volumes on a physical volume made by hand.
// That real metadata is understood is the business of tests/cli/used_blocks_lvm.
#include "base/crc.h"
#include "base/endian.h"
#include "base/size.h"
#include "copy/wanted.h"
#include "fsmap/lvm.h"
#include "fsmap/lvm_text.h"
#include "mem_src.h"
#include "test.h"

#define EXTENT (64 * KIB)
#define START (64 * KIB)
#define AREA 4096
#define AREA_LEN (60 * KIB)

static struct mem_src disk;
static struct err e;

static void test_text(void)
{
	static const char good[] =
		"# a comment\nvg {a=1 b = \"x\\\"y\\\\z\" # more\n\tl = [\"p\", -3 ,\"q\"]\n"
		"empty=[] deep{er{x=7}} fraction = 1.5 }\nlast = 2\n\0behind";
	struct lvm_text t;
	const struct lvm_node *vg, *l, *deep;
	uint64_t n = 0;

	CHECK_INT("a text", lvm_text_read(&t, good, sizeof good, &e), 0);
	vg = lvm_find(t.nodes, "vg", LVM_SECTION);
	CHECK("a number", vg && lvm_number(vg, "a", &n) && n == 1);
	CHECK_STR("a string", lvm_string(vg, "b"), "x\"y\\z");
	CHECK_STR("a number is no string", lvm_string(vg, "a"), "");
	l = lvm_find(vg, "l", LVM_LIST);
	CHECK("a list", l && l->first && l->first->next && l->first->next->number == -3);
	CHECK("words of a list", lvm_has(vg, "l", "q") && !lvm_has(vg, "l", "r"));
	CHECK("an empty list", lvm_find(vg, "empty", LVM_LIST) && !lvm_has(vg, "empty", ""));
	deep = lvm_find(lvm_find(vg, "deep", LVM_SECTION), "er", LVM_SECTION);
	CHECK("sections in sections", deep && lvm_number(deep, "x", &n) && n == 7);
	CHECK("behind a section", lvm_number(t.nodes, "last", &n) && n == 2);
	CHECK("behind the end", !lvm_number(t.nodes, "behind", &n));
	lvm_text_free(&t);
}

static void test_bad_text(void)
{
	static const struct {
		const char *text, *told;
	} bad[] = {
		{ "a", "no name with a value" },
		{ "= 1", "no name with a value" },
		{ "a = ", "neither a string nor a number" },
		{ "a = x", "neither a string nor a number" },
		{ "a = 99999999999999999999", "neither a string nor a number" },
		{ "a = \"x", "a string without an end" },
		{ "a = [1", "a list without an end" },
		{ "a = [1 2]", "a list without an end" },
		{ "a = [[1]]", "neither a string nor a number" },
		{ "a { b = 1", "a section without an end" },
		{ "}", "a section ends that did not begin" },
		{ "a{b{c{d{e{f{g{h{i{j{k{l{m{n{o{p{q{", "too much" },
	};
	struct lvm_text t;

	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		int r = lvm_text_read(&t, bad[k].text, strlen(bad[k].text), &e);

		CHECK(bad[k].text, r < 0 && strstr(e.text, bad[k].told));
	}
}

static void put64(uint64_t at, uint64_t x)
{
	le64 v = le64_put(x);

	memcpy(disk.data + at, &v, 8);
}

static void put_crc(uint64_t at, uint64_t from, size_t n)
{
	le32 v = le32_put(~crc32_add(~0xf597a6cfu, disk.data + from, n));

	memcpy(disk.data + at, &v, 4);
}

// A physical volume of 32 extents whose group has these volumes. Extent n is full of the byte n +
// 1.
static void make(const char *volumes)
{
	char text[8192];
	int n = snprintf(text, sizeof text,
			 "vg { seqno = 1 extent_size = 128 physical_volumes {"
			 " pv0 { id = \"AAAAAA-AAAA\" pe_start = 128 pe_count = 32 }"
			 " pv1 { id = \"BBBBBB-BBBB\" pe_start = 128 pe_count = 99 } }"
			 " logical_volumes { %s } }",
			 volumes);

	memset(disk.data, 0, disk.src.size);
	for (unsigned k = 0; k < 32; k++)
		memset(disk.data + START + k * EXTENT, (int)k + 1, EXTENT);
	memcpy(disk.data + 512, "LABELONE", 8);
	put64(512 + 8, 1);
	put64(512 + 20, 32);
	memcpy(disk.data + 512 + 24, "LVM2 001AAAAAAAAAA", 18);
	put64(512 + 64, disk.src.size);
	put64(512 + 72, START);
	put64(512 + 104, AREA);
	put64(512 + 112, AREA_LEN);
	put_crc(512 + 16, 512 + 20, 492);
	memcpy(disk.data + AREA + 4, " LVM2 x[5A%r0N*>\1", 17);
	put64(AREA + 24, AREA);
	put64(AREA + 32, AREA_LEN);
	put64(AREA + 40, 512);
	put64(AREA + 48, (uint64_t)n);
	memcpy(disk.data + AREA + 512, text, (size_t)n);
	put_crc(AREA + 56, AREA + 512, (size_t)n);
	put_crc(AREA, AREA + 4, 508);
}

#define VISIBLE "status = [\"VISIBLE\"] segment_count = "

// What is missing on the disk is missing in the volume, wherever its pieces lie, and nothing else.
static void test_back(const struct lvm *l, const struct map *used, const struct map *m)
{
	struct map have MAP_AUTO = { 0 }, part MAP_AUTO = { 0 };
	bool same = true;

	map_init(&have, m->size, MAP_DONE);
	for (size_t k = 0; k < m->n; k++)
		if (m->r[k].state == MAP_DONE)
			map_set(&have, m->r[k].off, m->r[k].len, MAP_BAD);
	lvm_take(l, &l->volumes[0], &have, &part);
	for (uint64_t at = 0; at < part.size; at++)
		same = same && (map_at(&part, at) == MAP_BAD) == (map_at(used, at) == MAP_DONE);
	CHECK("missing bytes find back to the volume", same && part.size == used->size);
}

static void test_stripes(void)
{
	struct map used MAP_AUTO = { 0 }, m MAP_AUTO = { 0 };
	struct src *s SRC_AUTO = NULL;
	struct lvm l;
	uint8_t *p = mem_alloc(8 * EXTENT);
	bool right = true;

	make("v { " VISIBLE "2 segment1 { start_extent = 0 extent_count = 2 type = \"striped\""
	     " stripe_count = 1 stripes = [\"pv0\", 9] } segment2 { start_extent = 2"
	     " extent_count = 6 type = \"striped\" stripe_count = 3 stripe_size = 8"
	     " stripes = [\"pv0\", 20, \"pv0\", 2, \"pv0\", 12] } }");
	CHECK_INT("a volume with stripes", lvm_read(&disk.src, &l, &e), 1);
	CHECK("one volume that can be looked into",
	      l.n_volumes == 1 && l.volumes[0].n_legs == 1 && l.volumes[0].size == 8 * EXTENT);
	s = lvm_src(&disk.src, &l, &l.volumes[0]);
	CHECK_INT("read at once", src_read(s, 0, p, 8 * EXTENT, &e), 0);
	for (uint64_t at = 0; at < 8 * EXTENT; at++) {
		static const uint8_t first[] = { 20, 2, 12 };
		uint64_t in = at - 2 * EXTENT, turn = in / 4096;
		uint64_t extent = at < 2 * EXTENT ? 9 + at / EXTENT
						  : first[turn % 3] + turn / 3 * 4096 / EXTENT;

		right = right && p[at] == extent + 1;
	}
	CHECK("every byte from its extent", right);
	CHECK("read across a border", src_read(s, 2 * EXTENT - 1, p, 4098, &e) == 0 && p[0] == 11 &&
					      p[1] == 21 && p[4096] == 21 && p[4097] == 3);
	CHECK("not behind the end", src_read(s, 8 * EXTENT - 1, p, 2, &e) < 0);
	map_init(&used, s->size, MAP_TODO);
	map_init(&m, disk.src.size, MAP_TODO);
	map_set(&used, EXTENT - 100, 300, MAP_DONE);
	map_set(&used, 2 * EXTENT + 4000, 4096 + 200, MAP_DONE);
	lvm_place(&l, &l.volumes[0], &used, &m);
	CHECK("used bytes go to their places",
	      map_count(&m, MAP_DONE) == 300 + 4096 + 200 &&
		      map_at(&m, START + 10 * EXTENT - 100) == MAP_DONE &&
		      map_at(&m, START + 10 * EXTENT + 199) == MAP_DONE &&
		      map_at(&m, START + 20 * EXTENT + 4000) == MAP_DONE &&
		      map_at(&m, START + 2 * EXTENT) == MAP_DONE &&
		      map_at(&m, START + 2 * EXTENT + 4095) == MAP_DONE &&
		      map_at(&m, START + 12 * EXTENT + 103) == MAP_DONE &&
		      map_at(&m, START + 12 * EXTENT + 104) == MAP_TODO);
	test_back(&l, &used, &m);
	free(p);
	lvm_close(&l);
}

// Texts that cannot be: everything is used.
static void test_contradictions(void)
{
	static const struct {
		const char *name, *segment, *told;
	} bad[] = {
		{ "extents behind the end",
		  "start_extent = 0 extent_count = 2 type = \"striped\" stripe_count = 1"
		  " stripes = [\"pv0\", 31]",
		  "contradicts itself" },
		{ "no extents",
		  "start_extent = 0 extent_count = 0 type = \"striped\" stripe_count = 1"
		  " stripes = [\"pv0\", 1]",
		  "contradicts itself" },
		{ "a gap in front",
		  "start_extent = 1 extent_count = 1 type = \"striped\" stripe_count = 1"
		  " stripes = [\"pv0\", 1]",
		  "contradicts itself" },
		{ "fewer areas than stripes",
		  "start_extent = 0 extent_count = 2 type = \"striped\" stripe_count = 2"
		  " stripe_size = 8 stripes = [\"pv0\", 1]",
		  "contradicts itself" },
		{ "more areas than stripes",
		  "start_extent = 0 extent_count = 2 type = \"striped\" stripe_count = 1"
		  " stripes = [\"pv0\", 1, \"pv0\", 5]",
		  "contradicts itself" },
		{ "stripes of no size",
		  "start_extent = 0 extent_count = 2 type = \"striped\" stripe_count = 2"
		  " stripe_size = 0 stripes = [\"pv0\", 1, \"pv0\", 5]",
		  "contradicts itself" },
		{ "a count that is no multiple",
		  "start_extent = 0 extent_count = 3 type = \"striped\" stripe_count = 2"
		  " stripe_size = 8 stripes = [\"pv0\", 1, \"pv0\", 5]",
		  "contradicts itself" },
		{ "a size that overflows",
		  "start_extent = 0 extent_count = 9223372036854775807 type = \"error\"",
		  "contradicts itself" },
		{ "another kind of segment, here",
		  "start_extent = 0 extent_count = 3 type = \"news\" where { x = [\"pv0\", 3] }",
		  "segment of type" },
	};
	char text[1024];

	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		struct map used MAP_AUTO = { 0 };
		struct buf notes BUF_AUTO = { 0 };

		snprintf(text, sizeof text, "v { " VISIBLE "1 segment1 { %s } }", bad[k].segment);
		make(text);
		wanted_used(&disk.src, &used, &notes, &e);
		if (!strstr(buf_str(&notes), bad[k].told))
			printf("# it says: %s\n", buf_str(&notes));
		CHECK(bad[k].name,
		      map_count(&used, MAP_TODO) == 0 && strstr(buf_str(&notes), bad[k].told));
	}
}

// A volume with extents that count twice is larger than its disk, and so has room for itself.
static void test_depth(void)
{
	struct map used MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };

	make("v { " VISIBLE "2 segment1 { start_extent = 0 extent_count = 32 type = \"striped\""
	     " stripe_count = 1 stripes = [\"pv0\", 0] } segment2 { start_extent = 32"
	     " extent_count = 2 type = \"striped\" stripe_count = 1 stripes = [\"pv0\", 0] } }");
	for (unsigned k = 0; k < 12; k++)
		memcpy(disk.data + START + k * EXTENT, disk.data, START);
	wanted_used(&disk.src, &used, &notes, &e);
	CHECK("volumes in volumes end", strstr(buf_str(&notes), "too deep"));
	CHECK("what is innermost is used", map_at(&used, START + 30 * EXTENT) == MAP_DONE);
}

static void test_names(void)
{
	static const struct {
		const char *name, *device;
		bool is;
	} devices[] = {
		{ "vg/root", "/dev/vg/root", true },
		{ "vg/root", "/dev/mapper/vg-root", true },
		{ "a-b/c--d", "/dev/mapper/a--b-c----d", true },
		{ "a-b/c--d", "/dev/a-b/c--d", true },
		{ "a/b-c", "/dev/mapper/a-b-c", false },
		{ "vg/root", "/dev/vg/roo", false },
		{ "vg/root", "vg/root", false },
		{ "vg/root", "/dev/mapper/vg/root", false },
	};
	char name[16];

	for (size_t k = 0; k < sizeof devices / sizeof *devices; k++)
		CHECK(devices[k].device,
		      lvm_called(devices[k].name, devices[k].device) == devices[k].is);
	lvm_mapper_name("----------/----------", name, sizeof name);
	CHECK("a name that is too long", strlen(name) < sizeof name);
}

int main(void)
{
	test_names();
	mem_src_begin(&disk, START + 33 * EXTENT, 512);
	test_text();
	test_bad_text();
	test_stripes();
	test_contradictions();
	test_depth();
	free(disk.data);
	TEST_END();
}
