// SPDX-License-Identifier: GPL-2.0-or-later
#include "fsmap/rescue.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { SECTOR = 512, PIECES = 2 };

struct rescued {
	struct src src;
	struct src *inner;
	struct rescue_piece p[PIECES];
};

// One sector, or less of it.
static int read_sector(struct rescued *r, uint64_t off, void *p, size_t n, struct err *e)
{
	if (src_read(r->inner, off, p, n, e) == 0)
		return 0;
	for (unsigned k = 0; k < PIECES; k++) {
		const struct rescue_piece *c = &r->p[k];

		if (off < c->off || off - c->off >= c->len || n > c->len - (off - c->off))
			continue;
		if (!c->data)
			return src_read(r->inner, c->to + (off - c->off), p, n, e);
		memcpy(p, c->data + (off - c->off), n);
		return 0;
	}
	return -1;
}

static int rescued_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct rescued *r = (struct rescued *)s;

	if (src_read(r->inner, off, p, n, e) == 0)
		return 0;
	while (n > 0) {
		size_t part = SECTOR - off % SECTOR < n ? (size_t)(SECTOR - off % SECTOR) : n;

		if (read_sector(r, off, p, part, e) < 0)
			return -1;
		off += part;
		p = (uint8_t *)p + part;
		n -= part;
	}
	return 0;
}

static void rescued_close(struct src *s)
{
	struct rescued *r = (struct rescued *)s;

	for (unsigned k = 0; k < PIECES; k++)
		free(r->p[k].data);
	free(r);
}

static const struct src_ops ops = { rescued_read, rescued_close };

bool rescue_is(const struct src *s)
{
	return s->ops == &ops;
}

struct src *rescue_src(struct src *s, const struct rescue_piece p[2])
{
	struct rescued *r = mem_zero(1, sizeof(*r));

	r->src = *s;
	r->src.ops = &ops;
	r->inner = s;
	memcpy(r->p, p, sizeof(r->p));
	return &r->src;
}
