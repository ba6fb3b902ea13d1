// SPDX-License-Identifier: GPL-2.0-or-later
// LZ4 in its old frame (lz4 -l), the only one the kernel knows: a magic number, then blocks of 8
// MiB, each with its packed length in front; no end mark. Blocks by the library. Another magic
// number in the place of a length begins the next frame of the same stream.
#include <lz4.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "initrd/unpack.h"

#define MAGIC 0x184c2102
#define BLOCK (8 << 20)

struct lz4 {
	size_t len, at; // of what is unpacked and not yet taken
	char block[BLOCK];
};

static bool mine(struct view v)
{
	const le32 *magic = view_at(v, 0, 4);

	return magic && le32_get(*magic) == MAGIC && v.len > 8;
}

static void *begin(void)
{
	struct lz4 *z = malloc(sizeof *z);

	if (z)
		z->len = z->at = 0;
	return z;
}

// Unpacks the next block.
static enum unpack_state next(struct lz4 *z, struct pieces *p)
{
	struct view in = view_of(p->in, p->in_left);
	const le32 *word = view_at(in, 0, 4);
	uint32_t size = word ? le32_get(*word) : 0;
	int n;

	if (size == MAGIC) {
		p->in += 4;
		p->in_left -= 4;
		in = view_of(p->in, p->in_left);
		word = view_at(in, 0, 4);
		size = word ? le32_get(*word) : 0;
	}
	if (!size || size > LZ4_COMPRESSBOUND(BLOCK)) // padding, or what comes after it
		return UNPACK_END;
	if (!view_at(in, 4, size))
		return UNPACK_BROKEN;
	n = LZ4_decompress_safe((const char *)p->in + 4, z->block, (int)size, BLOCK);
	if (n <= 0)
		return UNPACK_BROKEN;
	z->len = (size_t)n;
	z->at = 0;
	p->in += 4 + size;
	p->in_left -= 4 + size;
	return UNPACK_MORE;
}

static enum unpack_state run(void *state, struct pieces *p)
{
	struct lz4 *z = state;

	while (p->out_left) {
		size_t n = z->len - z->at;

		if (!n) {
			enum unpack_state s = next(z, p);

			if (s != UNPACK_MORE)
				return s;
			continue;
		}
		n = n < p->out_left ? n : p->out_left;
		memcpy(p->out, z->block + z->at, n);
		z->at += n;
		p->out += n;
		p->out_left -= n;
	}
	return UNPACK_MORE;
}

const struct unpack_ops unpack_lz4 = { "lz4", mine, begin, run, free };
