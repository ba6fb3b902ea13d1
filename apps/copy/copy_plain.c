// SPDX-License-Identifier: GPL-2.0-or-later
// The target whose bytes lie where they lay on the source.
#include "copy/copy.h"

static int put_piece(struct copy_plain *c, const struct piece *p, struct err *e)
{
	struct sink *s = c->sink;
	size_t behind = 0;

	if (p->off > s->pos &&
	    (c->jumps ? sink_jump(s, p->off, e) : sink_skip(s, p->off - s->pos, e)))
		return -1;
	if (p->off < s->pos) {
		behind = s->pos - p->off < p->len ? (size_t)(s->pos - p->off) : p->len;
		if (sink_patch(s, p->off, p->data, behind, e))
			return -1;
	}
	return sink_sparse(s, p->data + behind, p->len - behind, e);
}

static int put(struct copy_target *t, const struct block *b, struct err *e)
{
	struct copy_plain *c = (struct copy_plain *)t;

	for (size_t i = 0; i < b->n; i++) {
		if (b->piece[i].state != MAP_DONE)
			c->jumps = t->any_order;
		else if (put_piece(c, &b->piece[i], e))
			return -1;
	}
	return 0;
}

void copy_plain_begin(struct copy_plain *t, struct sink *sink, uint64_t size, bool resumed)
{
	*t = (struct copy_plain){ .target = { .put = put, .any_order = sink_can_jump(sink) },
				  .sink = sink,
				  .size = size };
	t->jumps = resumed && t->target.any_order;
}

int copy_plain_end(struct copy_plain *t, const struct map *map, struct err *e)
{
	for (size_t i = 0; t->jumps && i < map->n; i++) {
		const struct range *r = &map->r[i];
		uint64_t end = r->off + r->len < t->sink->pos ? r->off + r->len : t->sink->pos;

		if (r->state != MAP_DONE && r->off < end &&
		    sink_clear(t->sink, r->off, end - r->off, e))
			return -1;
	}
	return t->sink->pos < t->size ? sink_skip(t->sink, t->size - t->sink->pos, e) : 0;
}
