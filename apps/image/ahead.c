// SPDX-License-Identifier: GPL-2.0-or-later
// One buffer, moved over the file. Only a piece that lies near the one before makes it read more
// than the piece.
#include "image/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define STEP (256u << 10) // bytes

// Reads the len bytes behind those that are kept.
static int more(struct ahead *a, size_t len, struct err *e)
{
	if (a->have + len > a->room) {
		a->room = a->have + len;
		a->buf = mem_grow(a->buf, a->room, 1);
	}
	if (src_read(a->src, a->at + a->have, a->buf + a->have, len, e)) {
		a->have = 0;
		return -1;
	}
	a->have += len;
	return 0;
}

const uint8_t *ahead_get(struct ahead *a, uint64_t off, size_t len, struct err *e)
{
	bool near = a->have && off >= a->at && off - a->at <= a->have + STEP;
	size_t keep = near && off - a->at < a->have ? (size_t)(a->at + a->have - off) : 0;
	size_t want = near && len < STEP ? STEP : len;
	uint64_t rest = off < a->src->size ? a->src->size - off : 0;

	if (len <= keep)
		return a->buf + (off - a->at);
	if (want > rest)
		want = rest < len ? len : (size_t)rest; // what is not there src_read refuses
	if (keep)
		memmove(a->buf, a->buf + (off - a->at), keep);
	a->at = off;
	a->have = keep;
	return more(a, want - keep, e) ? NULL : a->buf;
}

void ahead_free(struct ahead *a)
{
	free(a->buf);
	*a = (struct ahead){ 0 };
}
