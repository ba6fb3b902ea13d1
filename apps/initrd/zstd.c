// SPDX-License-Identifier: GPL-2.0-or-later
// Zstandard, by its library: one frame.
#include <string.h>
#include <zstd.h>

#include "initrd/unpack.h"

static bool mine(struct view v)
{
	return v.len > 8 && !memcmp(v.base, "\x28\xb5\x2f\xfd", 4);
}

static void *begin(void)
{
	return ZSTD_createDCtx();
}

static enum unpack_state run(void *state, struct pieces *p)
{
	ZSTD_inBuffer in = { p->in, p->in_left, 0 };
	ZSTD_outBuffer out = { p->out, p->out_left, 0 };
	size_t rc = ZSTD_decompressStream(state, &out, &in);

	p->in += in.pos;
	p->in_left -= in.pos;
	p->out += out.pos;
	p->out_left -= out.pos;
	if (ZSTD_isError(rc))
		return UNPACK_BROKEN;
	return rc ? UNPACK_MORE : UNPACK_END;
}

static void end(void *state)
{
	ZSTD_freeDCtx(state);
}

const struct unpack_ops unpack_zstd = { "zstd", mine, begin, run, end };
