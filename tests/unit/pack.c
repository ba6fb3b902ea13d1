// SPDX-License-Identifier: GPL-2.0-or-later
// What was packed comes back; what is cut, changed or too large is refused, and no byte is written
// beyond the room there is.
#include "image/pack.h"

#include <stdlib.h>

#include "test.h"

#define SIZE 65536u

static const enum packing packings[] = { PACK_DEFLATE, PACK_ZLIB, PACK_ZSTD };
static const char *const called[] = { "deflate", "zlib", "zstd" };

static uint8_t text[SIZE], noise[SIZE], zeros[SIZE], stairs[SIZE];

static void fill(void)
{
	uint32_t x = 1;

	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1664525 + 1013904223;
		noise[i] = (uint8_t)(x >> 24);
		stairs[i] = (uint8_t)i; // all bytes are equally frequent, as in noise
		text[i] = (uint8_t)("lorem ipsum dolor sit amet "[x >> 16 & 15] + i / 8192);
	}
}

static void round_trip(struct packer *k, const char *name, const char *what, const uint8_t *data,
		       size_t most)
{
	static uint8_t small[2 * SIZE], back[SIZE];
	size_t got = 0, taken = 0, len = packer_pack(k, data, SIZE, small, most);
	char line[80];

	snprintf(line, sizeof line, "%s: %s gets small enough", name, what);
	CHECK(line, len > 0);
	memset(small + len, 0xaa, 8); // bytes behind the end are no matter
	snprintf(line, sizeof line, "%s: %s comes back", name, what);
	CHECK(line, !packer_unpack(k, small, len + 8, back, SIZE, &got, &taken, NULL) &&
			    got == SIZE && !memcmp(back, data, SIZE));
	snprintf(line, sizeof line, "%s: %s: where its end is", name, what);
	CHECK_INT(line, taken, len);
}

// Every cut, and every byte changed: an error or the same bytes, never a crash. zlib and zstd carry
// a checksum and notice.
static void hostile(struct packer *k, enum packing p, const char *name)
{
	static uint8_t small[SIZE];
	size_t len = packer_pack(k, text, 4096, small, sizeof small), got, wrong = 0, cut = 0;
	uint8_t *back = malloc(4096);
	char line[80];

	for (size_t n = 0; n < len; n++) {
		uint8_t *exact = malloc(n ? n : 1); // the sanitizer sees a read behind it

		memcpy(exact, small, n);
		cut += !packer_unpack(k, exact, n, back, 4096, &got, NULL, NULL);
		free(exact);
	}
	snprintf(line, sizeof line, "%s: cut anywhere is refused", name);
	CHECK_INT(line, cut, 0);
	for (size_t n = 0; n < len; n++) {
		small[n] ^= 0x55;
		wrong += !packer_unpack(k, small, len, back, 4096, &got, NULL, NULL) &&
			 (got != 4096 || memcmp(back, text, 4096) != 0);
		small[n] ^= 0x55;
	}
	snprintf(line, sizeof line, "%s: a changed byte is noticed", name);
	if (p != PACK_DEFLATE)
		CHECK_INT(line, wrong, 0);
	free(back);
}

// A megabyte of zeros is a few hundred bytes: what it may not fill it does not fill.
static void bomb(struct packer *k, const char *name)
{
	uint8_t *much = calloc(1, 1 << 20), *small = malloc(4096), *room = malloc(1000);
	size_t len = packer_pack(k, much, 1 << 20, small, 4096), got;
	struct err e = { 0 };
	char line[80];

	snprintf(line, sizeof line, "%s: more than there is room for is refused", name);
	CHECK(line, len && packer_unpack(k, small, len, room, 1000, &got, NULL, &e) && *e.text);
	free(much);
	free(small);
	free(room);
}

static void all(void)
{
	static uint8_t small[SIZE];
	char line[80];

	for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
		struct packer *k = packer_new(packings[i]);

		round_trip(k, called[i], "text", text, SIZE * 3 / 4);
		round_trip(k, called[i], "a block of zeros", zeros, 128);
		round_trip(k, called[i], "what only looks like noise", stairs, SIZE / 16);
		round_trip(k, called[i], "noise in enough room", noise, SIZE + 64);
		snprintf(line, sizeof line, "%s: noise does not get small", called[i]);
		CHECK_INT(line, packer_pack(k, noise, SIZE, small, SIZE - 1), 0);
		hostile(k, packings[i], called[i]);
		bomb(k, called[i]);
		packer_free(k);
	}
	packer_free(NULL);
}

// From RFC 1951 and 8878 by hand: a final stored block of "abc", and a frame of two raw blocks
// without a content size. Two frames behind each other are two.
static void by_hand(void)
{
	static const uint8_t stored[] = { 1, 3, 0, 0xfc, 0xff, 'a', 'b', 'c' };
	static const uint8_t frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0x10, 0,
					 0,    'a',  'b',  9,	 0, 0, 'c' };
	uint8_t twice[2 * sizeof frame], out[4];
	struct packer *k = packer_new(PACK_DEFLATE);
	size_t got, taken;

	CHECK("a stored block",
	      !packer_unpack(k, stored, sizeof stored, out, 4, &got, NULL, NULL) && got == 3 &&
		      !memcmp(out, "abc", 3));
	packer_free(k);
	k = packer_new(PACK_ZSTD);
	memcpy(twice, frame, sizeof frame);
	memcpy(twice + sizeof frame, frame, sizeof frame);
	CHECK("the first of two frames",
	      !packer_unpack(k, twice, sizeof twice, out, 4, &got, &taken, NULL) && got == 3 &&
		      !memcmp(out, "abc", 3));
	CHECK_INT("where the second begins", taken, sizeof frame);
	packer_free(k);
}

static void by_name(void)
{
	enum packing p = PACK_NONE;

	CHECK("zstd has a name", packing_find("zstd", &p) && p == PACK_ZSTD);
	CHECK("deflate is the one without a frame",
	      packing_find("deflate", &p) && p == PACK_DEFLATE);
	CHECK("lzma is not here", !packing_find("lzma", &p));
	CHECK_STR("and back", packing_name(PACK_ZSTD), "zstd");
}

int main(void)
{
	fill();
	all();
	by_hand();
	by_name();
	TEST_END();
}
