// SPDX-License-Identifier: GPL-2.0-or-later
// Unpacking what strangers packed, into less room than it may want; and what we pack comes back.
#include "image/pack.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define ROOM 65536u

static const enum packing packings[] = { PACK_DEFLATE, PACK_ZLIB, PACK_ZSTD };

static void unpack(struct packer *k, const uint8_t *data, size_t len, size_t room)
{
	uint8_t *out = malloc(room ? room : 1);
	size_t got = 0, taken = 0;

	if (!packer_unpack(k, data, len, out, room, &got, &taken, NULL) &&
	    (got > room || taken > len))
		abort();
	free(out);
}

static void and_back(struct packer *k, const uint8_t *data, size_t len)
{
	uint8_t *small = malloc(len + 1024), *back = malloc(len ? len : 1);
	size_t n = packer_pack(k, data, len, small, len + 1024), got;

	if (n && (packer_unpack(k, small, n, back, len, &got, NULL, NULL) || got != len ||
		  memcmp(back, data, len) != 0))
		abort();
	free(small);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct packer *k[3];

	for (size_t i = 0; i < 3; i++)
		k[i] = k[i] ? k[i] : packer_new(packings[i]);
	if (len < 2)
		return 0;
	unpack(k[data[0] % 3], data + 2, len - 2, data[1] & 1 ? ROOM : data[1]);
	and_back(k[data[0] % 3], data + 2, len - 2 < ROOM ? len - 2 : ROOM);
	return 0;
}
