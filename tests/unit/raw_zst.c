// SPDX-License-Identifier: GPL-2.0-or-later
// The raw disk in zstd frames: long runs of zeros are short, files of other programs are read or
// refused with a reason, damage is found.
#include "base/endian.h"
#include "base/size.h"
#include "base/zero.h"
#include "image/image.h"
#include "image/zst_frame.h"
#include "mem_src.h"
#include "test.h"

#define GRANULE (256u << 10)
#define LARGE (5 * GIB + 512)

static void as_source(struct mem_src *out, const void *data, size_t len)
{
	mem_src_begin(out, len, 512);
	memcpy(out->data, data, len);
}

// A disk of this size with text in the granules at these places.
static void make(uint64_t size, const uint64_t *at, size_t n, struct mem_sink *sink)
{
	struct image_settings set = { .packing = PACK_ZSTD, .sector = 512 };
	struct packer *k = packer_new(PACK_ZSTD);
	struct map used;
	struct image_plan p;
	static uint8_t data[GRANULE];
	uint8_t *small;

	memset(data, 'x', sizeof data);
	mem_sink_begin(sink);
	map_init(&used, size, MAP_TODO);
	for (size_t i = 0; i < n; i++)
		map_set(&used, at[i], 1, MAP_DONE);
	image_plan(&p, &image_raw, &set, size, &used, NULL);
	small = malloc(p.pack_max);
	p.ops->begin(&p, &sink->sink, NULL);
	for (size_t i = 0; i < n; i++)
		p.ops->put(&p, &sink->sink, at[i], small, p.ops->pack(&p, k, at[i], data, small),
			   NULL);
	CHECK("a file is written", !p.ops->finish(&p, &sink->sink, NULL));
	CHECK("not larger than planned", sink->sink.pos <= p.file_size);
	image_plan_free(&p);
	packer_free(k);
	free(small);
}

// Does the file read as the disk of make(LARGE, { 0, 3 GiB, LARGE - 512 })?
static bool is_large_disk(struct mem_src *file)
{
	static uint8_t data[3 * GRANULE];
	const struct image_ops *ops;
	struct src *guest SRC_AUTO = NULL;
	struct map stored MAP_AUTO = { 0 };

	if (image_open(&file->src, &guest, &ops, NULL) || ops != &image_raw_zst ||
	    guest->size != LARGE)
		return false;
	map_init(&stored, LARGE, MAP_TODO);
	if (ops->stored(guest, &stored, NULL) ||
	    map_count(&stored, MAP_DONE) != 2 * GRANULE + 512 ||
	    src_read(guest, 3 * GIB - GRANULE, data, sizeof data, NULL))
		return false;
	if (!is_zero(data, GRANULE) || data[GRANULE] != 'x' || data[2 * GRANULE - 1] != 'x' ||
	    !is_zero(data + 2 * GRANULE, GRANULE))
		return false;
	return !src_read(guest, LARGE - 1024, data, 1024, NULL) && is_zero(data, 512) &&
	       data[512] == 'x' && data[1023] == 'x';
}

static void large(void)
{
	static const uint64_t at[] = { 0, 3 * GIB, LARGE - 512 };
	struct mem_sink sink;
	struct mem_src file;
	struct err e = { 0 };
	le32 frames;

	make(LARGE, at, 3, &sink);
	CHECK("5 GiB of zeros are 4 bytes for 128 KiB", sink.len < 170 * KIB);
	as_source(&file, sink.data, sink.len);
	CHECK("it reads back", is_large_disk(&file));
	CHECK_STR("and is whole", image_raw_zst.check(&file.src, NULL, &e) ? e.text : "", "");
	// 3 of text, of zeros 3 in front of the second and 2 behind it
	memcpy(&frames, file.data + file.src.size - ZST_SEEK_FOOTER, 4);
	CHECK_INT("frames in the table", le32_get(frames), 8);
	file.src.size -= 8 + 8 * 8 + ZST_SEEK_FOOTER;
	CHECK("it reads back without its table", is_large_disk(&file));
	file.src.size--;
	CHECK("but not when the end is missing", !is_large_disk(&file));
	src_close(&file.src);
	free(sink.data);
}

static void refuse(const char *name, const struct mem_sink *good, size_t at, const char *bytes,
		   size_t n, const char *reason)
{
	struct mem_src file;
	struct err e = { 0 };

	as_source(&file, good->data, good->len);
	memcpy(file.data + at, bytes, n);
	CHECK(name, image_raw_zst.check(&file.src, NULL, &e) && strstr(e.text, reason));
	if (!strstr(e.text, reason))
		printf("# it says: %s\n", e.text);
	src_close(&file.src);
}

static void damaged(void)
{
	static const uint64_t at[] = { GRANULE };
	struct mem_sink g;
	size_t foot, text = zst_zeros_len(GRANULE), table;

	make(3 * GRANULE, at, 1, &g);
	foot = g.len - ZST_SEEK_FOOTER;
	table = foot - 3 * 8;
	refuse("no zstd", &g, 0, "\0", 1, "is no zstd file");
	refuse("a changed byte", &g, text + 12, "\x5a\x5a", 2, "frame at");
	refuse("zeros that are none", &g, text - 1, "\1", 1, "frame at 0x0");
	refuse("too many entries", &g, foot, "\4", 1, "does not fit");
	refuse("unknown flags", &g, foot + 4, "\4", 1, "does not fit");
	refuse("another frame in place of the table", &g, table - 8, "\x5d", 1, "does not fit");
	refuse("a length too long", &g, table, "\xff", 1, "does not fit");
	refuse("a length too short", &g, table, "\x11", 1, "does not fit");
	refuse("a disk too small", &g, table + 8 + 4, "\1", 1, "frame at");
	refuse("a disk too large", &g, table + 8 + 4 + 3, "\1", 1, "too large");
	free(g.data);
}

// Frames of other programs: without a content size, without a checksum, skippable ones between.
static void foreign(void)
{
	static const uint8_t skippable[] = { 0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3 };
	static const uint8_t unsized[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0x19, 0, 0, 'a', 'b', 'c'
	};
	static const uint8_t sized[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, 'a', 'b', 'c'
	};
	uint8_t all[2 * sizeof skippable + 2 * sizeof sized], *p = all;
	const struct image_ops *ops;
	struct src *guest;
	struct mem_src file;
	struct err e = { 0 };
	char text[6];

	p = mempcpy(p, skippable, sizeof skippable);
	p = mempcpy(p, sized, sizeof sized);
	p = mempcpy(p, skippable, sizeof skippable);
	memcpy(p, sized, sizeof sized);
	as_source(&file, all, sizeof all);
	CHECK("frames and skippable frames",
	      !image_open(&file.src, &guest, &ops, NULL) && guest->size == 6 &&
		      !src_read(guest, 0, text, 6, NULL) && !memcmp(text, "abcabc", 6));
	src_close(guest);
	src_close(&file.src);
	as_source(&file, unsized, sizeof unsized);
	CHECK("a frame of unknown size is refused",
	      image_open(&file.src, &guest, &ops, &e) && strstr(e.text, "do not say how large"));
	CHECK("and what to do is said", strstr(e.text, "unpack it first with zstd -d") != NULL);
	src_close(&file.src);
}

int main(void)
{
	large();
	damaged();
	foreign();
	TEST_END();
}
