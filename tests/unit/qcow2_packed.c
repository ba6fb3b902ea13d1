// SPDX-License-Identifier: GPL-2.0-or-later
// qcow2 with compressed clusters: any order of what gets small, what does not and what is zero is
// laid out soundly, and damage is found.
#include <stdlib.h>

#include "base/size.h"
#include "image/qcow2.h"
#include "mem_src.h"
#include "test.h"

#define CLUSTERS 48u

// Bytes of a cluster: not the same for all packings.
static size_t cluster_of(enum packing packing)
{
	return packing == PACK_ZSTD ? 256 << 10 : 64 << 10;
}

// Contents of a cluster, by letter: '0' zeros, 'n' noise, else text, the less of it the smaller.
static void fill(uint8_t *p, size_t cluster, char letter, uint32_t seed)
{
	size_t noisy = letter == 'n' ? cluster : (size_t)(letter - 'a') * (cluster / 32);

	memset(p, letter == '0' ? 0 : letter, cluster);
	for (size_t i = 0; letter != '0' && i < noisy; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static void as_source(struct mem_src *out, const struct mem_sink *sink)
{
	mem_src_begin(out, sink->len, 512);
	memcpy(out->data, sink->data, sink->len);
}

// The disk whose clusters are these letters, as an image.
static bool make(const char *letters, enum packing packing, struct mem_src *disk,
		 struct mem_sink *sink)
{
	struct image_settings set = { .packing = packing, .sector = 512 };
	struct packer *k = packer_new(packing);
	size_t clusters = strlen(letters), cluster = cluster_of(packing);
	uint8_t *small = malloc(cluster);
	struct image_plan p;
	struct map used;
	bool ok;

	mem_src_begin(disk, clusters * cluster, 512);
	mem_sink_begin(sink);
	map_init(&used, disk->src.size, MAP_DONE);
	ok = !image_plan(&p, &image_qcow2, &set, disk->src.size, &used, NULL) &&
	     !p.ops->begin(&p, &sink->sink, NULL);
	for (size_t i = 0; ok && i < clusters; i++) {
		uint8_t *data = disk->data + i * cluster;

		fill(data, cluster, letters[i], (uint32_t)i);
		ok = !p.ops->put(&p, &sink->sink, i * cluster, small,
				 p.ops->pack(&p, k, i * cluster, data, small), NULL);
	}
	ok = ok && !p.ops->finish(&p, &sink->sink, NULL) && sink->sink.pos <= p.file_size;
	image_plan_free(&p);
	packer_free(k);
	free(small);
	return ok;
}

// "" or what is wrong.
static const char *judge(const char *letters, enum packing packing)
{
	static struct err e;
	struct buf notes BUF_AUTO = { 0 };
	struct src *guest = NULL;
	struct mem_src disk, file;
	struct mem_sink sink;
	uint8_t *back = malloc(strlen(letters) * cluster_of(packing));

	e = (struct err){ 0 };
	if (!make(letters, packing, &disk, &sink))
		err_set(&e, 0, "cannot be written");
	as_source(&file, &sink);
	if (!*e.text && !image_qcow2.check(&file.src, &notes, &e) && notes.len)
		err_set(&e, 0, "%s", buf_str(&notes));
	if (!*e.text && qcow2_open(&file.src, &guest, &e) == 1 &&
	    !src_read(guest, 0, back, disk.src.size, &e) &&
	    memcmp(back, disk.data, disk.src.size) != 0)
		err_set(&e, 0, "reads back changed");
	src_close(guest);
	free(back);
	free(sink.data);
	src_close(&disk.src);
	src_close(&file.src);
	return e.text;
}

static void orders(void)
{
	static const char *const chosen[] = {
		"0",
		"n",
		"a",
		"aaaaaaaa",
		"nnnn",
		"anananan",
		"ann0nnnnnnnnnnnnnnnnnnnnnnnnnnnnna",
		"zzzzzzzznzzzzzzzzzz",
	};
	char letters[CLUSTERS + 1] = "", name[80];
	uint32_t seed = 7;

	for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
		snprintf(name, sizeof name, "deflate %s", chosen[i]);
		CHECK_STR(name, judge(chosen[i], PACK_DEFLATE), "");
	}
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned c = 0; c < CLUSTERS; c++) {
			seed = seed * 1664525 + 1013904223;
			letters[c] = "0nnabcfkpuzzz"[(seed >> 16) % 13];
		}
		snprintf(name, sizeof name, "zstd %s", letters);
		CHECK_STR(name, judge(letters, PACK_ZSTD), "");
	}
}

