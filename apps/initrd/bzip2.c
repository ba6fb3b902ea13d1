// SPDX-License-Identifier: GPL-2.0-or-later
// bzip2, by its library.
#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#include "initrd/unpack.h"

static bool mine(struct view v)
{
	return v.len > 14 && !memcmp(v.base, "BZh", 3);
}

static void *begin(void)
{
	bz_stream *z = calloc(1, sizeof *z);

	if (z && BZ2_bzDecompressInit(z, 0, 0) != BZ_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static enum unpack_state run(void *state, struct pieces *p)
{
	bz_stream *z = state;
	size_t given = p->in_left < UINT32_MAX ? p->in_left : UINT32_MAX;
	int rc;

	z->next_in = (char *)(uintptr_t)p->in;
	z->avail_in = (unsigned)given;
	z->next_out = (char *)p->out;
	z->avail_out = (unsigned)p->out_left;
	rc = BZ2_bzDecompress(z);
	p->in += given - z->avail_in;
	p->in_left -= given - z->avail_in;
	p->out += p->out_left - z->avail_out;
	p->out_left = z->avail_out;
	if (rc == BZ_STREAM_END)
		return UNPACK_END;
	return rc == BZ_OK ? UNPACK_MORE : UNPACK_BROKEN;
}

static void end(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

const struct unpack_ops unpack_bzip2 = { "bzip2", mine, begin, run, end };
