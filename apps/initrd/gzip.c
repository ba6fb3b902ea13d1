// SPDX-License-Identifier: GPL-2.0-or-later
// gzip, by zlib.
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "initrd/unpack.h"

static bool mine(struct view v)
{
	return v.len > 18 && !memcmp(v.base, "\x1f\x8b\x08", 3);
}

static void *begin(void)
{
	z_stream *z = calloc(1, sizeof *z);

	if (z && inflateInit2(z, 16 + MAX_WBITS) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static enum unpack_state run(void *state, struct pieces *p)
{
	z_stream *z = state;
	int rc;

	z->next_in = (uint8_t *)(uintptr_t)p->in;
	z->avail_in = p->in_left < UINT32_MAX ? (uInt)p->in_left : UINT32_MAX;
	z->next_out = p->out;
	z->avail_out = (uInt)p->out_left;
	rc = inflate(z, Z_NO_FLUSH);
	p->in_left -= (size_t)(z->next_in - p->in);
	p->in = z->next_in;
	p->out = z->next_out;
	p->out_left = z->avail_out;
	if (rc == Z_STREAM_END)
		return UNPACK_END;
	return rc == Z_OK || rc == Z_BUF_ERROR ? UNPACK_MORE : UNPACK_BROKEN;
}

static void end(void *state)
{
	inflateEnd(state);
	free(state);
}

const struct unpack_ops unpack_gzip = { "gzip", mine, begin, run, end };
