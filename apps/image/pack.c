// SPDX-License-Identifier: GPL-2.0-or-later
// The names of the packings, and the two libraries behind one face. What a packer needs is made
// when it is first asked for: a reader never pays for a compressor.
#include "image/pack.h"

#define ZSTD_STATIC_LINKING_ONLY // for an allocator of our own
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/buf.h"

// Of each packing its name, and how hard it tries: what makes files as small as other tools make
// them when nothing is said (BENCHMARKS.md), and no smaller, because that is where the time goes.
static const struct {
	const char *name;
	int level;
	int min_match; // of zstd, bytes; 0: what belongs to the level
} kinds[] = {
	[PACK_NONE] = { .name = "none" },    [PACK_DEFLATE] = { "deflate", 1, 0 },
	[PACK_ZLIB] = { "deflate", 2, 0 },   [PACK_ZSTD] = { "zstd", 1, 5 },
	[PACK_ZSTD_FAST] = { "zstd", 1, 0 },
};

const char *packing_name(enum packing p)
{
	return kinds[p].name;
}

bool packing_find(const char *name, enum packing *p)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i].name, name)) {
			*p = (enum packing)i;
			return true;
		}
	return false;
}

static bool is_zstd(enum packing p)
{
	return p == PACK_ZSTD || p == PACK_ZSTD_FAST;
}

struct packer {
	enum packing packing;
	struct libdeflate_compressor *deflate, *store; // store: level 0
	struct libdeflate_decompressor *inflate;
	ZSTD_CCtx *zstd;
	ZSTD_DCtx *unzstd;
};

static void *zstd_alloc(void *opaque, size_t n)
{
	(void)opaque;
	return mem_alloc(n);
}

static void zstd_free(void *opaque, void *p)
{
	(void)opaque;
	free(p);
}

static const ZSTD_customMem zstd_memory = { zstd_alloc, zstd_free, NULL };

static void deflate_memory(void)
{
	libdeflate_set_memory_allocator(mem_alloc, free);
}

struct packer *packer_new(enum packing p)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct packer *k = mem_zero(1, sizeof *k);

	pthread_once(&once, deflate_memory);
	k->packing = p;
	return k;
}

void packer_free(struct packer *k)
{
	if (!k)
		return;
	libdeflate_free_compressor(k->deflate);
	libdeflate_free_compressor(k->store);
	libdeflate_free_decompressor(k->inflate);
	ZSTD_freeCCtx(k->zstd);
	ZSTD_freeDCtx(k->unzstd);
	free(k);
}

static size_t pack_zstd(struct packer *k, const void *in, size_t n, void *out, size_t cap)
{
	size_t len;

	if (!k->zstd) {
		k->zstd = ZSTD_createCCtx_advanced(zstd_memory);
		ZSTD_CCtx_setParameter(k->zstd, ZSTD_c_compressionLevel, kinds[k->packing].level);
		ZSTD_CCtx_setParameter(k->zstd, ZSTD_c_minMatch, kinds[k->packing].min_match);
		ZSTD_CCtx_setParameter(k->zstd, ZSTD_c_checksumFlag, 1);
	}
	len = ZSTD_compress2(k->zstd, out, cap, in, n);
	return ZSTD_isError(len) ? 0 : len;
}

enum { PLACES = 64, BYTES = 64, SAMPLE = PLACES * BYTES };

// Are all bytes about equally frequent? Then the squares of their counts sum up to little more than
// those of counts that are all equal.
static bool is_even(const uint8_t sample[SAMPLE])
{
	uint32_t count[256] = { 0 };
	uint64_t squares = 0;

	for (size_t i = 0; i < SAMPLE; i++)
		count[sample[i]]++;
	for (size_t i = 0; i < 256; i++)
		squares += (uint64_t)count[i] * count[i];
	return squares - SAMPLE < (uint64_t)SAMPLE * SAMPLE / 256 * 105 / 100;
}