// Sizes that follow from the layout: nothing is wasted between compressed clusters, and those that
// do not get smaller wait for an edge.
static void layout(void)
{
	size_t cluster = cluster_of(PACK_DEFLATE);
	struct mem_sink sink;
	struct mem_src disk;

	make("aaaaaaaaaaaaaaaa", PACK_DEFLATE, &disk, &sink);
	CHECK_INT("sixteen small ones in one cluster", sink.len, (2 + 4) * cluster);
	free(sink.data);
	src_close(&disk.src);
	make("anananana", PACK_DEFLATE, &disk, &sink);
	CHECK_INT("small ones are not torn apart by large ones", sink.len, (2 + 4 + 4) * cluster);
	free(sink.data);
	src_close(&disk.src);
	make("0000", PACK_DEFLATE, &disk, &sink);
	CHECK_INT("zeros are nothing", sink.len, 4 * cluster);
	free(sink.data);
	src_close(&disk.src);
}

// Several frames in a cluster are how QEMU may write, too.
static void two_frames(void)
{
	struct packer *k = packer_new(PACK_ZSTD);
	size_t cluster = cluster_of(PACK_ZSTD);
	struct mem_src disk, file;
	struct mem_sink sink;
	struct src *guest;
	uint8_t back[512];
	size_t n;

	make("aa", PACK_ZSTD, &disk, &sink);
	as_source(&file, &sink);
	n = packer_pack(k, disk.data, 40000, file.data + cluster, cluster);
	packer_pack(k, disk.data, cluster - 40000, file.data + cluster + n, cluster);
	CHECK("two frames", qcow2_open(&file.src, &guest, NULL) == 1 &&
				    !src_read(guest, cluster - 512, back, 512, NULL) &&
				    !memcmp(back, disk.data, 512));
	src_close(guest);
	packer_free(k);
	free(sink.data);
	src_close(&disk.src);
	src_close(&file.src);
}

static void refuse(const char *name, const struct mem_sink *good, size_t at, const char *bytes,
		   size_t n, const char *reason)
{
	struct mem_src file;
	struct err e = { 0 };

	as_source(&file, good);
	memcpy(file.data + at, bytes, n);
	CHECK(name, image_qcow2.check(&file.src, NULL, &e) && strstr(e.text, reason));
	if (!strstr(e.text, reason))
		printf("# it says: %s\n", e.text);
	src_close(&file.src);
}

// Of this file cluster 1 is compressed data, 2 the L2 table, 3 L1, 4 refcount table, 5 counts.
static void damaged(void)
{
	size_t cluster = cluster_of(PACK_ZSTD);
	struct mem_src disk;
	struct mem_sink g;

	make("aaaa", PACK_ZSTD, &disk, &g);
	refuse("a changed byte", &g, cluster + 20, "\x5a\x5a", 2, "compressed data at 0x40000");
	refuse("no such compression", &g, 104, "\2", 1, "type 2");
	refuse("compression not marked", &g, 79, "\0", 1, "not marked");
	refuse("the same data twice", &g, 2 * cluster + 8, (char *)g.data + 2 * cluster, 8,
	       "something else");
	refuse("data over a table", &g, 2 * cluster, "\x80\0\0\0\0\4\0\0", 8, "something else");
	refuse("data behind the end", &g, 2 * cluster, "\x40\x01", 2, "behind the end");
	refuse("a count too small", &g, 5 * cluster + 3, "\3", 1, "used 4 times, its count is 3");
	refuse("a count too large", &g, 5 * cluster + 3, "\5", 1, "used 4 times, its count is 5");
	free(g.data);
	src_close(&disk.src);
	make("aaaa", PACK_DEFLATE, &disk, &g);
	cluster = cluster_of(PACK_DEFLATE);
	refuse("zeros in place of a stream", &g, cluster, "\0\0\0\0\0\0\0\0", 8, "is damaged");
	refuse("less than a cluster", &g, cluster, "\1\1\0\xfe\xff", 5, "1 bytes come out");
	free(g.data);
	src_close(&disk.src);
}

// Pieces of any size, in order: the file is read about once, in few pieces.
static void sequential(void)
{
	char letters[CLUSTERS + 1];
	struct mem_src disk, file;
	struct mem_sink sink;
	struct src *guest;
	uint8_t back[5000];
	bool same = true;

	memset(letters, 'c', CLUSTERS);
	letters[CLUSTERS] = 0;
	make(letters, PACK_ZSTD, &disk, &sink);
	as_source(&file, &sink);
	qcow2_open(&file.src, &guest, NULL);
	for (uint64_t off = 0; same && off < disk.src.size; off += 4096)
		same = !src_read(guest, off, back, 4096, NULL) &&
		       !memcmp(back, disk.data + off, 4096);
	CHECK("small pieces in order", same);
	CHECK("in few reads", file.reads < 12);
	src_close(guest);
	free(sink.data);
	src_close(&disk.src);
	src_close(&file.src);
}

int main(void)
{
	orders();
	layout();
	two_frames();
	damaged();
	sequential();
	TEST_END();
}
