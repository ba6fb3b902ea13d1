// SPDX-License-Identifier: GPL-2.0-or-later
// SHA-256 (FIPS 180-4, section 6.2): a portable path, and the processor's own instructions where it
// has them.
#include "base/sha256.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/endian.h"

#if defined __x86_64__ || defined __i386__
#include <cpuid.h>
#include <immintrin.h>
#define HAVE_SHA_NI 1
#else
#define HAVE_SHA_NI 0
#endif

static const uint32_t k256[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

typedef void blocks_fn(uint32_t h[8], const uint8_t *p, size_t n);

static inline uint32_t ror(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

// Round i with its word of the schedule. Instead of moving the eight words on, the caller names
// them one place further. Rotations of rotations, and an a ^ b that the next round has as b ^ c:
// the fewest instructions there are, which is what counts without SHA's own, most of all in an
// emulator.
#define ROUND(a, b, c, d, e, f, g, h, i, word)                                                     \
	do {                                                                                       \
		uint32_t t = h + ror(ror(ror(e, 14) ^ e, 5) ^ e, 6) + (g ^ (e & (f ^ g))) +        \
			     k256[i] + (word);                                                     \
		uint32_t ab = a ^ b;                                                               \
		d += t;                                                                            \
		h = t + ror(ror(ror(a, 9) ^ a, 11) ^ a, 2) + (b ^ (ab & bc));                      \
		bc = ab;                                                                           \
	} while (0)

#define EIGHT_ROUNDS(i, word, at)                                                                  \
	do {                                                                                       \
		ROUND(a, b, c, d, e, f, g, h, i, word(at));                                        \
		ROUND(h, a, b, c, d, e, f, g, i + 1, word(at + 1));                                \
		ROUND(g, h, a, b, c, d, e, f, i + 2, word(at + 2));                                \
		ROUND(f, g, h, a, b, c, d, e, i + 3, word(at + 3));                                \
		ROUND(e, f, g, h, a, b, c, d, i + 4, word(at + 4));                                \
		ROUND(d, e, f, g, h, a, b, c, i + 5, word(at + 5));                                \
		ROUND(c, d, e, f, g, h, a, b, i + 6, word(at + 6));                                \
		ROUND(b, c, d, e, f, g, h, a, i + 7, word(at + 7));                                \
	} while (0)

// Word i of the first sixteen; of the sixteen behind those that w holds, in the place of its
// predecessor.
#define FIRST(i) (w[i] = be32_get(*(const be32 *)(p + 4 * (i))))
#define NEXT(i) next_word(w, i)

static inline uint32_t next_word(uint32_t w[16], int i)
{
	uint32_t x = w[(i + 1) & 15], y = w[(i + 14) & 15];

	return w[i] += w[(i + 9) & 15] + (ror(ror(x, 11) ^ x, 7) ^ x >> 3) +
		       (ror(ror(y, 2) ^ y, 17) ^ y >> 10);
}

static void blocks_portable(uint32_t v[8], const uint8_t *p, size_t n)
{
	uint32_t w[16];

	for (; n; n--, p += 64) {
		uint32_t a = v[0], b = v[1], c = v[2], d = v[3];
		uint32_t e = v[4], f = v[5], g = v[6], h = v[7], bc = b ^ c;

		EIGHT_ROUNDS(0, FIRST, 0);
		EIGHT_ROUNDS(8, FIRST, 8);
		for (int i = 16; i < 64; i += 16) {
			EIGHT_ROUNDS(i, NEXT, 0);
			EIGHT_ROUNDS(i + 8, NEXT, 8);
		}
		v[0] += a, v[1] += b, v[2] += c, v[3] += d;
		v[4] += e, v[5] += f, v[6] += g, v[7] += h;
	}
}

#if HAVE_SHA_NI
// Four rounds for each i: w holds the last sixteen words of the schedule, four a register. The
// instructions want the eight state words as two registers, A B E F and C D G H from the top down.
__attribute__((target("sha,sse4.1"))) static void blocks_ni(uint32_t h[8], const uint8_t *p,
							    size_t n)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bll, 0x0405060700010203ll);
	__m128i abef = _mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]);
	__m128i cdgh = _mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]);
	uint32_t out[8];

	for (; n; n--, p += 64) {
		__m128i abef0 = abef, cdgh0 = cdgh, w[4];

		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)),
						swap);
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i last = w[(i + 3) & 3];
			__m128i t = _mm_add_epi32(w[i & 3],
						  _mm_load_si128((const __m128i *)(k256 + 4 * i)));

			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, t);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(t, 0x0e));
			t = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]),
					  _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
			w[i & 3] = _mm_sha256msg2_epu32(t, last);
		}
		abef = _mm_add_epi32(abef, abef0);
		cdgh = _mm_add_epi32(cdgh, cdgh0);
	}
	_mm_storeu_si128((__m128i *)out, abef);
	_mm_storeu_si128((__m128i *)(out + 4), cdgh);
	h[0] = out[3], h[1] = out[2], h[4] = out[1], h[5] = out[0];
	h[2] = out[7], h[3] = out[6], h[6] = out[5], h[7] = out[4];
}

static bool cpu_has_sha(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3))
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}
#endif

bool sha256_use_portable;

static blocks_fn *pick(void)
{
#if HAVE_SHA_NI
	static int has = -1; // two threads that ask at once find the same

	if (__atomic_load_n(&has, __ATOMIC_RELAXED) < 0)
		__atomic_store_n(&has, cpu_has_sha(), __ATOMIC_RELAXED);
	if (!sha256_use_portable && __atomic_load_n(&has, __ATOMIC_RELAXED))
		return blocks_ni;
#endif
	return blocks_portable;
}

void sha256_begin(struct sha256 *s)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(s->h, start, sizeof start);
	s->len = 0;
}

void sha256_add(struct sha256 *s, const void *p, size_t n)
{
	blocks_fn *blocks = pick();
	size_t have = s->len % 64, take;

	s->len += n;
	if (have) {
		take = n < 64 - have ? n : 64 - have;
		memcpy(s->block + have, p, take);
		p = (const uint8_t *)p + take;
		n -= take;
		if (have + take < 64)
			return;
		blocks(s->h, s->block, 1);
	}
	blocks(s->h, p, n / 64);
	if (n % 64)
		memcpy(s->block, (const uint8_t *)p + n / 64 * 64, n % 64);
}

void sha256_end(struct sha256 *s, char hex[65])
{
	static const uint8_t pad[64] = { 0x80 };
	be64 bits = be64_put(s->len * 8);

	sha256_add(s, pad, 1 + (119 - s->len % 64) % 64);
	sha256_add(s, &bits, sizeof bits);
	for (int i = 0; i < 8; i++)
		snprintf(hex + 8 * i, 9, "%08x", s->h[i]);
}
