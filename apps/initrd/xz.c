// SPDX-License-Identifier: GPL-2.0-or-later
// xz, by liblzma. The kernel checks nothing but CRC32; neither does this need more.
#include <stdlib.h>
#include <string.h>

#include "initrd/lzma_common.h"

static bool mine(struct view v)
{
	return v.len > 32 && !memcmp(v.base,
				     "\xfd"
				     "7zXZ\0",
				     6);
}

static void *begin(void)
{
	static const lzma_stream blank = LZMA_STREAM_INIT;
	lzma_stream *z = malloc(sizeof *z);

	if (!z)
		return NULL;
	*z = blank;
	if (lzma_stream_decoder(z, LZMA_MEMORY, 0) != LZMA_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

const struct unpack_ops unpack_xz = { "xz", mine, begin, lzma_run, lzma_end_free };
