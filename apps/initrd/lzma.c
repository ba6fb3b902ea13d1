// SPDX-License-Identifier: GPL-2.0-or-later
// The older lzma, by liblzma. It has no magic number: a byte of properties, the dictionary's size,
// the length or all ones. mkinitrd and initramfs-tools write the usual properties.
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "initrd/lzma_common.h"

struct head {
	uint8_t properties; // 0
	le32 dictionary;    // 1 bytes
	le64 length;	    // 5 bytes, all ones: an end mark follows
};
_Static_assert(sizeof(struct head) == 13, "head of lzma");

static bool mine(struct view v)
{
	const struct head *h = view_at(v, 0, sizeof *h);
	uint32_t size;
	uint64_t length;

	if (!h || h->properties != 0x5d)
		return false;
	size = le32_get(h->dictionary);
	length = le64_get(h->length);
	return size >= 4096 && !(size & (size - 1)) &&
	       (length == UINT64_MAX || length < 1ULL << 40);
}

static void *begin(void)
{
	static const lzma_stream blank = LZMA_STREAM_INIT;
	lzma_stream *z = malloc(sizeof *z);

	if (!z)
		return NULL;
	*z = blank;
	if (lzma_alone_decoder(z, LZMA_MEMORY) != LZMA_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

const struct unpack_ops unpack_lzma = { "lzma", mine, begin, lzma_run, lzma_end_free };
