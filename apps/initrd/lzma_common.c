// SPDX-License-Identifier: GPL-2.0-or-later
#include "initrd/lzma_common.h"

#include <stdlib.h>

enum unpack_state lzma_run(void *state, struct pieces *p)
{
	lzma_stream *z = state;
	lzma_ret rc;

	z->next_in = p->in;
	z->avail_in = p->in_left;
	z->next_out = p->out;
	z->avail_out = p->out_left;
	rc = lzma_code(z, LZMA_RUN);
	p->in = z->next_in;
	p->in_left = z->avail_in;
	p->out = z->next_out;
	p->out_left = z->avail_out;
	if (rc == LZMA_STREAM_END)
		return UNPACK_END;
	return rc == LZMA_OK || rc == LZMA_BUF_ERROR ? UNPACK_MORE : UNPACK_BROKEN;
}

void lzma_end_free(void *state)
{
	lzma_end(state);
	free(state);
}