// Was it packed or encrypted before? A small part of it shows it. zstd sees that by itself,
// libdeflate takes as long as for anything else.
static bool is_packed(struct packer *k, const uint8_t *p, size_t n)
{
	uint8_t sample[SAMPLE], out[SAMPLE];

	if (n < SAMPLE)
		return false;
	for (size_t i = 0; i < PLACES; i++)
		memcpy(sample + i * BYTES, p + n / PLACES * i, BYTES);
	return is_even(sample) &&
	       !libdeflate_deflate_compress(k->deflate, sample, SAMPLE, out, SAMPLE);
}

static size_t pack_deflate(struct packer *k, const void *in, size_t n, void *out, size_t cap)
{
	struct libdeflate_compressor *c;

	if (!k->deflate) {
		k->deflate = libdeflate_alloc_compressor(kinds[k->packing].level);
		k->store = libdeflate_alloc_compressor(0);
	}
	c = is_packed(k, in, n) ? k->store : k->deflate;
	if (k->packing == PACK_ZLIB)
		return libdeflate_zlib_compress(c, in, n, out, cap);
	return libdeflate_deflate_compress(c, in, n, out, cap);
}

size_t packer_pack(struct packer *k, const void *in, size_t n, void *out, size_t cap)
{
	return is_zstd(k->packing) ? pack_zstd(k, in, n, out, cap)
				   : pack_deflate(k, in, n, out, cap);
}

size_t packer_bound(enum packing p, size_t n)
{
	if (is_zstd(p))
		return ZSTD_compressBound(n);
	return p == PACK_ZLIB ? libdeflate_zlib_compress_bound(NULL, n)
			      : libdeflate_deflate_compress_bound(NULL, n);
}

static int damaged(enum packing p, const char *why, struct err *e)
{
	return err_set(e, 0, "%s: %s", kinds[p].name, why);
}

// One frame. Its end is looked for first: the library's streaming face, which would find it, takes
// as much memory as the frame says it needs.
static int unpack_zstd(struct packer *k, const void *in, size_t n, void *out, size_t cap,
		       size_t *got, size_t *taken, struct err *e)
{
	size_t len = ZSTD_findFrameCompressedSize(in, n);

	if (ZSTD_isError(len))
		return damaged(PACK_ZSTD, ZSTD_getErrorName(len), e);
	if (!k->unzstd)
		k->unzstd = ZSTD_createDCtx_advanced(zstd_memory);
	*taken = len;
	*got = ZSTD_decompressDCtx(k->unzstd, out, cap, in, len);
	return ZSTD_isError(*got) ? damaged(PACK_ZSTD, ZSTD_getErrorName(*got), e) : 0;
}

static int unpack_deflate(struct packer *k, const void *in, size_t n, void *out, size_t cap,
			  size_t *got, size_t *taken, struct err *e)
{
	enum libdeflate_result rc;

	if (!k->inflate)
		k->inflate = libdeflate_alloc_decompressor();
	if (k->packing == PACK_ZLIB)
		rc = libdeflate_zlib_decompress_ex(k->inflate, in, n, out, cap, taken, got);
	else
		rc = libdeflate_deflate_decompress_ex(k->inflate, in, n, out, cap, taken, got);
	if (rc == LIBDEFLATE_INSUFFICIENT_SPACE)
		return damaged(k->packing, "more comes out than there may be", e);
	return rc == LIBDEFLATE_SUCCESS ? 0 : damaged(k->packing, "is damaged or cut", e);
}

int packer_unpack(struct packer *k, const void *in, size_t n, void *out, size_t cap, size_t *got,
		  size_t *taken, struct err *e)
{
	size_t used;

	if (!taken)
		taken = &used;
	return k->packing == PACK_ZSTD ? unpack_zstd(k, in, n, out, cap, got, taken, e)
				       : unpack_deflate(k, in, n, out, cap, got, taken, e);
}
